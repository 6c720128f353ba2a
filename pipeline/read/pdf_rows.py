"""The rows of a table whose columns are known: they begin at a ruling, or at a number in the first column."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.read.compose import Box
from pipeline.read.pdf_words import WordLine

_COUNTER = re.compile(r"[(*]?(?:[IVXL]{1,6}|[A-HĐ]|[a-hđ]|[IVX\d]{1,4}(?:\.\d{1,3}){1,3}|\d{1,3})[.)*/]{0,2}")
_WIDE: Final = 0.6  # of the width: a level ruling that parts rows
_SAME_RULE: Final = 1.5  # points by which pieces of one ruling may differ
_LEVEL: Final = 0.3  # sizes of the letters by which feet of one row's first lines may differ
_TOPPED: Final = 0.8  # share of the cells that begin beside their row's number
_ALIKE: Final = 1.5  # points by which rooms between lines may differ
_RAISED: Final = 0.33  # sizes of the letters from the foot line to their middle


def is_counter(words: str) -> bool:
    """Return whether ``words`` number a row: 1, I, 2.1, a), (1)."""
    return _COUNTER.fullmatch(words) is not None


def lay_rows(
    lines: Sequence[WordLine], first: int, middle: float, xs: Sequence[float], wide: Sequence[float], cut: bool
) -> tuple[tuple[float, ...], NDArray[np.int64], str]:
    """Return the bounds of the rows, for each place the number of its cell, and the last number in the first column.

    ``lines`` are those of the table, its titles those before index ``first``, or as far above as below ``middle`` where cells are
    set around the middle of their row; ``xs`` are the bounds of its columns, ``wide`` the y of the rulings between rows.
    ``cut``: the page may turn inside the last row.
    """
    top, bottom = lines[0].top - 1, max(line.bottom for line in lines) + 1
    gutters = xs[1:-1]
    numbered = [n for n in range(first, len(lines)) if lines[n].words[0].right <= gutters[0] and is_counter(lines[n].words[0].words)]
    above = lines[first].foot if first else top
    inner = [y for y in wide if above < y < bottom - 3]
    ruled = inner and len(inner) + 1 >= 0.7 * len(numbered)
    topped = ruled or _are_topped(lines, first, numbered, gutters)
    starts: list[float] = []
    if topped:
        starts.append(_ruled_edge(lines, first, wide) or (lines[first].top if first else top))
        group = False
        for n in range(first, len(lines)):
            crossing = crosses(lines[n], gutters)
            if not ruled and n > first and (n in numbered or (crossing and not group)):
                starts.append(lines[n].top)
            group = crossing
    else:
        centred = [n for n in range(first, len(lines)) if n in numbered or crosses(lines[n], gutters)]
        middles = [lines[n].foot - _RAISED * lines[n].size for n in centred]
        end = None if cut else bottom
        if edge := _ruled_edge(lines, first, wide):
            starts.extend([edge, *_centred(lines, middles, [edge], end)])
        elif first:
            starts.extend(_centred(lines, [middle, *middles], [top], end))
        else:
            starts.extend(_centred(lines, middles, [top, *_rooms(lines)], end))
    ys = _bounds([top, *starts, *inner, bottom])
    if ruled:  # rows of which some have no ruling between them
        ys = _bounds([*ys, *_unruled(lines, ys, numbered)])
    cells = np.arange((len(ys) - 1) * (len(xs) - 1), dtype=np.int64).reshape(len(ys) - 1, len(xs) - 1)
    for r, (low, high) in enumerate(pairwise(ys)):
        own = [line for line in lines if low <= line.foot - 0.35 * line.size < high]
        if own and crosses(own[0], gutters):
            if first and r == 0:
                continue
            number = own[0].words[0].right <= gutters[0] and is_counter(own[0].words[0].words)
            start = int(number and not crosses(own[0], gutters[:1]))
            cells[r, start:] = cells[r, start]
    last = lines[numbered[-1]].words[0].words if numbered else ""
    return tuple(ys), cells, last


def crosses(line: WordLine, gutters: Sequence[float]) -> bool:
    """Return whether a word of ``line`` stands on one of the ``gutters``."""
    return any(word.left < x < word.right for word in line.words for x in gutters)


def _bounds(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 4:
            found.append(value)
    return found


def _ruled_edge(lines: Sequence[WordLine], first: int, wide: Sequence[float]) -> float:
    """Return the ruling that parts the titles from the rows, 0 where there is none."""
    return next((y for y in wide if first and lines[first - 1].foot - 1 < y < lines[first].foot), 0.0)


def _are_topped(lines: Sequence[WordLine], first: int, numbered: Sequence[int], gutters: Sequence[float]) -> bool:
    """Whether cells begin beside their row's number, and are not set in the middle of their row."""
    topped = parted = 0
    for n, end in zip(numbered, [*numbered[1:], len(lines)], strict=False):
        foot, size = lines[n].foot, lines[n].size
        seen: dict[int, float] = {}
        for line in lines[max(0, n - 1) : end]:
            if line.foot < foot - _LEVEL * size or crosses(line, gutters):
                continue
            for word in line.words:
                seen.setdefault(int(np.searchsorted(gutters, word.left)), line.foot)
        topped += all(at - foot <= _LEVEL * size for at in seen.values())
    for n, end in pairwise(numbered):  # rows that part further above their number than there
        rooms = [b.foot - a.foot for a, b in pairwise(lines[n : end + 1])]
        parted += rooms[-1] >= max(rooms) - _ALIKE
    return topped >= _TOPPED * len(numbered) and parted >= _TOPPED * (len(numbered) - 1)


def _centred(lines: Sequence[WordLine], middles: Sequence[float], tops: Sequence[float], bottom: float | None) -> list[float]:
    """Return the bounds between rows that stand around ``middles``: from one of ``tops`` to ``bottom``, if that is known.

    Of all free rooms between lines those are taken that put the middles nearest to where they belong.
    """
    if not middles:
        return []
    rooms = _rooms(lines)
    best: list[tuple[float, tuple[float, ...]]] = [(0.0, (top,)) for top in tops if top < middles[0]]
    for at, below in pairwise(middles):
        choices = [y for y in rooms if at < y < below] or [(at + below) / 2]
        best = [
            min((cost + (at - (found[-1] + y) / 2) ** 2, (*found, y)) for cost, found in best)
            for y in choices
        ]  # fmt: skip
    if bottom is not None:
        best = [(cost + (middles[-1] - (found[-1] + bottom) / 2) ** 2, found) for cost, found in best]
    return list(min(best)[1][0 if len(tops) > 1 else 1 :])


def _rooms(lines: Sequence[WordLine]) -> list[float]:
    """Return the middles of the free rooms between lines."""
    spans = sorted((line.foot - 0.65 * line.size, line.foot + 0.02 * line.size) for line in lines)
    rooms, low = [], spans[0][1]
    for top, bottom in spans[1:]:
        if top > low:
            rooms.append((low + top) / 2)
        low = max(low, bottom)
    return rooms


def _unruled(lines: Sequence[WordLine], ys: Sequence[float], numbered: Sequence[int]) -> list[float]:
    """Return bounds at the numbers of a band between two rulings that holds several."""
    found: list[float] = []
    for low, high in pairwise(ys):
        inside = [lines[n] for n in numbered if low <= lines[n].foot - 0.35 * lines[n].size < high]
        found.extend(line.top for line in inside[1:])
    return found


def wide_rules(level: Sequence[Box], left: float, right: float) -> list[float]:
    """Return the y of the level rulings that reach over most of the width between ``left`` and ``right``."""
    lanes: list[list[Box]] = []
    for rule in sorted(level, key=lambda rule: rule[1]):
        if rule[0] > right or rule[2] < left:
            continue
        if lanes and rule[1] - lanes[-1][0][1] <= _SAME_RULE:
            lanes[-1].append(rule)
        else:
            lanes.append([rule])
    return [lane[0][1] for lane in lanes if sum(rule[2] - rule[0] for rule in lane) >= _WIDE * (right - left)]
