"""Orders in a document's text that no task claims: what the program may have missed."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from models import Clause, Span
from pipeline.probe import Probe
from pipeline.review.view import DocumentView, Reading
from pipeline.rulebook import Rulebook, rulebook
from pipeline.text import fold_text


@lru_cache(maxsize=2)
def _rules(book: Rulebook) -> tuple[Probe, ...]:
    """The compiled rules of unclaimed.toml."""
    return tuple(Probe(rule.pattern) for rule in book["unclaimed"].rules)


def unclaimed(view: DocumentView) -> list[Span]:
    """Return the clauses that read like an order (rules/unclaimed.toml) and lie in no task, give none a value, and introduce none."""
    if view.document.duplicate_of is not None:
        return []  # its tasks are those of the other document
    candidates: list[Clause] | None = view.kept.made.get("orders")
    if candidates is None:
        candidates = view.kept.made["orders"] = _orders(view.reading)
    if not candidates:
        return []
    claimed = _claimed(view)
    spans = sorted(one.task.span for one in view.tasks)
    return [clause.body for clause in candidates if clause.id not in claimed and not _covered(clause.body, spans)]


def _orders(reading: Reading) -> list[Clause]:
    """Return the clauses with words of order. One that the program takes for a task is an order whatever its words."""
    rules, text = _rules(rulebook()), reading.result.text
    found = []
    for clause in reading.result.clauses:
        words = fold_text(clause.body.cut(text))
        if clause.type == "task" or any(rule.search(words) for rule in rules):
            found.append(clause)
    return found


def _claimed(view: DocumentView) -> set[str]:
    """Return the clauses that a task was made of or has a value from, and all above them."""
    found: set[str] = set()
    for one in view.tasks:
        task = one.task
        origins = (*(a.origin for a in task.assignments), *(d.origin for d in task.deadlines))
        for clause_id in (task.clause_id, *(origin.clause_id for origin in origins)):
            while clause_id and clause_id not in found:
                found.add(clause_id)
                clause = view.reading.clauses.get(clause_id)
                clause_id = clause.parent if clause else None
    return found


def _covered(span: Span, tasks: Sequence[Span]) -> bool:
    """Return whether a task's words overlap ``span``."""
    at = bisect_right(tasks, Span(span.end, 0))
    return any(task.end > span.start for task in tasks[max(0, at - 20) : at] if task.start < span.end)
