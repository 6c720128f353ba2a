"""Tables that go on over a page turn: one grid again, without the header rows that each page repeats."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.read.compose import Cell, Grid, Piece
from pipeline.read.printed_page import PrintedTable

_SAME: Final = 6.0  # points by which bounds of columns may differ from page to page
_HEADER_ROWS: Final = 4
_ENDS: Final = (".", ";", ":", "!", "?")

Row = dict[int, Cell]


@dataclass
class OpenTable:
    """A table that may go on over the page: its rows so far, the x of its columns' bounds, header rows that were repeated."""

    edges: tuple[float, ...]
    rows: list[Row]
    dropped: list[Piece] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        """The whole table."""
        return Grid(tuple(self.rows), len(self.edges) - 1)


def open_table(table: PrintedTable) -> OpenTable:
    """Return ``table`` ready to be gone on with."""
    edges = table.edges or tuple(float(n) for n in range(table.grid.width + 1))
    return OpenTable(edges, [dict(row) for row in table.grid.rows])


def goes_on(table: OpenTable, following: PrintedTable) -> bool:
    """Whether ``following``, the first thing on the next page, is the rest of ``table``, the last thing on its own.

    The outer bounds are the same (the left one aside: right pages may lie further in), and one has no column bound that the
    other lacks in the middle of a cell, unless its rows are all merged there.
    """
    if len(following.edges) < 2:
        return following.grid.width == len(table.edges) - 1
    if _words(following.grid.rows[:1]) == _words(table.rows[:1]):
        return len(following.edges) == len(table.edges)
    shift = following.edges[0] - table.edges[0]
    edges = [x - shift for x in following.edges]
    if abs(edges[-1] - table.edges[-1]) > _SAME:
        return False
    fewer, more = sorted((edges, list(table.edges)), key=len)
    return all(any(abs(x - y) <= _SAME for y in more) for x in fewer)


def go_on(table: OpenTable, following: PrintedTable) -> None:
    """Add the rows of ``following`` to ``table``: repeated header rows are dropped, a row that the page turn cut is joined."""
    rows = [dict(row) for row in following.grid.rows]
    if following.edges and len(following.edges) >= 2:
        shift = following.edges[0] - table.edges[0]
        edges = [x - shift for x in following.edges]
        bounds = list(table.edges)
        for x in edges:
            if all(abs(x - y) > _SAME for y in bounds):
                bounds.append(x)
        bounds.sort()
        table.rows = [_spread(row, table.edges, bounds) for row in table.rows]
        rows = [_spread(row, edges, bounds) for row in rows]
        table.edges = tuple(bounds)
    repeated = _repeated_header(table.rows, rows)
    for row in rows[:repeated]:
        table.dropped.extend(replace(piece, kind="furniture") for cell in row.values() for piece in cell.pieces)
    rows = rows[repeated:]
    if rows and table.rows and _is_cut(table.rows, rows[0], len(table.edges) - 1):
        _append(table.rows, rows[0])
        rows = rows[1:]
    table.rows.extend(rows)


def _spread(row: Row, edges: Sequence[float], bounds: Sequence[float]) -> Row:
    """Return ``row`` with its columns counted by ``bounds``, which hold all ``edges``."""
    places = [min(range(len(bounds)), key=lambda n: abs(bounds[n] - x)) for x in edges]
    return {places[c]: replace(cell, columns=places[c + cell.columns] - places[c]) for c, cell in row.items()}


def _words(rows: Sequence[Row]) -> list[str]:
    return [" ".join(" ".join(piece.words for piece in cell.pieces).split()).lower() for row in rows for _, cell in sorted(row.items())]


def _repeated_header(before: Sequence[Row], rows: Sequence[Row]) -> int:
    """Return how many of the first ``rows`` say what the first rows of the table say."""
    count = 0
    while count < min(_HEADER_ROWS, len(rows), len(before)):
        words = _words(rows[count : count + 1])
        if not any(words) or words != _words(before[count : count + 1]):
            break
        count += 1
    return count


def _is_cut(before: Sequence[Row], row: Row, width: int) -> bool:
    """Whether ``row``, the first on its page, is the rest of the last row of the page before.

    The rest of a row bears no ordinal where all other rows do; without ordinals, a cell of it goes on in small letters with what
    did not end.
    """
    last = before[-1]
    if any(cell.columns == width for cell in (*row.values(), *last.values())):
        return False
    filled = {c for c, cell in row.items() if cell.pieces}
    if not filled:
        return True
    if 0 in filled and (0 not in last or last[0].pieces):
        return _goes_on_small(last, row) and not _is_ordinal(row[0])
    first_filled = sum(bool(r[0].pieces) for r in before[1:] if 0 in r)
    if first_filled < 0.7 * max(1, sum(0 in r for r in before[1:])):  # the first column is often empty
        return _goes_on_small(last, row)
    return all(c in last and last[c].pieces for c in filled) or _goes_on_small(last, row)


def _is_ordinal(cell: Cell) -> bool:
    words = " ".join(piece.words for piece in cell.pieces)
    return len(words) < 8 and any(c.isdigit() for c in words)


def _goes_on_small(last: Row, row: Row) -> bool:
    for c, cell in row.items():
        before = last.get(c)
        if cell.pieces and before and before.pieces and cell.pieces[0].words[:1].islower() and not before.pieces[-1].words.endswith(_ENDS):
            return True
    return False


def _append(rows: list[Row], rest: Row) -> None:
    """Put the words of ``rest`` behind those of the last row, cell by cell."""
    last = rows[-1]
    for c, cell in rest.items():
        if not cell.pieces:
            continue
        home = last.get(c)
        if home is None:  # a cell merged downwards: it begins in a row further up
            above = next((r for r in reversed(rows) if c in r), None)
            if above is None:
                last[c] = replace(cell, rows=1)
            else:
                above[c] = replace(above[c], pieces=(*above[c].pieces, *cell.pieces))
        else:
            last[c] = replace(home, pieces=(*home.pieces, *cell.pieces))
