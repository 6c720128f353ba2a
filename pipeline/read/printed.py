"""Printed pages (PDF, scans) in reading order: head and foot in two columns, page furniture, tables over page turns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.read.compose import Box, Gap, Grid, Piece


@dataclass(frozen=True)
class PrintedLine:
    """A line of print, or the part of one that stands in one column: its words (NFC) and their box in points."""

    words: str
    box: Box
    confidence: float = 1.0
    mends: tuple[tuple[int, int, str, str], ...] = ()


@dataclass(frozen=True)
class PrintedTable:
    """A ruled table on a page, with the box (points) that it fills."""

    grid: Grid
    box: Box


@dataclass(frozen=True)
class PrintedPage:
    """One page, ``number`` from 1, sizes in points; ``lines`` (in any order) are those outside its tables."""

    number: int
    width: float
    height: float
    lines: tuple[PrintedLine, ...]
    tables: tuple[PrintedTable, ...] = ()


def arrange(pages: Sequence[PrintedPage]) -> Iterator[Piece | Grid | Gap]:
    """Yield the pages' words in reading order, ready to be composed."""
    for page in pages:
        yield from (Piece(line.words, page=page.number, box=line.box, confidence=line.confidence) for line in page.lines)
        yield Gap(page=True)
