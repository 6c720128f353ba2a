"""Cases for confidence: the signals of every value and row, and whether it was right; and its training."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models import Task
from pipeline.confidence.setting import make_setting
from pipeline.confidence.signals import (
    Signals,
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
from pipeline.second import Confidence, Reader, Record, second_opinion
from pipeline.training.fitting import fit_odds
from pipeline.training.material import Example, judge_targets, judge_task

KINDS: Final = ("row", "type", "assignment", "deadline", "target")
_RECORDED: Final = {"type": "type", "assignment": "role", "deadline": "deadline"}

Counts = Mapping[str, Mapping[str, tuple[int, int]]]
Valued = Mapping[str, Sequence[tuple[Signals, bool]]]


@dataclass(frozen=True)
class Judged:
    """What of a directive is right: by kind of value, in the order of the result, with the rule that gave it."""

    values: Mapping[str, Sequence[tuple[str, bool]]]

    def counts(self) -> Counts:
        """Return by kind of track record how often each rule was right, and how often it gave a value."""
        out: dict[str, dict[str, tuple[int, int]]] = {}
        for kind, name in _RECORDED.items():
            seen = Counter(rule for rule, _ in self.values[kind])
            right = Counter(rule for rule, true in self.values[kind] if true)
            out[name] = {rule: (right[rule], count) for rule, count in seen.items()}
        return out


def judge(example: Example) -> Judged:
    """Return what of ``example`` is right."""
    places = {clause.id: i for i, clause in enumerate(example.result.clauses)}
    values: dict[str, list[tuple[str, bool]]] = {kind: [] for kind in KINDS}
    for i, clause in enumerate(example.result.clauses):
        values["type"].append((clause.rule or "", example.clause_right(i)))
        rights = judge_targets(example, clause, i)
        values["target"] += [(target.rule or "", true) for target, true in zip(clause.targets, rights, strict=True)]
    for task in example.result.tasks:
        found = judge_task(example, task, places[task.clause_id])
        values["row"].append(("", found.row))
        values["assignment"] += [(a.origin.rule or "", true) for a, true in zip(task.assignments, found.assignments, strict=True)]
        values["deadline"] += [(d.rule or "", true) for d, true in zip(task.deadlines, found.deadlines, strict=True)]
    return Judged(values)


def add_counts(counts: Sequence[Counts]) -> dict[str, Record]:
    """Return the track records over several directives."""
    totals: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in _RECORDED.values()}
    for each in counts:
        for name, rules in each.items():
            for rule, (right, seen) in rules.items():
                before = totals[name].get(rule, (0, 0))
                totals[name][rule] = (before[0] + right, before[1] + seen)
    return {name: dict(sorted(rules.items())) for name, rules in totals.items()}


def make_values(example: Example, judged: Judged, reader: Reader, records: Mapping[str, Record]) -> Valued:
    """Return the signals of every value of ``example``, and whether it was right.

    ``reader`` and ``records`` must not have been learned from ``example``: they would flatter it.
    """
    result = example.result
    opinion = second_opinion(result.header, result.clauses, result.units, result.text, reader)
    at = make_setting(example.document, result.clauses, result.findings, opinion, records)
    own = [clause_signals(i, at) for i in range(len(result.clauses))]
    rows = [(task, at.places[task.clause_id]) for task in result.tasks]
    units = {task.id: [unit_facts(a, at) for a in task.assignments] for task, i in rows}
    signals: dict[str, list[Signals]] = {
        "row": [own[i] | _row(task, units[task.id]) for task, i in rows],
        "type": own,
        "assignment": [
            own[i] | assignment_signals(unit, role_facts(a, len(task.names(a.role))))
            for task, i in rows
            for a, unit in zip(task.assignments, units[task.id], strict=True)
        ],
        "deadline": [own[i] | deadline_signals(d, task, at) for task, i in rows for d in task.deadlines],
        "target": [own[i] | target_signals(target, i, at) for i, clause in enumerate(result.clauses) for target in clause.targets],
    }
    return {kind: [(found, true) for found, (_, true) in zip(signals[kind], judged.values[kind], strict=True)] for kind in KINDS}


def _row(task: Task, units: Sequence[UnitFacts]) -> Signals:
    """Return all signals of the row of ``task``; ``units`` are the facts of its assignments, in their order."""
    found = row_signals(tuple([deadline.rule for deadline in task.deadlines]))
    for role in ("lead", "coordinate"):
        held = [unit for a, unit in zip(task.assignments, units, strict=True) if a.role == role]
        found |= role_signals(role, tuple(dict.fromkeys(held)))
    return found


def train_confidence(values: Sequence[Valued], counts: Sequence[Counts]) -> Confidence:
    """Return the models learned from ``values``, with the track records of the rules in ``counts``."""
    odds = {kind: fit_odds([case for found in values for case in found[kind]]) for kind in KINDS}
    return Confidence(add_counts(counts), odds)
