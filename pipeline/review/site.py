"""What all pages share: the store, the settings, and whether people must sign in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Request

from pipeline.settings import Settings
from pipeline.store import Store

if TYPE_CHECKING:
    from pipeline.review.workers import Workers


@dataclass(frozen=True)
class Site:
    """One office's site. ``login``: people must sign in. ``hosts``: the names (with port) it may be asked by; another is refused, so that
    no page of the internet can reach it by giving its own name this machine's address.
    ``workers`` read what comes in; None where others do."""

    store: Store
    settings: Settings
    login: bool
    hosts: frozenset[str]
    workers: "Workers | None" = None


def site_of(request: Request) -> Site:
    """Return the site that is asked."""
    site: Site = request.app.state.site
    return site


TheSite = Annotated[Site, Depends(site_of)]
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""the id of a row, in the path: no database takes a larger one"""
