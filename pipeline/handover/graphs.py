"""The graph between units in forms that people paste and programs draw: DOT, Mermaid, the JSON of Cytoscape."""

import json
import re

from models import Graph
from pipeline.emit.words import plain

_RELATIONS = {"coordinates": "phối hợp", "directs": "chỉ đạo", "reports": "báo cáo"}
_DOT_STYLES = {"coordinates": "solid", "directs": "bold", "reports": "dashed"}
_ARROWS = {"coordinates": "-->", "directs": "==>", "reports": "-.->"}
_MERMAID = re.compile(r"[^\w\s.,;:/()+-]")


def write_dot(graph: Graph) -> bytes:
    """Return ``graph`` in the DOT language of Graphviz (UTF-8): a directed graph; edges are labelled with their number of tasks."""
    lines = ["digraph giaoviec {", "  rankdir=LR;"]
    lines += ['  node [shape=box, fontname="Times New Roman"];', '  edge [fontname="Times New Roman"];']
    lines += [f"  {_quoted(node.id)} [label={_quoted(plain(node.name))}];" for node in graph.nodes]
    for edge in graph.edges:
        label = _quoted(f"{_RELATIONS[edge.relation]} ({len(edge.tasks)})")
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [label={label}, style={_DOT_STYLES[edge.relation]}];")
    return ("\n".join([*lines, "}"]) + "\n").encode("utf-8", "replace")


def write_mermaid(graph: Graph) -> bytes:
    """Return ``graph`` as a flowchart of Mermaid (UTF-8), for Markdown pages that draw it (GitLab, GitHub, wikis)."""
    names = {node.id: f"u{number}" for number, node in enumerate(graph.nodes, 1)}
    lines = ["flowchart LR"]
    lines += [f'  {names[node.id]}["{_entities(plain(node.name))}"]' for node in graph.nodes]
    for edge in graph.edges:
        label = f"{_RELATIONS[edge.relation]} ({len(edge.tasks)})"
        lines.append(f'  {names[edge.source]} {_ARROWS[edge.relation]}|"{label}"| {names[edge.target]}')
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def write_cytoscape(graph: Graph) -> bytes:
    """Return ``graph`` as the JSON of Cytoscape and cytoscape.js: ``elements.nodes`` and ``elements.edges``, each with its ``data``.

    ``tasks`` are the ids of the tasks that prove an edge, ``weight`` their number; ``apart``: see models.Edge.
    """
    nodes = [
        {"id": n.id, "value": n.id, "name": plain(n.name), "leads": n.leads, "asked": n.asked, "betweenness": n.betweenness}
        for n in graph.nodes
    ]
    edges = [
        {
            "id": f"e{number}", "source": e.source, "target": e.target, "relation": e.relation, "weight": len(e.tasks),
            "tasks": list(e.tasks), "apart": list(e.apart), "key": number,
        }
        for number, e in enumerate(graph.edges, 1)
    ]  # fmt: skip
    made = {
        "data": [],
        "directed": True,
        "multigraph": True,
        "elements": {"nodes": [{"data": node} for node in nodes], "edges": [{"data": edge} for edge in edges]},
    }
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _quoted(text: str) -> str:
    """Return ``text`` as a string of DOT. A backslash begins an escape in labels, so it is doubled."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _entities(text: str) -> str:
    """Return ``text`` with everything that Mermaid or HTML would read as its own written as a numbered entity."""
    return _MERMAID.sub(lambda found: f"#{ord(found[0])};", text)
