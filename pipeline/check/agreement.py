"""Targets of one directive that disagree: the same measure of the same things for the same time, with two values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from models import Clause, Finding, Span, Target
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading, pattern
from pipeline.rulebook import rulebook
from pipeline.text import fold_text

_CUT = re.compile(r"[;|\n]|[.:](?=\s|$)")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PAIR = 2
_ENDING = 3  # words at the end of two measures that make them one
_LEAST = 4  # words that a measure must be named by
_LONGEST = 300  # letters of a sentence that names one


class _Stated(NamedTuple):
    """A target with the words that tell what it measures."""

    target: Target
    clause: Clause
    words: frozenset[str]
    years: frozenset[str]


def find_disagreeing_targets(reading: Reading) -> Iterator[Finding]:
    """Yield pairs of targets that say the same of the same in the same words, but for the number. Other words, other years: nothing."""
    text, outline = reading.text, reading.outline
    yield from _two_bases(reading)
    if sum(len(clause.targets) for clause in outline.clauses) < _PAIR:
        return
    clauses = {clause.id: clause for clause in outline.clauses}
    words = rulebook()["sums"].tables["targets"]
    plain = frozenset(word for phrase in words["plain"] for word in phrase.split())
    first: dict[tuple[frozenset[str], str, frozenset[str]], _Stated] = {}
    told: set[tuple[frozenset[str], str, frozenset[str]]] = set()
    for clause in outline.clauses:
        yield from _two_levels(text, clause, words["share"], words["wholes"])
        for target in clause.targets:
            stated = _stated(text, target, clause, clauses, plain)
            if stated is None:
                continue
            key = (stated.words, target.unit.lower(), stated.years)
            earlier = first.setdefault(key, stated)
            if key in told or earlier.target.value == target.value or earlier.target.total != target.total:
                continue
            told.add(key)
            yield make_finding(
                "sums",
                "target-disagreement",
                [earlier.target.span, target.span],
                measured=target.of or target.unit,
                first=earlier.target.text,
                second=target.text,
            )


def _two_levels(text: str, clause: Clause, share: str, wholes: Sequence[str]) -> Iterator[Finding]:
    """Yield two levels for one share ("tỷ lệ đảng viên") in a clause that names no year to tell them apart."""
    if len(clause.targets) < _PAIR or _YEAR.search(clause.body.cut(text)):
        return
    seen: dict[str, Target] = {}
    for target in clause.targets:
        measured = fold_text(target.of or "").replace("tỉ lệ", share)
        if target.unit != "%" or not (share in measured or _ends_with(text, target.span.start, share)):
            continue
        core = measured.rpartition(share)[2].strip()
        for whole in wholes:
            core = core.split(whole)[0]
        earlier = seen.setdefault(core, target)
        if " " in core and earlier.value != target.value:
            yield make_finding(
                "sums",
                "target-levels",
                [earlier.span, target.span],
                measured=f"{share} {core}",
                first=earlier.text,
                second=target.text,
            )
            return


def _two_bases(reading: Reading) -> Iterator[Finding]:
    """Yield shares that a clause and the target of a higher level in its brackets take of different things.

    "70 % học sinh học 2 buổi/ngày (Thành phố là: 80 % trường học 2 buổi/ngày)": pupils here, schools there.
    """
    shares, level = pattern("target.share"), pattern("target.higher")
    for line in reading.lines_with("%"):
        folded = line.text
        if "(" not in folded:
            continue
        for bracket in level.finditer(folded):
            own = list(shares.finditer(folded, max(0, bracket.start() - _LONGEST), bracket.start()))[-1:]
            theirs = shares.finditer(folded, bracket.start(), bracket.end())
            other = next((m for m in theirs if own and m["base"] != own[0]["base"] and _common(m["what"], own[0]["what"])), None)
            if other:
                spans = [line.view.span(*own[0].span()), line.view.span(*other.span())]
                first, second = (reading.quoted(span) for span in spans)
                yield make_finding("checks", "target-bases", spans, first=first, second=second)


def _common(a: str, b: str) -> bool:
    """Return whether two measures end in the same words."""
    ends = zip(reversed(_WORD.findall(a)), reversed(_WORD.findall(b)), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends)) >= _ENDING


def _ends_with(text: str, at: int, share: str) -> bool:
    return fold_text(text[max(0, at - 12) : at]).replace("tỉ lệ", share).strip().endswith(share)


def _stated(text: str, target: Target, clause: Clause, clauses: Mapping[str, Clause], plain: frozenset[str]) -> _Stated | None:
    """Return the words around a target, None where they name no measure, or where its sentence holds another target too."""
    left = max(clause.body.start, target.span.start - _LONGEST)
    right = min(clause.body.end, target.span.end + _LONGEST)
    start = max((left + m.end() for m in _CUT.finditer(text[left : target.span.start])), default=left)
    cut = _CUT.search(text, target.span.end, right)
    segment = Span(start, cut.start() if cut else right)
    if any(other is not target and other.span.start < segment.end and other.span.end > segment.start for other in clause.targets):
        return None
    folded = fold_text(text[segment.start : target.span.start] + " " + text[target.span.end : segment.end])
    words = frozenset(_WORD.findall(folded)) - plain
    if len(words) < _LEAST:
        return None
    return _Stated(target, clause, words, _years(text, segment, clause, clauses))


def _years(text: str, segment: Span, clause: Clause, clauses: Mapping[str, Clause]) -> frozenset[str]:
    """Return the years that hold for a sentence: its own, or else those of its clause, or else of the nearest heading with any."""
    at: Clause | None = clause
    years = _YEAR.findall(segment.cut(text)) or _YEAR.findall(clause.body.cut(text))
    while not years and at is not None and at.parent is not None:
        at = clauses.get(at.parent)
        years = _YEAR.findall(at.body.cut(text)) if at else []
    return frozenset(years)
