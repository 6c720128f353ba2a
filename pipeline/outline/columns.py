"""Tables without bars, as PDF text has them: cells printed one below another, or columns of blanks. A row is a clause."""

import re
from collections.abc import Sequence

from models import Span
from pipeline.outline.blanks import Column, Piece, indent, part_rows, read_columns, runs_of, words_of
from pipeline.outline.lines import Line
from pipeline.outline.markers import Marker, read_marker
from pipeline.outline.rows import Counting, Row, is_counter_column, read_counter, row_depth, row_form
from pipeline.outline.stacked import part_row, read_titles
from pipeline.rulebook import Rulebook

_GAP = re.compile(r"\S(?: {3,}|\t+| {2,}(?=[A-ZĐÀ-Ỹ\d]))\S")
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)\.?(?: {2,}|\t+)(?=\S)")
_GROUP = re.compile(r"([IVX]{1,5}|[A-HĐ])\.?(?: {2,}|\t+)(?=\S)")  # the number of a group of rows, without a stop
_MIDDLES = 0.1  # of the rows that may go on beside their number
_OVER = 4  # letters that words behind a table reach into the column of units
_HEADER = 4  # lines of titles above that of the counter
_TITLE = 32  # letters that a column's title has on a line
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


def titles_above(text: str, lines: Sequence[Line], i: int) -> list[Line]:
    """Return the lines right above ``lines[i]``, the titles of columns, that hold more of them: further in, and all short."""
    found: list[Line] = []
    at = i
    while at and len(found) < _HEADER and lines[at].gap == "none" and lines[at - 1].kind == "line":
        at -= 1
        words = words_of(text, lines[at])
        runs = runs_of(words)
        alone = len(runs) == 1 and text[lines[at].start : lines[at].end].isupper()  # the title of the table
        if not runs or alone or runs[0][0] <= indent(text, lines[i]) or any(right - left > _TITLE for left, right in runs):
            break
        found.insert(0, lines[at])
    return found


def has_columns(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` is made of columns parted by wide blanks."""
    return _GAP.search(text, start, end) is not None


def read_column_table(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook, above: Sequence[Line] = ()) -> tuple[list[Row], int]:
    """Return the rows of a table printed in columns of blanks, and the index of the line behind it.

    ``above``: lines with titles of columns above the line of the counter's title. A row begins at a number before a wide blank, a
    title row at a Roman number; a numbered paragraph without columns ends it. Titles that a page turn repeats belong to no row.
    """
    rows: list[Row] = []
    held: list[list[Line]] = []  # the lines of each row
    header = [*above, lines[i]]
    titles = {said(text, line) for line in header}
    form: str | None = None
    at = i + 1
    while at < len(lines) and lines[at].gap != "part":
        line = lines[at]
        at += 1
        if rows and said(text, line) in titles:
            continue
        number = _NUMBER.match(text, line.start, line.end) or _group(text, line)
        marker = None if number else read_marker(text, line.start, line.end, rulebook)
        if number:
            if form is None:
                form = row_form(" ".join(text[h.start : h.end] for h in header), rulebook)
            counter = read_counter(text, *number.span(1), number.end())
            rows.append(Row(line.start, line.end, counter, form if has_columns(text, number.end(), line.end) else "heading"))
        elif marker and marker.style == "roman" and _rows_follow(text, lines, at):
            rows.append(Row(line.start, line.end, marker._replace(style="row:roman", depth=row_depth("roman")), "heading"))
        elif marker and marker.style in ("1.", "decimal", "roman", "appendix", "article") and not has_columns(text, line.start, line.end):
            if not _rows_follow(text, lines, at):
                at -= 1
                break
            rows.append(Row(line.start, line.end, read_counter(text, line.start, marker.body, marker.body), "heading"))
        elif rows and rows[-1].form != "heading" and _stands_out(text, held[-1][0], line):
            if not _rows_follow(text, lines, at):
                at -= 1
                break
            rows.append(Row(line.start, line.end, None, "heading"))
        elif rows:
            rows[-1] = rows[-1]._replace(end=line.end)
            held[-1].append(line)
            continue
        else:
            if len(header) < 40:
                header.append(line)
                titles.add(said(text, line))
            continue
        held.append([line])
    return _parted(text, header, rows, held, rulebook), at


def _group(text: str, line: Line) -> re.Match[str] | None:
    """Return the number of a group of rows, where ``line`` holds that and a title."""
    found = _GROUP.match(text, line.start, line.end)
    return found if found and not has_columns(text, found.end(), line.end) else None


def _stands_out(text: str, first: Line, line: Line) -> bool:
    """Return whether ``line`` is no part of the row whose ``first`` line this is: it begins in the column of numbers and runs on over
    those of cells. Where a page turns inside a row nobody can tell."""
    runs = runs_of(words_of(text, first))
    if len(runs) < 3 or has_columns(text, line.start, line.end) or "\f" in text[first.start : line.start]:
        return False
    left = indent(text, line)
    return left < runs[0][1] and left + line.length > runs[2][0] + _OVER


def said(text: str, line: Line) -> str:
    """Return the words of ``line``, a blank between two."""
    return " ".join(text[line.start : line.end].split())


def _parted(text: str, header: Sequence[Line], rows: Sequence[Row], held: Sequence[Sequence[Line]], rulebook: Rulebook) -> list[Row]:
    """Return ``rows`` with their cells, as far as the blanks tell them apart; ``held`` are the lines of each row."""
    columns = read_columns(text, header)
    filled = [n for n, row in enumerate(rows) if row.form != "heading"]
    if _is_centred(text, rows, held):
        return list(rows)
    done = list(rows)
    for n, pieces in zip(filled, part_rows(text, columns, [held[n] for n in filled], counted=True, rulebook=rulebook), strict=True):
        if pieces is not None:
            done[n] = with_cells(rows[n], columns, pieces)
    return done


def _is_centred(text: str, rows: Sequence[Row], held: Sequence[Sequence[Line]]) -> bool:
    """Return whether the cells are centred from top to bottom: numbers stand in the middle of their rows, whose first lines lie above.

    Then the words beside a number go on with a line above it, and lines of cells follow the title of a group.
    """
    middles = sum(row.marker is not None and text[row.marker.body].islower() for row in rows if row.form != "heading")
    under = [line for row, lines in zip(rows, held, strict=True) if row.form == "heading" for line in lines[1:]]
    below = any(has_columns(text, line.start, line.end) for line in under)
    return below or middles > _MIDDLES * len(rows)


def with_cells(row: Row, columns: Sequence[Column], pieces: Sequence[Piece]) -> Row:
    """Return ``row`` with the cells that its ``pieces`` make, and its number as the first of them."""
    by_column: dict[int, list[Span]] = {}
    for column, span in pieces:
        by_column.setdefault(column, []).append(span)
    cells = [(columns[column].title, *spans[0]) for column, spans in sorted(by_column.items())]
    if row.marker:
        cells.insert(0, (columns[0].title, row.start, row.start + len(row.marker.printed)))
    return row._replace(cells=tuple(cells), pieces={spans[0].start: tuple(spans) for spans in by_column.values() if len(spans) > 1})


def _rows_follow(text: str, lines: Sequence[Line], at: int) -> bool:
    """Return whether one of the next lines begins a row."""
    for line in lines[at : at + 5]:
        row = _NUMBER.match(text, line.start, line.end)
        if row and has_columns(text, row.end(), line.end):
            return True
    return False
