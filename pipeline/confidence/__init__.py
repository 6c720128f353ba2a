"""How probable it is that a value, and a whole row, is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Assignment, Clause, Document, Finding, Order, Outline, Task, TaskDeadline, Unit
from pipeline.confidence.setting import Setting, make_setting
from pipeline.confidence.signals import (
    UnitFacts,
    assignment_signals,
    clause_signals,
    deadline_signals,
    role_facts,
    role_signals,
    row_signals,
    target_signals,
    unit_facts,
)
from pipeline.rulebook import Rulebook
from pipeline.second import Model, Odds, second_opinion, shipped_model


@dataclass(frozen=True)
class Estimated:
    """Clauses and tasks with their confidences filled in."""

    clauses: tuple[Clause, ...]
    tasks: tuple[Task, ...]


def estimate(
    document: Document,
    outline: Outline,
    tasks: Sequence[Task],
    units: Sequence[Unit],
    findings: Sequence[Finding],
    rulebook: Rulebook,
    model: Model | None = None,
) -> Estimated:
    """Return the clauses of ``outline`` and ``tasks`` with ``confidence`` set: a calibrated probability from 0.01 to 0.99, in two digits.

    Of a clause: its type is right. Of an assignment, a deadline, a target: gold would have it too. Of a task: nothing in its row is to be
    corrected (type, leads, coordinators, deadlines; what is missing counts). ``model`` is the shipped one where None. Nothing else is
    changed. Raises nothing; time is linear in the text.
    """
    learned = model or shipped_model()
    clauses = outline.clauses
    opinion = second_opinion(outline.header, clauses, units, document.text, learned.reader)
    at = make_setting(document, clauses, findings, opinion, learned.confidence.records, rulebook)
    estimator = _Estimator(at, learned.confidence.odds)
    filled = tuple(map(estimator.clause, range(len(clauses))))
    return Estimated(filled, tuple(estimator.task(task, filled[at.places[task.clause_id]]) for task in tasks))


class _Estimator:
    """The models at work on one document. What adds to the log odds of many values is summed up once."""

    def __init__(self, at: Setting, odds: Mapping[str, Odds]) -> None:
        self.at = at
        self.odds = odds
        self.seen = [clause_signals(index, at) for index in range(len(at.clauses))]
        self.shared: dict[tuple[str, int], int] = {}
        self.added: dict[tuple[object, ...], int] = {}

    def probability(self, kind: str, index: int, own: int = 0) -> float:
        """Return the probability of a value of ``kind`` in the clause number ``index`` whose own signals add ``own``."""
        odds = self.odds[kind]
        shared = self.shared.get((kind, index))
        if shared is None:
            shared = self.shared[kind, index] = odds.add(self.seen[index])
        return odds.probability(shared + own)

    def clause(self, index: int) -> Clause:
        """Return the clause number ``index`` with its confidences."""
        clause = self.at.clauses[index]
        update: dict[str, object] = {"confidence": self.probability("type", index)}
        if clause.targets:
            add = self.odds["target"].add
            update["targets"] = tuple(
                target.model_copy(update={"confidence": self.probability("target", index, add(target_signals(target, index, self.at)))})
                for target in clause.targets
            )
        return clause.model_copy(update=update)

    def task(self, task: Task, clause: Clause) -> Task:
        """Return ``task`` with its confidences; its targets are those of ``clause``."""
        at = self.at
        index = at.places[task.clause_id]
        roles = [a.role for a in task.assignments]
        units = [unit_facts(a, index, at) for a in task.assignments]
        row = self.odds["row"].add(row_signals(task, at))
        for role in ("lead", "coordinate"):
            row += self._role(role, tuple(dict.fromkeys([unit for held, unit in zip(roles, units, strict=True) if held == role])))
        known: dict[int, Assignment | TaskDeadline] = {}  # an order's values are some of the task's: they need not be estimated again
        for a, unit in zip(task.assignments, units, strict=True):
            known[id(a)] = self._assignment(a, roles.count(a.role), unit, index)
        for d in task.deadlines:
            known[id(d)] = self._deadline(d, task, index)
        update = self._values(task, task, index, known, clause) | {"confidence": self.probability("row", index, row)}
        if task.orders:
            update["orders"] = tuple([order.model_copy(update=self._values(order, task, index, known, clause)) for order in task.orders])
        return task.model_copy(update=update)

    def _values(
        self, of: Task | Order, task: Task, index: int, known: Mapping[int, Assignment | TaskDeadline], clause: Clause
    ) -> dict[str, object]:
        """Return the values of ``task``, or of one of its orders, with their confidences; ``known`` are those of the task by their id()."""
        update = dict[str, object]()
        if of.targets:
            targets = dict(zip(self.at.clauses[index].targets, clause.targets, strict=True))
            update["targets"] = tuple([targets.get(target, target) for target in of.targets])
        if of.assignments:
            update["assignments"] = tuple(
                [
                    known.get(id(a)) or self._assignment(a, len(task.names(a.role)), unit_facts(a, index, self.at), index)
                    for a in of.assignments
                ]
            )
        if of.deadlines:
            update["deadlines"] = tuple([known.get(id(d)) or self._deadline(d, task, index) for d in of.deadlines])
        return update

    def _deadline(self, deadline: TaskDeadline, task: Task, index: int) -> TaskDeadline:
        """Return ``deadline``, one of those of ``task``, with its confidence."""
        added = self.odds["deadline"].add(deadline_signals(deadline, task, self.at))
        return deadline.model_copy(update={"confidence": self.probability("deadline", index, added)})

    def _role(self, role: str, units: tuple[UnitFacts, ...]) -> int:
        """Return what ``units`` in ``role`` add to the log odds of a row."""
        added = self.added.get((role, units))
        if added is None:
            added = self.added[role, units] = self.odds["row"].add(role_signals(role, units))
        return added

    def _assignment(self, assignment: Assignment, peers: int, unit: UnitFacts, index: int) -> Assignment:
        """Return ``assignment``, whose role ``peers`` units have in its task, with its confidence."""
        key = unit, role_facts(assignment, peers, self.at)
        added = self.added.get(key)
        if added is None:
            added = self.added[key] = self.odds["assignment"].add(assignment_signals(*key))
        return assignment.model_copy(update={"confidence": self.probability("assignment", index, added)})
