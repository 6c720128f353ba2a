"""How much falls to each unit, as a picture (SVG): a bar for each unit, in colours by role."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.emit.layout import WIDTH, wrap
from pipeline.emit.rows import Row
from pipeline.emit.templates import render
from pipeline.emit.words import ROLES, plain, shorten

_MARGIN: Final = 30.0
_LABEL: Final = 330.0
_LETTERS: Final = 42
_TOP: Final = 112.0
_BAR: Final = 20.0
_GAP: Final = 10.0
_UNITS: Final = 25  # more are named in one line under the picture
_COLOURS: Final = {"lead": "#2f6db5", "coordinate": "#c8551b", "implement": "#5d7a1f"}
_WRITTEN: Final = 18.0  # a piece of a bar must be so wide to carry its number
_TITLE_LETTERS: Final = 120


@dataclass(frozen=True)
class Piece:
    """The part of a bar that stands for one role."""

    x: float
    width: float
    colour: str
    count: int
    written: bool
    says: str


@dataclass(frozen=True)
class Bar:
    """A unit: its name on up to two lines and its tasks by role."""

    y: float
    height: float
    lines: tuple[tuple[float, str], ...]
    pieces: tuple[Piece, ...]
    total: int
    end: float


def count_loads(rows: Sequence[Row]) -> list[tuple[str, int, int, int]]:
    """Return (unit, tasks it leads, coordinates in, carries out), those with most in all first.

    A unit counts once in a task, in the first of these roles.
    """
    loads: dict[str, list[int]] = {}
    for row in rows:
        seen: set[str] = set()
        for role, units in enumerate((row.leads, row.coordinators, row.implementers)):
            for unit in units:
                if unit not in seen:
                    seen.add(unit)
                    loads.setdefault(unit, [0, 0, 0])[role] += 1
    ranked = sorted(loads.items(), key=lambda load: (-sum(load[1]), -load[1][0], load[0]))
    return [(unit, counts[0], counts[1], counts[2]) for unit, counts in ranked]


def write_loads(rows: Sequence[Row], title: str) -> bytes:
    """Return the SVG of the load of each unit in ``rows`` under ``title``; the 25 units with most, and how many more there are."""
    loads = count_loads(rows)
    most = max((sum(counts) for _, *counts in loads[:_UNITS]), default=1)
    scale = (WIDTH - 2 * _MARGIN - _LABEL - 60) / most
    bars: list[Bar] = []
    y = _TOP
    for unit, *counts in loads[:_UNITS]:
        words = wrap(shorten(unit, _LETTERS * 2 - 4), _LETTERS)
        height = max(_BAR, 16.0 * len(words))
        middle = y + height / 2
        lines = tuple((round(middle - 8.0 * len(words) + 12 + 16.0 * i, 1), line) for i, line in enumerate(words))
        pieces: list[Piece] = []
        x = _MARGIN + _LABEL
        for role, count in zip(_COLOURS, counts, strict=True):
            width = round(count * scale, 1)
            if count:
                says = f"{unit}: {ROLES[role].lower()} {count} nhiệm vụ"
                pieces.append(Piece(round(x, 1), width, _COLOURS[role], count, width >= _WRITTEN, says))
            x += width
        bars.append(Bar(round(middle - _BAR / 2, 1), _BAR, lines, tuple(pieces), sum(counts), round(x + 6, 1)))
        y += height + _GAP
    values = {
        "title": shorten(plain(title), _TITLE_LETTERS),
        "bars": bars,
        "more": max(0, len(loads) - _UNITS),
        "roles": [(ROLES[role], colour) for role, colour in _COLOURS.items()],
        "width": WIDTH,
        "height": round(y + (36 if len(loads) > _UNITS else 16)),
        "bottom": y,
    }
    return render("loads.svg", values).encode("utf-8")
