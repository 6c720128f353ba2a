"""Pictures of a document's pages, with frames around the words of its tasks."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse, HTMLResponse

from models import SourceError
from pipeline.messages import say
from pipeline.review.faults import BadRequest
from pipeline.review.page_pictures import Picture, frames, has_pages, pictures
from pipeline.review.pages.document import DocumentId
from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.rows import task_rows
from pipeline.review.site import Site, TheSite
from pipeline.review.view import DocumentView, open_view

router = APIRouter()

PageNumber = Annotated[int, Path(ge=1, le=100_000)]


@router.get("/van-ban/{document:int}/trang/{page:int}.png")
def send_picture(request: Request, site: TheSite, person: Viewer, document: DocumentId, page: PageNumber) -> FileResponse:
    """The picture of a page."""
    return FileResponse(_picture(site, open_view(site.store, document), page).path, media_type="image/png")


@router.get("/van-ban/{document:int}/trang/{page:int}")
def show_page(request: Request, site: TheSite, person: Viewer, document: DocumentId, page: PageNumber) -> HTMLResponse:
    """A piece of the document's page: the picture with its frames."""
    view = open_view(site.store, document)
    picture = _picture(site, view, page)
    return render(request, "document/page.html", view=view, page=page, picture=picture, frames=frames(view, task_rows(view), page))


def _picture(site: Site, view: DocumentView, page: int) -> Picture:
    if not has_pages(view) or page > (view.result.source.pages or 1):
        raise BadRequest(say("document.no-page-image", page=page), 404)
    try:
        picture = pictures().page(site.store.original(view.document.id), view.result.source, view.result.blocks, page)
    except SourceError as error:
        raise BadRequest(str(error), 422) from error
    if picture is None:
        raise BadRequest(say("document.no-page-image", page=page), 404)
    return picture
