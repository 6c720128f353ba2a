"""The graph as a picture (SVG): who coordinates with, directs and reports to whom."""

from dataclasses import dataclass

from models import Graph
from pipeline.emit.layout import WIDTH, Panel, build_panel, choose_colours, stroke
from pipeline.emit.templates import render
from pipeline.emit.words import plain, shorten

_CAPTIONS = {
    "coordinates": ("Phối hợp", "Đơn vị chủ trì", "Đơn vị phối hợp"),
    "directs": ("Chỉ đạo, hướng dẫn", "Đơn vị chủ trì", "Đơn vị thực hiện"),
    "reports": ("Báo cáo, tham mưu", "Đơn vị chủ trì", "Nơi nhận báo cáo, tham mưu"),
}
# More edges than this on one panel are no picture any more; those with most tasks are drawn, and the panel says so.
_DRAWN = 75
_HEAD = 104.0  # height of title and legend
_PANEL_HEAD = 70.0
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
    """Return the SVG of ``graph`` under ``title``: a panel a relation, an edge the wider the more tasks it stands for."""
    sections = []
    colours = choose_colours(graph.edges)
    top = _HEAD
    for relation, (name, left, right) in _CAPTIONS.items():
        edges = [edge for edge in graph.edges if edge.relation == relation]
        if not edges:
            continue
        drawn = sorted(edges, key=lambda e: -len(e.tasks))[:_DRAWN]
        remark = f"{len(edges)} quan hệ"
        if len(drawn) < len(edges):
            remark += f"; vẽ {len(drawn)} quan hệ nhiều nhiệm vụ nhất, đủ cả trong tệp graphml và bảng tính"
        panel = build_panel(edges, drawn, top + _PANEL_HEAD, colours)
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
