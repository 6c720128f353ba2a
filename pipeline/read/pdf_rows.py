"""The rows of a table whose columns are known: they begin at a ruling, or at a number in the first column."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.read.pdf_words import WordLine

_COUNTER = re.compile(r"[(*]?(?:[IVXL]{1,6}|[A-HĐ]|[a-hđ]|[IVX\d]{1,4}(?:\.\d{1,3}){1,3}|\d{1,3})[.)*/]{0,2}")
_LEVEL: Final = 0.3  # sizes of the letters by which feet of one row's first lines may differ
_TOPPED: Final = 0.8  # share of the cells that begin beside their row's number
_SNAP: Final = 0.8  # sizes of the letters within which a bound is led to free room


def is_counter(words: str) -> bool:
    """Return whether ``words`` number a row: 1, I, 2.1, a), (1)."""
    return _COUNTER.fullmatch(words) is not None


def lay_rows(
    lines: Sequence[WordLine], first: int, even: int, xs: Sequence[float], wide: Sequence[float]
) -> tuple[tuple[float, ...], NDArray[np.int64], str]:
    """Return the bounds of the rows, for each place the number of its cell, and the last number in the first column.

    ``lines`` are those of the table, its titles those before index ``first``, or before ``even`` where
    rows are set around their number, as the titles are; ``xs`` are the bounds of its columns, ``wide`` the y of the rulings between rows.
    """
    top, bottom = lines[0].top - 1, max(line.bottom for line in lines) + 1
    gutters = xs[1:-1]
    numbered = [n for n in range(first, len(lines)) if lines[n].words[0].right <= gutters[0] and is_counter(lines[n].words[0].words)]
    above = lines[first].foot if first else top
    inner = [y for y in wide if above < y < bottom - 3]
    ruled = inner and len(inner) + 1 >= 0.7 * len(numbered)
    topped = ruled or _are_topped(lines, first, numbered, gutters)
    header = _header_end(lines, first if topped else even, wide)
    starts = [header]
    group = False
    if topped:
        for n in range(first, len(lines)):
            crossing = _crosses(lines[n], gutters)
            if not ruled and n > first and (n in numbered or (crossing and not group)):
                starts.append(lines[n].top)
            group = crossing
    else:
        starts.extend(_centred(lines, first, numbered, header, gutters))
    ys = _bounds([top, *starts, *inner, bottom])
    if ruled:  # rows of which some have no ruling between them
        ys = _bounds([*ys, *_unruled(lines, ys, numbered)])
    cells = np.arange((len(ys) - 1) * (len(xs) - 1), dtype=np.int64).reshape(len(ys) - 1, len(xs) - 1)
    for r, (low, high) in enumerate(pairwise(ys)):
        own = [line for line in lines if low <= line.foot - 0.35 * line.size < high]
        if own and _crosses(own[0], gutters):
            if first and r == 0:
                continue
            number = own[0].words[0].right <= gutters[0] and is_counter(own[0].words[0].words)
            start = int(number and not _crosses(own[0], gutters[:1]))
            cells[r, start:] = cells[r, start]
    last = lines[numbered[-1]].words[0].words if numbered else ""
    return tuple(ys), cells, last


def _crosses(line: WordLine, gutters: Sequence[float]) -> bool:
    return any(word.left < x < word.right for word in line.words for x in gutters)


def _bounds(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 4:
            found.append(value)
    return found


def _header_end(lines: Sequence[WordLine], first: int, wide: Sequence[float]) -> float:
    """Return where the titles end: at a ruling, or before the first row."""
    if not first:
        return lines[0].top - 1
    between = [y for y in wide if lines[first - 1].foot - 1 < y < lines[first].foot]
    return between[0] if between else lines[first].top


def _are_topped(lines: Sequence[WordLine], first: int, numbered: Sequence[int], gutters: Sequence[float]) -> bool:
    """Whether cells begin beside their row's number, and are not set in the middle of their row."""
    topped = total = 0
    for n, end in zip(numbered, [*numbered[1:], len(lines)], strict=False):
        foot, size = lines[n].foot, lines[n].size
        seen: dict[int, float] = {}
        for line in lines[max(0, n - 1) : end]:
            if line.foot < foot - _LEVEL * size or _crosses(line, gutters):
                continue
            for word in line.words:
                seen.setdefault(int(np.searchsorted(gutters, word.left)), line.foot)
        total += sum(column > 0 for column in seen)
        topped += sum(column > 0 and at - foot <= _LEVEL * size for column, at in seen.items())
    return topped >= _TOPPED * total


def _centred(
    lines: Sequence[WordLine], first: int, numbered: Sequence[int], header: float, gutters: Sequence[float]
) -> list[float]:  # fmt: skip
    """Return the lower bounds of rows whose number stands in their middle."""
    start = header
    found = []
    for n in [n for n in range(first, len(lines)) if n in numbered or _crosses(lines[n], gutters)]:
        line = lines[n]
        guess = 2 * (line.foot - 0.3 * line.size) - start
        start = _free(lines, guess, _SNAP * line.size)
        found.append(start)
    return found[:-1]


def _free(lines: Sequence[WordLine], guess: float, reach: float) -> float:
    """Return the middle of the free room between lines that lies nearest to ``guess``; ``guess`` where none is near."""
    spans = sorted((line.foot - 0.65 * line.size, line.foot + 0.02 * line.size) for line in lines)
    rooms, low = [], spans[0][1]
    for top, bottom in spans[1:]:
        if top > low:
            rooms.append((low + top) / 2)
        low = max(low, bottom)
    best = min(rooms, key=lambda y: abs(y - guess), default=guess)
    return best if abs(best - guess) <= reach else guess


def _unruled(lines: Sequence[WordLine], ys: Sequence[float], numbered: Sequence[int]) -> list[float]:
    """Return bounds at the numbers of a band between two rulings that holds several."""
    found = []
    for low, high in pairwise(ys):
        inside = [lines[n] for n in numbered if low <= lines[n].foot - 0.35 * lines[n].size < high]
        found.extend(line.top for line in inside[1:])
    return found
