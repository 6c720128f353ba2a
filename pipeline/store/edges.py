"""Who works with whom over all documents: the edges of ``v_edges`` counted, and the tasks behind them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, func, or_, select

from models.graph import Relation
from models.outline import Role
from pipeline.store.search import units_named
from pipeline.store.standing import is_standing
from pipeline.store.tables import documents, task_units, tasks
from pipeline.store.titles import titles_of

ROLES: Final[Mapping[Relation, Role]] = {"coordinates": "coordinate", "directs": "implement", "reports": "report_to"}
"""The role in which the target of an edge stands in its tasks; the source leads them."""
_RELATIONS: Final[Mapping[str, Relation]] = {role: relation for relation, role in ROLES.items()}
_lead: Final = task_units.alias("a")
_asked: Final = task_units.alias("b")


@dataclass(frozen=True)
class EdgeFilter:
    """Which edges are wanted; what is None does not matter.

    ``unit`` (an id, or part of a name with or without marks) is at one of their ends. ``document`` is a row of the store, a draft too;
    ``since`` and ``until`` (ISO days, both in) bound the day documents were issued on. ``least``: edges of fewer tasks are left out.
    """

    unit: str | None = None
    document: int | None = None
    relations: tuple[Relation, ...] = ("coordinates", "directs", "reports")
    since: str | None = None
    until: str | None = None
    least: int = 1


@dataclass(frozen=True)
class WeightedEdge:
    """``source`` leads, ``target`` is asked (unit ids), in so many ``tasks``."""

    source: str
    target: str
    relation: Relation
    tasks: int


@dataclass(frozen=True)
class Network:
    """The units that work with others, each with its name, those with most first; and their edges, those with most tasks first."""

    units: Mapping[str, str]
    edges: tuple[WeightedEdge, ...]

    def strongest(self, units: int) -> "Network":
        """Return the network of at most so many ``units``: those that have most to do with one another, none without an edge."""
        if len(self.units) <= units:
            return self
        weights: Counter[str] = Counter()
        for edge in self.edges:
            weights[edge.source] += edge.tasks
            weights[edge.target] += edge.tasks
        place = {unit: n for n, (unit, _) in enumerate(weights.most_common())}
        kept: dict[str, None] = {}
        for edge in sorted(self.edges, key=lambda edge: max(place[edge.source], place[edge.target])):
            ends = {edge.source, edge.target} - kept.keys()
            if len(kept) + len(ends) <= units:
                kept.update(dict.fromkeys(ends))
        edges = tuple(edge for edge in self.edges if edge.source in kept and edge.target in kept)
        return Network({unit: name for unit, name in self.units.items() if unit in kept}, edges)


@dataclass(frozen=True)
class EdgeTask:
    """A task behind an edge."""

    document: int
    uid: str
    title: str
    due_on: str | None
    is_done: bool
    number: str | None
    file_name: str


@dataclass(frozen=True)
class Contact:
    """What two units have to do with each other (``other`` None: one with all): a page of the tasks, ``total`` of them in all."""

    name: str
    other: str | None
    tasks: tuple[EdgeTask, ...]
    total: int


def load_network(connection: Connection, wanted: EdgeFilter) -> Network:
    """Return the edges of ``wanted``; see ``Overview.network``."""
    count = func.count(_lead.c.task_key.distinct())
    tied = _tied(select(_lead.c.unit_id, _asked.c.unit_id, _asked.c.role, count), wanted)
    tied = tied.group_by(_lead.c.unit_id, _asked.c.unit_id, _asked.c.role)
    if wanted.least > 1:
        tied = tied.having(count >= wanted.least)
    found = [WeightedEdge(source, target, _RELATIONS[role], number) for source, target, role, number in connection.execute(tied)]
    order = tuple(ROLES)
    edges = tuple(sorted(found, key=lambda edge: (-edge.tasks, order.index(edge.relation), edge.source, edge.target)))
    weights: Counter[str] = Counter()
    for edge in edges:
        weights[edge.source] += edge.tasks
        weights[edge.target] += edge.tasks
    titles = titles_of(connection, weights)
    return Network({unit: titles[unit] for unit, _ in weights.most_common()}, edges)


def load_contact(connection: Connection, wanted: EdgeFilter, unit: str, other: str | None, limit: int, offset: int) -> Contact:
    """Return the tasks behind edges; see ``Overview.contact``."""
    tied = _tied(select(_lead.c.task_key), wanted)
    if other is None:
        tied = tied.where(or_(_lead.c.unit_id == unit, _asked.c.unit_id == unit))
    else:
        tied = tied.where(_lead.c.unit_id == unit, _asked.c.unit_id == other)
    total = connection.execute(select(func.count()).select_from(tied.distinct().subquery())).scalar_one()
    shown = (tasks.c.document_id, tasks.c.uid, tasks.c.title, tasks.c.due_on, tasks.c.done_on.is_not(None))
    page = select(*shown, documents.c.number, documents.c.name).join(documents, documents.c.id == tasks.c.document_id)
    page = page.where(tasks.c.id.in_(tied)).order_by(tasks.c.due_on.is_(None), tasks.c.due_on, tasks.c.id.desc())
    found = tuple(EdgeTask(*row) for row in connection.execute(page.limit(limit).offset(offset)))
    titles = titles_of(connection, [unit, *([other] if other else [])])
    return Contact(titles[unit], titles[other] if other else None, found, total)


def _tied(query: Select[Any], wanted: EdgeFilter) -> Select[Any]:
    """Return ``query`` over pairs of units in one task: ``_lead`` leads it, ``_asked`` is asked."""
    standing = select(tasks.c.id).where(is_standing(wanted.document))
    if wanted.since or wanted.until:
        issued = select(documents.c.id)
        issued = issued.where(documents.c.issued_on >= wanted.since) if wanted.since else issued
        issued = issued.where(documents.c.issued_on <= wanted.until) if wanted.until else issued
        standing = standing.where(tasks.c.document_id.in_(issued))
    query = query.join_from(_lead, _asked, _asked.c.task_key == _lead.c.task_key).where(
        _lead.c.role == "lead",
        _asked.c.role.in_([ROLES[relation] for relation in wanted.relations]),
        _asked.c.unit_id != _lead.c.unit_id,
        _lead.c.task_key.in_(standing),
    )
    if wanted.unit:
        named = units_named(wanted.unit)
        query = query.where(or_(_lead.c.unit_id.in_(named), _asked.c.unit_id.in_(named)))
    return query
