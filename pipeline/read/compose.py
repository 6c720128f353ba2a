"""Lines, paragraphs and tables, as a reader finds them in a file, become the one text of a Document."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from models import Aside, Block, Document, Mend, Source, Span, Table

Box = tuple[float, float, float, float]
Kind = Literal["line", "paragraph", "cell", "furniture"]


@dataclass(frozen=True)
class Piece:
    """Words that a reader found together: a printed line, a paragraph, a cell, or page furniture. See models.Block."""

    words: str
    kind: Kind = "line"
    page: int | None = None
    box: Box | None = None
    confidence: float = 1.0
    asides: tuple[tuple[Literal["struck", "deleted", "hidden", "comment"], str], ...] = ()
    mends: tuple[tuple[int, int, str, str], ...] = ()
    """(start, end in ``words``, what was read, rule)"""


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its lines from top to bottom, and how many places of the grid it covers."""

    pieces: tuple[Piece, ...]
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Grid:
    """A table of the file: its rows, each with the cells that begin in it, by the column (from 0) they begin at."""

    rows: tuple[dict[int, Cell], ...]
    width: int


@dataclass(frozen=True)
class Gap:
    """Empty room between two pieces; ``page`` says that the page turns here."""

    page: bool = False


@dataclass
class _Text:
    parts: list[str] = field(default_factory=list)
    length: int = 0

    def write(self, words: str) -> Span:
        start = self.length
        self.parts.append(words)
        self.length += len(words)
        return Span(start, self.length)


def compose(items: Iterable[Piece | Grid | Gap], source: Source) -> Document:
    """Return the document that ``items`` make in their order; its text is NFC.

    Lines end with a line break; paragraphs, tables and gaps stand between blank lines; the cells of a row are parted by " | " and
    their lines by line breaks. A page turn is a form feed. Pieces without words are left out, their asides are kept.
    """
    text, blocks, tables, asides, mends = _Text(), list[Block](), list[Table](), list[Aside](), list[Mend]()
    decomposed = False

    def put(piece: Piece) -> Span | None:
        nonlocal decomposed
        decomposed = decomposed or not unicodedata.is_normalized("NFC", piece.words)
        asides.extend(Aside(kind=kind, words=words, at=text.length, page=piece.page) for kind, words in piece.asides)
        words, moved = _normal(piece)
        if not words:
            return None
        span = text.write(words)
        blocks.append(Block(span=span, kind=piece.kind, page=piece.page, box=piece.box, confidence=piece.confidence))
        mends.extend(Mend(span=Span(span.start + a, span.start + b), read=read, rule=rule) for a, b, read, rule in moved)
        return span

    for item in items:
        if isinstance(item, Gap):
            text.write("\f" if item.page else "\n" if text.length else "")
        elif isinstance(item, Grid):
            text.write("\n" if text.length else "")
            if table := _table(item, text, put):
                tables.append(table)
            text.write("\n")
        elif put(item):
            text.write("\n\n" if item.kind == "paragraph" else "\n")
    if decomposed:
        source = source.model_copy(update={"notes": (*source.notes, "decomposed")})
    return Document(
        text="".join(text.parts), source=source, blocks=tuple(blocks), tables=tuple(tables), asides=tuple(asides), mends=tuple(mends)
    )


def _normal(piece: Piece) -> tuple[str, Sequence[tuple[int, int, str, str]]]:
    """Return the words in NFC without the blanks around them, and the mends moved along."""
    words = unicodedata.normalize("NFC", piece.words)
    shift = len(words) - len(words.lstrip())
    words = words.strip()
    # mends are made on words that are NFC already: only the blanks in front move them
    return words, [(a - shift, b - shift, read, rule) for a, b, read, rule in piece.mends if shift <= a < b <= shift + len(words)]


def _table(grid: Grid, text: _Text, put: Callable[[Piece], Span | None]) -> Table | None:
    begin = text.length
    places: list[list[Span | None]] = [[None] * grid.width for _ in grid.rows]
    for r, row in enumerate(grid.rows):
        for n, (column, cell) in enumerate(sorted(row.items())):
            if n:
                text.write(" | ")
            span: Span | None = None
            for piece in cell.pieces:
                if span and piece.words.strip():
                    text.write("\n")
                if part := put(piece):
                    span = Span(span.start if span else part.start, part.end)
            for down in places[r : r + cell.rows]:
                down[column : column + cell.columns] = [span] * len(down[column : column + cell.columns])
        text.write("\n")
    if not any(span for row in places for span in row):
        return None
    return Table(span=Span(begin, text.length), rows=tuple(tuple(row) for row in places))
