"""Tasks → graph: who coordinates with, directs and reports to whom."""

from collections.abc import Sequence

from models import Edge, Graph, Node, Task, Unit
from models.graph import Relation
from models.outline import Role
from pipeline.network import Measures, build_graph, measures

__all__ = ["Measures", "coordinate", "measures"]

_RELATIONS: tuple[tuple[Role, Relation], ...] = (("coordinate", "coordinates"), ("implement", "directs"), ("report_to", "reports"))


def coordinate(tasks: Sequence[Task], units: Sequence[Unit]) -> Graph:
    """Return the graph of the units that hold a role in ``tasks``, in the order in which the tasks name them.

    Each lead of a task has an edge to each other unit in the task: coordinator ("coordinates"), implementer ("directs"),
    receiver of its report ("reports"); every edge names the tasks that prove it. A task without a lead gives no edge.
    The clause is the row, so a task with several orders gives the edges of all its leads; where no order joins the two
    ("Sở A …; Sở B phối hợp với Sở C …": A and C), the edge names the task under ``apart`` too. What no order holds is
    left open by the words and keeps its edges.
    ``leads`` counts the tasks a unit leads, ``asked`` those it is to coordinate or implement without leading them. A unit
    bears its name in ``units``, or the name of its first assignment where it is not there.
    """
    names = {unit.id: unit.name for unit in units}
    leads: dict[str, int] = {}
    asked: dict[str, int] = {}
    proofs: dict[tuple[Relation, str, str], list[str]] = {}
    apart: dict[tuple[Relation, str, str], list[str]] = {}
    for task in tasks:
        holders: dict[Role, list[str]] = {}
        for assignment in task.assignments:
            names.setdefault(assignment.unit_id, assignment.name)
            leads.setdefault(assignment.unit_id, 0)
            ids = holders.setdefault(assignment.role, [])
            if assignment.unit_id not in ids:
                ids.append(assignment.unit_id)
        leading = holders.get("lead", [])
        places = _places(task)
        for unit in leading:
            leads[unit] += 1
        for unit in dict.fromkeys([*holders.get("coordinate", []), *holders.get("implement", [])]):
            asked[unit] = asked.get(unit, 0) + (unit not in leading)
        for role, relation in _RELATIONS:
            for target in holders.get(role, []):
                for source in leading:
                    if source != target:
                        proofs.setdefault((relation, source, target), []).append(task.id)
                        if _apart(task, places.get(("lead", source)), places.get((role, target))):
                            apart.setdefault((relation, source, target), []).append(task.id)
    nodes = [Node(id=unit, name=names[unit], leads=led, asked=asked.get(unit, 0)) for unit, led in leads.items()]
    edges = [
        Edge(
            source=s, target=t, source_name=names[s], target_name=names[t], relation=relation, tasks=tuple(proof),
            apart=tuple(apart.get((relation, s, t), ())),
        )
        for (relation, s, t), proof in proofs.items()
    ]  # fmt: skip
    return build_graph(nodes, edges)


def _places(task: Task) -> dict[tuple[Role, str], set[int]]:
    """Return in which orders of ``task``, by their number, each unit holds each role."""
    places: dict[tuple[Role, str], set[int]] = {}
    for number, order in enumerate(task.orders):
        for assignment in order.assignments:
            places.setdefault((assignment.role, assignment.unit_id), set()).add(number)
    return places


def _apart(task: Task, led: set[int] | None, held: set[int] | None) -> bool:
    """Whether all orders in which a unit is asked (``held``) are led by others than the one who leads ``led``.

    None: no order tells of the unit; an order without a lead may be anybody's. Then nothing says that the two are apart.
    """
    if led is None or held is None or not led.isdisjoint(held):
        return False
    return all(task.orders[number].names("lead") for number in held)
