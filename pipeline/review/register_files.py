"""What the register shows, as files: a table for Excel and one for everything else."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from pipeline.emit.sheets import Book, Cell, Column
from pipeline.emit.tables import BOM, guard, write_csv
from pipeline.review.register_rows import RegisterRow

MOST_IN_EXCEL: Final = 20_000
_COLUMNS: Final = (
    Column("TT", 6, "number"),
    Column("Nhiệm vụ", 52),
    Column("Chủ trì", 22),
    Column("Phối hợp", 22),
    Column("Thời hạn (chữ)", 20),
    Column("Hạn (ngày)", 12.5, "centred"),
    Column("Còn lại", 16),
    Column("Tình trạng", 17),
    Column("Ngày xong", 12.5, "centred"),
    Column("Rà soát", 11, "centred"),
    Column("Văn bản", 16),
    Column("Mục", 13),
    Column("Độ tin cậy", 9, "percent"),
    Column("Thực hiện", 20, aside=True),
    Column("Nhận báo cáo", 18, aside=True),
    Column("Chỉ tiêu", 22, aside=True),
    Column("Trích yếu", 36, aside=True),
    Column("Cơ quan ban hành", 22, aside=True),
    Column("Ngày ban hành", 12.5, "centred", aside=True),
    Column("Mã nhiệm vụ", 14, aside=True),
)


def csv_lines(rows: Iterable[Sequence[RegisterRow]]) -> Iterator[bytes]:
    """Yield ``rows`` (some at a time) as CSV that Excel opens with its accents, no cell of which can be a formula."""
    yield BOM + write_csv([[column.title for column in _COLUMNS]])
    number = 0
    for some in rows:
        lines = [_cells(row, number + n) for n, row in enumerate(some, 1)]
        number += len(some)
        yield write_csv([[_text(cell) for cell in line] for line in lines])


def write_sheet(rows: Iterable[Sequence[RegisterRow]], about: str, made: date) -> bytes:
    """Return ``rows`` as a workbook of one sheet; ``about`` stands on top: what was filtered, on which day."""
    lines: list[list[Cell]] = []
    for some in rows:
        lines += [_cells(row, len(lines) + n) for n, row in enumerate(some, 1)]
    book = Book("Sổ theo dõi nhiệm vụ", made)
    sheet = book.add("Nhiệm vụ", _COLUMNS, ("SỔ THEO DÕI NHIỆM VỤ", about))
    sheet.table(lines)
    sheet.print_columns()
    return book.close()


def _cells(row: RegisterRow, number: int) -> list[Cell]:
    first = row.times[0] if row.times else None
    return [
        number,
        row.text,
        *("; ".join(name for _, name in row.units[role]) for role in ("lead", "coordinate")),
        "; ".join(time.words for time in row.times),
        first.day if first else None,
        first.left if first else "",
        row.status,
        row.done_on,
        row.review,
        row.document_short,
        row.place,
        row.confidence,
        *("; ".join(name for _, name in row.units[role]) for role in ("implement", "report_to")),
        "; ".join(row.targets),
        row.document_title,
        row.issuer,
        row.issued,
        row.uid,
    ]


def _text(cell: Cell) -> object:
    if isinstance(cell, date):
        return f"{cell:%d/%m}/{cell.year:04}"
    return guard(cell) if isinstance(cell, str) else cell
