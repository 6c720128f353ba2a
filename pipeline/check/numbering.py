"""Gaps, repeats and turns in numbered lists."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from models import Clause, Finding, Span
from pipeline.check.finding import make_finding
from pipeline.rulebook import rulebook

_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_NEAR = 3  # how far apart two numbers of one list may stand and still be a slip of the pen
_ARTICLE = re.compile(r"(?P<word>điều|chương|phần|mục|tiểu mục|khoản)\s+(?P<value>\d{1,3}|[ivxlc]{1,7})\b")
_ITEM = re.compile(r"(?P<open>\(?)(?P<prefix>(?:\d{1,3}\.)*)(?P<value>\d{1,3}|[ivxlc]{1,7}|[a-zđăâêôơư])(?P<close>[.)/]?)[.\-–:]?$")


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Any]:
    return rulebook()["checks"].tables


class _Number(NamedTuple):
    """A numbered clause, the ``place``-th of the outline: ``style`` tells lists apart, ``value`` is the number or the letter."""

    place: int
    clause: Clause
    style: str
    value: str


@lru_cache(maxsize=4096)  # markers come again in every list
def _read(printed: str) -> tuple[str, str] | None:
    """Return style and value of a marker, or None for bullets and unmarked paragraphs."""
    marker = re.sub(r"[*_\\\s#]+", " ", printed).strip().lower().replace("ð", "đ")
    article = _ARTICLE.match(marker)
    if article:
        return article["word"], article["value"]
    item = _ITEM.fullmatch(marker)
    if item is None or not (item["close"] or item["prefix"]):
        return None
    value = item["value"]
    kind = "digit" if value.isdigit() else "upper" if printed.strip("*_ (")[:1].isupper() else "lower"
    close = item["close"] if kind != "digit" or item["close"] == ")" else ""
    return f"{item['open']}{item['prefix']}{kind}{close}", value


def find_numbering_faults(clauses: Sequence[Clause]) -> Iterator[Finding]:
    """Yield gaps, repeats and turns in the lists of siblings; a list that begins anew (1, a, I) is another list."""
    lists: dict[tuple[str | None, str], list[_Number]] = {}
    for place, clause in enumerate(clauses):
        read = _read(clause.marker)
        if read is not None:
            lists.setdefault((clause.parent, read[0]), []).append(_Number(place, clause, *read))
    found: list[tuple[int, Finding]] = []
    latin: list[Span] = []
    for members in lists.values():
        for run in _runs(members):
            found += [(f.spans[0].start, f) for f in _of_run(run)]
            latin += _without_barred_d(run)
    if latin:
        latin.sort()
        found.append((latin[0].start, make_finding("checks", "numbering-latin", latin, count=len(latin) // 2)))
    yield from (f for _, f in sorted(found, key=lambda pair: pair[0]))


def _runs(members: list[_Number]) -> Iterator[list[_Number]]:
    run: list[_Number] = []
    for member in members:
        begins = member.value in ("1", "01", "a", "i") and not (run and member.value == "i" and run[0].value == "a")
        doubled = len(run) == 1 and run[0].value == member.value and run[0].place == member.place - 1
        if run and begins and not doubled:
            yield run
            run = []
        run.append(member)
    if run:
        yield run


def _of_run(run: list[_Number]) -> Iterator[Finding]:
    order, ranks = _ranks(run)
    if not ranks:
        return
    marker = [" ".join(n.clause.marker.replace("*", "").split()) for n in run]
    before = 0
    for i, (number, rank) in enumerate(zip(run, ranks, strict=True)):
        at = _marker_span(number.clause)
        if rank == before:
            yield make_finding("checks", "numbering-repeat", [_marker_span(run[i - 1].clause), at], marker=marker[i])
        elif before > rank >= before - _NEAR:  # a longer way back is another list, whose first item is not seen as one
            yield make_finding("checks", "numbering-order", [_marker_span(run[i - 1].clause), at], marker=marker[i], before=marker[i - 1])
        elif before + 1 < rank <= before + (2 * _NEAR if i else 2) and len(run) > 1:
            absent = [r for r in range(before + 1, rank) if r not in ranks]
            lost = ", ".join(f"“{_like(marker[i], number.value, order(r))}”" for r in absent)
            if absent:
                yield make_finding(
                    "checks", "numbering-gap", [_marker_span(run[i - 1].clause)] * (i > 0) + [at], lost=lost, marker=marker[i]
                )
        before = rank
    foreign = _tables()["foreign_letters"]
    for i, number in enumerate(run):
        if number.style[-6:].rstrip(".)/") == "lower" and number.value in foreign:
            yield make_finding("checks", "numbering-alphabet", [_marker_span(number.clause)], marker=marker[i])
            return


def _without_barred_d(run: list[_Number]) -> list[Span]:
    """Return the "d" and "e" of a list "a, b, c, d, e". Where the list goes on, "g" shows the gap and "f" the alphabet."""
    return [_marker_span(number.clause) for number in run[3:]] if [number.value for number in run] == [*"abcde"] else []


def _ranks(run: list[_Number]) -> tuple[Any, list[int]]:
    """Return how a rank is written and the rank (from 1) of each member, in the numbering that leaves the fewest breaks."""
    values = [n.value for n in run]
    if all(v.isdigit() for v in values):
        return str, [int(v) for v in values]
    roman = [roman_value(v) for v in values]
    readings: list[tuple[Any, list[int]]] = []
    if all(roman) and not (len(values) == 1 and values[0] != "i"):
        readings.append((_as_roman, [r for r in roman if r]))
    for alphabet in _tables()["alphabets"]:
        if all(len(v) == 1 and v in alphabet for v in values):
            readings.append((f" {alphabet}".__getitem__, [alphabet.index(v) + 1 for v in values]))
    if not readings:
        return str, []
    return min(readings, key=lambda reading: sum(abs(b - a - 1) for a, b in pairwise([0, *reading[1]])))


def roman_value(value: str) -> int | None:
    total = 0
    for a, b in pairwise([*value, " "]):
        if a not in _ROMAN:
            return None
        total += -_ROMAN[a] if _ROMAN[a] < _ROMAN.get(b, 0) else _ROMAN[a]
    return total if _as_roman(total) == value else None


def _as_roman(rank: int) -> str:
    text = ""
    for value, letters in ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        count, rank = divmod(rank, value)
        text += letters * count
    return text


def _like(marker: str, value: str, other: str) -> str:
    """Return ``marker`` with ``other`` in the place of its number ("9.2." → "9.1.")."""
    at = marker.lower().rfind(value)
    if at < 0:
        return other
    return marker[:at] + (other.upper() if marker[at].isupper() else other) + marker[at + len(value) :]


def _marker_span(clause: Clause) -> Span:
    """Return the words of the marker, or of the clause where the marker is not apart from it."""
    end = clause.body.start if clause.span.start < clause.body.start else clause.span.end
    return Span(clause.span.start, min(end, clause.span.start + max(len(clause.marker), 1)))
