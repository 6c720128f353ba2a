"""Where to begin: what there is, and who asks."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from models import RIGHTS, AuditEntry
from pipeline.review.api.answers import Limit
from pipeline.review.api.description import describe, operations
from pipeline.review.api.shapes import Me
from pipeline.review.people import Administrator, Someone, Viewer
from pipeline.review.render import render
from pipeline.review.site import TheSite

router = APIRouter(tags=["start"])


@router.get("", include_in_schema=False)
def show_api(request: Request, person: Viewer) -> HTMLResponse:
    """A page with all operations, for people."""
    return render(request, "api.html", groups=operations(describe(request.app)))


@router.get("/openapi.json", include_in_schema=False)
def get_description(request: Request) -> JSONResponse:
    """The description of the API: it holds nothing of the office, so that tools may read it without a token."""
    return JSONResponse(describe(request.app))


@router.get("/me")
def get_me(person: Someone) -> Me:
    """Get who the token belongs to, and what they may do."""
    return Me.of(person, RIGHTS[person.role])


@router.get("/audit")
def list_audit(
    site: TheSite,
    person: Administrator,
    before: Annotated[int | None, Query(ge=1, lt=1 << 63, description="only entries older than the one of this id")] = None,
    action: Annotated[str | None, Query(max_length=100, description="only this action")] = None,
    who: Annotated[str | None, Query(max_length=200, description="only what they did")] = None,
    limit: Limit = 50,
) -> list[AuditEntry]:
    """List what was done beside deciding on tasks, newest first."""
    return site.store.audit.entries(limit, before, action, who)
