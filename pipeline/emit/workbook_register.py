"""The register of tasks in a workbook: its columns, what stands in them, and the record by which an edited one is read back.

Columns are known by their keys and rows by the id in a hidden column, so that a person may sort, filter, move and rename. A hidden sheet
holds for each row which task of which document it was, in which version, and a mark of each cell: whose mark is another was edited.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal

from models import TaskState
from models.review import ReviewState
from pipeline.emit.rows import Row
from pipeline.emit.sheets import Cell, Column, clean

RECORD_SHEET: Final = "_meta"
RECORD_HEAD: Final = ("giaoviec", "workbook", "1")
"""The first line of the record; then the names of the columns with marks, then each document with its tasks."""
KEY: Final = "giaoviec:"
REGISTER_SHEET: Final = "Nhiệm vụ"
LINE_END: Final = ";\n"

REVIEWS: Final[Mapping[ReviewState, str]] = {
    "open": "Chờ duyệt", "approved": "Đã duyệt", "edited": "Đã sửa", "rejected": "Bỏ", "unclear": "Chưa rõ",
}  # fmt: skip
Progress = Literal["not-started", "in-progress", "done"]
PROGRESS: Final[Mapping[Progress, str]] = {"not-started": "Chưa thực hiện", "in-progress": "Đang thực hiện", "done": "Hoàn thành"}

UNITS_LIST: Final = "Đơn vị"
REVIEWS_LIST: Final = "Rà soát"
PROGRESS_LIST: Final = "Trạng thái"

ID: Final = "id"
DOCUMENT: Final = Column("Văn bản", 15, fixed=True, key="document")
REGISTER: Final = (
    Column("TT", 5, "number", key="number", fixed=True),
    Column("Nội dung nhiệm vụ", 46, key="text"),
    Column("Đơn vị chủ trì", 18, required=True, key="lead", choices=UNITS_LIST),
    Column("Đơn vị phối hợp", 18, key="coordinate", choices=UNITS_LIST),
    Column("Thời hạn", 16, key="deadline"),
    Column("Hạn (ngày)", 12.5, "centred", key="due"),
    Column("Sản phẩm / chỉ tiêu", 18, key="product"),
    Column("Căn cứ (số, ngày, mục)", 19, key="basis", fixed=True),
    Column("Độ tin cậy", 9, "percent", key="confidence", fixed=True),
    Column("Rà soát", 11, "centred", key="review", choices=REVIEWS_LIST, strict=True),
    Column("Trạng thái", 13, "centred", key="progress", choices=PROGRESS_LIST, strict=True),
    Column("Ngày xong", 12.5, "centred", key="done"),
    Column("Ghi chú", 20, key="note"),
    Column("Đơn vị thực hiện", 18, key="implement", choices=UNITS_LIST, aside=True),
    Column("Nhận báo cáo", 16, key="report_to", choices=UNITS_LIST, aside=True),
    Column("Các việc trong mục", 34, key="parts", fixed=True, aside=True),
    Column("Chương trình lưu ý", 34, key="remarks", fixed=True, aside=True),
    Column("Mã nhiệm vụ", 12, hidden=True, key=ID, fixed=True),
)
EDITABLE: Final = (
    "text", "lead", "coordinate", "implement", "report_to", "deadline", "due", "product", "review", "progress", "done", "note",
)  # fmt: skip
"""The columns whose cells are read back, in the order in which what was changed takes effect."""
MARKED: Final = (*EDITABLE, "basis")
"""The columns whose cells have marks: of the last ones it is only told that they were edited."""

_ITEM = re.compile(r"\d|[IVXL]+(?![\w])|[a-zđ](?![\w])")
_TRAILING = re.compile(r"[ \t\xa0]+(?=\n|$)")


@dataclass(frozen=True)
class Standing:
    """How people left a task: what a workbook shows of it besides its row. ``version`` is None where it did not come out of a store."""

    version: int | None = None
    review: ReviewState = "open"
    work: TaskState = field(default_factory=TaskState)
    note: str = ""


def progress_of(work: TaskState) -> Progress:
    """Return how far the work on a task is."""
    return "done" if work.done_on else "in-progress" if work.started_on else "not-started"


def row_cells(row: Row, standing: Standing) -> dict[str, Cell]:
    """Return what stands in the register of ``row``, by key of the column."""
    work = standing.work
    basis = [f"{row.basis[0]}, {say_item(row.place)}", *row.basis[1:]] if row.basis else [say_item(row.place)]
    return {
        "number": row.number,
        "text": row.text,
        "lead": join(row.leads),
        "coordinate": join(row.coordinators),
        "deadline": join(row.deadlines.lines()),
        "due": row.deadlines.due,
        "product": join([*row.products, *row.targets]),
        "basis": join(basis),
        "confidence": row.confidence,
        "review": REVIEWS[standing.review],
        "progress": PROGRESS[progress_of(work)],
        "done": work.done_on,
        "note": standing.note,
        "implement": join(row.implementers),
        "report_to": join(row.receivers),
        "parts": "\n".join(f"{number}) {part.line()}" for number, part in enumerate(row.parts, 1)),
        "remarks": "\n".join(row.notes),
        ID: row.task_id,
    }


def join(values: Sequence[str]) -> str:
    """Return several values as they stand in one cell."""
    return LINE_END.join(values)


def say_item(place: str) -> str:
    """Return the place of a clause as it stands in a citation: "mục III.2", "Điều 3"."""
    return f"mục {place}" if _ITEM.match(place) else place


def plain_cell(value: object) -> str:
    """Return a cell as one writes it, the same for what programs make alike of it: dates in ISO form, line ends, blanks, NFC."""
    if isinstance(value, datetime):
        value += timedelta(seconds=30)  # a moment is a fraction of a day in a sheet: not to the second
        return value.date().isoformat() if value.hour == value.minute == 0 else value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None:
        return ""
    text = clean(str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return _TRAILING.sub("", text).strip()


def mark(value: object) -> str:
    """Return a mark of a cell: the same mark, the same value."""
    return hashlib.sha256(plain_cell(_as_stored(value)).encode("utf-8", "replace")).hexdigest()[:12]


def _as_stored(value: object) -> object:
    """A day before Excel's first stands as text."""
    return f"{value:%d/%m}/{value.year:04}" if isinstance(value, date) and value.year < 1900 else value


def record_document(place: int, sha256: str, number: str, name: str) -> tuple[str, ...]:
    """Return the line of the record that tells of a document: its place among them, SHA-256 of its file, number, name as others cite it."""
    return ("document", str(place), sha256, number, name)


def record_task(place: int, cells: Mapping[str, Cell], version: int | None) -> tuple[str, ...]:
    """Return the line of the record that tells of a task of the document at ``place``: its id, version and marks of ``cells``."""
    marks = " ".join(mark(cells[name]) for name in MARKED)
    return ("task", str(cells[ID]), str(place), "" if version is None else str(version), marks)
