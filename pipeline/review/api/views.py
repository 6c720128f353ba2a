"""Saved filters of the register: everybody has their own, a token too."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from pipeline.review.api.answers import refusals
from pipeline.review.api.shapes import ViewIn, Views
from pipeline.review.people import Viewer
from pipeline.review.saved import forget_view, keep_view
from pipeline.review.site import TheSite
from pipeline.store.saved_views import SavedView

router = APIRouter(tags=["tasks"], prefix="/views")
View = Annotated[int, Path(ge=1, lt=1 << 63, description="a view's id")]


@router.get("")
def list_views(site: TheSite, person: Viewer) -> Views:
    """List the saved filters of whoever asks, in the order in which they were made."""
    return Views(views=tuple(site.store.saved_views.list(person.name)))


@router.post("", status_code=201, responses=refusals(409))
def save_view(request: Request, site: TheSite, person: Viewer, wanted: ViewIn) -> SavedView:
    """Keep a filter under a name; one of that name is replaced. Refused beyond 50 (409)."""
    return keep_view(site, person, request, wanted.name, wanted.query)


@router.delete("/{view}", status_code=204)
def remove_view(request: Request, site: TheSite, person: Viewer, view: View) -> None:
    """Forget a saved filter of whoever asks; nothing happens where there is none."""
    forget_view(site, person, request, view)
