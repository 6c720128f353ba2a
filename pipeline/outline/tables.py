"""Tables whose cells are parted by bars: Markdown rows, and one line a cell as web copies print them.

Every body row becomes one clause; header rows become none; a row that only numbers and names a group is its heading.
"""

import re
from collections.abc import Sequence

from pipeline.outline.lines import Line
from pipeline.outline.rows import EMPTY, Counting, Row, is_counter_column, numbers_columns, read_counter, read_row, row_form
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

_RULER = re.compile(r"\|?[\s:|+-]*-{2,}[\s:|+-]*")
_CELL = re.compile(r"[^|]+")
_CELL_LINES = 400  # the longest cell
_COLUMNS, _TITLE = 24, 80  # how many columns are named, with how many letters


def _name(text: str, start: int, end: int) -> str:
    return fold_text(text[max(start, 0) : max(end, 0)][:_TITLE]).strip()


def is_bar(text: str, line: Line) -> bool:
    """Return whether ``line`` holds a bar and nothing else."""
    return line.end - line.start == 1 and text[line.start] == "|"


def _next_cell(text: str, lines: Sequence[Line], i: int) -> tuple[tuple[int, int], int] | None:
    """Return the cell whose first line is ``lines[i]`` and the index of its closing bar; None: it is never closed."""
    for j in range(i, min(len(lines), i + _CELL_LINES)):
        if is_bar(text, lines[j]):
            return ((lines[i].start, lines[j - 1].end) if j > i else EMPTY, j)
        if j > i and lines[j].gap == "part":
            return None
    return None


def read_bar_table(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook) -> tuple[list[Row], int] | None:
    """Return the rows of the table whose first cell begins at ``lines[i]`` and the index of the line behind it, or None.

    Web copies print a bar before and behind each cell; an empty cell and the end of a row look alike, so the numbers of
    the rows tell where they begin. A table is known by its counter column (TT, STT).
    """
    if not is_counter_column(text, lines[i].start, lines[i].end, rulebook):
        return None
    cells: list[tuple[int, int]] = []
    places: list[int] = []  # the line each cell begins at
    at = i
    while at < len(lines) and (at == i or lines[at].gap != "part") and (found := _next_cell(text, lines, at)):
        cells.append(found[0])
        places.append(at)
        at = found[1] + 1
    if at < len(lines) and lines[at].gap == "none" and cells and not is_bar(text, lines[at]):
        last = at  # the last cell, whose closing bar was taken for the end of the body
        while at < len(lines) and (at == last or lines[at].gap == "none") and at - last < 12:
            at += 1
        cells.append((lines[last].start, lines[at - 1].end))
        places.append(last)
    width = next((k for k, cell in enumerate(cells) if cell == EMPTY), len(cells))
    if width < 2:
        return None
    header = [_name(text, *cell) for cell in cells[: min(width, _COLUMNS)]]
    rows, used = _rows_of_cells(text, cells, header, rulebook)
    return rows, places[used] if used < len(cells) else at


def _rows_of_cells(text: str, cells: Sequence[tuple[int, int]], header: Sequence[str], rulebook: Rulebook) -> tuple[list[Row], int]:
    """Return the body rows among ``cells`` and how many cells belong to the table."""
    rows: list[Row | None] = []
    form, counting = row_form(" | ".join(header), rulebook), Counting()
    begin, width = -1, 0  # where the open row begins; how many cells a row has, once one is known
    k = len(header)
    while k < len(cells):
        start, end = cells[k]
        behind_gap = cells[k] != EMPTY and cells[k - 1] == EMPTY
        marker = read_counter(text, start, end, end) if behind_gap else None
        if marker and not numbers_columns(text, [c for c in cells[k : k + 3] if c != EMPTY]) and counting.goes_on(marker):
            if begin >= 0:
                length = k - 1 - begin
                rows.append(read_row(text, cells[begin : begin + min(length, width or length)], header, form))
                width = width or (length if length > 2 else 0)
            begin = k
        elif behind_gap and is_counter_column(text, start, end, rulebook):
            break  # another table
        elif begin >= 0 and 0 < width <= k - begin and cells[k] != EMPTY:
            if not behind_gap or k - begin > width + 2:
                break  # text behind the table
            rows.append(read_row(text, cells[begin : begin + width], header, form))
            begin = k
        k += 1
    if begin >= 0:
        rows.append(read_row(text, cells[begin : min(k, begin + (width or len(header)))], header, form))
    return [row for row in rows if row], k


def is_pipe_row(text: str, line: Line) -> bool:
    """Return whether ``line`` is a Markdown row: | … | … |"""
    return text[line.start] == "|" and line.end - line.start > 3 and text.count("|", line.start, line.end) > 1


def read_pipe_table(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook) -> tuple[list[Row], int]:
    """Return the rows of the Markdown table that begins at ``lines[i]`` and the index of the line behind it.

    A row with one cell that begins in small letters goes on with the row before (the page turned inside it).
    """
    rows: list[Row] = []
    header: list[str] = []
    form = ""
    at = i
    while at < len(lines) and (is_pipe_row(text, lines[at]) or is_bar(text, lines[at])) and (at == i or lines[at].gap != "part"):
        line = lines[at]
        at += 1
        if _RULER.fullmatch(text, line.start, line.end):
            continue
        cells = [_trim(text, *match.span()) for match in _CELL.finditer(text, line.start, line.end)]
        filled = [c for c in cells if c != EMPTY]
        ruled = at < len(lines) and _RULER.fullmatch(text, lines[at].start, lines[at].end) is not None
        if ruled or (filled and is_counter_column(text, *filled[0], rulebook)):
            header = [_name(text, *cell) for cell in cells[:_COLUMNS]]
            form = row_form(" | ".join(header), rulebook)
        elif rows and len(filled) == 1 and text[filled[0][0]].islower():
            rows[-1] = rows[-1]._replace(end=filled[0][1])
        elif row := read_row(text, cells, header, form):
            rows.append(row)
    return rows, at


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else EMPTY
