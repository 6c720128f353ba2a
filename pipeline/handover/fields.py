"""The fields of a task that a mapping can put into a column (docs/exports.md lists them)."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from models import Task
from models.status import Progress
from pipeline.emit.rows import Row, build_rows
from pipeline.emit.words import plain, read_day, say_issued
from pipeline.emit.workbook_register import progress_of
from pipeline.handover.material import Directive, Held

Value = str | float | date | datetime | tuple[str, ...] | None

FIELDS: Final[Mapping[str, str]] = {
    "id": "mã nhiệm vụ (trong kho: không đổi qua các lần sửa)",
    "found_id": "mã nhiệm vụ trong kết quả",
    "uuid": "mã nhiệm vụ dạng UUID, suy từ id",
    "number": "số thứ tự trong văn bản",
    "place": "mục trong văn bản",
    "title": "tên nhiệm vụ",
    "text": "nội dung nhiệm vụ",
    "orders": "từng việc trong mục (nhiều giá trị)",
    "lead": "đơn vị chủ trì thứ nhất",
    "leads": "các đơn vị chủ trì (nhiều giá trị)",
    "coordinators": "các đơn vị phối hợp (nhiều giá trị)",
    "implementers": "các đơn vị thực hiện (nhiều giá trị)",
    "receivers": "nơi nhận báo cáo (nhiều giá trị)",
    "deadlines": "thời hạn bằng chữ trong văn bản (nhiều giá trị)",
    "start": "ngày bắt đầu, nếu văn bản nêu đủ (ngày)",
    "due": "ngày hết hạn sớm nhất nêu đủ ngày, tháng, năm (ngày)",
    "targets": "chỉ tiêu (nhiều giá trị)",
    "products": "sản phẩm (nhiều giá trị)",
    "basis": "căn cứ: văn bản giao việc và các văn bản viện dẫn (nhiều giá trị)",
    "notes": "ghi chú (nhiều giá trị)",
    "document": "văn bản giao việc, như khi viện dẫn",
    "document_number": "số, ký hiệu",
    "document_title": "trích yếu",
    "document_id": "DocumentId của gói tin edXML",
    "issuer": "cơ quan ban hành",
    "issued_on": "ngày ban hành (ngày)",
    "issued": "ngày ban hành bằng chữ",
    "progress": "tiến độ: not-started, in-progress, done",
    "percent": "tiến độ: 0, 50, 100",
    "started_on": "ngày bắt đầu làm (ngày)",
    "done_on": "ngày hoàn thành (ngày)",
    "review": "duyệt: open, approved, edited, unclear; trống khi chưa qua kho",
    "confidence": "độ tin cậy, từ 0 đến 1",
}
DATES: Final = frozenset({"start", "due", "issued_on", "started_on", "done_on"})
_SPACE: Final = uuid.UUID("6c2f0f0e-6b0c-5f57-9b0e-0f5b6f6f7a01")
_PERCENT: Final[Mapping[Progress, float]] = {"not-started": 0, "in-progress": 50, "done": 100}


@dataclass(frozen=True)
class Fields:
    """One task with the values of all fields, and its directive's name (the group that it stands in)."""

    values: Mapping[str, Value]
    group: str


def fields(directive: Directive) -> Iterator[Fields]:
    """Yield the fields of each task of ``directive``, in its order; texts are on one line, empty ones ""."""
    header = directive.result.header
    issued = read_day(header.issued_on)
    document: dict[str, Value] = {
        "document": directive.name,
        "document_number": header.number or "",
        "document_title": plain(header.title or ""),
        "issuer": plain(header.issuer.name) if header.issuer else "",
        "issued_on": issued,
        "issued": say_issued(header.issued_on) if header.issued_on else "",
    }
    for row, held in zip(build_rows(directive.result), directive.held, strict=True):
        yield Fields({**document, **_task(row, held)}, directive.name)


def _task(row: Row, held: Held) -> dict[str, Value]:
    task, work = held.task, held.work
    progress = progress_of(work)
    return {
        "id": plain(task.id),
        "found_id": plain(held.found_id),
        "uuid": str(uuid.uuid5(_SPACE, task.id)),
        "number": row.number,
        "place": row.place,
        "title": plain(task.title) or row.text,
        "text": row.text,
        "orders": tuple(part.line() for part in row.parts),
        "lead": row.leads[0] if row.leads else "",
        "leads": row.leads,
        "coordinators": row.coordinators,
        "implementers": row.implementers,
        "receivers": row.receivers,
        "deadlines": tuple(row.deadlines.lines()),
        "start": _start(task),
        "due": row.deadlines.due,
        "targets": row.targets,
        "products": row.products,
        "basis": row.basis,
        "notes": row.notes,
        "document_id": task.document_id or "",
        "progress": progress,
        "percent": _PERCENT[progress],
        "started_on": work.started_on,
        "done_on": work.done_on,
        "review": held.review or "",
        "confidence": task.confidence,
    }


def _start(task: Task) -> date | datetime | None:
    days = [day for deadline in task.deadlines if (day := read_day(deadline.start)) is not None]
    return min(days, key=lambda day: day.isoformat(), default=None)
