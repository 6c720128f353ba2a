"""How probable it is that a value, and a whole row, is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from models import Assignment, Clause, Document, Finding, Order, Outline, Task, TaskDeadline, Unit
from pipeline.confidence.setting import Setting, make_setting
from pipeline.confidence.signals import (
    ClauseFacts,
    DeadlineFacts,
    RoleFacts,
    UnitFacts,
    assignment_signals,
    clause_facts,
    deadline_facts,
    name_clause,
    name_deadline,
    role_facts,
    role_signals,
    row_signals,
    target_signals,
    unit_facts,
)
from pipeline.second import Model, Odds, second_opinion, shipped_model

_KEPT: Final = 1 << 14


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
    at = make_setting(document, clauses, findings, opinion, learned.confidence.records)
    estimator = _Estimator(at, learned.confidence.odds)
    filled = tuple(map(estimator.clause, range(len(clauses))))
    return Estimated(filled, tuple(estimator.task(task, filled[at.places[task.clause_id]]) for task in tasks))


class _Estimator:
    """The models at work on one document. What the facts of a value add to the log odds is kept: the same facts come again and again."""

    def __init__(self, at: Setting, odds: Mapping[str, Odds]) -> None:
        self.at = at
        self.odds = odds
        self.seen = [clause_facts(index, at) for index in range(len(at.clauses))]

    def clause(self, index: int) -> Clause:
        """Return the clause number ``index`` with its confidences."""
        clause, odds = self.at.clauses[index], self.odds["type"]
        update: dict[str, object] = {"confidence": odds.probability(_add_clause(odds, self.seen[index]))}
        if clause.targets:
            odds = self.odds["target"]
            shared = _add_clause(odds, self.seen[index])
            update["targets"] = tuple(
                [
                    target.model_copy(update={"confidence": odds.probability(shared + odds.add(target_signals(target, index, self.at)))})
                    for target in clause.targets
                ]
            )
        return clause.model_copy(update=update)

    def task(self, task: Task, clause: Clause) -> Task:
        """Return ``task`` with its confidences; its targets are those of ``clause``."""
        at, odds = self.at, self.odds["row"]
        index = at.places[task.clause_id]
        roles = [a.role for a in task.assignments]
        units = [unit_facts(a, at) for a in task.assignments]
        row = _add_clause(odds, self.seen[index]) + _add_times(odds, tuple([deadline.rule for deadline in task.deadlines]))
        for role in ("lead", "coordinate"):
            held = [unit for unit, own in zip(units, roles, strict=True) if own == role]
            row += _add_role(odds, role, tuple(dict.fromkeys(held)))
        known: dict[int, Assignment | TaskDeadline] = {}  # an order's values are some of the task's: they need not be estimated again
        for a, unit in zip(task.assignments, units, strict=True):
            known[id(a)] = self._assignment(a, roles.count(a.role), unit, index)
        for d in task.deadlines:
            known[id(d)] = self._deadline(d, task, index)
        update = self._values(task, task, index, known, clause)
        update["confidence"] = odds.probability(row)
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
                [known.get(id(a)) or self._assignment(a, len(task.names(a.role)), unit_facts(a, self.at), index) for a in of.assignments]
            )
        if of.deadlines:
            update["deadlines"] = tuple([known.get(id(d)) or self._deadline(d, task, index) for d in of.deadlines])
        return update

    def _deadline(self, deadline: TaskDeadline, task: Task, index: int) -> TaskDeadline:
        """Return ``deadline``, one of those of ``task``, with its confidence."""
        odds = self.odds["deadline"]
        added = _add_clause(odds, self.seen[index]) + _add_deadline(odds, deadline_facts(deadline, task, self.at))
        return deadline.model_copy(update={"confidence": odds.probability(added)})

    def _assignment(self, assignment: Assignment, peers: int, unit: UnitFacts, index: int) -> Assignment:
        """Return ``assignment``, whose role ``peers`` units have in its task, with its confidence."""
        odds = self.odds["assignment"]
        added = _add_clause(odds, self.seen[index]) + _add_assignment(odds, unit, role_facts(assignment, peers))
        return assignment.model_copy(update={"confidence": odds.probability(added)})


# --- what the facts of a value add to the log odds -----------------------------------------------------------------------


@lru_cache(maxsize=_KEPT)
def _add_clause(odds: Odds, facts: ClauseFacts) -> int:
    return odds.add(name_clause(facts))


@lru_cache(maxsize=_KEPT)
def _add_times(odds: Odds, rules: tuple[str | None, ...]) -> int:
    return odds.add(row_signals(rules))


@lru_cache(maxsize=_KEPT)
def _add_role(odds: Odds, role: str, units: tuple[UnitFacts, ...]) -> int:
    return odds.add(role_signals(role, units))


@lru_cache(maxsize=_KEPT)
def _add_assignment(odds: Odds, unit: UnitFacts, role: RoleFacts) -> int:
    return odds.add(assignment_signals(unit, role))


@lru_cache(maxsize=_KEPT)
def _add_deadline(odds: Odds, facts: DeadlineFacts) -> int:
    return odds.add(name_deadline(facts))
