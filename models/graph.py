"""Who works with whom."""

from typing import Literal

from models.frozen import Frozen

Relation = Literal["coordinates", "directs", "reports"]


class Node(Frozen):
    """A unit in the graph, with how much hangs on it (numbers of tasks; ``betweenness`` from 0 to 1)."""

    id: str
    name: str
    leads: int = 0
    asked: int = 0
    betweenness: float = 0.0


class Edge(Frozen):
    """``source`` coordinates with, directs, or reports to ``target``; ``tasks`` are the ids that prove it.

    A task is a row, and a row joins each of its leads with all others in it. ``apart`` are those of ``tasks`` that give several orders,
    of which none joins the two: the row names both, its words do not bring them together.
    """

    source: str
    target: str
    source_name: str
    target_name: str
    relation: Relation
    tasks: tuple[str, ...]
    apart: tuple[str, ...] = ()

    @property
    def is_loose(self) -> bool:
        """Return whether the two only stand in the same rows, never in the same order."""
        return len(self.apart) == len(self.tasks)


class Graph(Frozen):
    """Nodes and edges, each in a stable order."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
