"""Words of one cell that a print has put in several places: its pieces, read as if they stood together.

A table whose columns are parted by blanks ("pdftotext -layout", typed tables) prints a line of each cell side by side, so that the
words of a cell do not follow one another in the text. Rules match the joined words; what they find leads back to the pieces.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from models import Cell, Span
from pipeline.text import TextView, fold

_JOINTS: Final = "-–/"  # a word broken behind one of these goes on in the next piece without a blank: "22/QĐ-" + "UBND"


class PiecedView(TextView):
    """A folded view of several stretches of a document, in the order of ``pieces``.

    ``span`` leads back to the first piece alone: what lies between two pieces belongs to other cells.
    """

    __slots__ = ("_ends",)

    def __init__(self, cased: str, starts: list[int], sources: list[int], ends: list[int]) -> None:
        super().__init__(cased, starts, sources)
        self._ends = ends

    def span(self, start: int, end: int) -> Span:
        """Return the document span of ``view.text[start:end]``, as far as it stands in one piece."""
        return self.spans(start, end)[0]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the document spans of ``view.text[start:end]``, one for each piece that it stands in."""
        found: list[Span] = []
        at = start
        while at < end:
            stop = self._ends[min(bisect_right(self._ends, at), len(self._ends) - 1)]
            words = self.text[at : min(end, stop)]
            if words.strip():
                inner = at + len(words) - len(words.lstrip())
                found.append(super().span(inner, at + len(words.rstrip())))
            if stop <= at:
                break
            at = min(end, stop)
        return tuple(found) or (super().span(start, start),)


def fold_pieces(text: str, pieces: Sequence[Span]) -> PiecedView:
    """Return the folded view of ``pieces`` of ``text``, in their order, a blank between two where no word is broken."""
    starts: list[int] = []
    sources: list[int] = []
    parts: list[str] = []
    ends: list[int] = []
    at = 0
    for n, piece in enumerate(pieces):
        if n and not _goes_on(text, pieces[n - 1]):
            parts.append(" ")
            starts.append(at)
            sources.append(pieces[n - 1].end)
            at += 1
            ends[-1] = at
        view = fold(text, *piece)
        begins, places = view.segments()
        starts += [at + begin for begin in begins]
        sources += places
        parts.append(view.cased)
        at += len(view.cased)
        ends.append(at)
    return PiecedView("".join(parts), starts or [0], sources or [0], ends or [0])


def fold_cell(text: str, cell: Cell) -> TextView:
    """Return the folded words of ``cell`` of ``text``, joined where they stand in pieces."""
    return fold_pieces(text, cell.pieces) if cell.pieces else fold(text, *cell.span)


def fold_row(text: str, cells: Sequence[Cell]) -> TextView | None:
    """Return the folded words of a table's row, cell by cell, where those of a cell stand in pieces; None where none does."""
    if not any(cell.pieces for cell in cells):
        return None
    return fold_pieces(text, [piece for cell in cells for piece in cell.pieces or (cell.span,)])


def join_pieces(text: str, pieces: Sequence[Span]) -> str:
    """Return the words of ``pieces`` of ``text`` on one line, as printed."""
    joined = ""
    for n, piece in enumerate(pieces):
        joined += ("" if not n or _goes_on(text, pieces[n - 1]) else " ") + " ".join(piece.cut(text).split())
    return joined


def _goes_on(text: str, piece: Span) -> bool:
    """Return whether the last word of ``piece`` is broken, so that the next piece goes on with it."""
    return piece.end - piece.start > 1 and text[piece.end - 1] in _JOINTS and text[piece.end - 2].isalnum()
