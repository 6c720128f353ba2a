"""What all pages share: the store, the settings, and whether people must sign in."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from pipeline.settings import Settings
from pipeline.store import Store


@dataclass(frozen=True)
class Site:
    """One office's site. ``login``: people must sign in. ``hosts``: the names (with port) it may be asked by; another is refused, so that
    no page of the internet can reach it by giving its own name this machine's address."""

    store: Store
    settings: Settings
    login: bool
    hosts: frozenset[str]


def site_of(request: Request) -> Site:
    """Return the site that is asked."""
    site: Site = request.app.state.site
    return site


TheSite = Annotated[Site, Depends(site_of)]
