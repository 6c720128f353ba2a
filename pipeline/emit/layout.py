"""Where things stand in the picture of a graph: leads on the left, the units they ask on the right, no two labels on one place.

All lengths are SVG user units (pixels at 100 %).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from models import Edge
from pipeline.emit.words import plain, shorten

WIDTH = 1200.0
_BOX = 350.0  # width of a label box
_MARGIN = 30.0
_LINE = 17.0  # height of a line of a label
_PADDING = 6.0
_GAP = 9.0  # between boxes
_GROUP_GAP = 26.0  # between units that have nothing to do with each other
_LETTERS = 47  # letters on a line of a label at 13 px
_LABEL_LINES = 3
_SWEEPS = 12
_PORT_GAP = 2.0

# Colours that can be told apart on white
COLOURS = (
    "#2f6db5", "#c8551b", "#2e8b57", "#a63a79", "#8a6d1d", "#5b4fb0", "#0f8b99", "#b23a3a", "#5d7a1f", "#d08a00",
    "#7a4b2a", "#1f4e79", "#c2498a", "#4c8f6b",
)  # fmt: skip
_GREY = "#9a9a9a"  # of units that lead nothing


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
class Curve:
    """An edge as an SVG path, ``width`` by its number of tasks; ``says`` is what a pointer on it shows."""

    path: str
    width: float
    colour: str
    says: str


@dataclass(frozen=True)
class Panel:
    """One relation: boxes and curves from ``top`` down to ``bottom``."""

    left: tuple[Box, ...]
    right: tuple[Box, ...]
    curves: tuple[Curve, ...]
    bottom: float


def stroke(tasks: int) -> float:
    """Return the width of an edge with ``tasks`` tasks: it grows with their root, so that many do not bury one."""
    return round(min(16.0, 0.6 + 1.5 * sqrt(tasks)), 2)


def choose_colours(edges: Sequence[Edge]) -> dict[str, str]:
    """Return a colour for each unit that an edge starts from, the same in all panels; those with most tasks differ surely."""
    weights: dict[str, int] = {}
    for edge in edges:
        weights[edge.source] = weights.get(edge.source, 0) + len(edge.tasks)
    ranked = sorted(weights, key=lambda unit: -weights[unit])
    return {unit: COLOURS[i % len(COLOURS)] for i, unit in enumerate(ranked)}


def build_panel(edges: Sequence[Edge], drawn: Sequence[Edge], top: float, colours: Mapping[str, str]) -> Panel:
    """Return the picture of the ``drawn`` of ``edges`` (one relation, each pair once) below ``top``.

    Numbers of tasks and the mark of units that stand on both sides are those of all ``edges``.
    """
    busy = {e.source for e in edges} & {e.target for e in edges}
    counts = _count(edges, lambda e: e.source), _count(edges, lambda e: e.target)
    lefts, rights, groups = _groups(drawn)
    names = {e.source: e.source_name for e in drawn} | {e.target: e.target_name for e in drawn}
    left: dict[str, Box] = {}
    right: dict[str, Box] = {}
    y = top
    for group in groups:
        stacks: list[list[tuple[str, tuple[str, ...], float]]] = []
        for side, of, count in zip(group, (lefts, rights), counts, strict=True):
            labels = {unit: _label(names[unit], count[unit]) for unit in side}
            stacks.append([(unit, labels[unit], _height(labels[unit], of[unit])) for unit in side])
        height = max(sum(h for *_, h in stack) + _GAP * len(stack) for stack in stacks)
        for stack, x, boxes in zip(stacks, (_MARGIN, WIDTH - _MARGIN - _BOX), (left, right), strict=True):
            spare = (height - sum(h for *_, h in stack)) / len(stack)
            at = y + spare / 2
            for unit, lines, h in stack:
                boxes[unit] = Box(x, round(at, 1), _BOX, round(h, 1), lines, colours.get(unit, _GREY), unit in busy)
                at += h + spare
        y += height + _GROUP_GAP
    return Panel(tuple(left.values()), tuple(right.values()), _curves(drawn, left, right, lefts, rights), round(y - _GROUP_GAP, 1))


def _groups(edges: Sequence[Edge]) -> tuple[dict[str, list[Edge]], dict[str, list[Edge]], list[tuple[list[str], list[str]]]]:
    """Return the edges of each left and each right unit, and the units that hang together, ordered so that few edges cross."""
    lefts: dict[str, list[Edge]] = {}
    rights: dict[str, list[Edge]] = {}
    for edge in edges:
        lefts.setdefault(edge.source, []).append(edge)
        rights.setdefault(edge.target, []).append(edge)
    groups, seen = [], set()
    for first in lefts:
        if first in seen:
            continue
        seen.add(first)
        members: tuple[list[str], list[str]] = ([first], [])
        met = set()
        for unit in members[0]:  # grows while we walk it
            for edge in lefts[unit]:
                if edge.target not in met:
                    met.add(edge.target)
                    members[1].append(edge.target)
                    for back in rights[edge.target]:
                        if back.source not in seen:
                            seen.add(back.source)
                            members[0].append(back.source)
        groups.append(_untangle(members, lefts, rights))
    groups.sort(key=lambda g: -sum(len(e.tasks) for unit in g[0] for e in lefts[unit]))
    return lefts, rights, groups


def _untangle(
    group: tuple[list[str], list[str]], lefts: dict[str, list[Edge]], rights: dict[str, list[Edge]]
) -> tuple[list[str], list[str]]:
    """Return the group with each side put, turn by turn, in the order of the middle of its partners (barycentre method)."""
    left, right = group
    for _ in range(_SWEEPS):
        at = {unit: i / len(left) for i, unit in enumerate(left)}
        right = sorted(right, key=lambda u: sum(at[e.source] for e in rights[u]) / len(rights[u]))
        at = {unit: i / len(right) for i, unit in enumerate(right)}
        left = sorted(left, key=lambda u: sum(at[e.target] for e in lefts[u]) / len(lefts[u]))
    return left, right


def _curves(
    edges: Sequence[Edge], left: dict[str, Box], right: dict[str, Box], lefts: dict[str, list[Edge]], rights: dict[str, list[Edge]]
) -> tuple[Curve, ...]:
    starts = {unit: _ports(left[unit], sorted(of, key=lambda e: right[e.target].y)) for unit, of in lefts.items()}
    ends = {unit: _ports(right[unit], sorted(of, key=lambda e: left[e.source].y)) for unit, of in rights.items()}
    x0, x1 = _MARGIN + _BOX, WIDTH - _MARGIN - _BOX
    middle = (x0 + x1) / 2
    curves = []
    for edge in sorted(edges, key=lambda e: -len(e.tasks)):  # thin ones on top
        y0, y1 = starts[edge.source][edge.target], ends[edge.target][edge.source]
        path = f"M{x0:g} {y0:g}C{middle:g} {y0:g} {middle:g} {y1:g} {x1:g} {y1:g}"
        says = f"{plain(edge.source_name)} → {plain(edge.target_name)}: {len(edge.tasks)} nhiệm vụ"
        curves.append(Curve(path, stroke(len(edge.tasks)), left[edge.source].colour, says))
    return tuple(curves)


def _ports(box: Box, edges: list[Edge]) -> dict[str, float]:
    """Return for each partner the height at which its edge meets ``box``, edges side by side around the box's middle."""
    total = _thickness(edges)
    y = box.y + (box.height - total) / 2
    ports = {}
    for edge in edges:
        width = stroke(len(edge.tasks))
        ports[edge.target] = ports[edge.source] = round(y + width / 2, 1)
        y += width + _PORT_GAP
    return ports


def _thickness(edges: Sequence[Edge]) -> float:
    return sum(stroke(len(e.tasks)) for e in edges) + _PORT_GAP * (len(edges) - 1)


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
    lines: list[str] = []
    words = shorten(plain(name), _LETTERS * _LABEL_LINES - 16).split() or ["…"]
    words[-1] += f"\u00a0({count})"  # never alone on a line
    for word in words:
        while len(word) > _LETTERS:
            lines.append(word[:_LETTERS])
            word = word[_LETTERS:]
        if lines and len(lines[-1]) + 1 + len(word) <= _LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)
