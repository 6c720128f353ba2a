"""What the second reader sees of a clause and of a unit in it: short names of plain facts, no rule of ours among them.

The types that the rules gave to the neighbours are among them, the type of the clause itself is not.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from models import Clause, Header
from models.outline import ClauseType

_SIGNS: Final = ("%", ":", ";", ",")
_HEAD: Final = 90
"""code points of a clause's beginning that are read; what tells types apart stands there and at the end"""
_TAIL: Final = 40
_WORDS = 8
_PAIRS = 3
_LENGTHS = (12, 25, 45, 80, 140, 240, 400, 700)
_DEEPEST = 5
_ABOVE = 10  # features of what a clause stands under
_MARKERS: Final[dict[str, str]] = {"": "none", "-": "dash", "–": "dash", "+": "plus", "*": "star", "•": "dash"}


class Reading(NamedTuple):
    """A clause in small letters: words and signs (":", "%" …) of its beginning, its last tokens; how it is marked, where it hangs."""

    words: tuple[str, ...]
    signs: tuple[str, ...]
    tail: str
    marker: str
    end: str
    depth: int
    parent: int | None


def read_clauses(clauses: Sequence[Clause], lower: str) -> list[Reading]:
    """Return the readings of ``clauses``, in their order; ``lower`` is the text in small letters."""
    places = {clause.id: i for i, clause in enumerate(clauses)}
    found: list[Reading] = []
    for i, clause in enumerate(clauses):
        start, stop = clause.body
        above = places.get(clause.parent) if clause.parent is not None else None
        parent = above if above is not None and above < i else None
        beginning = lower[start : min(stop, start + _HEAD)]
        head = beginning.split()
        tail = head if stop - start <= _HEAD else lower[stop - _TAIL : stop].split()
        end = tail[-1][-1] if tail else ""
        inside = beginning if stop - 1 >= start + _HEAD else beginning[:-1]
        found.append(
            Reading(
                words=tuple(head[:_WORDS]),
                signs=tuple([sign for sign in _SIGNS if sign in inside]),
                tail=" ".join(tail[-2:]),
                marker=_marker(clause.marker),
                end="word" if end.isalnum() else end,
                depth=0 if parent is None else min(_DEEPEST, found[parent].depth + 1),
                parent=parent,
            )
        )
    return found


def clause_features(clauses: Sequence[Clause], readings: Sequence[Reading], header: Header) -> list[list[str]]:
    """Return what is seen of each clause, as the names of features."""
    children = Counter(reading.parent for reading in readings)
    kinds = Counter((reading.parent, clause.type) for clause, reading in zip(clauses, readings, strict=True))
    document = header.kind.name.lower() if header.kind else ""
    found: list[list[str]] = []
    # what stands beside and above is the same for all parts of one kind below one clause
    above: dict[tuple[int | None, str], list[str]] = {}
    beside: dict[tuple[int | None, ClauseType], str] = {}
    for i, (clause, reading) in enumerate(zip(clauses, readings, strict=True)):
        words, marker, end = reading.words, reading.marker, reading.end
        first, second, third = (*words[:3], "", "", "")[:3]
        size = bisect_left(_LENGTHS, clause.body.end - clause.body.start)
        features = [
            f"first={first}", f"first={first} {second}", f"first={first} {second} {third}", f"last={reading.tail}",
            f"end={end} {marker}", f"end={end} {'some' if children[i] else 'none'}", f"depth={reading.depth}",
            f"size={size} {end}", f"kind={document} {marker}",
        ]  # fmt: skip
        features += [f"word={word}" for word in words]
        features += [f"pair={one} {two}" for one, two in pairwise(words[: _PAIRS + 1])]
        features += [f"has={sign}" for sign in reading.signs]
        if not (joined := "".join(words)).isalpha() and any(map(str.isdigit, joined)):
            features.append("has=number")
        if clause.cells:
            features.append("has=cells")
        place = reading.parent
        if (place, marker) not in above:
            above[place, marker] = _above(clauses, readings, reading)
        if (place, clause.type) not in beside:
            beside[place, clause.type] = _siblings(kinds, place, clause.type)
        features += above[place, marker]
        features.append(f"before={clauses[i - 1].type if i else ''}")
        features.append(f"after={clauses[i + 1].type if i + 1 < len(clauses) else ''}")
        features.append(f"beside={beside[place, clause.type]}")
        found.append(features)
    return found


def _above(clauses: Sequence[Clause], readings: Sequence[Reading], reading: Reading) -> list[str]:
    if reading.parent is None:
        return ["under="]
    above, kind = readings[reading.parent], clauses[reading.parent].type
    features = [f"under={kind} {reading.marker}", f"under={kind} {above.end}", f"part={' '.join(above.words[:2])}"]
    features += [f"part={word}" for word in above.words[:3]]
    place = above.parent
    while place is not None and len(features) < _ABOVE:
        features.append(f"chapter={' '.join(readings[place].words[:2])}")
        place = readings[place].parent
    return features


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
