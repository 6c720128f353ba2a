"""The pages, a module for each: its router answers with HTML, whole pages or the pieces that htmx asks for."""

from typing import Final

from fastapi import APIRouter

from pipeline.review.pages import (
    accounts,
    dashboard,
    decisions,
    difference,
    document,
    editing,
    exports,
    graph,
    help,
    inbox,
    page_images,
    pictures,
    register,
    register_files,
    sign_in,
    signing,
    timeline,
    trail,
    units,
    webhooks,
)

PAGES: Final[tuple[APIRouter, ...]] = (
    dashboard.router,
    inbox.router,
    document.router,
    editing.router,
    decisions.router,
    signing.router,
    page_images.router,
    difference.router,
    exports.router,
    register_files.router,
    register.router,
    units.router,
    graph.router,
    pictures.router,
    timeline.router,
    help.router,
    sign_in.router,
    accounts.router,
    trail.router,
    webhooks.router,
)
