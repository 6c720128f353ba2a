"""Words of one reading laid beside the words of another: where a span of the one lies in the other, and which numbers differ."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

Json = dict[str, Any]

_WORD = re.compile(r"[^\W_]+")
_NUMERAL = re.compile(r"\d+(?:[.,/:]\d+)*")
_TOKEN = re.compile(rf"{_NUMERAL.pattern}|[^\W\d_]+")
_SMALL: Final = 40_000  # products of lengths below which difflib is quick
_RUN: Final = 4  # words that make an anchor where they occur once on both sides


def carry(result: Json, text: str) -> Json:
    """Return ``result`` (a Result's JSON form) with its clause spans as spans of ``text``, which holds the same words, or nearly.

    A word that differs takes the place of the word opposite; a clause without a word opposite gets an empty span.
    """
    there = [(found.group().casefold(), found.start(), found.end()) for found in _WORD.finditer(result["text"])]
    here = [(found.group().casefold(), found.start(), found.end()) for found in _WORD.finditer(text)]
    opposite: dict[int, int] = {}
    for i, j, n, m in _stretches([word for word, _, _ in there], [word for word, _, _ in here]):
        if m:
            opposite |= {i + k: j + min(m - 1, k * m // n) for k in range(n)}
    starts = [start for _, start, _ in there]

    def span(start: int, end: int) -> list[int]:
        words = [opposite[k] for k in range(bisect_left(starts, start), bisect_left(starts, end)) if k in opposite]
        return [here[min(words)][1], here[max(words)][2]] if words else [0, 0]

    clauses = [{**clause, "span": span(*clause["span"])} for clause in result["clauses"]]
    return {**result, "text": text, "clauses": clauses}


def wrong_numbers(printed: str, read: str) -> tuple[list[str], int]:
    """Return the numbers of ``printed`` that ``read`` does not have in their place (nor elsewhere, moved), and how many there are."""
    ours = _TOKEN.findall(printed.casefold())
    theirs = _TOKEN.findall(read.casefold())
    lost: list[str] = []
    spare: Counter[str] = Counter()
    for i, j, n, m in _stretches(ours, theirs):
        if ours[i : i + n] != theirs[j : j + m]:
            lost += [word for word in ours[i : i + n] if _NUMERAL.fullmatch(word)]
            spare += Counter(word for word in theirs[j : j + m] if _NUMERAL.fullmatch(word))
    wrong = []
    for word in lost:
        if spare[word]:
            spare[word] -= 1
        else:
            wrong.append(word)
    return wrong, sum(bool(_NUMERAL.fullmatch(word)) for word in ours)


def _stretches(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Return (i, j, n, m): ``n`` words of ``one`` from ``i`` lie beside ``m`` of ``other`` from ``j``; equal, replaced, or without any."""
    i = j = 0
    for left, right, size in [*_matches(one, other, 0, len(one), 0, len(other)), (len(one), len(other), 0)]:
        if left > i or right > j:
            yield i, j, left - i, right - j
        if size:
            yield left, right, size, size
        i, j = left + size, right + size


def _matches(one: Sequence[str], other: Sequence[str], a: int, b: int, c: int, d: int) -> list[tuple[int, int, int]]:
    """Return the equal runs of one[a:b] and other[c:d]: between anchors, runs of words that occur once on both sides."""
    head = 0
    while a + head < b and c + head < d and one[a + head] == other[c + head]:
        head += 1
    tail = 0
    while a + head < b - tail and c + head < d - tail and one[b - tail - 1] == other[d - tail - 1]:
        tail += 1
    found = [(a, c, head)] if head else []
    a, b, c, d = a + head, b - tail, c + head, d - tail
    anchors = _anchors(one, other, a, b, c, d) if (b - a) * (d - c) > _SMALL else []
    if anchors:
        for i, j in [*anchors, (b, d)]:
            if i >= a and j >= c:
                found += _matches(one, other, a, i, c, j)
                a, c = i, j
    elif a < b and c < d:
        matcher = SequenceMatcher(None, one[a:b], other[c:d], autojunk=False)
        found += [(a + block.a, c + block.b, block.size) for block in matcher.get_matching_blocks() if block.size]
    return [*found, (b, d, tail)] if tail else found


def _anchors(one: Sequence[str], other: Sequence[str], a: int, b: int, c: int, d: int) -> list[tuple[int, int]]:
    """Return where runs that occur once on both sides begin, in an order that holds on both (the longest such)."""

    def once(words: Sequence[str], start: int, end: int) -> dict[tuple[str, ...], int]:
        runs = [tuple(words[k : k + _RUN]) for k in range(start, end - _RUN + 1)]
        counts = Counter(runs)
        return {run: start + k for k, run in enumerate(runs) if counts[run] == 1}

    left, right = once(one, a, b), once(other, c, d)
    pairs = [(place, right[run]) for run, place in left.items() if run in right]
    ends: list[int] = []
    chain: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        before.append(chain[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place)
            chain.append(index)
        else:
            ends[at], chain[at] = place, index
    kept: list[tuple[int, int]] = []
    index = chain[-1] if chain else -1
    while index >= 0:
        kept.append(pairs[index])
        index = before[index]
    return kept[::-1]
