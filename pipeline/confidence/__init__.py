"""How probable it is that a value, and a whole row, is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Clause, Document, Finding, Order, Outline, Target, Task, Unit
from pipeline.confidence.setting import Setting, make_setting
from pipeline.confidence.signals import (
    Signals,
    assignment_signals,
    clause_signals,
    deadline_signals,
    row_signals,
    target_signals,
    unit_signals,
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
    """The models at work on one document. What a clause adds to the log odds of all values in it is summed up once."""

    def __init__(self, at: Setting, odds: Mapping[str, Odds]) -> None:
        self.at = at
        self.odds = odds
        self.seen = [clause_signals(index, at) for index in range(len(at.clauses))]
        self.shared: dict[tuple[str, int], int] = {}

    def probability(self, kind: str, index: int, own: Signals) -> float:
        """Return the probability of a value of ``kind`` with the signals ``own`` in the clause number ``index``."""
        odds = self.odds[kind]
        shared = self.shared.get((kind, index))
        if shared is None:
            shared = self.shared[kind, index] = odds.add(self.seen[index])
        return odds.probability(shared + odds.add(own))

    def clause(self, index: int) -> Clause:
        """Return the clause number ``index`` with its confidences."""
        clause = self.at.clauses[index]
        update: dict[str, object] = {"confidence": self.probability("type", index, {})}
        if clause.targets:
            signals = [target_signals(target, index, self.at) for target in clause.targets]
            update["targets"] = tuple(
                target.model_copy(update={"confidence": self.probability("target", index, own)})
                for target, own in zip(clause.targets, signals, strict=True)
            )
        return clause.model_copy(update=update)

    def task(self, task: Task, clause: Clause) -> Task:
        """Return ``task`` with its confidences; its targets are those of ``clause``."""
        index = self.at.places[task.clause_id]
        targets = dict(zip(self.at.clauses[index].targets, clause.targets, strict=True))
        units = [unit_signals(a, index, self.at) for a in task.assignments]
        update: dict[str, object] = {"confidence": self.probability("row", index, row_signals(task, units, self.at))}
        if task.orders:
            update["orders"] = tuple(
                order.model_copy(
                    update=self._values(order, task, index, [unit_signals(a, index, self.at) for a in order.assignments], targets)
                )
                for order in task.orders
            )
        return task.model_copy(update=update | self._values(task, task, index, units, targets))

    def _values(
        self, of: Task | Order, task: Task, index: int, units: Sequence[Signals], targets: Mapping[Target, Target]
    ) -> dict[str, object]:
        """Return the values of a task, or of one of its orders, with their confidences."""
        at, update = self.at, dict[str, object]()
        roles = [a.role for a in task.assignments]
        if of.targets:
            update["targets"] = tuple(targets.get(target, target) for target in of.targets)
        if of.assignments:
            update["assignments"] = tuple(
                a.model_copy(
                    update={"confidence": self.probability("assignment", index, assignment_signals(a, roles.count(a.role), unit, at))}
                )
                for a, unit in zip(of.assignments, units, strict=True)
            )
        if of.deadlines:
            update["deadlines"] = tuple(
                d.model_copy(update={"confidence": self.probability("deadline", index, deadline_signals(d, task, at))})
                for d in of.deadlines
            )
        return update
