"""The tables of a Word file: their grid, and whether they hold data or only lay out a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, Literal

from pipeline.read.docx_styles import Styles
from pipeline.read.docx_xml import Element, W, child, number, through

Form = Literal["frame", "layout", "grid"]
_NEAR: Final = 300  # twentieths of a point (0.5 cm): columns drawn by hand begin that far apart and mean one
_MOST_COLUMNS: Final = 63  # that Word itself can make
_NO_LINE: Final = frozenset({"nil", "none"})
_WHITE: Final = frozenset({"FFFFFF", "ffffff"})


@dataclass
class Place:
    """A cell where it begins: its column in the grid (from 0), and how many columns and rows it covers.

    ``merged`` are cells of the rows below that it swallowed.
    """

    cell: Element
    column: int
    columns: int
    rows: int
    merged: list[Element]


@dataclass(frozen=True)
class TableShape:
    """A "frame" has one column, a "layout" sets words side by side, a "grid" is data. ``gone`` are deleted and hidden rows."""

    form: Form
    width: int
    rows: list[list[Place]]
    gone: list[tuple[Literal["deleted", "hidden"], Element]]


@dataclass
class _Raw:
    cell: Element
    start: int
    end: int


def read_shape(table: Element, styles: Styles, first: bool) -> TableShape:
    """Return what ``table`` is; ``first`` says that no words stand before it in the file, where letterheads stand."""
    kept: list[Element] = []
    gone: list[tuple[Literal["deleted", "hidden"], Element]] = []
    for row in through(table):
        if row.tag == W + "tr":
            if child(row, "trPr", "del") is not None:
                gone.append(("deleted", row))
            elif child(row, "trPr", "hidden") is not None:
                gone.append(("hidden", row))
            else:
                kept.append(row)
    raw = [list(_cells(row)) for row in kept]
    columns = _columns(raw, table)
    rows = [[Place(c.cell, columns[c.start], max(1, columns[c.end] - columns[c.start]), 1, []) for c in cells] for cells in raw]
    ruled = _is_ruled(table, kept, rows, styles)
    width = max((place.column + place.columns for row in rows for place in row), default=0)
    rows = _merged(rows)
    # what no one can have drawn is no data; its words stay
    form = _form(rows, ruled, first) if width <= _MOST_COLUMNS else "layout"
    return TableShape(form, width, rows, gone)


def _cells(row: Element) -> Iterator[_Raw]:
    at = _bounded(number(row, "trPr", "gridBefore"), 0)
    for cell in through(row):
        if cell.tag == W + "tc":
            span = _bounded(number(cell, "tcPr", "gridSpan"), 1)
            yield _Raw(cell, at, at + span)
            at += span


def _bounded(columns: int | None, least: int) -> int:
    return min(max(least, columns or least), _MOST_COLUMNS)


def _columns(raw: list[list[_Raw]], table: Element) -> Mapping[int, int]:
    """Return the column (from 0, without gaps) of each place at which a cell begins or ends.

    Word keeps a place for every line ever drawn; places that nearly coincide and never bound one row together are one column.
    """
    users: dict[int, set[int]] = {}
    for n, cells in enumerate(raw):
        for c in cells:
            users.setdefault(c.start, set()).add(n)
            users.setdefault(c.end, set()).add(n)
    grid = child(table, "tblGrid")
    widths = [_width(c) for c in (grid if grid is not None else ()) if c.tag == W + "gridCol"]
    at = [0, *accumulate(widths)]
    found: dict[int, int] = {}
    group: set[int] = set()
    edge = count = 0
    for place in sorted(users):
        near = found and place < len(at) and all(widths) and at[place] - at[edge] <= _NEAR
        if near and not group & users[place]:
            group |= users[place]
            found[place] = found[edge]
        else:
            found[place] = count
            group, edge, count = set(users[place]), place, count + 1
    return found


def _width(column: Element) -> int:
    text: str = column.get(W + "w", "0")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _merged(rows: list[list[Place]]) -> list[list[Place]]:
    """Return the rows without the cells that are merged into one above or to the left of them."""
    above: dict[int, Place] = {}
    kept: list[list[Place]] = []
    for row in rows:
        open_: dict[int, Place] = {}
        own: list[Place] = []
        left: Place | None = None
        for place in row:
            down, across = (child(place.cell, "tcPr", name) for name in ("vMerge", "hMerge"))
            root = above.get(place.column)
            if left is not None and across is not None and across.get(W + "val", "continue") == "continue":
                left.columns += place.columns
                left.merged.append(place.cell)
                continue
            if down is not None and down.get(W + "val", "continue") == "continue" and root and root.columns == place.columns:
                root.rows += 1
                root.merged.append(place.cell)
                open_[place.column] = root
                continue
            own.append(place)
            left = place
            if down is not None:
                open_[place.column] = place
        above = open_
        kept.append(own)
    return kept


def _form(rows: list[list[Place]], ruled: bool, first: bool) -> Form:
    filled = [[place for place in row if _has_words(place.cell)] for row in rows]
    filled_rows = [row for row in filled if row]
    widest = max(map(len, filled), default=0)
    columns = {place.column for row in filled for place in row}
    if widest <= 1 and (len(columns) <= 1 or not ruled):
        return "frame"
    if len(filled_rows) < 2 or (first and len(columns) <= 2 and len(filled_rows) <= 4 and widest <= 2):
        return "layout"
    if ruled:
        return "grid"
    wide = sum(len(row) > 2 for row in filled)
    return "grid" if wide >= 3 or (widest > 3 and wide >= 2) else "layout"


def _has_words(cell: Element) -> bool:
    return next(cell.iter(W + "numPr"), None) is not None or any((t.text or "").strip() for t in cell.iter(W + "t", W + "delText"))


def _is_ruled(table: Element, rows: list[Element], places: list[list[Place]], styles: Styles) -> bool:
    """Return whether lines part the columns in at least half of the places where two cells meet."""
    layers = [style.find(f"{W}tblPr/{W}tblBorders") for style in reversed(styles.chain(_table_style(table)))]
    layers.append(child(table, "tblPr", "tblBorders"))
    met = drawn = 0
    for row, cells in zip(rows, places, strict=True):
        inner = _drawn("insideV", [*layers, child(row, "tblPrEx", "tblBorders")])
        for left, right in pairwise(cells):
            of_left, of_right = (child(place.cell, "tcPr", "tcBorders") for place in (left, right))
            sides = _drawn("right", [of_left]), _drawn("end", [of_left]), _drawn("left", [of_right]), _drawn("start", [of_right])
            met += 1
            drawn += any(sides) or (bool(inner) and all(side is None for side in sides))
    return met > 0 and drawn * 2 >= met


def _table_style(table: Element) -> str | None:
    style = child(table, "tblPr", "tblStyle")
    return None if style is None else style.get(W + "val")


def _drawn(edge: str, layers: list[Element | None]) -> bool | None:
    """Return whether the last of ``layers`` that speaks of ``edge`` draws it; None where none does."""
    for layer in reversed(layers):
        line = child(layer, edge)
        if line is not None:
            return line.get(W + "val", "nil") not in _NO_LINE and line.get(W + "color") not in _WHITE
    return None
