"""A clause cut into pieces: which words gold marks, which the program marks, and where they differ."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pipeline.same import same_deadline, same_unit

Kind = Literal["", "both", "missed", "added", "differ", "cut"]

_WORSE: Final = {"both": 0, "added": 1, "missed": 2, "differ": 3}
_KEPT: Final = 110  # characters of unmarked words that are kept before and after a mark
_GAP: Final = " […] "


@dataclass(frozen=True)
class Mark:
    """Words that one side marks: ``label`` is a role or "deadline", ``value`` what was read from them."""

    start: int
    end: int
    label: str
    value: Any


@dataclass(frozen=True)
class Piece:
    """Words in a row that are marked alike. ``kind``: both sides, missed (gold only), added (program only), differ (in role, name or
    time), cut (no words: here the program cuts the clause), or empty. ``labels`` are gold's and the program's, as far as they differ.
    """

    words: str
    kind: Kind = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Stretch:
    start: int
    end: int
    kind: Kind
    labels: tuple[str, ...]


def mark_words(
    text: str, start: int, end: int, gold: Sequence[Mark], program: Sequence[Mark], cuts: Iterable[int] = ()
) -> tuple[Piece, ...]:
    """Return ``text[start:end]`` in pieces; long stretches without a mark are shortened. Marks outside are left out."""
    inside = [m for m in gold if start <= m.start < m.end <= end], [m for m in program if start <= m.start < m.end <= end]
    stretches = [*_untangle(_compare(*inside)), *(_Stretch(cut, cut, "cut", ()) for cut in cuts if start < cut < end)]
    pieces: list[Piece] = []
    at = start
    for stretch in sorted(stretches, key=lambda s: (s.start, s.end)):
        between = text[at : stretch.start]
        if stretch.kind == "cut" and (stretch.start < at or (not between.strip() and pieces and pieces[-1].kind == "cut")):
            continue  # inside a mark, or the end of one clause before the start of the next
        pieces += [Piece(between), Piece(text[stretch.start : stretch.end], stretch.kind, stretch.labels)]
        at = stretch.end
    pieces.append(Piece(text[at:end]))
    pieces = [replace(piece, words=_one_line(piece.words)) for piece in pieces]
    last = len(pieces) - 1
    return tuple(_shorten(p, i > 0, i < last) for i, p in enumerate(pieces) if p.words or p.kind)


def _compare(gold: Sequence[Mark], program: Sequence[Mark]) -> list[_Stretch]:
    found: list[_Stretch] = []
    left, others = list(gold), list(program)

    def take(fits: Callable[[Mark, Mark], bool], kind: Kind) -> None:
        for one in list(left):
            other = next((o for o in others if o.start < one.end and one.start < o.end and fits(one, o)), None)
            if other is not None:
                left.remove(one)
                others.remove(other)
                labels = (one.label,) if one.label == other.label else (one.label, other.label)
                found.append(_Stretch(min(one.start, other.start), max(one.end, other.end), kind, labels))

    take(_agree, "both")
    take(lambda one, other: True, "differ")
    found += [_Stretch(m.start, m.end, "missed", (m.label,)) for m in left]
    found += [_Stretch(m.start, m.end, "added", (m.label,)) for m in others]
    return found


def _agree(one: Mark, other: Mark) -> bool:
    same = same_deadline if one.label == "deadline" else same_unit
    return one.label == other.label and same(one.value, other.value)


def _untangle(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Return stretches that do not overlap: one inside another is told with it, one that sticks out begins where the other ends."""
    kept: list[_Stretch] = []
    for stretch in sorted(stretches, key=lambda s: (s.start, -s.end, s.labels)):
        if kept and stretch.start < kept[-1].end:
            before = kept[-1]
            if stretch.end <= before.end:
                kept[-1] = _join(before, stretch)
                continue
            stretch = replace(stretch, start=before.end)
        kept.append(stretch)
    return kept


def _join(outer: _Stretch, inner: _Stretch) -> _Stretch:
    """Return ``outer`` marked as the worse of the two is, or with the labels of both where they are marked alike."""
    if outer.kind == inner.kind:
        return outer if outer.kind == "differ" else replace(outer, labels=tuple(dict.fromkeys((*outer.labels, *inner.labels))))
    worse = max(outer, inner, key=lambda stretch: _WORSE[stretch.kind])
    return replace(outer, kind=worse.kind, labels=worse.labels)


def _one_line(words: str) -> str:
    """Return ``words`` with each run of white space as one space."""
    spaced = " ".join(words.split())
    return f"{' ' if words[:1].isspace() else ''}{spaced}{' ' if spaced and words[-1:].isspace() else ''}"


def _shorten(piece: Piece, after: bool, before: bool) -> Piece:
    """Return an unmarked piece without its middle; ``after`` and ``before`` say whether a mark stands on that side."""
    words = piece.words
    head, tail = (_KEPT if after else _KEPT // 2 if before else 3 * _KEPT), (_KEPT if before else 0)
    if piece.kind or len(words) <= head + tail + 2 * len(_GAP):
        return piece
    first = words[:head].rpartition(" ")[0] or words[:head]
    last = words[-tail:].partition(" ")[2] or words[-tail:] if tail else ""
    return replace(piece, words=f"{first}{_GAP}{last}")
