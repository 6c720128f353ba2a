"""What holds for a task without being printed in it (GUIDELINES of the gold, section 3; Nghị định 30/2020/NĐ-CP, Điều 23(2)).

A task that states no lead takes it from the nearest enclosing place that states one: a field of its own part, its lead-in, its
heading, the opening order, the addressees. Coordinators come down from fields and from a lead-in ("X phối hợp với Y …:"), executors
from fields and from a heading that only directs them ("Chỉ đạo X:"), recipients from fields only;
a deadline from fields and from the task or heading that encloses it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from models import Assignment, Clause, Deadline, Mention, Origin, TaskDeadline
from models.outline import Role
from models.task import How
from pipeline.probe import Probe

_DEEPEST = 64  # places, one inside the other, that are looked at
_Handed: TypeAlias = tuple[How, str | None, list[Mention]]  # how somebody has a role, by the clause with this id, and who
_ROLES: tuple[Role, ...] = ("lead", "coordinate", "implement", "report_to")


@dataclass(frozen=True)
class Opening:
    """A paragraph that hands the whole list below it to named units; ``index`` is its place among the clauses."""

    index: int
    clause_id: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class Inheritance:
    """The clauses of a document by their places, ready to be asked what holds for a task."""

    by_id: Mapping[str, Clause]
    fields: Mapping[str | None, list[Clause]]
    lead_ins: frozenset[str]
    openings: Sequence[Opening]
    addressees: tuple[Mention, ...]
    _above: dict[str | None, list[Clause | None]] = field(default_factory=dict)  # by parent: the tasks of one part share them
    # what comes down is the same for many tasks
    _roles: dict[tuple[str | None, Role], _Handed | None] = field(default_factory=dict)  # by the place of a task
    _made: dict[tuple[int, Role, How, str | None], Assignment] = field(default_factory=dict)
    _times: dict[str, tuple[TaskDeadline, ...]] = field(default_factory=dict)

    def assignments(self, clause: Clause, index: int) -> tuple[Assignment, ...]:
        """Return everybody who has a role in the task ``clause``, each with where it was read."""
        out: list[Assignment] = []
        for role in _ROLES:
            found = [m for m in clause.mentions if m.role == role]
            how: How = "stated"
            source: str | None = clause.id
            if not found:
                how, source, found = self._inherited(clause, role, index)
            seen: set[str] = set()
            for mention in found:
                if mention.unit_id not in seen:
                    seen.add(mention.unit_id)
                    out.append(self._assigned(mention, role, how, source))
        leads = {a.unit_id for a in out if a.role == "lead"}
        return tuple(a for a in out if a.role == "lead" or a.unit_id not in leads)

    def _assigned(self, mention: Mention, role: Role, how: How, source: str | None) -> Assignment:
        key = id(mention), role, how, source
        assignment = self._made.get(key)
        if assignment is None:
            origin = Origin(how=how, clause_id=source, span=mention.span, rule=mention.rule)
            assignment = self._made[key] = Assignment(role=role, name=mention.name, unit_id=mention.unit_id, origin=origin)
        return assignment

    def deadlines(self, clause: Clause) -> tuple[TaskDeadline, ...]:
        """Return the deadlines that hold for the task ``clause``, each with where it was read."""
        if clause.deadlines:
            return tuple([_held(d, "stated", clause.id) for d in clause.deadlines])
        for place in self._places(clause):
            for part in self.fields.get(place.id if place else None, []):
                if part.deadlines:
                    return self._handed(part, "field")
            if place is not None and place is not clause and place.deadlines and place.type in ("task", "heading", "field"):
                return self._handed(place, "heading" if place.type == "heading" else "lead-in")
        return ()

    def _handed(self, place: Clause, how: How) -> tuple[TaskDeadline, ...]:
        """Return the deadlines of ``place`` for those below it."""
        held = self._times.get(place.id)
        if held is None:
            held = self._times[place.id] = tuple([_held(deadline, how, place.id) for deadline in place.deadlines])
        return held

    def _places(self, clause: Clause) -> list[Clause | None]:
        """Return the clause itself, then what encloses it, to the top (None)."""
        above = self._above.get(clause.parent)
        if above is None:
            above = self._above[clause.parent] = list(islice(self._enclosing(clause), _DEEPEST - 1))
        return [clause, *above]

    def _enclosing(self, clause: Clause) -> Iterator[Clause | None]:
        at: Clause | None = clause
        while at is not None:
            at = self.by_id.get(at.parent) if at.parent else None
            yield at

    def _inherited(self, clause: Clause, role: Role, index: int) -> _Handed:
        handed_down = self._from_fields(clause.id, role) or self._from_above(clause, role)
        if handed_down:
            return handed_down
        if role == "lead" and not _unparted(clause):
            before = [o for o in self.openings if o.index < index]
            around = {place.id if place else None for place in self._places(clause)}
            nearest = next((o for o in reversed(before) if self.by_id[o.clause_id].parent in around), None)
            if nearest is None and self.addressees:
                return "addressee", None, list(self.addressees)
            if before:
                opening = nearest or before[-1]  # one inside a part hands its own list to somebody, not what follows the part
                return "opening", opening.clause_id, list(opening.mentions)
        return "stated", clause.id, []

    def _from_fields(self, part: str | None, role: Role) -> _Handed | None:
        """Return who has ``role`` by the fields of a part."""
        found: list[Mention] = []
        source: str | None = None
        for own in self.fields.get(part, ()):
            stated = [m for m in own.mentions if m.role == role]
            if stated:
                found += stated
                source = source or own.id
        return ("field", source, found) if found else None

    def _from_above(self, clause: Clause, role: Role) -> _Handed | None:
        """Return who has ``role`` by what encloses ``clause``."""
        key = clause.parent, role
        if key not in self._roles:
            self._roles[key] = self._look_above(self._places(clause)[1:], role)
        return self._roles[key]

    def _look_above(self, places: Sequence[Clause | None], role: Role) -> _Handed | None:
        for place in places:
            if by_field := self._from_fields(place.id if place else None, role):
                return by_field
            if place is None:
                continue
            if place.type == "field" and (stated := [m for m in place.mentions if m.role == role]):
                return "field", place.id, stated
            handed = role == "coordinate" or (role == "implement" and place.type == "heading")
            if handed and place.id in self.lead_ins and (stated := [m for m in place.mentions if m.role == role]):
                return "lead-in", place.id, stated
            if role == "lead" and place.type in ("heading", "task") and (stated := [m for m in place.mentions if m.role == "lead"]):
                return ("lead-in" if place.id in self.lead_ins or place.type == "task" else "heading"), place.id, stated
        return None


def _unparted(clause: Clause) -> bool:
    """Whether ``clause`` is a row of an assignment table whose cells cannot be told apart: its own lead stands somewhere in it."""
    return clause.rule == "table.task-row" and not clause.cells


def _held(deadline: Deadline, how: How, clause_id: str) -> TaskDeadline:
    origin = Origin(how=how, clause_id=clause_id, span=deadline.span, rule=deadline.rule)
    return TaskDeadline(**vars(deadline), origin=origin)


_OPENS = Probe(r"(?:như sau|sau đây|sau) ?\.?$")


def opens_list(folded: str) -> bool:
    """Whether a folded paragraph ends by opening a list ("… thực hiện một số nhiệm vụ sau:")."""
    end = folded.rstrip(' "*')
    return end.endswith(":") or _OPENS.search(end) is not None
