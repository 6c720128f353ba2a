"""The reading order of the lines on a page: down the page, but side by side columns one after the other.

Head and foot of a directive stand in two columns (Nghị định 30/2020/NĐ-CP, phụ lục I: issuer and number beside quốc hiệu, place and
date; "Nơi nhận" beside the signature): the left one is read whole, then the right one.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from pipeline.read.printed_page import PrintedLine

_GUTTER: Final = 6.0  # points that part two columns at least
_NARROW: Final = 0.07  # of the width of the page: what is narrower is a list's number, no column
_DEEPEST: Final = 3
_LONGEST: Final = 300  # rows
_ALIGNED: Final = 4.0  # points
_CENTRED: Final = 25.0
_BESIDE: Final = 0.15  # of the height
_LIFTED: Final = 6  # rows
_STAMP: Final = 9.0  # lines: the room for a signature and a stamp above the name
_TABLE_ROWS: Final = 4  # rows with both columns flush left: a table without rulings


class _Row(NamedTuple):
    """Lines that stand beside one another, from left to right."""

    lines: tuple[PrintedLine, ...]
    top: float
    bottom: float


def read_across(lines: Sequence[PrintedLine], width: float, depth: int = 0) -> list[list[PrintedLine]]:
    """Return ``lines`` of a page ``width`` points wide in reading order, in groups between which there is room."""
    rows = _rows(lines)
    groups: list[list[PrintedLine]] = [[]]
    at = 0
    while at < len(rows):
        zone = _zone(rows, at, width) if depth < _DEEPEST else None
        if zone is None:
            if groups[-1] and _parted(groups[-1][-1], rows[at]):
                groups.append([])
            groups[-1].extend(rows[at].lines)
            at += 1
            continue
        first, end, gutter = zone
        if first < at:  # a right column that begins above the left one
            lifted = [line for row in rows[first:at] for line in row.lines]
            groups[-1] = [line for line in groups[-1] if line not in lifted]
        members = [line for row in rows[first:end] for line in row.lines]
        left = [line for line in members if _middle(line) < gutter]
        right = [line for line in members if _middle(line) >= gutter]
        groups += [*read_across(left, width, depth + 1), *read_across(right, width, depth + 1), []]
        at = end
    return [group for group in groups if group]


def _middle(line: PrintedLine) -> float:
    return (line.box[0] + line.box[2]) / 2


def _height(line: PrintedLine) -> float:
    return max(1.0, line.box[3] - line.box[1])


def _parted(line: PrintedLine, row: _Row) -> bool:
    """Whether an empty line stands between ``line`` and ``row``."""
    return row.top - line.box[3] > 1.2 * min(_height(line), _height(row.lines[0]))


def _rows(lines: Sequence[PrintedLine]) -> list[_Row]:
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3]):
        middle = (line.box[1] + line.box[3]) / 2
        first = rows[-1][0] if rows else None
        beside = first is not None and all(line.box[0] >= o.box[2] - 1 or line.box[2] <= o.box[0] + 1 for o in rows[-1])
        if first is not None and beside and middle < first.box[3] - 0.25 * _height(first):
            rows[-1].append(line)
        else:
            rows.append([line])
    found = []
    for row in rows:
        row.sort(key=lambda line: line.box[0])
        found.append(_Row(tuple(row), min(line.box[1] for line in row), max(line.box[3] for line in row)))
    return found


def _zone(rows: Sequence[_Row], at: int, width: float) -> tuple[int, int, float] | None:
    """Return the rows [first, end) around row ``at`` that stand in two columns, and where the right one begins; else None."""
    lines = sorted([*rows[at].lines, *_half_beside(rows, at)], key=lambda line: line.box[0])
    gaps = [(b.box[0] - a.box[2], n) for n, (a, b) in enumerate(pairwise(lines))]
    for _, n in sorted(gaps, reverse=True):
        low, high = max(line.box[2] for line in lines[: n + 1]), lines[n + 1].box[0]
        if high - low < _GUTTER:
            continue
        end, low, high = _grow(rows, at, low, high)
        gutter = (low + high) / 2
        end = _trim(rows, at, end, gutter)
        first = _lift(rows, at, gutter, [line for r in rows[at:end] for line in r.lines if _middle(line) >= gutter])
        if _holds(rows[first:end], gutter, width):
            return first, end, gutter
    return None


def _half_beside(rows: Sequence[_Row], at: int) -> tuple[PrintedLine, ...]:
    """Return the line of the next row where it begins beside the only line of this one, as columns of unlike print do."""
    if len(rows[at].lines) > 1 or at + 1 == len(rows) or len(rows[at + 1].lines) > 1:
        return ()
    here, below = rows[at].lines[0], rows[at + 1].lines[0]
    apart = max(here.box[0], below.box[0]) - min(here.box[2], below.box[2]) >= _GUTTER
    return (below,) if apart and here.box[3] - below.box[1] > _BESIDE * min(_height(here), _height(below)) else ()


def _grow(rows: Sequence[_Row], at: int, low: float, high: float) -> tuple[int, float, float]:
    """Return how far down no line crosses the gutter between ``low`` and ``high``, and what is left of it."""
    end = at + 1
    while end < min(len(rows), at + _LONGEST):
        lefts = [line.box[2] for line in rows[end].lines if _middle(line) < (low + high) / 2]
        rights = [line.box[0] for line in rows[end].lines if _middle(line) >= (low + high) / 2]
        closer = max([low, *lefts]), min([high, *rights])
        if closer[1] - closer[0] < _GUTTER:
            break
        low, high = closer
        end += 1
    return end, low, high


def _trim(rows: Sequence[_Row], at: int, end: int, gutter: float) -> int:
    """Return where the zone ends: at the last row of the right column, or with what stands in line under the left one."""
    sides: dict[bool, PrintedLine] = {}
    last = at
    for n in range(at, end):
        if right := [line for line in rows[n].lines if _middle(line) >= gutter]:
            if True in sides and not _in_line(right[0], sides[True], right=True) and len(rows[n].lines) == 1:
                break
            sides[True], last = right[0], n
    for n in range(at, end):
        if left := [line for line in rows[n].lines if _middle(line) < gutter]:
            if n > last and not (False in sides and _in_line(left[-1], sides[False], right=False)):
                return n
            sides[False] = left[-1]
        elif n > last:
            return n
    return end


def _in_line(line: PrintedLine, above: PrintedLine, right: bool) -> bool:
    gap = (line.box[1] - above.box[3]) / min(_height(line), _height(above))
    flush = abs(line.box[0] - above.box[0]) <= _ALIGNED
    centred = abs(_middle(line) - _middle(above)) <= (_CENTRED if right else _ALIGNED)
    return gap < (_STAMP if right else 1.0) and (flush or centred)


def _lift(rows: Sequence[_Row], at: int, gutter: float, right: Sequence[PrintedLine]) -> int:
    """Return the first row of a right column that begins above the first row with both columns."""
    if not right:
        return at
    first, below = at, right[0]
    for n in range(at - 1, max(-1, at - _LIFTED), -1):
        line = rows[n].lines[0]
        if len(rows[n].lines) > 1:
            break
        if line.box[0] < gutter:
            if line.box[2] > gutter:
                break
            continue
        if abs(_middle(line) - _middle(below)) > _CENTRED or below.box[1] - line.box[3] > 2 * _height(line):
            break
        first, below = n, line
    return first


def _holds(rows: Sequence[_Row], gutter: float, width: float) -> bool:
    """Whether the rows are columns, and no list whose numbers stand apart, or table without rulings."""
    lines = [line for row in rows for line in row.lines]
    left, right = [line for line in lines if _middle(line) < gutter], [line for line in lines if _middle(line) >= gutter]
    if not (left and right) or (len(right) < 2 and len(left) < 2):
        return False
    if any(max(line.box[2] for line in side) - min(line.box[0] for line in side) < _NARROW * width for side in (left, right)):
        return False
    both = sum(len(row.lines) > 1 for row in rows)
    if both >= _TABLE_ROWS and both > 0.7 * len(rows):
        edges = [median(line.box[0] for line in side) for side in (left, right)]
        flush = [sum(abs(line.box[0] - edge) <= _ALIGNED for line in side) for side, edge in zip((left, right), edges, strict=True)]
        return not (flush[0] >= 0.8 * len(left) and flush[1] >= 0.8 * len(right))
    return True
