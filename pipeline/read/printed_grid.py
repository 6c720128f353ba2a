"""From rulings on a page to the tables that they make: their rows, columns and merged cells."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.read.compose import Box, Cell, Grid, Piece
from pipeline.read.printed_numbers import rejoin
from pipeline.read.printed_page import PrintedLine, PrintedTable

_TOUCH: Final = 3.0  # points: so near, two rulings meet
_SLIVER: Final = 4.0  # points: double rulings stand nearer to one another than this
_LEAST: Final = 8.0  # points: a shorter ruling bounds no cell
_MOST_PLACES: Final = 20_000
_MOST_RULES: Final = 6_000


@dataclass(frozen=True, eq=False)
class Ruling:
    """A ruled table without its words: bounds of columns and rows in points, and for each place the number of its cell."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: NDArray[np.int64]

    @property
    def box(self) -> Box:
        """What the table covers."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def places(self, boxes: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each box the number of the cell in which its middle lies, -1 outside the table."""
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        column, row = np.searchsorted(self.xs, x) - 1, np.searchsorted(self.ys, y) - 1
        inside = (column >= 0) & (column < len(self.xs) - 1) & (row >= 0) & (row < len(self.ys) - 1)
        found = np.full(len(boxes), -1, dtype=np.int64)
        found[inside] = self.cells[row[inside], column[inside]]
        return found


def find_rulings(level: Sequence[Box], upright: Sequence[Box]) -> list[Ruling]:
    """Return the ruled tables that level and upright rulings make, from top to bottom. A frame of one column is none."""
    if not level or not upright or len(level) + len(upright) > _MOST_RULES:
        return []
    flat = _merge([(top, bottom, left, right) for left, top, right, bottom in level])
    tall = _merge([(left, right, top, bottom) for left, top, right, bottom in upright])
    found = [ruling for members in _meeting(flat, tall) if (ruling := _ruling(*members))]
    return sorted(found, key=lambda ruling: ruling.ys[0])


def build_table(ruling: Ruling, lines: Sequence[tuple[int, PrintedLine]], page: int) -> PrintedTable | None:
    """Return the table with ``lines`` (each with the number of its cell) in its cells; None where all are empty."""
    words: dict[int, list[PrintedLine]] = defaultdict(list)
    for cell, line in lines:
        words[cell].append(line)
    if not words:
        return None
    rows: list[dict[int, Cell]] = [{} for _ in range(len(ruling.ys) - 1)]
    for number, top, left, down, across, _ in _extents(ruling.cells):
        pieces = [
            Piece(line.words, "cell", page, line.box, line.confidence, mends=line.mends)
            for line in sorted(words.get(number, ()), key=lambda line: (line.box[3], line.box[0]))
        ]
        rows[top][left] = Cell(tuple(rejoin(pieces)), down, across)
    return PrintedTable(Grid(tuple(rows), len(ruling.xs) - 1), ruling.box, ruling.xs)


_Rule = tuple[float, float, float]
"""Where a ruling lies, and from where to where it goes."""


def _merge(rules: Sequence[tuple[float, float, float, float]]) -> list[_Rule]:
    """Return rulings (at from, at to, from, to) with the pieces of one line put together, dots and dashes too."""
    found: list[list[float]] = []
    lanes: list[list[list[float]]] = []
    for low, high, start, end in sorted(rules, key=lambda r: r[0] + r[1]):
        at = (low + high) / 2
        if lanes and at - lanes[-1][0][0] <= 1.5:
            lanes[-1].append([at, start, end])
        else:
            lanes.append([[at, start, end]])
    for lane in lanes:
        lane.sort(key=lambda r: r[1])
        runs = [lane[0][:]]
        for at, start, end in lane[1:]:
            if start <= runs[-1][2] + _TOUCH:
                runs[-1][2] = max(runs[-1][2], end)
            else:
                runs.append([at, start, end])
        found.extend(run for run in runs if run[2] - run[1] >= _LEAST)
    return [(at, start, end) for at, start, end in found]


def _meeting(flat: list[_Rule], tall: list[_Rule]) -> list[tuple[list[_Rule], list[_Rule]]]:
    """Return the groups of rulings that hang together, each of which meets at least two others."""
    if not flat or not tall:
        return []
    level, upright = np.array(flat), np.array(tall)
    meets = (
        (level[:, None, 1] - _TOUCH <= upright[None, :, 0]) & (upright[None, :, 0] <= level[:, None, 2] + _TOUCH)
        & (upright[None, :, 1] - _TOUCH <= level[:, None, 0]) & (level[:, None, 0] <= upright[None, :, 2] + _TOUCH)
    )  # fmt: skip
    for _ in range(2):  # underlines in a cell meet no ruling, or one
        meets[meets.sum(axis=1) < 2] = False
        meets[:, meets.sum(axis=0) < 2] = False
    groups: list[tuple[list[_Rule], list[_Rule]]] = []
    left = set(np.flatnonzero(meets.any(axis=1)).tolist())
    while left:
        rows, columns, fresh = set[int](), set[int](), {left.pop()}
        while fresh:
            rows |= fresh
            reached = set(np.flatnonzero(meets[list(fresh)].any(axis=0)).tolist()) - columns
            columns |= reached
            fresh = set(np.flatnonzero(meets[:, list(reached)].any(axis=1)).tolist()) - rows if reached else set()
        left -= rows
        groups.append(([flat[i] for i in sorted(rows)], [tall[i] for i in sorted(columns)]))
    return groups


def _bounds(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SLIVER:
            found.append(value)
    return found


def _ruling(flat: list[_Rule], tall: list[_Rule]) -> Ruling | None:
    """Return the table of rulings that hang together; sides that are not drawn are where the rulings across them end."""
    xs = _bounds([x for x, _, _ in tall])
    ys = _bounds([y for y, _, _ in flat])
    ends = min(left for _, left, _ in flat), max(right for _, _, right in flat)
    xs = [ends[0]] * (ends[0] < xs[0] - _LEAST) + xs + [ends[1]] * (ends[1] > xs[-1] + _LEAST)
    ends = min(top for _, top, _ in tall), max(bottom for _, _, bottom in tall)
    ys = [ends[0]] * (ends[0] < ys[0] - _LEAST) + ys + [ends[1]] * (ends[1] > ys[-1] + _LEAST)
    down, across = len(ys) - 1, len(xs) - 1
    if down < 1 or across < 2 or down * across > _MOST_PLACES:
        return None
    wall_right = np.zeros((down, across), dtype=np.bool_)  # between a place and the next to the right
    wall_below = np.zeros((down, across), dtype=np.bool_)
    middle_y, middle_x = (np.array(ys[:-1]) + np.array(ys[1:])) / 2, (np.array(xs[:-1]) + np.array(xs[1:])) / 2
    for x, top, bottom in tall:
        column = int(np.argmin(np.abs(np.array(xs) - x)))
        if column > 0:
            wall_right[(top <= middle_y) & (middle_y <= bottom), column - 1] = True
    for y, left, right in flat:
        row = int(np.argmin(np.abs(np.array(ys) - y)))
        if row > 0:
            wall_below[row - 1, (left <= middle_x) & (middle_x <= right)] = True
    cells = _join(wall_right, wall_below)
    return Ruling(tuple(xs), tuple(ys), cells) if len(np.unique(cells)) > 1 else None


def _join(wall_right: NDArray[np.bool_], wall_below: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the number of the cell of each place: places without a wall between them are one cell, if they make a rectangle."""
    down, across = wall_right.shape
    parent = list(range(down * across))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for r in range(down):
        for c in range(across):
            if c + 1 < across and not wall_right[r, c]:
                parent[root(r * across + c + 1)] = root(r * across + c)
            if r + 1 < down and not wall_below[r, c]:
                parent[root((r + 1) * across + c)] = root(r * across + c)
    cells = np.array([root(i) for i in range(down * across)], dtype=np.int64).reshape(down, across)
    for number, _, _, height, width, count in _extents(cells):
        if count != height * width:  # no rectangle: a wall is missing; keep the rows apart
            rows, columns = np.nonzero(cells == number)
            for r in np.unique(rows).tolist():
                places = columns[rows == r]
                starts = np.concatenate(([True], np.diff(places) > 1)) | np.concatenate(([False], wall_right[r, places[:-1]]))
                cells[r, places] = r * across + places[np.maximum.accumulate(np.where(starts, np.arange(len(places)), 0))]
    return cells


def _extents(cells: NDArray[np.int64]) -> list[tuple[int, int, int, int, int, int]]:
    """Return for each cell its number, first row, first column, how many rows and columns it reaches over, and its places."""
    numbers, inverse, counts = np.unique(cells, return_inverse=True, return_counts=True)
    rows, columns = np.indices(cells.shape)
    bounds = []
    for places in (rows, columns):
        first, last = np.full(len(numbers), cells.size), np.full(len(numbers), -1)
        np.minimum.at(first, inverse.ravel(), places.ravel())
        np.maximum.at(last, inverse.ravel(), places.ravel())
        bounds.append((first, last - first + 1))
    (top, down), (left, across) = bounds
    columns_of = (numbers, top, left, down, across, counts)
    return [tuple(row) for row in zip(*(column.tolist() for column in columns_of), strict=True)]
