"""The graph as a picture (SVG): who coordinates with, directs and reports to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models import Edge, Graph
from pipeline.emit.groups import Band, band_of
from pipeline.emit.layout import WIDTH, Panel, build_panel, colour_of, stroke
from pipeline.emit.templates import render
from pipeline.emit.words import plain, shorten

_CAPTIONS = {
    "coordinates": ("Phối hợp", "Đơn vị chủ trì", "Đơn vị phối hợp"),
    "directs": ("Chỉ đạo, hướng dẫn", "Đơn vị chủ trì", "Đơn vị thực hiện"),
    "reports": ("Báo cáo, tham mưu", "Đơn vị chủ trì", "Nơi nhận báo cáo, tham mưu"),
}
# More edges than this on one panel are no picture any more: units with the fewest tasks are drawn as one of their group.
_DRAWN = 75
_HEAD = 104.0  # height of title and legend
_PANEL_HEAD = 64.0
_PANEL_GAP = 34.0
_TITLE_LETTERS = 120


@dataclass(frozen=True)
class _Section:
    title: str
    left: str
    right: str
    remark: str
    top: float
    panel: Panel


def write_picture(graph: Graph, title: str) -> bytes:
    """Return the SVG of ``graph`` under ``title``: a panel a relation, an edge the wider the more tasks it stands for.

    Units stand in bands by group and level (rules/groups.toml). Above 75 edges in a panel the units with the fewest tasks of a group are
    drawn as one, and the panel says so. Units that only stand in the same rows, never in the same order, are not joined.
    """
    sections = []
    colours: dict[str, str] = {}
    top = _HEAD
    for relation, (name, left, right) in _CAPTIONS.items():
        edges = [edge for edge in graph.edges if edge.relation == relation and not edge.is_loose]
        if not edges:
            continue
        drawn, bands = gather(edges, _DRAWN)
        remark = f"{len(edges)} quan hệ"
        if len(drawn) < len(edges):
            remark += f"; các đơn vị ít nhiệm vụ được gộp theo nhóm thành {len(drawn)} quan hệ, đủ cả trong tệp graphml và bảng tính"
        panel = build_panel(drawn, top + _PANEL_HEAD, bands)
        for unit, text in {e.source: e.source_name for e in drawn}.items() | {e.target: e.target_name for e in drawn}.items():
            band = bands.get(unit) or band_of(plain(text))
            colours[band.group_title] = colour_of(band)
        sections.append(_Section(name, left, right, remark, top, panel))
        top = panel.bottom + _PANEL_GAP
    values = {
        "title": shorten(plain(title), _TITLE_LETTERS),
        "sections": sections,
        "width": WIDTH,
        "height": round(top if sections else _HEAD + 60),
        "scale": [(tasks, stroke(tasks)) for tasks in (1, 5, 20)],
    }
    return render("graph.svg", values).encode("utf-8")


def gather(edges: Sequence[Edge], most: int) -> tuple[list[Edge], Mapping[str, Band]]:
    """Return at most ``most`` edges (of one relation) that stand for all of ``edges``, and the bands of units made up for it.

    As many units as possible stay themselves, those with most tasks first; the others of a group become one ("Đảng: 12 đơn vị khác").
    """
    if len(edges) <= most:
        return list(edges), {}
    tasks: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for edge in edges:
        for unit, name in ((edge.source, edge.source_name), (edge.target, edge.target_name)):
            tasks.setdefault(unit, set()).update(edge.tasks)
            names.setdefault(unit, plain(name))
    ranked = sorted(tasks, key=lambda unit: -len(tasks[unit]))
    fewest, kept = 0, len(ranked)  # the number of edges grows with that of kept units, nearly: halve the range
    while kept - fewest > 1:
        middle = (fewest + kept) // 2
        if len(_merged(edges, names, set(ranked[:middle]))[0]) <= most:
            fewest = middle
        else:
            kept = middle
    return _merged(edges, names, set(ranked[:fewest]))


def _merged(edges: Sequence[Edge], names: Mapping[str, str], kept: set[str]) -> tuple[list[Edge], Mapping[str, Band]]:
    sides = [{unit for unit in side if unit not in kept} for side in ({e.source for e in edges}, {e.target for e in edges})]
    members: list[dict[int, int]] = [{}, {}]
    for side, count in zip(sides, members, strict=True):
        for unit in side:
            group = band_of(names[unit]).group
            count[group] = count.get(group, 0) + 1
    bands: dict[str, Band] = {}

    def put(unit: str, side: int) -> tuple[str, str]:
        if unit in kept:
            return unit, names[unit]
        group = band_of(names[unit]).group
        if members[side][group] == 1:
            return unit, names[unit]
        band = _whole_group(group)
        made = f"\u0000{side}.{group}"
        bands[made] = band
        return made, f"{members[side][group]} đơn vị khác của nhóm này"

    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        (source, source_name), (target, target_name) = put(edge.source, 0), put(edge.target, 1)
        known = found.get((source, target))
        values = {"source": source, "target": target, "source_name": source_name, "target_name": target_name}
        tasks = tuple(dict.fromkeys((*(known.tasks if known else ()), *edge.tasks)))
        found[source, target] = edge.model_copy(update={**values, "tasks": tasks, "apart": ()})
    return list(found.values()), bands


@lru_cache(maxsize=64)
def _whole_group(group: int) -> Band:
    """Return the band of a group without a level, which stands last in it."""
    return Band(group, 99)
