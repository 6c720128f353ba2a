"""The inbox: files are dropped here; a counter as in a post book; all documents, where each is, and why one failed."""

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.requests import ClientDisconnect

from models import StoredDocument
from models.stored import DocumentState
from pipeline.intake import say_reason
from pipeline.review.people import Receiver, Viewer
from pipeline.review.render import render
from pipeline.review.site import Site, TheSite
from pipeline.review.uploads import MEGABYTE, MOST_FILES, say_too_large, take_all
from pipeline.store import DocumentFilter
from pipeline.store.originals import safe_name

router = APIRouter()

STATES: Final[dict[str, tuple[DocumentState, str]]] = {
    "cho-doc": ("received", "Mới nhận"),
    "dang-doc": ("working", "Đang đọc"),
    "cho-ra-soat": ("review", "Chờ rà soát"),
    "da-ky-duyet": ("done", "Đã ký duyệt"),
    "loi": ("failed", "Lỗi"),
    "trung": ("duplicate", "Trùng"),
}
"""By what stands in addresses: the state, and its name."""
_NAMES: Final = dict(STATES.values())
_ROWS: Final = 30
_MOST_PAGES: Final = 10_000

Words = Annotated[str, Query(alias="tim", max_length=200)]
State = Annotated[str, Query(alias="trang-thai", max_length=20)]
Place = Annotated[int, Query(alias="trang", ge=1, le=_MOST_PAGES)]
Document = Annotated[int, Path(ge=1, lt=1 << 63)]


@router.get("/van-ban")
def show_inbox(request: Request, site: TheSite, person: Viewer, words: Words = "", state: State = "", page: Place = 1) -> HTMLResponse:
    """The page."""
    return render(request, "inbox.html", too_large=say_too_large(site), **_limits(site), **_list(site, words, state, page))


@router.get("/van-ban/danh-sach")
def show_list(request: Request, site: TheSite, person: Viewer, words: Words = "", state: State = "", page: Place = 1) -> HTMLResponse:
    """The counter and the list: the piece of the page that changes while documents are read."""
    return render(request, "inbox_list.html", **_list(site, words, state, page))


@router.post("/van-ban")
async def receive(request: Request, site: TheSite, person: Receiver) -> Response:
    """Take files in: for a script the lines of what became of them, else a page with these. Not a thread of the server waits for a slow
    sender: the form is read by the event loop, what touches the disk or the store is not."""
    try:
        taken = [one async for one in take_all(request, site, person)]
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    name = "inbox_lines.html" if "hx-request" in request.headers else "inbox_received.html"
    answer = render(request, name, status=max(one.status for one in taken), taken=taken)
    if taken[-1].status == 413:
        answer.headers["Connection"] = "close"  # what is still to come is not wanted
    return answer


@router.post("/van-ban/{document}/doc-lai")
def read_again(
    request: Request, site: TheSite, person: Receiver, document: Document, words: Words = "", state: State = "", page: Place = 1
) -> Response:
    """Have a document read again from the start; then the list as it was."""
    site.store.requeue(document)
    site.store.audit.add(person.name, "requeue", f"document:{document}", request.client.host if request.client else None)
    if site.workers:
        site.workers.wake()
    return RedirectResponse(f"/van-ban{_address({'tim': words, 'trang-thai': state, 'trang': page})}", status_code=303)


@router.get("/van-ban/{document}/ban-goc")
def send_original(site: TheSite, person: Viewer, document: Document) -> FileResponse:
    """The file that was received, to be kept: browsers neither show it nor guess what it is."""
    path, name = site.store.original(document), safe_name(site.store.document(document).name)
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


def _limits(site: Site) -> dict[str, int]:
    return {"most_bytes": site.settings.review.upload_megabytes * MEGABYTE, "most_files": MOST_FILES}


def _list(site: Site, words: str, state: str, page: int) -> dict[str, Any]:
    """Return what the counter and the list show."""
    state = state if state in STATES else ""
    wanted = DocumentFilter(states=(STATES[state][0],) if state else ())
    found = site.store.search_documents(words, wanted, limit=_ROWS, offset=(page - 1) * _ROWS)
    places = site.store.whereabouts([document.id for document in found.documents])
    counts = site.store.counts()
    return {
        "rows": [(document, places[document.id]) for document in found.documents],
        "reason": say_reason,
        "reader": _reader,
        "counts": [("", "Tất cả", sum(counts.values()))] + [(slug, name, counts[key]) for slug, (key, name) in STATES.items()],
        "in_work": counts["received"] + counts["working"],
        "names": _NAMES,
        "words": words,
        "state": state,
        "page": page,
        "pages": -(-found.total // _ROWS),
        "total": found.total,
        "more": found.more,
        "first": (page - 1) * _ROWS + 1,
        "address": lambda **changed: _address({"tim": words, "trang-thai": state, "trang": page} | _slugs(changed)),
        "workers": site.workers,
    }


def _slugs(changed: dict[str, object]) -> dict[str, object]:
    return {name.replace("_", "-"): value for name, value in changed.items()}


def _address(given: dict[str, object]) -> str:
    """Return the query of an address, without what is as usual."""
    kept = {name: value for name, value in given.items() if value and (name, value) != ("trang", 1)}
    return f"?{urlencode(kept)}" if kept else ""


def _reader(document: StoredDocument) -> str:
    """Return the machine on which a document is being read."""
    return (document.worker or "").split(":")[0]
