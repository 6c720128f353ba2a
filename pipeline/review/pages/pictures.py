"""The pictures of one document, with its tasks as they stand: when they fall due, how much falls to whom, who works with whom."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from models import Graph
from pipeline.coordinate import coordinate
from pipeline.emit.loads import write_loads
from pipeline.emit.picture import write_picture
from pipeline.emit.rows import Row, build_rows
from pipeline.emit.timeline import write_timeline
from pipeline.review.links import task
from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.site import Id, TheSite
from pipeline.review.view import DocumentView, open_view

router = APIRouter()

Name = Literal["thoi-han", "don-vi", "phoi-hop"]
_TITLES: Final[dict[Name, str]] = {
    "thoi-han": "Thời hạn",
    "don-vi": "Số nhiệm vụ của từng đơn vị",
    "phoi-hop": "Quan hệ giữa các đơn vị",
}


@router.get("/van-ban/{document:int}/hinh")
def show_pictures(request: Request, site: TheSite, person: Viewer, document: Id) -> HTMLResponse:
    """The page: three pictures, and the tasks that their numbers stand for."""
    view = open_view(site.store, document)
    rows = _rows(view)
    uids = {number: uid for uid, number in view.numbers.items()}
    return render(
        request,
        "pictures.html",
        document=view.document,
        called=view.reading.name,
        pictures=[(name, title, _draw(name, view, rows).decode("utf-8")) for name, title in _TITLES.items()] if rows else [],
        rows=[(row, task(document, uids[row.number])) for row in rows],
    )


@router.get("/van-ban/{document:int}/hinh/{name}.svg")
def send_picture(site: TheSite, person: Viewer, document: Id, name: Name) -> Response:
    """One of the pictures as a file, for reports and slides."""
    view = open_view(site.store, document)
    headers = {"Content-Disposition": f'attachment; filename="{document}-{name}.svg"'}
    return Response(_draw(name, view, _rows(view)), media_type="image/svg+xml", headers=headers)


def _rows(view: DocumentView) -> list[Row]:
    """Return the rows of the tasks that were not rejected, each with the number it has in the document's table."""
    standing = [one for one in view.tasks if one.review != "rejected"]
    rows = build_rows(view.result.model_copy(update={"tasks": tuple(one.task for one in standing)}))
    return [replace(row, number=view.numbers[one.uid]) for row, one in zip(rows, standing, strict=True)]


def _draw(name: Name, view: DocumentView, rows: Sequence[Row]) -> bytes:
    drawn: dict[Name, Callable[[], bytes]] = {
        "thoi-han": lambda: write_timeline(rows, view.reading.name),
        "don-vi": lambda: write_loads(rows, view.reading.name),
        "phoi-hop": lambda: write_picture(_graph(view), view.reading.name),
    }
    return drawn[name]()


def _graph(view: DocumentView) -> Graph:
    return coordinate([one.task for one in view.tasks if one.review != "rejected"], view.result.units)
