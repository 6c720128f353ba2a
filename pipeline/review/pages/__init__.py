"""The pages, a module for each: its router answers with HTML, whole pages or the pieces that htmx asks for."""

from typing import Final

from fastapi import APIRouter

from pipeline.review.pages import dashboard, help

PAGES: Final[tuple[APIRouter, ...]] = (dashboard.router, help.router)
