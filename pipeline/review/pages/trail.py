"""Administration: the audit trail, newest first."""

from collections.abc import Collection
from contextlib import suppress
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from models import StoreError
from pipeline.emit.words import plain
from pipeline.intake.notes import say_stored
from pipeline.review.pages.accounts import role_words
from pipeline.review.people import Administrator
from pipeline.review.render import render
from pipeline.review.site import Site, TheSite

router = APIRouter()

_ON_A_PAGE: Final = 100


@router.get("/quan-tri/nhat-ky")
def show_trail(
    request: Request,
    site: TheSite,
    person: Administrator,
    nguoi: str = "",
    viec: str = "",
    truoc: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> HTMLResponse:
    """Who did what, of one person (``nguoi``) or one action (``viec``), older than the entry ``truoc``."""
    audit = site.store.audit
    entries = audit.entries(_ON_A_PAGE + 1, truoc, viec or None, nguoi or None)
    older = entries[_ON_A_PAGE - 1].id if len(entries) > _ON_A_PAGE else None
    return render(
        request,
        "admin_trail.html",
        entries=entries[:_ON_A_PAGE],
        names=_names(site, {entry.target for entry in entries if entry.target}),
        older=older,
        who=nguoi,
        action=viec,
        newest=truoc is None,
        people=audit.people(),
        actions=audit.actions(),
        roles=role_words(),
    )


def _names(site: Site, targets: Collection[str]) -> dict[str, str]:
    """Return what people call the documents among ``targets``."""
    found: dict[str, str] = {}
    for target in targets:
        kind, _, number = target.partition(":")
        if kind == "document" and number.isascii() and number.isdigit():
            with suppress(StoreError):  # the trail outlives what it tells of
                found[target] = plain(say_stored(site.store.document(int(number))))
    return found
