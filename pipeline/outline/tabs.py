"""Tables copied out of a word processor or a spreadsheet: a line a row, tabs between its cells."""

import re
from collections.abc import Sequence
from typing import Final

from pipeline.outline.lines import Line
from pipeline.outline.rows import EMPTY, Row, assigns, is_counter_column, read_counter, read_row, row_form
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

_CELL: Final = re.compile(r"[^\t]+|(?<=\t)(?=\t)")
_TITLE: Final = 80  # letters of a column's title that count
_HEADER: Final = 400  # letters that a row of titles has at most
_AHEAD: Final = 3  # lines within which a table goes on behind one without tabs

Cells = list[tuple[int, int]]


def begins_tab_table(text: str, line: Line, rulebook: Rulebook) -> bool:
    """Return whether ``line`` holds the titles of columns parted by tabs: three and more, the first one the counter's or all of work."""
    if line.length > _HEADER or text.count("\t", line.start, line.end) < 2:
        return False
    cells = _cells(text, line)
    return len(cells) > 2 and (is_counter_column(text, *cells[0], rulebook) or assigns(" | ".join(_titles(text, cells)), rulebook))


def read_tab_table(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook) -> tuple[list[Row], int]:
    """Return the rows of the table whose titles stand in ``lines[i]`` and the index of the line behind it.

    A cell may hold line breaks of its own: a line goes on with the row above while that one lacks cells and no number begins it. A line
    without tabs between rows is the title of a group.
    """
    titles = _titles(text, _cells(text, lines[i]))
    form = row_form(" | ".join(titles), rulebook)
    counts = is_counter_column(text, *_cells(text, lines[i])[0], rulebook)
    made: list[Cells] = []
    at = i + 1
    while at < len(lines) and lines[at].gap != "part":
        line = lines[at]
        cells = _cells(text, line)
        numbered = counts and len(cells) > 1 and cells[0] != EMPTY and read_counter(text, *cells[0], cells[0][1]) is not None
        above = made[-1] if made else []
        lacks = 1 < len(above) < len(titles) and (len(above) > 2 or len(cells) > 1)  # two cells alone are the title of a group
        if counts and lacks and not numbered and len(above) + len(cells) - 1 <= len(titles):
            above[-1] = (above[-1][0] if above[-1] != EMPTY else cells[0][0], cells[0][1])
            above += cells[1:]
        elif len(cells) > 1 or _goes_on(text, lines, at + 1):
            made.append(cells)
        else:
            break
        at += 1
    rows = [read_row(text, cells, titles, form) for cells in made]
    return [row for row in rows if row], at


def _cells(text: str, line: Line) -> Cells:
    """Return the cells of a line, EMPTY where nothing stands between two tabs."""
    return [_trim(text, *match.span()) for match in _CELL.finditer(text, line.start, line.end)]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else EMPTY


def _titles(text: str, cells: Cells) -> list[str]:
    return [fold_text(text[max(start, 0) : max(end, 0)][:_TITLE]).strip() for start, end in cells]


def _goes_on(text: str, lines: Sequence[Line], at: int) -> bool:
    """Return whether one of the next lines is a row."""
    for line in lines[at : at + _AHEAD]:
        if line.gap == "part":
            return False
        if "\t" in text[line.start : line.end]:
            return True
    return False
