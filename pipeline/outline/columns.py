"""Tables without bars, as PDF text has them: cells printed one below another, or columns of blanks. A row is a clause."""

import re
from collections.abc import Sequence

from pipeline.outline.lines import Line
from pipeline.outline.markers import Marker, read_marker
from pipeline.outline.rows import Counting, Row, is_counter_column, read_counter, row_depth, row_form
from pipeline.outline.stacked import part_row, read_titles
from pipeline.rulebook import Rulebook

_GAP = re.compile(r"\S(?: {3,}|\t+| {2,}(?=[A-ZĐÀ-Ỹ\d]))\S")
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)\.?(?: {2,}|\t+)(?=\S)")
_FIRST = re.compile(r"(\S+)(?: {2,}|\t+)\S")


def begins_stacked_table(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook) -> bool:
    """Return whether ``lines[i]`` is a counter column's title alone on its line, above other short titles."""
    if not is_counter_column(text, lines[i].start, lines[i].end, rulebook) or i + 2 >= len(lines):
        return False
    return all(line.length < 50 and line.gap != "part" for line in lines[i + 1 : i + 3])


def read_stacked_table(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook) -> tuple[list[Row], int]:
    """Return the rows of a table whose cells are printed one below another, and the index of the line behind it.

    A row begins at a number alone on its line that goes on counting; its cells are told apart where its lines show them.
    """
    begins: list[tuple[int, Marker]] = []
    header: list[Line] = []
    counting = Counting()
    at = i + 1
    while at < len(lines) and lines[at].gap != "part":
        line = lines[at]
        marker = read_counter(text, line.start, line.end, lines[at + 1].start) if line.length < 12 and at + 1 < len(lines) else None
        if marker and marker.style != "row:letter" and counting.goes_on(marker):
            begins.append((at, marker))
        elif line.length > 4 and (found := read_marker(text, line.start, line.end, rulebook)) and found.style == "appendix":
            break
        elif not begins and len(header) < 40:
            header.append(line)
        at += 1
    titles = read_titles(text, header)
    form = row_form(" ".join(titles), rulebook)
    widest = max((line.length for line in lines[i:at]), default=0)
    rows = []
    for (first, marker), stop in zip(begins, [*(n for n, _ in begins[1:]), at], strict=False):
        heading = marker.style == "row:roman"
        cells = () if heading or form != "task" else part_row(text, lines[first + 1 : stop], titles, widest, rulebook)
        rows.append(Row(lines[first].start, lines[stop - 1].end, marker, "heading" if heading else form, cells))
    return rows, at


def begins_column_table(text: str, line: Line, rulebook: Rulebook) -> bool:
    """Return whether ``line`` holds the titles of columns parted by blanks, the counter column first."""
    match = _FIRST.match(text, line.start, line.end)
    return match is not None and is_counter_column(text, match.start(1), match.end(1), rulebook)


def has_columns(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` is made of columns parted by wide blanks."""
    return _GAP.search(text, start, end) is not None


def read_column_table(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook, above: str = "") -> tuple[list[Row], int]:
    """Return the rows of a table printed in columns of blanks, and the index of the line behind it.

    ``above``: titles of columns printed above the line of the counter's title. A row begins at a number before a wide blank, a title
    row at a Roman number; a numbered paragraph without columns ends it.
    """
    rows: list[Row] = []
    header = [above, text[lines[i].start : lines[i].end]]
    at = i + 1
    while at < len(lines) and lines[at].gap != "part":
        line = lines[at]
        number = _NUMBER.match(text, line.start, line.end)
        marker = None if number else read_marker(text, line.start, line.end, rulebook)
        if number:
            titled = not has_columns(text, number.end(), line.end)
            form = "heading" if titled else row_form(" ".join(header), rulebook)
            rows.append(Row(line.start, line.end, read_counter(text, *number.span(1), number.end()), form))
        elif marker and marker.style == "roman":
            rows.append(Row(line.start, line.end, marker._replace(style="row:roman", depth=row_depth("roman")), "heading"))
        elif marker and marker.style in ("1.", "decimal", "appendix", "article") and not has_columns(text, line.start, line.end):
            if not _rows_follow(text, lines, at + 1):
                break
            rows.append(Row(line.start, line.end, read_counter(text, line.start, marker.body, marker.body), "heading"))
        elif rows:
            rows[-1] = rows[-1]._replace(end=line.end)
        elif len(header) < 40:
            header.append(text[line.start : line.end])
        at += 1
    return rows, at


def _rows_follow(text: str, lines: Sequence[Line], at: int) -> bool:
    """Return whether one of the next lines begins a row."""
    for line in lines[at : at + 5]:
        row = _NUMBER.match(text, line.start, line.end)
        if row and has_columns(text, row.end(), line.end):
            return True
    return False
