"""What changed from one version of a directive to another, task by task."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from models import StoreError, Task
from models.difference import Aspect
from pipeline.emit.words import plain, say_document, say_place
from pipeline.intake.notes import say_stored
from pipeline.messages import say
from pipeline.review.faults import BadRequest
from pipeline.review.pages.document import DocumentId
from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.site import TheSite
from pipeline.store import compare

router = APIRouter()

_ASPECTS: Final[Mapping[Aspect, str]] = {
    "text": "Nội dung", "lead": "Chủ trì", "coordinate": "Phối hợp", "implement": "Thực hiện", "report_to": "Nhận báo cáo",
    "deadline": "Thời hạn", "target": "Chỉ tiêu", "product": "Sản phẩm",
}  # fmt: skip


@router.get("/van-ban/{document:int}/so-sanh")
def show_difference(
    request: Request, site: TheSite, person: Viewer, document: DocumentId, voi: Annotated[int, Query(ge=1, lt=1 << 63)]
) -> HTMLResponse:
    """The tasks that are new, dropped or changed between two documents, the earlier version first."""
    here, there = site.store.document(document), site.store.document(voi)
    old, new = (there, here) if (there.version, there.id) <= (here.version, here.id) else (here, there)
    try:
        before, after = site.store.result(old.id), site.store.result(new.id)
    except StoreError as error:
        if error.code != "unknown":
            raise
        raise BadRequest(say("document.not-same-family", name=say_stored(there)), 404) from error
    found = compare(before, after)
    uids = {one.base.id: one.uid for one in site.store.tasks(new.id) if one.base}
    return render(
        request,
        "difference.html",
        old=old,
        new=new,
        old_name=say_document(before.header, before.source),
        new_name=say_document(after.header, after.source),
        found=found,
        same=len(found.same),
        aspects=_ASPECTS,
        uid=lambda task: uids.get(task.id, ""),
        where=_where,
        said=lambda words: [plain(word) for word in words],
    )


def _where(task: Task) -> str:
    return say_place(task.clause_id)
