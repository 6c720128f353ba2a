"""Ruling lines of a scanned page: found by their length, put together to tables, and taken out before the letters are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.read.compose import Box
from pipeline.read.printed_grid import Ruling, find_rulings
from pipeline.read.scan_clean import CleanPage, Dark, Pixels

# in inches: strokes of letters are shorter than a ruling line, and lines are thinner than letters are high
_SHORTEST: Final = 0.4
_THICKEST: Final = 0.09
_NEAR: Final = 0.06
_EDGE: Final = 0.12
_STREAK: Final = 0.4
_ALONE: Final = 1.0
_THIN: Final = 0.02


@dataclass(frozen=True)
class Rule:
    """A ruling line in pixels: where its middle stands (``at``, across its run) and how that moves along the run (``slope``),
    from where to where it runs, how thick it is."""

    upright: bool
    at: float
    start: int
    end: int
    thick: int
    slope: float = 0.0


@dataclass(frozen=True)
class Ruled:
    """What rulings say of a page: its tables (in points), the level rulings outside them (points), and its pixels without lines."""

    tables: tuple[Ruling, ...]
    level: tuple[Box, ...]
    pixels: Pixels


def find_ruled(page: CleanPage) -> Ruled:
    """Return the ruled tables of ``page`` and the page without its lines and without the streaks of a scanner's glass."""
    inch = 72 / page.points
    runs = [find_runs(page.dark, int(inch * _SHORTEST), upright) for upright in (False, True)]
    found = [_rules(mask, upright, inch) for mask, upright in zip(runs, (False, True), strict=True)]
    streaks = [r for rules, size in zip(found, page.dark.shape[::-1], strict=True) for r in rules if _is_streak(r, rules, size, inch)]
    level, upright = ([rule for rule in rules if rule not in streaks] for rules in found)
    tables = find_rulings(_boxes(level, upright, page.points), _boxes(upright, level, page.points))
    inside = [rule for rule in [*level, *upright] if any(_lies_in(rule, table.box, page.points) for table in tables)]
    # a short line outside a table may be the tops of capitals: it stays
    alone = [rule for rule in [*level, *upright] if rule not in inside and rule.end - rule.start >= inch * _ALONE]
    pixels = _erase(page, runs[0] | runs[1], [*inside, *alone, *streaks], inch)
    return Ruled(tuple(tables), tuple(_box(r, r.at, r.start, r.end, page.points) for r in alone if not r.upright), pixels)


def _box(rule: Rule, at: float, start: float, end: float, points: float) -> Box:
    low, high = (at - rule.thick / 2) * points, (at + rule.thick / 2) * points
    return (low, start * points, high, end * points) if rule.upright else (start * points, low, end * points, high)


def _boxes(rules: Sequence[Rule], across: Sequence[Rule], points: float) -> list[Box]:
    """Return the lines in points, straight and without the small gaps of print: parts of one line stand alike and meet those across."""
    places, ends = _places(rules, _NEAR * 72 / points), _places(across, _NEAR * 72 / points)

    def near(value: float, among: Sequence[float]) -> float:
        return min((a for a in among if abs(a - value) <= _NEAR * 72 / points), key=lambda a: abs(a - value), default=value)

    return [_box(rule, near(rule.at, places), near(rule.start, ends), near(rule.end, ends), points) for rule in rules]


def _places(rules: Iterable[Rule], near: float) -> list[float]:
    """Return where lines stand, parts of one line taken together."""
    places: list[list[float]] = []
    for at in sorted(rule.at for rule in rules):
        if places and at - places[-1][0] <= near:
            places[-1].append(at)
        else:
            places.append([at])
    return [sum(p) / len(p) for p in places]


def _lies_in(rule: Rule, box: Box, points: float) -> bool:
    left, top, right, bottom = _box(rule, rule.at, rule.start, rule.end, points)
    slack = _NEAR * 72
    return left >= box[0] - slack and right <= box[2] + slack and top >= box[1] - slack and bottom <= box[3] + slack


def find_runs(dark: Dark, length: int, upright: bool) -> Dark:
    """Return the pixels that lie in an unbroken run of at least ``length`` dark pixels; one pixel of tilt or gap breaks none."""
    across = 1 if upright else 0
    ink = dark | np.roll(dark, 1, across) | np.roll(dark, -1, across)
    along = 1 - across
    ink = ink | (np.roll(ink, 1, along) & np.roll(ink, -1, along))
    if not upright:
        return _long_runs(ink, length) & dark
    return np.ascontiguousarray(_long_runs(np.ascontiguousarray(ink.T), length).T) & dark


def _long_runs(ink: Dark, length: int) -> Dark:
    """Return the runs along the rows of ``ink`` that are at least ``length`` long."""
    padded = np.zeros((ink.shape[0], ink.shape[1] + 2), np.int8)
    padded[:, 1:-1] = ink
    steps = np.diff(padded.ravel())
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    keep = ends - starts >= length
    marks = np.zeros(padded.size + 1, np.int8)
    marks[starts[keep] + 1], marks[ends[keep] + 1] = 1, -1
    return np.cumsum(marks, dtype=np.int8)[:-1].reshape(padded.shape)[:, 1:-1].astype(bool)


def _rules(mask: Dark, upright: bool, inch: float) -> list[Rule]:
    """Join the runs of ``mask`` that touch or follow each other to lines; blots thicker than a line are left out."""
    ink = mask.T if upright else mask
    padded = np.zeros((ink.shape[0], ink.shape[1] + 2), np.int8)
    padded[:, 1:-1] = ink
    row, column = np.nonzero(np.diff(padded, axis=1))
    runs = [(int(r), int(a), int(b)) for r, a, b in zip(row[::2], column[::2], column[1::2], strict=True) if b - a >= inch * 0.05]
    joined: list[list[tuple[int, int, int]]] = []
    open_lines: list[list[tuple[int, int, int]]] = []
    gap = inch * 0.1
    for run in runs:
        open_lines = [line for line in open_lines if run[0] - line[-1][0] <= 2 + inch * 0.01]
        near = [line for line in open_lines if any(run[1] <= b + gap and a <= run[2] + gap for _, a, b in line[-6:])]
        if near:
            first = near[0]
            for other in near[1:]:
                first.extend(other)
                other.clear()
            first.append(run)
            first.sort()
            open_lines = [line for line in open_lines if line]
        else:
            line = [run]
            joined.append(line)
            open_lines.append(line)
    rules = []
    for line in joined:
        if not line:
            continue
        start, end = min(a for _, a, _ in line), max(b for _, _, b in line)
        weight = sum(b - a for _, a, b in line)
        thick = max(1, round(weight / (end - start)))
        if end - start >= inch * _SHORTEST and thick <= inch * _THICKEST:
            middle = sum(r * (b - a) for r, a, b in line) / weight
            spread = sum((b - a) * ((a + b - start - end) / 2) ** 2 for _, a, b in line)
            slope = sum((b - a) * (r - middle) * (a + b - start - end) / 2 for r, a, b in line) / spread if spread else 0.0
            rules.append(Rule(upright, middle, start, end, thick, slope))
    return rules


def _is_streak(rule: Rule, others: Iterable[Rule], length: int, inch: float) -> bool:
    """A mark of the scanner's glass runs out of the picture, and for most of it; a table's line does not."""
    line = [r for r in others if abs(r.at - rule.at) <= inch * _NEAR]
    runs_out = any(r.start <= inch * _EDGE or r.end >= length - inch * _EDGE for r in line)
    return runs_out and sum(r.end - r.start for r in line) >= length * _STREAK


def _erase(page: CleanPage, mask: Dark, rules: Iterable[Rule], inch: float) -> Pixels:
    """Return the page without the lines: where both sides of a thin line are dark, a letter crosses it and stays whole."""
    pixels = page.pixels.copy()
    step = max(8, int(inch * 0.2))
    for rule in rules:
        reach = rule.thick + 3
        picture, marks = (pixels, mask) if rule.upright else (pixels.T, mask.T)
        for start in range(rule.start, rule.end, step):
            end = min(rule.end, start + step)
            at = int(rule.at + rule.slope * ((start + end - rule.start - rule.end) / 2))
            low, high = max(0, at - reach), at + reach + 1
            _heal(picture[start:end, low:high], marks[start:end, low:high], rule.thick <= inch * _THIN)
    return pixels


def _heal(strip: Pixels, marked: Dark, bridge: bool) -> None:
    """Fill the marked part of each row of ``strip`` (along a line) with the lighter of the pixels on its two sides, or with white."""
    rows = np.flatnonzero(marked.any(axis=1))
    if not len(rows):
        return
    wide = strip.shape[1]
    # the grey edge of the line goes with it
    first = np.maximum(marked[rows].argmax(axis=1) - 2, 0)
    last = np.minimum(wide - marked[rows][:, ::-1].argmax(axis=1) + 1, wide - 1)
    fill = np.maximum(strip[rows, first], strip[rows, last]) if bridge else np.full(len(rows), 255, np.uint8)
    place = np.arange(wide)
    between = (place >= first[:, None]) & (place <= last[:, None])
    strip[rows] = np.where(between, fill[:, None], strip[rows])
