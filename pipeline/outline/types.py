"""Clause types: heading, field, task, target, budget or statement, by the ordered rules of rules/clauses.toml."""

from collections import Counter
from collections.abc import Sequence
from typing import cast

from models import Clause, Header
from models.outline import ClauseType
from pipeline.outline.types_case import Case, Place, read_case
from pipeline.outline.types_rules import ClauseRules, clause_rules
from pipeline.rulebook import Rulebook

_STANDING = ("situation",)
_TELLING = ("situation", "aims", "needs")


def classify(clauses: Sequence[Clause], text: str, header: Header, rulebook: Rulebook) -> list[Clause]:
    """Return ``clauses`` in their order with ``type``, ``label`` (of a field, as printed, without its colon) and ``rule`` set.

    ``text`` is the document's text, which the spans count in. A clause's own words and its place decide: the parts above it,
    its parent's type, its children and neighbours (guidelines, section 2). Time is linear in the text; nothing raises.
    A clause that comes with a ``rule`` (a row of an assignment table is a task by its form) keeps its type.
    ``header`` is part of the stage's contract; the kind of document has not been needed to tell types apart.
    """
    rules = clause_rules(rulebook)
    index = {clause.id: i for i, clause in enumerate(clauses)}
    parents = [index.get(clause.parent) if clause.parent is not None else None for clause in clauses]
    parents = [parent if parent is not None and parent < i else None for i, parent in enumerate(parents)]
    children = Counter(parent for parent in parents if parent is not None)
    listed = {parent for parent, clause in zip(parents, clauses, strict=True) if clause.marker}
    cases = [read_case(clause, text, rules) for clause in clauses]
    shaped = list(map(rules.labelled, cases))
    labelled = Counter(parent for parent, yes in zip(parents, shaped, strict=True) if yes)
    fields = Counter(parent for parent, case, yes in zip(parents, cases, shaped, strict=True) if yes or rules.bare_field(case))
    charged = {parent for parent, case, yes in zip(parents, cases, shaped, strict=True) if yes and rules.names_lead(case)}
    charged -= {parent for parent, case, yes in zip(parents, cases, shaped, strict=True) if yes and rules.tells_of_meeting(case)}
    acting = Counter(parents[i] for i, case in enumerate(cases) if case.opening in ("verb", "topic") or case.duty)
    neighbours = Counter(parents)
    begins = _begins(clauses, cases, parents)
    places: list[Place] = []
    done: list[Clause] = []
    for i, (clause, case) in enumerate(zip(clauses, cases, strict=True)):
        parent = parents[i]
        above = places[parent] if parent is not None else Place("none", False)
        case.parent = done[parent].type if parent is not None else "top"
        case.children = children[i] > 0
        case.running = case.children and i not in listed
        case.fielded = case.children and fields[i] == children[i] and labelled[i] > 0
        case.place = "preamble" if i < begins else "body"
        case.labelled = labelled[parent] > 0
        case.verbal = 2 * acting[parent] > neighbours[parent]
        case.section = rules.inline_section(case) or above.section
        case.led = above.led
        case.under_field = above.field
        case.charged = parent is not None and parent in charged and cases[parent].fielded and cases[parent].opening not in ("verb", "topic")
        case.to_do = parent is not None and (rules.says_what_to_do(cases[parent]) or (parents[parent] in charged and cases[parent].colon))
        opens = ""
        if clause.rule is None:
            rule = rules.decide(case)
            kind, reason, opens = cast(ClauseType, rule.type), rule.id, rule.opens
        else:
            kind, reason = clause.type, clause.rule
        places.append(_place_below(case, kind, above, rules))
        if opens and above.section in (_STANDING if opens == "beside" else _TELLING):
            places[-1].section = "tasks"
            if opens != "below":
                above.section = "tasks"
        if kind == "field" and parent is not None and rules.names_lead(case):
            places[parent].led = True
        own = kind == "field" and not (reason or "").endswith("without-colon")
        label = _label(clause, text, case) if own else clause.label
        done.append(clause.model_copy(update={"type": kind, "label": label, "rule": reason}))
    return done


def _begins(clauses: Sequence[Clause], cases: Sequence[Case], parents: Sequence[int | None]) -> int:
    """Return the index of the first clause after the preamble: a marked or hanging one, a title, or what a lead-in opens."""
    for i, clause in enumerate(clauses):
        if clause.marker or parents[i] is not None or cases[i].caps or (i and cases[i - 1].colon):
            return i
    return len(clauses)


def _place_below(case: Case, kind: str, above: Place, rules: ClauseRules) -> Place:
    """Return what a clause is to those below it: the kind of its part, and whether the part names who leads."""
    if above.section == "report":
        return above
    if kind == "heading":
        return Place(rules.section(case.text) or above.section, above.led or case.opening == "unit")
    if case.children and case.marker in ("number", "roman"):
        # a title that was printed in one paragraph with its first sentences
        return Place(rules.section(case.head) or above.section, above.led, above.field)
    return Place(above.section, above.led, above.field or kind == "field")


def _label(clause: Clause, text: str, case: Case) -> str | None:
    """Return the label of a field as printed, or None for a value without one (an item of a list)."""
    body = clause.body.cut(text)
    label, colon, _ = body.partition(":")
    if not colon:
        label = body if len(body) <= 60 and case.marker in ("bullet", "letter") and case.parent != "field" else ""
    elif len(label) > 90:
        label = ""
    return " ".join(label.replace("*", " ").split()) or None
