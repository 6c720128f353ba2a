"""One page of a scan: cleaned, its tables found, its words read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from PIL import Image

from pipeline.read.compose import Box
from pipeline.read.printed_grid import Ruling, build_table
from pipeline.read.printed_page import PrintedLine, PrintedPage, PrintedTable
from pipeline.read.scan_clean import CleanPage, Pixels, clean
from pipeline.read.scan_engine import Word, read_words
from pipeline.read.scan_ordinals import mend_ordinals
from pipeline.read.scan_ruling import find_ruled
from pipeline.read.scan_stamps import read_stamps, without_known
from pipeline.read.scan_words import build_lines, in_stamp
from pipeline.rulebook import Rulebook

_MARGIN: Final = 6
_INK: Final = 12
_SENSE: Final = 0.6


@dataclass(frozen=True)
class Engine:
    """What reads: the path of Tesseract, what messages call the file that is read, and the rules."""

    program: str
    file: str
    book: Rulebook


class _Cell(NamedTuple):
    table: int
    number: int
    picture: Pixels
    corner: tuple[float, float]


def read_page(number: int, image: Image.Image, dpi: float | None, engine: Engine) -> PrintedPage:
    """Return page ``number`` read from ``image``; one that makes no sense as it lies is turned. Raises SourceError "ocr-failed".

    Red stamps on the head of the first page are set apart.
    """
    best, sureness = _read(number, clean(image, dpi), engine)
    turned = 0
    for turn in (90, 270, 180) if sureness < _SENSE else ():
        page, surer = _read(number, clean(image, dpi, turn), engine)
        if surer > sureness + 0.1:
            best, sureness, turned = page, surer, turn
        if sureness >= _SENSE + 0.2:
            break
    if number != 1:
        return best
    stamps = read_stamps(image, dpi, turned, engine.program, engine.file, engine.book)
    return replace(best, apart=(*best.apart, *without_known(stamps, (*best.lines, *best.apart))))


def _read(number: int, page: CleanPage, engine: Engine) -> tuple[PrintedPage, float]:
    """Return the page read, and how much sense it makes (``_sureness``)."""
    ruled = find_ruled(page)
    cells = [cell for n, table in enumerate(ruled.tables) for cell in _cells(n, table, ruled.pixels, page.points)]
    body = ruled.pixels
    for table in ruled.tables:
        left, top, right, bottom = _pixels(table.box, page.points, body.shape)
        body[top:bottom, left:right] = 255
    words = read_words([body], engine.program, engine.file, page=True)[0]
    outside = build_lines(words, page.points, (0.0, 0.0), engine.book)
    tables, noise = _tables(number, page.points, ruled.tables, cells, engine)
    stamps = [line for line in outside.lines if in_stamp(line, ruled.level, outside.lines, engine.book)]
    lines = tuple(line for line in outside.lines if line not in stamps)
    apart = (*stamps, *outside.noise, *noise)
    return PrintedPage(number, page.width, page.height, lines, tables, apart, ruled.level), _sureness(words)


def _sureness(words: Sequence[Word]) -> float:
    """Return how sure Tesseract was of the words (1 where there are none); words that stand on end count as not read."""
    letters = sum(len(word.text) for word in words)
    read = sum(
        word.confidence * len(word.text) for word in words if len(word.text) < 3 or word.bottom - word.top < 1.5 * (word.right - word.left)
    )
    return read / letters if letters else 1.0


def _pixels(box: Box, points: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(value / points) for value in box)
    return max(0, left), max(0, top), min(shape[1], right), min(shape[0], bottom)


def _cells(index: int, table: Ruling, pixels: Pixels, points: float) -> Iterator[_Cell]:
    """Yield the cells of ``table`` that hold ink, each as a picture."""
    for number in np.unique(table.cells).tolist():
        rows, columns = np.nonzero(table.cells == number)
        box = (table.xs[columns.min()], table.ys[rows.min()], table.xs[columns.max() + 1], table.ys[rows.max() + 1])
        left, top, right, bottom = _pixels(box, points, pixels.shape)
        part = pixels[top:bottom, left:right]
        if (part < 128).sum() >= _INK:
            picture = np.pad(part, _MARGIN, constant_values=255)
            yield _Cell(index, number, picture, ((left - _MARGIN) * points, (top - _MARGIN) * points))


def _tables(
    number: int, points: float, rulings: Sequence[Ruling], cells: Sequence[_Cell], engine: Engine
) -> tuple[tuple[PrintedTable, ...], list[PrintedLine]]:
    """Return the tables with the words in their cells, each cell read as a picture of its own; and what is no print in them."""
    found: list[list[tuple[int, PrintedLine]]] = [[] for _ in rulings]
    noise: list[PrintedLine] = []
    words = read_words([cell.picture for cell in cells], engine.program, engine.file, page=False)
    for cell, inside in zip(cells, words, strict=True):
        lines = build_lines(inside, points, cell.corner, engine.book, cell=True)
        found[cell.table].extend((cell.number, line) for line in lines.lines)
        noise.extend(lines.noise)
    tables = (build_table(ruling, lines, number) for ruling, lines in zip(rulings, found, strict=True))
    return tuple(mend_ordinals(table) for table in tables if table), noise
