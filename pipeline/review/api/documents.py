"""Documents: handed in, listed, read again; what was read of them; their versions and links."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.requests import ClientDisconnect

from models import Difference, Link, Result, ReviewEvent, StoredDocument
from models.stored import DocumentState
from pipeline.review.api.answers import FILE, Document, Limit, Offset, next_page, refusals
from pipeline.review.api.shapes import Counts, Documents, Present, TakenFile, TakenFiles
from pipeline.review.faults import BadRequest
from pipeline.review.people import Receiver, Viewer, address_of
from pipeline.review.site import TheSite
from pipeline.review.uploads import take_all
from pipeline.store import DocumentFilter
from pipeline.store.originals import safe_name
from pipeline.store.visits import PRESENT

router = APIRouter(tags=["documents"])
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}
Day = Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$", description="a day, ISO")]


@router.get("/documents")
def list_documents(
    request: Request,
    site: TheSite,
    person: Viewer,
    words: Annotated[str, Query(max_length=200, description="words of head or text, with or without accents")] = "",
    state: Annotated[list[DocumentState] | None, Query(description="only in one of these states")] = None,
    issued_from: Day = None,
    issued_to: Day = None,
    latest: Annotated[bool, Query(description="leave out versions that a later one took the place of")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Documents:
    """List documents, newest first."""
    wanted = DocumentFilter(states=tuple(state or ()), issued_from=issued_from, issued_to=issued_to, latest=latest)
    found = site.store.search_documents(words, wanted, limit=limit, offset=offset)
    following = next_page(request, offset, len(found.documents), found.total, found.more)
    return Documents(documents=found.documents, total=found.total, more=found.more, next=following)


@router.get("/counts")
def count_documents(site: TheSite, person: Viewer) -> Counts:
    """Count the documents in each state."""
    return Counts(documents=site.store.counts())


@router.post(
    "/documents", status_code=201, responses={**refusals(413), 200: {"model": TakenFiles}}, openapi_extra=_FORM, response_model=TakenFiles
)
async def receive_documents(request: Request, site: TheSite, person: Receiver) -> Response:
    """Hand in files, as a form with one or several of them. They are read by the office's workers: ask for their state.

    201 where one is new, 200 where all were there before; where none could be taken, why the first one was refused.
    """
    try:
        taken = [one async for one in take_all(request, site, person)]
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    if all(one.verdict in ("refused", "skipped") for one in taken):
        raise BadRequest(taken[0].message, taken[0].status if taken[0].status >= 400 else 422)
    files = tuple(TakenFile(name=one.name, verdict=one.verdict, message=one.message, document=one.document) for one in taken)
    status = 201 if any(one.verdict in ("new", "again") for one in taken) else 200
    return JSONResponse(TakenFiles(files=files).model_dump(mode="json"), status_code=status)


@router.get("/documents/{document}", responses=refusals(404))
def get_document(site: TheSite, person: Viewer, document: Document) -> StoredDocument:
    """Get a document's head and state."""
    return site.store.document(document)


@router.get(
    "/documents/{document}/result",
    response_model=Result,
    responses={**refusals(404), 304: {"description": "It is as it was (If-None-Match)."}},
)
def get_result(request: Request, site: TheSite, person: Viewer, document: Document) -> Response:
    """Get what the program read: text, outline, units, tasks as found, findings (docs/schema/result-1.0.json).

    The answer has an ETag; it changes when the document is read with other rules.
    """
    stored = site.store.document(document)
    tag = f'"{stored.sha256[:16]}-{(stored.rulebook or "")[:16]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"etag": tag})
    body = site.store.result(document).model_dump_json()
    return Response(body, media_type="application/json", headers={"etag": tag})


@router.get("/documents/{document}/original", response_class=FileResponse, responses={**refusals(404), 200: FILE})
def get_original(site: TheSite, person: Viewer, document: Document) -> FileResponse:
    """Get the file as it was received."""
    path, name = site.store.original(document), safe_name(site.store.document(document).name)
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


@router.post("/documents/{document}/requeue", responses=refusals(404, 409))
def requeue_document(request: Request, site: TheSite, person: Receiver, document: Document) -> StoredDocument:
    """Have a document read again; what people decided stands."""
    site.store.requeue(document)
    site.store.audit.add(person.name, "requeue", f"document:{document}", address_of(request))
    if site.workers:
        site.workers.wake()
    return site.store.document(document)


@router.get("/documents/{document}/versions", responses=refusals(404))
def list_versions(site: TheSite, person: Viewer, document: Document) -> list[StoredDocument]:
    """List the versions of a document, itself among them, in order."""
    return site.store.versions(document)


@router.get("/documents/{document}/difference", responses=refusals(404))
def get_difference(
    site: TheSite, person: Viewer, document: Document, since: Annotated[int, Query(ge=1, lt=1 << 63, description="the older document")]
) -> Difference:
    """Get what changed from the document ``since`` to this one, task by task."""
    return site.store.difference(since, document)


@router.get("/documents/{document}/links", responses=refusals(404))
def list_links(site: TheSite, person: Viewer, document: Document) -> list[Link]:
    """List what a document says that it does to others, and others to it."""
    site.store.document(document)
    return site.store.links(document)


@router.get("/documents/{document}/events", responses=refusals(404))
def list_events(site: TheSite, person: Viewer, document: Document) -> list[ReviewEvent]:
    """List what people decided on a document, in order."""
    site.store.document(document)
    return site.store.events(document)


@router.post("/documents/{document}/presence", responses=refusals(404))
def be_present(site: TheSite, person: Viewer, document: Document) -> Present:
    """Tell that whoever asks has a document open, and get who else has. Say so again every 15 seconds; it binds nobody."""
    others = site.store.visits.note(document, person.name, PRESENT)
    return Present(others=tuple(others), revision=site.store.document(document).revision)


@router.delete("/documents/{document}/presence", status_code=204, responses=refusals(404))
def end_presence(site: TheSite, person: Viewer, document: Document) -> None:
    """Tell that whoever asks has closed a document."""
    site.store.document(document)
    site.store.visits.end(document, person.name)
