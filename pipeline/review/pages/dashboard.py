"""The first page: how the office stands, read in half a minute."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.site import TheSite

router = APIRouter()


@router.get("/")
def show_dashboard(request: Request, site: TheSite, person: Viewer) -> HTMLResponse:
    """The counts of documents by state."""
    return render(request, "dashboard.html", counts=site.store.counts())
