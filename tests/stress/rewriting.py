"""A text written anew, in which every letter of the old one knows where it went."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models import Span


class Edit(NamedTuple):
    """``words`` stand for what was ``text[start:end]``."""

    start: int
    end: int
    words: str


class Piece(NamedTuple):
    """A stretch of the old text in its new place: as it was (``words`` None), or replaced by ``words``."""

    start: int
    end: int
    words: str | None = None


@dataclass(frozen=True)
class Rewriting:
    """``text`` is the new text. ``moved`` tells which stretches of the old one are not what they were."""

    text: str
    moved: tuple[Span, ...]
    first: Sequence[int]
    last: Sequence[int]

    def span(self, span: Span) -> Span:
        """Return where the words of ``span`` (in the old text) stand in the new one. A word replaced in part counts as a whole."""
        if span.end <= span.start:
            at = self.first[min(span.start, len(self.first) - 1)]
            return Span(at, at)
        return Span(min(self.first[span.start : span.end]), max(self.last[span.start : span.end]) + 1)

    def touches(self, span: Span) -> bool:
        """Return whether anything within ``span`` (in the old text) was replaced."""
        at = bisect_left(self.moved, span.start, key=lambda m: m.end)
        return any(m.start < span.end and m.end > span.start for m in self.moved[at : at + 1])


def compose(text: str, pieces: Iterable[Piece]) -> Rewriting:
    """Return the text that ``pieces`` of ``text`` make in their order. What no piece covers is left out."""
    first, last = [-1] * (len(text) + 1), [-1] * (len(text) + 1)
    parts: list[str] = []
    moved: list[Span] = []
    at = 0
    for start, end, words in pieces:
        new = text[start:end] if words is None else words
        if words is None:
            first[start:end] = last[start:end] = range(at, at + len(new))
        else:
            first[start:end] = [at] * (end - start)
            last[start:end] = [at + len(new) - 1] * (end - start)
            if words != text[start:end]:
                moved.append(Span(start, end))
        parts.append(new)
        at += len(new)
    known = 0
    for i, place in enumerate(first):
        if place < 0:
            first[i], last[i] = known, known - 1
        else:
            known = last[i] + 1
    return Rewriting("".join(parts), tuple(sorted(moved)), first, last)


def rewrite(text: str, edits: Iterable[Edit]) -> Rewriting:
    """Return ``text`` with ``edits`` made. Of edits that overlap, the first one counts."""
    pieces: list[Piece] = []
    at = 0
    for start, end, words in sorted(edits):
        if start < at:
            continue
        pieces += [Piece(at, start), Piece(start, end, words)]
        at = end
    return compose(text, [*pieces, Piece(at, len(text))])


def substitute(text: str, pattern: re.Pattern[str], replace: "re.Match[str] | object") -> Rewriting:
    """Return ``text`` with each match of ``pattern`` replaced by what ``replace`` makes of it (None: left alone)."""
    assert callable(replace)
    made = ((match, replace(match)) for match in pattern.finditer(text))
    return rewrite(text, (Edit(match.start(), match.end(), words) for match, words in made if words is not None))
