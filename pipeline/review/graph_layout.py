"""Where units stand in the graph of who works with whom: in blocks by level and group, so that the same units give the same picture."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, Final

from pipeline.emit.groups import Band, band_of
from pipeline.emit.layout import colour_of, stroke, wrap
from pipeline.emit.words import plain, shorten
from pipeline.store.edges import Network, WeightedEdge

FIRST: Final = 20  # units whose names can be read in a frame of a small screen
UNITS: Final = 300  # more are no picture any more
EDGES: Final = 1500
_WIDTH: Final = 190  # of a unit's box
_LINE: Final = 19
_LETTERS: Final = 20
_LINES: Final = 4
_TITLE: Final = 20  # letters over a column
_CELL: Final = (216, 104)  # a box with the room around it
_BLOCK_GAP: Final = 46
_STRIP_GAP: Final = 90
_SWEEPS: Final = 6
_FLAT: Final = 2.3  # the picture is so much wider than high, as its frame is


@dataclass
class _Block:
    """The units of one band, in rows of ``columns``."""

    band: Band
    units: list[str]
    columns: int = 1
    x: float = 0
    y: float = 0

    @property
    def rows(self) -> int:
        return ceil(len(self.units) / self.columns)


def elements(network: Network) -> dict[str, list[dict[str, Any]]]:
    """Return the nodes and edges of ``network`` as cytoscape.js takes them, each node with its place.

    A block (level and group of rules/groups.toml) is a node that holds its units. Levels stand below one another, from the centre to
    the communes (small ones side by side), groups side by side; in a block units stand near those that they work with.
    """
    bands = {unit: band_of(plain(name)) for unit, name in network.units.items()}
    blocks = _blocks(bands)
    _arrange(blocks)
    places = _settle(blocks, network.edges)
    nodes: list[dict[str, Any]] = []
    for block in blocks:
        name = f"block-{block.band.level}-{block.band.group}"
        title = "\n".join(wrap(block.band.title, _TITLE * block.columns))
        nodes.append({"data": {"id": name, "label": title, "colour": colour_of(block.band)}, "classes": "block"})
        for unit in block.units:
            called = plain(network.units[unit])
            lines = wrap(shorten(called, _LETTERS * _LINES - 8), _LETTERS)
            data: dict[str, Any] = {"id": f"u-{unit}", "unit": unit, "parent": name, "name": called, "label": "\n".join(lines)}
            data |= {"colour": colour_of(block.band), "width": _WIDTH, "height": 14 + _LINE * len(lines)}
            x, y = places[unit]
            nodes.append({"data": data, "position": {"x": x, "y": y}, "classes": "unit"})
    return {"nodes": nodes, "edges": [_edge(number, edge) for number, edge in enumerate(network.edges)]}


def _edge(number: int, edge: WeightedEdge) -> dict[str, Any]:
    data = {"id": f"e-{number}", "source": f"u-{edge.source}", "target": f"u-{edge.target}", "relation": edge.relation}
    return {"data": {**data, "tasks": edge.tasks, "width": stroke(edge.tasks)}, "classes": edge.relation}


def _blocks(bands: Mapping[str, Band]) -> list[_Block]:
    held: dict[Band, list[str]] = {}
    for unit, band in bands.items():
        held.setdefault(band, []).append(unit)
    return [_Block(band, held[band]) for band in sorted(held, key=lambda band: (band.level, band.group))]


def _arrange(blocks: Sequence[_Block]) -> None:
    """Give each block its columns and its corner: those of one level side by side, all so wide that the picture fits a screen."""
    units = sum(len(block.units) for block in blocks)
    widest = max(units, len(blocks))
    tried = [(abs(_place(blocks, across) - _FLAT), across) for across in range(1, min(widest, 60) + 1)]
    _place(blocks, min(tried, default=(0.0, 1))[1])


def _place(blocks: Sequence[_Block], across: int) -> float:
    """Place ``blocks`` so that about ``across`` units stand side by side; return how much wider than high that is."""
    y = 0.0
    strips: list[tuple[float, list[_Block]]] = []
    for strip in _strips(blocks, across):
        deep = 1
        while sum(ceil(len(block.units) / deep) for block in strip) > max(across, len(strip)):
            deep += 1
        x = 0.0
        for block in strip:
            block.columns, block.x, block.y = ceil(len(block.units) / deep), x, y
            x += block.columns * _CELL[0] + _BLOCK_GAP
        strips.append((x - _BLOCK_GAP, strip))
        y += max(block.rows for block in strip) * _CELL[1] + _STRIP_GAP
    far = max((width for width, _ in strips), default=0.0)
    for width, strip in strips:
        for block in strip:
            block.x += (far - width) / 2
    return far / max(1.0, y - _STRIP_GAP)


def _strips(blocks: Sequence[_Block], across: int) -> list[list[_Block]]:
    """Return the blocks that stand side by side, level by level; neighbouring levels share a strip where both have room in one row."""
    strips: list[list[_Block]] = []
    for level in dict.fromkeys(block.band.level for block in blocks):
        here = [block for block in blocks if block.band.level == level]
        if strips and sum(len(block.units) for block in (*strips[-1], *here)) <= across:
            strips[-1] += here
        else:
            strips.append(here)
    return strips


def _settle(blocks: Sequence[_Block], edges: Iterable[WeightedEdge]) -> dict[str, tuple[float, float]]:
    """Return the middle of each unit's box, after a few turns in which the units of a block stand in the order of their partners."""
    partners: dict[str, list[tuple[str, float]]] = {}
    for edge in edges:
        weight = sqrt(edge.tasks)
        partners.setdefault(edge.source, []).append((edge.target, weight))
        partners.setdefault(edge.target, []).append((edge.source, weight))
    places = {unit: place for block in blocks for unit, place in _places(block)}
    for _ in range(_SWEEPS):
        for block in blocks:
            if len(block.units) > 1:
                wanted = {unit: _middle(unit, partners.get(unit, ()), places) for unit in block.units}
                block.units.sort(key=lambda unit: (wanted[unit][1], unit))
                rows = [block.units[at : at + block.columns] for at in range(0, len(block.units), block.columns)]
                block.units = [unit for row in rows for unit in sorted(row, key=lambda unit: (wanted[unit][0], unit))]
                places.update(_places(block))
    return places


def _middle(unit: str, partners: Sequence[tuple[str, float]], places: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    total = sum(weight for _, weight in partners)
    if not total:
        return places[unit]
    return (
        round(sum(places[other][0] * weight for other, weight in partners) / total, 3),
        round(sum(places[other][1] * weight for other, weight in partners) / total, 3),
    )


def _places(block: _Block) -> Iterable[tuple[str, tuple[float, float]]]:
    for number, unit in enumerate(block.units):
        row, column = divmod(number, block.columns)
        yield unit, (block.x + (column + 0.5) * _CELL[0], block.y + (row + 0.5) * _CELL[1])
