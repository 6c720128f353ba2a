"""CSV: one table for machines, one for people with Excel."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from models import Result
from pipeline.emit.rows import Row
from pipeline.emit.words import say_document

MACHINE_COLUMNS = (
    "task_id", "document", "document_number", "issued_on", "issuer", "clause_id", "title", "text", "start_char", "end_char",
    "lead", "coordinate", "implement", "report_to", "deadline_text", "start", "due", "repeat", "bound", "target", "product",
    "citation", "confidence",
)  # fmt: skip
PEOPLE_COLUMNS = (
    "STT", "Mục", "Nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Đơn vị thực hiện", "Báo cáo", "Thời hạn (chữ)", "Hạn",
    "Chỉ tiêu", "Sản phẩm", "Căn cứ", "Ghi chú", "Mã nhiệm vụ",
)  # fmt: skip
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff".encode()


def write_machine_csv(results: Sequence[Result]) -> bytes:
    """Return all tasks of ``results`` as RFC 4180 CSV: UTF-8 without BOM, CRLF, values as in result.json.

    Several values in a cell are joined by "; " ("; " inside a value stays: result.json is the exact form); start, due,
    repeat and bound hold as many members as deadline_text, empty where there is none. Positions are code points.
    """
    lines = [line for result in results for line in machine_lines(result)]
    return write_csv([MACHINE_COLUMNS, *lines])


def machine_lines(result: Result) -> Iterator[tuple[object, ...]]:
    """Yield a line of MACHINE_COLUMNS for each task of ``result``."""
    header = result.header
    head = (say_document(header, result.source), header.number, header.issued_on, header.issuer.name if header.issuer else None)
    for task in result.tasks:
        names = (task.names("lead"), task.names("coordinate"), task.names("implement"), task.names("report_to"))
        deadlines = task.deadlines
        yield (
            task.id, *head, task.clause_id, task.title, task.text, *task.span, *map(_join, names),
            _join(d.text for d in deadlines), _join(d.start for d in deadlines), _join(d.due for d in deadlines),
            _join(d.repeat for d in deadlines), _join(d.bound for d in deadlines),
            _join(t.text for t in task.targets), _join(p.text for p in task.products),
            _join(c.number for c in task.citations), task.confidence,
        )  # fmt: skip


def write_people_csv(rows: Sequence[Row]) -> bytes:
    """Return ``rows`` as CSV that Excel opens with its accents (UTF-8 with BOM), no cell of which can be a formula."""
    return BOM + write_csv([PEOPLE_COLUMNS, *people_lines(rows)])


def people_lines(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    """Yield a line of PEOPLE_COLUMNS for each of ``rows``, no cell of which can be a formula."""
    for row in rows:
        cells = (
            row.place, row.text, _join(row.leads), _join(row.coordinators), _join(row.implementers), _join(row.receivers),
            _join(row.deadlines.lines()), _day(row.deadlines.due), _join(row.targets), _join(row.products),
            _join(row.basis), " ".join(row.notes), row.task_id,
        )  # fmt: skip
        yield (row.number, *map(guard, cells))


def write_csv(lines: Iterable[Sequence[object]]) -> bytes:
    """Return ``lines`` as RFC 4180 CSV: UTF-8, CRLF, None as an empty cell."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode("utf-8", "replace")


def guard(cell: str) -> str:
    """Return ``cell`` with an apostrophe before it where a spreadsheet would take it for a formula (CWE-1236)."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _day(day: date | datetime | None) -> str:
    if day is None:
        return ""
    return f"{day:%d/%m}/{day.year:04}" + (f" {day:%H:%M}" if isinstance(day, datetime) else "")


def _join(values: Iterable[str | None]) -> str:
    members = ["" if value is None else value for value in values]
    return "; ".join(members) if any(members) else ""
