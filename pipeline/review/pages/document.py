"""The page of one document: its source on the left, its tasks on the right."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from models import Header, StoreError
from models.stored import DocumentState, Link
from pipeline.emit.words import SEVERITIES, plain, say_issued
from pipeline.handover import trackers
from pipeline.intake.notes import say_stored
from pipeline.review.page_pictures import has_pages, page_list
from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.rows import summary, task_rows
from pipeline.review.site import TheSite
from pipeline.review.source import text_pieces
from pipeline.review.standing import standing
from pipeline.review.unclaimed import unclaimed
from pipeline.review.view import DocumentView, open_view

router = APIRouter()

DocumentId = Annotated[int, Path(ge=1, lt=1 << 63)]
Filter = Literal["tat-ca", "can-xem", "chua-duyet", "da-duyet", "bo"]
Order = Literal["van-ban", "can-xem"]
Shown = Literal["chu", "trang"]

STATES: Final[Mapping[DocumentState, str]] = {
    "received": "chờ đọc", "working": "đang đọc", "review": "chờ rà soát", "done": "đã ký duyệt", "failed": "lỗi", "duplicate": "trùng",
}  # fmt: skip
FORMS: Final = (
    ("xlsx", "Excel: bảng theo dõi, sửa rồi nhập lại được"),
    ("docx", "Word: phụ lục phân công nhiệm vụ"),
    ("pdf", "PDF: phụ lục để in"),
    ("html", "Trang xem: văn bản cạnh bảng, gửi thư được"),
    ("ics", "Lịch: thời hạn cho Outlook, Google"),
    ("csv", "CSV cho Excel"),
    ("csv-may", "CSV cho chương trình"),
    ("json", "JSON cho chương trình"),
)
"""What the tasks of a document can be taken away as: as it stands in addresses, and for people."""
_RELATIONS: Final = {
    "replaces": ("thay thế", "được thay thế bởi"),
    "repeals": ("bãi bỏ", "bị bãi bỏ bởi"),
    "amends": ("sửa đổi, bổ sung", "được sửa đổi bởi"),
    "extends": ("gia hạn", "được gia hạn bởi"),
    "recalls": ("thu hồi", "bị thu hồi bởi"),
    "corrects": ("đính chính", "được đính chính bởi"),
    "suspends": ("ngưng hiệu lực", "bị ngưng hiệu lực bởi"),
}


@router.get("/van-ban/{document:int}")
def show_document(
    request: Request,
    site: TheSite,
    person: Viewer,
    document: DocumentId,
    loc: Filter = "tat-ca",
    thu_tu: Annotated[Order, Query(alias="thu-tu")] = "van-ban",
    xem: Shown = "chu",
) -> HTMLResponse:
    """The document with its tasks; of one that was not read yet, where it is."""
    try:
        view = open_view(site.store, document)
    except StoreError as error:
        if error.code != "unknown":
            raise
        return render(request, "document_waiting.html", document=site.store.document(document), states=STATES)
    rows = task_rows(view)
    pages = page_list(view) if has_pages(view) else []
    return render(
        request,
        "document.html",
        view=view,
        rows=sorted(rows, key=lambda row: (row.rank, row.order)) if thu_tu == "can-xem" else rows,
        summary=summary(view),
        filter=loc,
        sort=thu_tu,
        shown=xem if pages else "chu",
        pages=pages,
        pieces=text_pieces(view, rows),
        columns=any(cell.pieces for clause in view.result.clauses for cell in clause.cells),
        unclaimed=len(unclaimed(view)),
        **_head(site, view),
        **standing(site.store, view, person),
    )


def _head(site: TheSite, view: DocumentView) -> dict[str, Any]:
    links = [_link(one, view, site) for one in site.store.links(view.document.id)]
    original = view.document.duplicate_of
    return {
        "original": say_stored(site.store.document(original)) if original else "",
        "states": STATES,
        "severities": SEVERITIES,
        "facts": _facts(view.result.header),
        "links": links,
        "others": len(links) + len(view.versions) - 1,
        "forms": FORMS,
        "trackers": list(trackers()),
    }


def _facts(header: Header) -> list[tuple[str, str]]:
    signer = header.signer
    facts = (
        ("Loại", header.kind.name if header.kind else ""),
        ("Số, ký hiệu", header.number or ""),
        ("Cơ quan ban hành", header.issuer.name if header.issuer else ""),
        ("Ban hành", say_issued(header.issued_on) if header.issued_on else ""),
        ("Người ký", ", ".join(filter(None, (signer.signed_for, signer.post, signer.name))) if signer else ""),
        ("Kính gửi", "; ".join(party.name for party in header.addressees)),
    )
    return [(label, plain(value)) for label, value in facts if value]


def _link(link: Link, view: DocumentView, site: TheSite) -> tuple[str, int | None, bool]:
    """Return what a link says, the document it leads to, and whether it is this one that says so."""
    mine = link.document == view.document.id
    does, is_done = _RELATIONS[link.relation]
    if not mine:
        other = plain(say_stored(site.store.document(link.document))) if link.document else ""
        return f"{is_done[0].upper()}{is_done[1:]} {other}", link.document, False
    named = " ".join(filter(None, (link.kind, link.number, say_issued(link.date) if link.date else "")))
    return f"{does[0].upper()}{does[1:]} {plain(named)}", link.target, True
