"""What the second reader sees of a clause: short names of plain facts, no rule of ours among them.

The types that the rules gave to the neighbours are among them, the type of the clause itself is not.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from models import Clause, Header
from models.outline import ClauseType
from pipeline.second.linear import KEPT, Linear, named

_SIGNS: Final = ("%", ":", ";", ",")
_HEAD: Final = 90
"""code points of a clause's beginning that are read; what tells types apart stands there and at the end"""
_TAIL: Final = 40
_WORDS = 8
_ABOVE = 3  # words of what a clause stands under
_MARKERS: Final[dict[str, str]] = {"": "none", "-": "dash", "–": "dash", "+": "plus", "*": "star", "•": "dash"}


class Reading(NamedTuple):
    """A clause in small letters: words and signs (":", "%" …) of its beginning, its last letter; how it is marked, where it hangs."""

    words: tuple[str, ...]
    signs: tuple[str, ...]
    marker: str
    end: str
    parent: int | None


class Shape(NamedTuple):
    """What is seen of a clause apart from words: few shapes come again and again, in one directive after another."""

    end: str
    marker: str
    signs: tuple[str, ...]
    parts: bool
    cells: bool
    before: str
    after: str
    beside: str
    document: str


class Look(NamedTuple):
    """All that is seen of a clause. ``above`` are the features that it has in common with its like below the same clause."""

    words: tuple[str, ...]
    shape: Shape
    above: tuple[str, ...]

    def features(self) -> list[str]:
        """Return the names of the features."""
        first = self.words[0] if self.words else ""
        return [f"first={first}", *[f"word={word}" for word in self.words], *_shape_features(self.shape), *self.above]


def read_clauses(clauses: Sequence[Clause], lower: str) -> list[Reading]:
    """Return the readings of ``clauses``, in their order; ``lower`` is the text in small letters."""
    places = {clause.id: i for i, clause in enumerate(clauses)}
    found: list[Reading] = []
    for i, clause in enumerate(clauses):
        start, stop = clause.body
        above = places.get(clause.parent) if clause.parent is not None else None
        beginning = lower[start : min(stop, start + _HEAD)]
        inside = beginning if stop - 1 >= start + _HEAD else beginning[:-1]
        end = lower[max(start, stop - _TAIL) : stop].rstrip()[-1:]
        found.append(
            Reading(
                tuple(beginning.split(None, _WORDS)[:_WORDS]),
                tuple([sign for sign in _SIGNS if sign in inside]),
                _marker(clause.marker),
                "word" if end.isalnum() else end,
                above if above is not None and above < i else None,
            )
        )
    return found


def look_at_clauses(clauses: Sequence[Clause], readings: Sequence[Reading], header: Header) -> list[Look]:
    """Return what is seen of each clause."""
    parts = {reading.parent for reading in readings}
    kinds = Counter([(reading.parent, clause.type) for clause, reading in zip(clauses, readings, strict=True)])
    document = header.kind.name.lower() if header.kind else ""
    types: list[str] = ["", *[clause.type for clause in clauses], ""]
    found: list[Look] = []
    # what stands beside and above is the same for all parts of one kind below one clause
    above: dict[tuple[int | None, str], tuple[str, ...]] = {}
    beside: dict[tuple[int | None, ClauseType], str] = {}
    for i, (clause, (words, signs, marker, end, place)) in enumerate(zip(clauses, readings, strict=True)):
        if (place, marker) not in above:
            above[place, marker] = _above(clauses, readings, readings[i])
        if (place, clause.type) not in beside:
            beside[place, clause.type] = _siblings(kinds, place, clause.type)
        besides = beside[place, clause.type]
        shape = Shape(end, marker, signs, i in parts, bool(clause.cells), types[i], types[i + 2], besides, document)
        found.append(Look(words, shape, above[place, marker]))
    return found


def clause_features(clauses: Sequence[Clause], readings: Sequence[Reading], header: Header) -> list[list[str]]:
    """Return what is seen of each clause, as the names of features."""
    return [look.features() for look in look_at_clauses(clauses, readings, header)]


def weigh_clauses(looks: Sequence[Look], linear: Linear) -> list[int]:
    """Return what the features of each of ``looks`` add in ``linear``: what comes again is added up once, and words need no names."""
    first, word = named(linear, "first="), named(linear, "word=")
    above: dict[tuple[str, ...], int] = {}
    found = []
    for look in looks:
        words = look.words
        shared = above.get(look.above)
        if shared is None:
            shared = above[look.above] = linear.add(look.above)
        start = _weigh_shape(look.shape, linear) + shared + first.get(words[0] if words else "", 0)
        found.append(sum(filter(None, map(word.get, set(words))), start))
    return found


@lru_cache(maxsize=KEPT)
def _weigh_shape(shape: Shape, linear: Linear) -> int:
    return linear.add(_shape_features(shape))


def _shape_features(shape: Shape) -> list[str]:
    features = [
        f"end={shape.end} {shape.marker}", f"end={shape.end} {'some' if shape.parts else 'none'}", f"kind={shape.document} {shape.marker}",
        f"before={shape.before}", f"after={shape.after}", f"beside={shape.beside}", *[f"has={sign}" for sign in shape.signs],
    ]  # fmt: skip
    return [*features, "has=cells"] if shape.cells else features


def _above(clauses: Sequence[Clause], readings: Sequence[Reading], reading: Reading) -> tuple[str, ...]:
    if reading.parent is None:
        return ("under=",)
    above, kind = readings[reading.parent], clauses[reading.parent].type
    return (f"under={kind} {reading.marker}", f"under={kind} {above.end}", *[f"part={word}" for word in above.words[:_ABOVE]])


def _siblings(kinds: Counter[tuple[int | None, ClauseType]], parent: int | None, own: ClauseType) -> str:
    """Return the type that most other clauses of the part have."""
    best, most = "", 0
    for kind in _TYPES:
        count = kinds[parent, kind] - (kind == own)
        if count > most:
            best, most = kind, count
    return best


@lru_cache(maxsize=1024)
def _marker(marker: str) -> str:
    bare = marker.strip(" *.)(") or marker.strip()
    known = _MARKERS.get(bare)
    if known:
        return known
    if bare[:1].isdigit():
        return "deep" if "." in bare else "number"
    if bare.isupper():
        return "roman"
    return "letter" if len(bare) <= 2 else "word"


_TYPES: Final[tuple[ClauseType, ...]] = ("heading", "field", "task", "target", "budget", "statement")
