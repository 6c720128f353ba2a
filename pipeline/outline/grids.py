"""Tables by the file's own word (Word, PDF, scans, web pages): their grid is known, only what its rows say is not."""

import re
from collections.abc import Sequence
from typing import Final

from models import Span, Table
from pipeline.outline.markers import Marker
from pipeline.outline.rows import Counting, Row, is_counter_column, numbers_columns, read_counter, row_form
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

_TITLE: Final = 80  # letters of a column's title that count
_HEADER_ROWS: Final = 4
_TITLED = re.compile(r"[*_\s]*(?P<number>(?:[IVXL]{1,6}|[A-HĐ]|\d{1,2}(?:\.\d{1,2})*)[.)])\s+(?=\S)")
_LONG_TITLE: Final = 160  # a cell with more letters is no title

Cells = list[tuple[int, Span]]
"""The filled cells of a row from left to right, each once, by its first column."""


def read_grid(text: str, table: Table, rulebook: Rulebook) -> list[Row]:
    """Return the body rows of ``table``; its header rows, also where a page repeats them, are none.

    Columns are named by the header rows above them. A cell merged over several rows belongs to each of them and stands in
    the words of the first. A row that only fills in what the row above left open goes on with it.
    """
    rows = [_cells(row) for row in table.rows]
    below = _header_rows(text, table.rows, rows, rulebook)
    titles = _titles(text, table.rows[:below])
    form = row_form(" | ".join(titles), rulebook)
    counts = bool(titles) and any(is_counter_column(text, *cell, rulebook) for row in rows[:below] for _, cell in row[:1])
    done: list[Row] = []
    used: set[Span] = {cell for row in rows[:below] for _, cell in row}
    header = {tuple(_said(text, cell) for _, cell in row) for row in rows[:below]}
    counting = Counting()
    for row, cells in zip(table.rows[below:], rows[below:], strict=True):
        own = [cell for _, cell in cells if cell not in used]
        used.update(own)
        if not own or tuple(_said(text, cell) for _, cell in cells) in header or numbers_columns(text, own):
            continue
        marker = _number(text, cells, own, counting) if counts else None
        across = len(own) == 1 and (cells[0][0] == 0 or 2 * sum(cell == own[0] for cell in row) > len(row))
        if done and counts and not (marker or across or done[-1].form == "heading") and _goes_on(text, cells, own, titles, done[-1]):
            done[-1] = _grown(done[-1], own, cells, titles)
            continue
        alone = len(own) - (marker is not None) < 2 and len(cells) - (marker is not None) < 2 and len(titles) > 2
        if alone:
            marker = marker or _inner_number(text, own[0])
            done.append(Row(own[0].start, own[-1].end, marker, "heading"))
            continue
        named = tuple((titles[column], *cell) for column, cell in cells if column < len(titles))
        done.append(Row(own[0].start, own[-1].end, marker, form, named))
    return done


def _cells(row: Sequence[Span | None]) -> Cells:
    cells: Cells = []
    for column, cell in enumerate(row):
        if cell is not None and cell not in {known for _, known in cells}:
            cells.append((column, cell))
    return cells


def _said(text: str, cell: Span) -> str:
    return fold_text(cell.cut(text)[:_LONG_TITLE]).strip()


def _header_rows(text: str, grid: Sequence[Sequence[Span | None]], rows: Sequence[Cells], rulebook: Rulebook) -> int:
    """Return how many rows at the top are titles: those down to the counter column's title, and those its cell covers."""
    for r, cells in enumerate(rows[:_HEADER_ROWS]):
        if cells and is_counter_column(text, *cells[0][1], rulebook):
            below = r + 1
            while below < len(grid) and grid[below][cells[0][0]] == cells[0][1]:
                below += 1
            while below < min(len(rows), r + _HEADER_ROWS) and _second_titles(text, rows[below], cells):
                below += 1
            return below
    for r, cells in enumerate(rows[:2]):
        short = len(cells) > 1 and all(cell.end - cell.start <= _LONG_TITLE for _, cell in cells)
        if short and row_form(" | ".join(_said(text, cell) for _, cell in cells), rulebook):
            return r + 1
    return 0


def _second_titles(text: str, cells: Cells, above: Cells) -> bool:
    """Whether ``cells`` are further titles below a header's row: nothing in the counter's column, and only short words."""
    if not cells or cells[0][0] == above[0][0]:
        return False
    return len(cells) > 1 and cells[0][0] > 1 and all(cell.end - cell.start < 40 for _, cell in cells)


def _titles(text: str, grid: Sequence[Sequence[Span | None]]) -> list[str]:
    """Return the folded title of each column, those of several header rows joined from top to bottom."""
    columns = zip(*grid, strict=True)
    return [" / ".join(dict.fromkeys(_said(text, cell)[:_TITLE] for cell in column if cell is not None)) for column in columns]


def _number(text: str, cells: Cells, own: Sequence[Span], counting: Counting) -> Marker | None:
    """Return the number of a row where its first cell is one."""
    column, first = cells[0]
    if column or first != own[0]:
        return None
    marker = read_counter(text, first.start, first.end, own[1].start if len(own) > 1 else first.end)
    if marker:
        counting.goes_on(marker)
    return marker


def _inner_number(text: str, cell: Span) -> Marker | None:
    """Return the number that a group's title begins with in its own cell ("II. Hạ tầng số"), None where it begins with none."""
    match = _TITLED.match(text, cell.start, cell.end)
    return read_counter(text, *match.span("number"), match.end()) if match else None


def _goes_on(text: str, cells: Cells, own: Sequence[Span], titles: Sequence[str], above: Row) -> bool:
    """Whether a row without a number only goes on with the row above: a page turned inside it, or it names more units.

    The longest column is the one that says what is to be done; where it is empty, or goes on in small letters, so does the row.
    """
    if not above.cells:
        return False
    what = max(above.cells, key=lambda cell: cell[2] - cell[1])[0]
    for column, cell in cells:
        if cell in own and column < len(titles) and titles[column] == what:
            return text[cell.start].islower()
    return True


def _grown(row: Row, own: Sequence[Span], cells: Cells, titles: Sequence[str]) -> Row:
    more = tuple((titles[column], *cell) for column, cell in cells if cell in own and column < len(titles))
    return row._replace(end=max(row.end, own[-1].end), cells=(*row.cells, *more))
