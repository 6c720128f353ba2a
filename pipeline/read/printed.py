"""Printed pages (PDF, scans) in reading order: head and foot in two columns, page furniture, tables over page turns."""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.read.compose import Box, Gap, Grid, Kind, Piece
from pipeline.read.printed_columns import read_across
from pipeline.read.printed_furniture import find_furniture
from pipeline.read.printed_numbers import rejoin
from pipeline.read.printed_page import PrintedLine, PrintedPage, PrintedTable
from pipeline.read.printed_tables import OpenTable, go_on, goes_on, open_table

__all__ = ["PrintedLine", "PrintedPage", "PrintedTable", "arrange"]

Item = Piece | Grid | Gap

_ENDED = re.compile(r"[.;:!?][\s\"”»’')\]]*$")


def arrange(pages: Sequence[PrintedPage]) -> Iterator[Item]:
    """Yield the pages' words in reading order, ready to be composed.

    A page turn is a Gap. Running heads, page numbers, footnotes and what is laid over the page are furniture. A sentence or a
    table that goes on over a page turn is not interrupted: the furniture stands behind it.
    """
    held: list[Item] = []  # furniture at a page turn
    waiting = False  # a sentence goes on; the furniture waits for its end
    last: Piece | None = None
    for item in _in_order(pages):
        if isinstance(item, Piece) and item.kind == "furniture":
            held.append(item)
        elif item == Gap(page=True):
            waiting = last is not None and not _ENDED.search(last.words)
            if not waiting:
                yield from _flush(held)
            yield item
        else:
            if not (waiting and isinstance(item, Piece)):
                yield from _flush(held)
            yield item
            last = item if isinstance(item, Piece) else None
            if waiting and last is not None and _ENDED.search(last.words):
                yield from _flush(held)
            waiting = waiting and bool(held)
    yield from _flush(held)


def _flush(held: list[Item]) -> Iterator[Item]:
    yield from held
    held.clear()


def _in_order(pages: Sequence[PrintedPage]) -> Iterator[Item]:
    """Yield the words of the pages, furniture where it is printed, but behind a table that goes on over the page turn."""
    table: OpenTable | None = None
    held: list[Item] = []  # what stands between the open table and its rest: furniture and page turns
    for page, furniture in zip(pages, find_furniture(pages), strict=True):
        around = furniture.lines
        bands = _bands(page, [line for line in page.lines if line not in around])
        held.extend(_furniture(furniture.above, page.number))
        for part in bands:
            if isinstance(part, PrintedTable):
                if table is not None and goes_on(table, part):
                    go_on(table, part)
                else:
                    yield from _close(table, held)
                    table = open_table(part)
            else:
                yield from _close(table, held)
                table = None
                yield from _text(part, page)
        held.extend(_furniture((*furniture.notes, *furniture.below, *page.apart), page.number))
        held.append(Gap(page=True))
        if table is None:
            yield from _close(None, held)
    yield from _close(table, held)


def _close(table: OpenTable | None, held: list[Item]) -> Iterator[Item]:
    if table is not None:
        yield table.grid
        yield from table.dropped
    yield from held
    held.clear()


def _furniture(lines: Iterable[PrintedLine], page: int) -> Iterator[Piece]:
    for line in lines:
        yield _piece(line, page, "furniture")


def _piece(line: PrintedLine, page: int, kind: Kind = "line") -> Piece:
    return Piece(line.words, kind, page, line.box, line.confidence, mends=line.mends)


def _bands(page: PrintedPage, lines: Sequence[PrintedLine]) -> Iterator[list[PrintedLine] | PrintedTable]:
    """Yield the tables of a page and the lines between them, from top to bottom."""
    left = sorted(lines, key=lambda line: line.box[1] + line.box[3])
    for table in sorted(page.tables, key=lambda table: table.box[1]):
        middle = table.box[1] + table.box[3]
        above = [line for line in left if line.box[1] + line.box[3] < min(middle, 2 * table.box[1])]
        beside = [line for line in left if 2 * table.box[1] <= line.box[1] + line.box[3] < middle]
        if above or beside:
            yield above + beside
        left = left[len(above) + len(beside) :]
        yield table
    if left:
        yield left


def _text(lines: Sequence[PrintedLine], page: PrintedPage) -> Iterator[Item]:
    for n, group in enumerate(read_across(lines, page.width)):
        if n:
            yield Gap()
        before: Piece | None = None
        for piece in rejoin([_piece(line, page.number) for line in group]):
            if before and before.box and piece.box and _parted(before.box, piece.box):
                yield Gap()
            yield piece
            before = piece


def _parted(above: Box, below: Box) -> bool:
    """Return whether a whole line would fit between two lines: no paragraph goes on across that."""
    return below[1] - above[3] > max(above[3] - above[1], below[3] - below[1])
