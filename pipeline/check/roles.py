"""Who answers for a task: nobody, several, a unit that works with itself, a unit that was not written to."""

from collections.abc import Iterator
from itertools import islice

from models import Finding, Mention, Span, Task
from pipeline.check.finding import make_finding
from pipeline.check.reading import Line, Reading, fold_name, is_collective, pattern

_SHOWN = 3  # groups of leads that the message names


def find_role_faults(reading: Reading) -> Iterator[Finding]:
    """Yield tasks that nobody leads, that several lead, and that a unit leads and helps with at once."""
    yield from _without_lead(reading)
    yield from _several_leads(reading)
    yield from _own_coordinators(reading)


def _without_lead(reading: Reading) -> Iterator[Finding]:
    clauses = {clause.id: clause for clause in reading.outline.clauses}
    orphans: dict[str | None, list[Task]] = {}
    for task in reading.tasks:
        if not task.names("lead"):
            clause = clauses.get(task.clause_id)
            orphans.setdefault(clause.parent if clause else None, []).append(task)
    for parent, group in orphans.items():
        where = ""
        if parent in clauses:
            where = f" trong mục “{reading.quoted(clauses[parent].span, 60)}”"
        yield make_finding("checks", "task-without-lead", [task.span for task in group], count=len(group), where=where)


def _several_leads(reading: Reading) -> Iterator[Finding]:
    """Yield one finding for all places that name several units as the one in charge (Quy định 299-QĐ/TW: one task, one lead)."""
    spans: list[Span] = []
    said: dict[str, None] = {}
    count = 0
    for line in reading.lines:
        leads = [m for m in line.clause.mentions if m.role == "lead" and _is_one_unit(reading, m)]
        leads = list({m.unit_id: m for m in leads}.values())
        if len(leads) > 1 and (named := _in_charge(line, leads)):
            spans += [m.span for m in named]
            said["“" + ", ".join(m.name for m in named) + "”"] = None
            count += 1
    if spans:
        names = "; ".join(list(said)[:_SHOWN]) + (" …" if len(said) > _SHOWN else "")
        yield make_finding("checks", "several-leads", spans, count=count, names=names)


def _is_one_unit(reading: Reading, mention: Mention) -> bool:
    """Return whether a unit is named by itself: no group, no class of units ("doanh nghiệp"), no part of one in brackets."""
    if is_collective(mention.name):
        return False
    return not reading.text[max(0, mention.span.start - 3) : mention.span.start].rstrip().endswith("(")


def _in_charge(line: Line, leads: list[Mention]) -> list[Mention]:
    """Return those of ``leads`` that the words put in charge together: by a label, a column, "A và B chủ trì"."""
    clause = line.clause
    if clause.type == "field":
        return leads if pattern("lead-label").search(line.text.partition(":")[0]) else []
    for cell in clause.cells:
        if pattern("lead-label").search(cell.title):
            inside = [m for m in leads if any(start <= m.span.start < end for start, end in cell.pieces or (cell.span,))]
            return inside if len(inside) > 1 else []
    if "chủ trì" not in line.text:
        return []
    start = clause.body.start
    for match in islice(pattern("together").finditer(line.text), _SHOWN):
        at = line.view.source(match.start())
        before = [m for m in leads if start <= m.span.start and m.span.end <= at]
        if len(before) > 1 and at - before[-1].span.end <= 2 and before[-1].span.start - before[-2].span.end <= 5:
            return before[-2:]
    return []


def _own_coordinators(reading: Reading) -> Iterator[Finding]:
    """Yield units that one row, or the fields of one part, name both in charge and as helping; a paragraph may give them two tasks."""
    parts: dict[str | None, list[Mention]] = {}
    for line in reading.lines:
        clause = line.clause
        if clause.mentions and (clause.type == "field" or line.is_row):
            parts.setdefault(clause.parent if clause.type == "field" else clause.id, []).extend(clause.mentions)
    for mentions in parts.values():
        leads = {m.unit_id: m for m in mentions if m.role == "lead" and _is_one_unit(reading, m)}
        helpers = {m.unit_id: m for m in mentions if m.role == "coordinate"}
        for unit_id, lead in leads.items():
            helper = helpers.get(unit_id)
            if helper and helper.span != lead.span and fold_name(helper.name) == fold_name(lead.name):
                yield make_finding("checks", "coordinator-is-lead", [lead.span, helper.span], name=lead.name)
