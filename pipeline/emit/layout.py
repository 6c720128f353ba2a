"""Where things stand in the picture of a graph: leads on the left, the units they ask on the right, each side in bands by group and level.

No two labels lie on one place. All lengths are SVG user units (pixels at 100 %).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from models import Edge
from pipeline.emit.groups import Band, band_of
from pipeline.emit.words import plain, shorten

WIDTH = 1200.0
_BOX = 340.0  # width of a label box
_MARGIN = 30.0
_LINE = 17.0  # height of a line of a label
_PADDING = 6.0
_GAP = 9.0  # between boxes
_TITLE = 22.0  # height of a band's title
_BAND_GAP = 14.0
_LETTERS = 44  # letters on a line of a label at 13 px
_LABEL_LINES = 3
_SWEEPS = 12
_PORT_GAP = 2.0
_WEIGHT = 13.0  # room of an edge that carries its number of tasks
_NAMED = 2  # an edge with so many tasks carries their number

# A colour for each group of rules/groups.toml, in its order; they can be told apart on white, also in grey by their titles.
COLOURS = ("#b23a3a", "#c8551b", "#2f6db5", "#5d7a1f", "#8a4fa3", "#0f8b99", "#8a6d1d", "#6f6f6f")


@dataclass(frozen=True)
class Box:
    """A unit with its label. ``busy``: it stands on both sides."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    colour: str
    busy: bool

    def baselines(self) -> list[tuple[float, str]]:
        """Return each line of the label with its baseline, the whole centred in the box."""
        top = self.y + (self.height - _LINE * len(self.lines)) / 2 + 12.5
        return [(round(top + _LINE * i, 1), line) for i, line in enumerate(self.lines)]


@dataclass(frozen=True)
class Title:
    """The title of a band at its baseline ``y``."""

    x: float
    y: float
    text: str
    colour: str


@dataclass(frozen=True)
class Curve:
    """An edge as an SVG path, ``width`` by its number of tasks; ``says`` is what a pointer on it shows.

    ``weight`` is that number where it is printed beside the right end, at ``at``.
    """

    path: str
    width: float
    colour: str
    says: str
    weight: str
    at: tuple[float, float]


@dataclass(frozen=True)
class Panel:
    """One relation: boxes, titles of bands and curves from ``top`` down to ``bottom``."""

    left: tuple[Box, ...]
    right: tuple[Box, ...]
    titles: tuple[Title, ...]
    curves: tuple[Curve, ...]
    bottom: float


def stroke(tasks: int) -> float:
    """Return the width of an edge with ``tasks`` tasks: it grows with their root, so that many do not bury one."""
    return round(min(16.0, 0.6 + 1.5 * sqrt(tasks)), 2)


def build_panel(edges: Sequence[Edge], top: float, bands: Mapping[str, Band]) -> Panel:
    """Return the picture of ``edges`` (one relation, each pair once) below ``top``.

    ``bands`` are those of units that stand for many, which a name does not tell.
    """
    lefts: dict[str, list[Edge]] = {}
    rights: dict[str, list[Edge]] = {}
    names: dict[str, str] = {}
    for edge in edges:
        lefts.setdefault(edge.source, []).append(edge)
        rights.setdefault(edge.target, []).append(edge)
        names.setdefault(edge.source, plain(edge.source_name))
        names.setdefault(edge.target, plain(edge.target_name))
    placed = {unit: bands.get(unit) or band_of(name) for unit, name in names.items()}
    busy = lefts.keys() & rights.keys()
    titles: list[Title] = []
    sides: list[tuple[Box, ...]] = []
    columns: list[dict[str, Box]] = []
    bottom = top
    heights: list[float] = []
    orders = _untangle(lefts, rights, placed)
    counts = _count(edges, lambda e: e.source), _count(edges, lambda e: e.target)
    for order, of, count in zip(orders, (lefts, rights), counts, strict=True):
        labels = {unit: _label(names[unit], count[unit]) for unit in order}
        heights.append(sum(_height(labels[u], of[u]) + _GAP for u in order) + len({placed[u] for u in order}) * (_TITLE + _BAND_GAP))
    for order, of, count, x, height in zip(orders, (lefts, rights), counts, (_MARGIN, WIDTH - _MARGIN - _BOX), heights, strict=True):
        boxes: dict[str, Box] = {}
        number = len({placed[u] for u in order})
        spare = max(0.0, (max(heights) - height) / (number + 1)) if number else 0.0  # the shorter side spreads its bands
        y, above = top, None
        for unit in order:
            band = placed[unit]
            if band != above:
                y += spare + (_BAND_GAP if above is not None else 0)
                above = band
                titles.append(Title(x, round(y + 15, 1), band.title, colour_of(band)))
                y += _TITLE
            lines = _label(names[unit], count[unit])
            h = _height(lines, of[unit])
            boxes[unit] = Box(x, round(y, 1), _BOX, round(h, 1), lines, colour_of(band), unit in busy)
            y += h + _GAP
        bottom = max(bottom, y - _GAP)
        columns.append(boxes)
        sides.append(tuple(boxes.values()))
    curves = _curves(edges, columns[0], columns[1], lefts, rights)
    return Panel(sides[0], sides[1], tuple(titles), curves, round(bottom, 1))


def colour_of(band: Band) -> str:
    """Return the colour of the band's group."""
    return COLOURS[band.group % len(COLOURS)]


def _untangle(lefts: Mapping[str, list[Edge]], rights: Mapping[str, list[Edge]], bands: Mapping[str, Band]) -> tuple[list[str], list[str]]:
    """Return each side by bands, within a band turn by turn in the order of the middle of its partners (barycentre method)."""
    left = sorted(lefts, key=lambda unit: bands[unit])
    right = sorted(rights, key=lambda unit: bands[unit])
    for _ in range(_SWEEPS):
        at = {unit: i / len(left) for i, unit in enumerate(left)}
        right = sorted(right, key=lambda u: (bands[u], sum(at[e.source] for e in rights[u]) / len(rights[u])))
        at = {unit: i / len(right) for i, unit in enumerate(right)}
        left = sorted(left, key=lambda u: (bands[u], sum(at[e.target] for e in lefts[u]) / len(lefts[u])))
    return left, right


def _curves(
    edges: Sequence[Edge],
    left: Mapping[str, Box],
    right: Mapping[str, Box],
    lefts: Mapping[str, list[Edge]],
    rights: Mapping[str, list[Edge]],
) -> tuple[Curve, ...]:
    starts = {unit: _ports(left[unit], [(e.target, e) for e in sorted(of, key=lambda e: right[e.target].y)]) for unit, of in lefts.items()}
    ends = {unit: _ports(right[unit], [(e.source, e) for e in sorted(of, key=lambda e: left[e.source].y)]) for unit, of in rights.items()}
    x0, x1 = _MARGIN + _BOX, WIDTH - _MARGIN - _BOX
    middle = (x0 + x1) / 2
    curves = []
    for edge in sorted(edges, key=lambda e: -len(e.tasks)):  # thin ones on top
        y0, y1 = starts[edge.source][edge.target], ends[edge.target][edge.source]
        path = f"M{x0:g} {y0:g}C{middle:g} {y0:g} {middle:g} {y1:g} {x1:g} {y1:g}"
        number = len(edge.tasks)
        says = f"{plain(edge.source_name)} → {plain(edge.target_name)}: {number} nhiệm vụ"
        weight = str(number) if number >= _NAMED else ""
        curves.append(Curve(path, stroke(number), left[edge.source].colour, says, weight, (x1 - 6, round(y1 + 4, 1))))
    return tuple(curves)


def _ports(box: Box, edges: Sequence[tuple[str, Edge]]) -> dict[str, float]:
    """Return for each partner the height at which its edge meets ``box``, edges side by side around the box's middle."""
    y = box.y + (box.height - _thickness([edge for _, edge in edges])) / 2
    ports = {}
    for partner, edge in edges:
        room = _room(edge)
        ports[partner] = round(y + room / 2, 1)
        y += room + _PORT_GAP
    return ports


def _room(edge: Edge) -> float:
    """Return the height an edge takes at its ends: its own, or that of the number that it carries."""
    return max(stroke(len(edge.tasks)), _WEIGHT if len(edge.tasks) >= _NAMED else 0)


def _thickness(edges: Sequence[Edge]) -> float:
    return sum(map(_room, edges)) + _PORT_GAP * (len(edges) - 1)


def _count(edges: Sequence[Edge], end: Callable[[Edge], str]) -> dict[str, int]:
    """Return for each unit at that end of ``edges`` the number of its tasks."""
    tasks: dict[str, set[str]] = {}
    for edge in edges:
        tasks.setdefault(end(edge), set()).update(edge.tasks)
    return {unit: len(ids) for unit, ids in tasks.items()}


def _height(lines: tuple[str, ...], edges: Sequence[Edge]) -> float:
    return max(_LINE * len(lines) + 2 * _PADDING, _thickness(edges) + 2 * _PADDING)


def _label(name: str, count: int) -> tuple[str, ...]:
    """Return ``name`` on up to three lines, the number of tasks behind it."""
    return wrap(shorten(name, _LETTERS * _LABEL_LINES - 16), _LETTERS, f"\u00a0({count})")


def wrap(text: str, letters: int, tail: str = "") -> tuple[str, ...]:
    """Return ``text`` on lines of at most ``letters`` letters, ``tail`` bound to its last word."""
    lines: list[str] = []
    words = text.split() or ["…"]
    words[-1] += tail
    for word in words:
        while len(word) > letters:
            lines.append(word[:letters])
            word = word[letters:]
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)
