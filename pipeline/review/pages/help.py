"""The keys and what they do."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pipeline.review.people import Viewer
from pipeline.review.render import render

router = APIRouter()


@router.get("/tro-giup")
def show_help(request: Request, person: Viewer) -> HTMLResponse:
    """The page with all keys."""
    return render(request, "help.html")
