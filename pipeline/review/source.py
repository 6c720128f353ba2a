"""The text of a document with its marks, in pieces that a browser can draw one by one.

Words are named by their place: whatever shows the words from 120 to 140 has the class ``w120-140``, in the text as on the pictures of
pages; a value of the table names the same place. That is how the two find each other.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from models import Span
from pipeline.emit.marks import Mark, mark
from pipeline.emit.words import plain
from pipeline.review.rows import Row, Value
from pipeline.review.unclaimed import unclaimed
from pipeline.review.view import DocumentView

_PIECE: Final = 500  # characters from which on a piece ends at the next line's end
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
_NOTHING: Final = "\u2060"  # shows nothing, and is one character as what it stands for: places stay what they are
_BADGES: Final = 3  # links of findings before the same words


@dataclass(frozen=True)
class Piece:
    """A stretch of whole lines. ``start`` is its place in the document's text (code points), ``html`` is safe."""

    start: int
    html: str


def text_pieces(view: DocumentView, rows: Sequence[Row]) -> list[Piece]:
    """Return the text of ``view`` with the words of ``rows`` (all that it has), of findings and of orders without a task marked."""
    kept: tuple[int, list[Piece]] | None = view.kept.made.get("pieces")
    if kept is None or kept[0] != view.document.revision:
        kept = view.document.revision, _text_pieces(view, rows)
        view.kept.made["pieces"] = kept
    return kept[1]


def _text_pieces(view: DocumentView, rows: Sequence[Row]) -> list[Piece]:
    text = _UNPRINTABLE.sub(_NOTHING, view.result.text)
    marks = sorted(build_marks(view, rows), key=lambda one: one.span.start)
    return list(_pieces(text, marks))


def build_marks(view: DocumentView, rows: Sequence[Row]) -> list[Mark]:
    """Return the marks of a document; those of one place and kind once."""
    reading = view.reading
    found = [
        *_task_marks(rows),
        *_word_marks(rows),
        *(Mark(span, f"unclaimed {place(span)}", says="Có chữ giao việc nhưng chưa có nhiệm vụ nào") for span in unclaimed(view)),
        *(Mark(block.span, "furniture") for block in reading.result.blocks if block.kind == "furniture"),
    ]
    for number, finding in enumerate(reading.findings, 1):
        for at, span in enumerate(finding.spans):
            badges = ((f"?{number}", f"f{number}"),) if at < _BADGES else ()
            found.append(Mark(span, f"found {finding.severity} {place(span)}", says=plain(finding.message), badges=badges))
    return found


def place(span: Span) -> str:
    """Return the class of the words at ``span``."""
    return f"w{span.start}-{span.end}"


def spans_of(value: Value) -> list[Span]:
    """Return the places of a value's words."""
    return [Span(int(start), int(end)) for start, _, end in (one.partition("-") for one in value.spans.split())]


def _task_marks(rows: Sequence[Row]) -> Iterable[Mark]:
    for row in rows:
        for span in spans_of(row.title.values[0]):
            yield Mark(span, f"own {place(span)}", f"v-{row.uid}", badges=((str(row.number), f"t-{row.uid}"),))
        for part in row.parts:
            for span in spans_of(part.text):
                yield Mark(span, f"one-order {place(span)}")


def _word_marks(rows: Sequence[Row]) -> Iterable[Mark]:
    kinds: dict[Span, dict[str, None]] = {}
    for row in rows:
        cells = (*row.cells.values(), *(cell for part in row.parts for cell in part.cells.values()))
        for value in (*(value for cell in cells for value in cell.values), *row.citations):
            for span in spans_of(value):
                kinds.setdefault(span, {}).setdefault(value.kind)
    for span, of_span in kinds.items():
        yield Mark(span, f"word {next(iter(of_span))} {place(span)}")


def _pieces(text: str, marks: Sequence[Mark]) -> Iterable[Piece]:
    """Cut ``text`` at ends of lines; a mark that reaches over several pieces is in each of them."""
    bounds = _bounds(text)
    inside: list[list[Mark]] = [[] for _ in bounds]
    ends = [end for _, end in bounds]
    for one in marks:
        at = bisect_left(ends, one.span.start + 1)
        first = True
        while at < len(bounds) and bounds[at][0] < one.span.end:
            start, end = bounds[at]
            cut = Span(max(one.span.start, start) - start, min(one.span.end, end) - start)
            inside[at].append(replace(one, span=cut) if first else replace(one, span=cut, id="", badges=()))
            at, first = at + 1, False
    for (start, end), within in zip(bounds, inside, strict=True):
        yield Piece(start, mark(text[start:end], within))


def _bounds(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    while start < len(text):
        end = text.find("\n", start + _PIECE) + 1 or len(text)
        found.append((start, end))
        start = end
    return found
