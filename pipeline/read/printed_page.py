"""What stands on a printed page before its reading order is known."""

from dataclasses import dataclass

from pipeline.read.compose import Box, Grid


@dataclass(frozen=True)
class PrintedLine:
    """A line of print, or the part of one that stands in one column: its words (NFC) and their box in points.

    ``size`` is that of its font in points, 0 where it is not known (OCR).
    """

    words: str
    box: Box
    confidence: float = 1.0
    mends: tuple[tuple[int, int, str, str], ...] = ()
    size: float = 0.0


@dataclass(frozen=True)
class PrintedTable:
    """A ruled table on a page, with the box (points) that it fills and the x of its columns' bounds (one more than columns)."""

    grid: Grid
    box: Box
    edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class PrintedPage:
    """One page, ``number`` from 1, sizes in points; ``lines`` (in any order) are those outside its tables.

    ``apart`` are words laid over the page that are no part of its text: the box of an electronic signature, a slanting
    watermark. ``rules`` are the boxes of level rulings outside the tables.
    """

    number: int
    width: float
    height: float
    lines: tuple[PrintedLine, ...]
    tables: tuple[PrintedTable, ...] = ()
    apart: tuple[PrintedLine, ...] = ()
    rules: tuple[Box, ...] = ()
