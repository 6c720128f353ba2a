"""Saved filters of the register: what the page and the API have in common."""

from datetime import date
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from models import Person
from pipeline.messages import say
from pipeline.review.asked import Asked
from pipeline.review.faults import BadRequest
from pipeline.review.people import address_of
from pipeline.review.site import Site
from pipeline.store.saved_views import SavedView

_NAMED: Final = 60


def keep_view(site: Site, person: Person, request: Request, name: str, query: str) -> SavedView:
    """Keep what ``query`` (of an address of the register) asks for under ``name``; a view of that name is replaced.

    Raises BadRequest where there is no name, or nothing in ``query`` that narrows the register down.
    """
    named = " ".join(name.split())[:_NAMED]
    asked = Asked.of(dict(parse_qsl(query)), date.today())
    if not named or not asked.values:
        raise BadRequest(say("register.name-wanted" if asked.values else "register.filter-wanted"))
    made = site.store.saved_views.add(person.name, named, asked.query())
    site.store.audit.add(person.name, "save-view", f"view:{named}", address_of(request), {"query": asked.query()})
    return made


def forget_view(site: Site, person: Person, request: Request, view: int) -> None:
    """Forget a view of ``person``; nothing happens to one of somebody else."""
    site.store.saved_views.remove(person.name, view)
    site.store.audit.add(person.name, "remove-view", f"view:{view}", address_of(request))
