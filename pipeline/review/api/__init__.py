"""The API for other programs, /api/v1: what the pages do, as JSON, with its own description (docs/api.md)."""

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from pipeline.review.api import accounts, decisions, documents, exports, feed, start, tasks, timeline, units, views, webhooks
from pipeline.review.api.answers import refusals
from pipeline.review.api.description import describe, write_description

__all__ = ["add_api", "describe", "write_description"]

PREFIX: Final = "/api/v1"
_ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    module.router for module in (start, documents, tasks, views, decisions, units, timeline, exports, feed, webhooks, accounts)
)


def add_api(app: FastAPI) -> None:
    """Add the API to ``app``, and its description at /api/v1/openapi.json."""
    for router in _ROUTERS:
        # an operation is called as its function, whatever becomes of its path
        app.include_router(router, prefix=PREFIX, responses=refusals(401, 403, 422, 503), generate_unique_id_function=_name)


def _name(route: APIRoute) -> str:
    return route.name
