"""Graphs between units: the only place that imports networkx."""

import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx

from models import Edge, Graph, Node

RELATIONS = ("coordinates", "directs", "reports")
# Above this many units the shortest paths start from that many fixed units only, so that time stays linear in the edges.
_PIVOTS = 400
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MADE_ON = re.compile(rb' lastmodifieddate="[^"]*"')


@dataclass(frozen=True)
class Measures:
    """Units in order of what hangs on them, most first; those with nothing are left out.

    ``leading`` by tasks led, ``asked`` by tasks in which others ask them to work, ``between`` by how far they join groups
    that do not work with each other directly.
    """

    leading: tuple[Node, ...]
    asked: tuple[Node, ...]
    between: tuple[Node, ...]


def build_graph(nodes: Sequence[Node], edges: Iterable[Edge]) -> Graph:
    """Return the graph of ``nodes`` (kept in their order) and ``edges`` (put in order), with betweenness filled in.

    Betweenness is the share of shortest paths between other units that lead over this one (0 to 1, six decimals), over
    edges of coordination and direction taken without their arrow. Reports are left out: nearly every unit reports to the
    issuer, which says nothing about who joins groups; so are units that only stand in the same rows (``Edge.is_loose``).
    Above 400 units it is an estimate from 400 of them.
    """
    place = {node.id: i for i, node in enumerate(nodes)}
    ordered = tuple(sorted(edges, key=lambda e: (RELATIONS.index(e.relation), place[e.source], place[e.target])))
    between = _between(place, ((e.source, e.target) for e in ordered if e.relation != "reports" and not e.is_loose))
    known = ((node, round(between.get(node.id, 0.0), 6)) for node in nodes)
    return Graph(nodes=tuple(n.model_copy(update={"betweenness": b}) if b != n.betweenness else n for n, b in known), edges=ordered)


def _between(units: Collection[str], joined: Iterable[tuple[str, str]]) -> Mapping[str, float]:
    """Return the betweenness of the units that ``joined`` names; of all others it is 0, and no path need be looked for."""
    net = nx.Graph()
    if len(units) > _PIVOTS:
        net.add_nodes_from(units)
        net.add_edges_from(joined)
        return dict(nx.betweenness_centrality(net, k=_PIVOTS, seed=0))
    net.add_edges_from(joined)
    if all(degree < 2 for _, degree in net.degree()):
        return {}
    pairs = (len(units) - 1) * (len(units) - 2)
    return {unit: 2 * paths / pairs for unit, paths in nx.betweenness_centrality(net, normalized=False).items()}


class Merging:
    """One graph over several documents, which come one after another: units with one id become one node, their edges one edge with all
    tasks. A unit keeps the name it has in the first graph.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._edges: dict[tuple[str, str, str], _Proof] = {}

    def add(self, graph: Graph) -> None:
        """Add the graph of a document."""
        for node in graph.nodes:
            known = self._nodes.setdefault(node.id, node.model_copy(update={"leads": 0, "asked": 0}))
            self._nodes[node.id] = known.model_copy(update={"leads": known.leads + node.leads, "asked": known.asked + node.asked})
        for edge in graph.edges:
            key = (edge.relation, edge.source, edge.target)
            proof = self._edges.get(key) or self._edges.setdefault(key, _Proof(edge))
            proof.tasks.update(dict.fromkeys(edge.tasks))
            proof.apart.update(dict.fromkeys(edge.apart))

    def graph(self) -> Graph:
        """Return the graph of all that were added."""
        edges = []
        for proof in self._edges.values():
            names = {"source_name": self._nodes[proof.edge.source].name, "target_name": self._nodes[proof.edge.target].name}
            edges.append(proof.edge.model_copy(update={**names, "tasks": tuple(proof.tasks), "apart": tuple(proof.apart)}))
        return build_graph(list(self._nodes.values()), edges)


@dataclass
class _Proof:
    """An edge as it was first met, and the tasks that prove it in all documents, in their order."""

    edge: Edge
    tasks: dict[str, None] = field(default_factory=dict)
    apart: dict[str, None] = field(default_factory=dict)


def merge_graphs(graphs: Iterable[Graph]) -> Graph:
    """Return one graph over several documents; see ``Merging``."""
    merging = Merging()
    for graph in graphs:
        merging.add(graph)
    return merging.graph()


def measures(graph: Graph) -> Measures:
    """Return who leads most, who is asked by most and who stands between groups; of equals the first named stands first."""
    return Measures(
        leading=tuple(sorted((n for n in graph.nodes if n.leads), key=lambda n: -n.leads)),
        asked=tuple(sorted((n for n in graph.nodes if n.asked), key=lambda n: -n.asked)),
        between=tuple(sorted((n for n in graph.nodes if n.betweenness), key=lambda n: -n.betweenness)),
    )


def write_graphml(graph: Graph) -> bytes:
    """Return ``graph`` as GraphML (UTF-8): a directed multigraph.

    ``tasks`` and ``apart`` are numbers (see ``Edge``), ``task_ids`` are joined by spaces.
    """
    buffer = io.BytesIO()
    nx.write_graphml_xml(_net(graph), buffer, named_key_ids=True)
    return buffer.getvalue() + b"\n"


def write_gexf(graph: Graph) -> bytes:
    """Return ``graph`` as GEXF 1.2 (UTF-8), with the attributes of ``write_graphml``; the label of a unit is its name."""
    net = _net(graph)
    for _, values in net.nodes(data=True):
        values["label"] = values["name"]
    buffer = io.BytesIO()
    nx.write_gexf(net, buffer, version="1.2draft")
    return _MADE_ON.sub(b"", buffer.getvalue(), count=1) + b"\n"  # the same graph gives the same bytes, whatever the day


def _net(graph: Graph) -> nx.MultiDiGraph:
    """Return ``graph`` as networkx knows it, without characters that XML cannot hold."""

    def clean(text: str) -> str:
        return _UNPRINTABLE.sub("", text)

    net = nx.MultiDiGraph()
    for node in graph.nodes:
        net.add_node(clean(node.id), name=clean(node.name), leads=node.leads, asked=node.asked, betweenness=node.betweenness)
    for number, edge in enumerate(graph.edges, 1):
        values = {"relation": edge.relation, "tasks": len(edge.tasks), "apart": len(edge.apart), "task_ids": clean(" ".join(edge.tasks))}
        net.add_edge(clean(edge.source), clean(edge.target), key=f"e{number}", **values)
    return net
