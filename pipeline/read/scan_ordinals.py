"""Numbers of table rows (TT) that Tesseract misread, mended where the rows above and below prove them."""

from dataclasses import replace
from typing import Final

from pipeline.read.compose import Cell
from pipeline.read.printed_page import PrintedTable

_RULE: Final = "ordinal.series"
_LONGEST: Final = 3


def mend_ordinals(table: PrintedTable) -> PrintedTable:
    """Return ``table`` with the numbers of its first column mended: what stands between 3 and 5 is 4, what stands above 2 is 1."""
    rows = [dict(row) for row in table.grid.rows]
    read = [_words(row.get(0)) for row in rows]
    for n, row in enumerate(rows):
        after = _number(read[n + 1]) if n + 1 < len(rows) else None
        if not read[n] or len(read[n]) > _LONGEST or after is None or _number(read[n]) == after - 1:
            continue
        before = _number(read[n - 1]) if n else None
        if before == after - 2 or (after == 2 and before is None and not _number(read[n])):
            row[0] = _written(row[0], str(after - 1))
            read[n] = str(after - 1)
    return replace(table, grid=replace(table.grid, rows=tuple(rows)))


def _words(cell: Cell | None) -> str:
    return cell.pieces[0].words.strip(" .") if cell and len(cell.pieces) == 1 else ""


def _number(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdigit() and len(words) <= _LONGEST else None


def _written(cell: Cell, words: str) -> Cell:
    piece = cell.pieces[0]
    return replace(cell, pieces=(replace(piece, words=words, mends=((0, len(words), piece.words, _RULE),)),))
