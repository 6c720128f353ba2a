"""Tables printed in columns of blanks that do not number their rows: only where the titles of all columns hand out work."""

import re
from collections.abc import Sequence
from typing import Final

from pipeline.outline.blanks import Column, part_rows, read_columns, runs_of, words_of
from pipeline.outline.columns import said, with_cells
from pipeline.outline.lines import Line
from pipeline.outline.markers import read_marker
from pipeline.outline.rows import Row, is_work_column, row_form
from pipeline.rulebook import Rulebook

_HEADER: Final = 4  # lines that a row of titles has at most
_FEWEST: Final = 3  # columns
_ROWS: Final = 2  # as many rows, or it is no table
_TITLE: Final = 48  # letters that the title of a column has at most
_WIDE: Final = re.compile(r"\S {3,}\S")


def read_uncounted_table(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook) -> tuple[list[Row], int] | None:
    """Return the rows of the table whose titles begin in ``lines[i]`` and the index of the line behind it; None where none begins.

    A row begins with a capital in each of its cells, all but one of them filled. What cannot be parted for sure is no table.
    """
    if _WIDE.search(text, lines[i].start, lines[i].end) is None:
        return None
    columns, at = _read_header(text, lines, i, rulebook)
    if not columns:
        return None
    titles = {said(text, line) for line in lines[i:at]}
    held: list[list[Line]] = []
    while at < len(lines) and lines[at].gap != "part" and lines[at].kind == "line":
        line = lines[at]
        runs = runs_of(words_of(text, line))
        if held and said(text, line) in titles:
            pass  # the page has turned
        elif _opens(text, line, runs, len(columns)):
            held.append([line])
        elif not held or not runs or _is_behind(text, line, runs, columns, rulebook):
            break
        else:
            held[-1].append(line)
        at += 1
    form = row_form(" | ".join(column.title for column in columns), rulebook)
    parted = part_rows(text, columns, held, counted=False, rulebook=rulebook) if len(held) >= _ROWS else []
    rows = [with_cells(Row(h[0].start, h[-1].end, None, form), columns, p) for h, p in zip(held, parted, strict=False) if p is not None]
    return (rows, at) if rows and len(rows) == len(held) else None


def _read_header(text: str, lines: Sequence[Line], i: int, rulebook: Rulebook) -> tuple[list[Column], int]:
    """Return the columns of the header that begins at ``lines[i]`` and the index of the line behind it; none where it is no header."""
    for stop in range(i + 1, min(len(lines), i + _HEADER) + 1):
        if stop > i + 1 and lines[stop - 1].gap != "none":
            break
        columns = read_columns(text, lines[i:stop])
        if len(columns) < _FEWEST or not is_work_column(columns[0].title, rulebook):
            continue
        if row_form(" | ".join(column.title for column in columns), rulebook) != "task" or any(len(c.title) > _TITLE for c in columns):
            continue
        if stop < len(lines) and _titles_go_on(text, lines[stop]):
            continue
        return columns, stop
    return [], i


def _titles_go_on(text: str, line: Line) -> bool:
    """Return whether all words behind wide blanks in ``line`` begin small: titles that are broken."""
    words = words_of(text, line)
    lefts = {left for left, _ in runs_of(words)}
    return line.gap == "none" and all(text[word.start].islower() for word in words if word.left in lefts)


def _opens(text: str, line: Line, runs: Sequence[tuple[int, int]], columns: int) -> bool:
    """Return whether a row begins in ``line``."""
    lefts = {left for left, _ in runs}
    begins = [text[word.start] for word in words_of(text, line) if word.left in lefts]
    return len(runs) >= max(_FEWEST, columns - 1) and not any(letter.islower() for letter in begins)


def _is_behind(text: str, line: Line, runs: Sequence[tuple[int, int]], columns: Sequence[Column], rulebook: Rulebook) -> bool:
    """Return whether ``line`` stands behind the table: a numbered title, or a line that no cell holds."""
    if len(runs) > 1:
        return False
    marker = read_marker(text, line.start, line.end, rulebook)
    return (marker is not None and bool(marker.number)) or (runs[0][0] < columns[1].left and runs[0][1] > columns[1].right)
