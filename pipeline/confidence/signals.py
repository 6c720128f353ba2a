"""What speaks for and against a value, as named numbers: 1 for a sign that is there, or a step on a scale (higher: surer or larger).

Of the clause: the rule of its type, how often that rule was right before, what the second reader says. Of a unit or deadline: its rule, how
it was inherited, what the second reader says of its role, or of the clause it comes from. The signals of a clause go before those of each
value in it.

What is seen of a value is first held as its facts. The same facts come again and again, so that what they add to the log odds need be
summed up once only; training learns from the facts by name, the signals.

Signs of the whole document (what its head shows, how many clauses have no marker, how often the readers differ in it) made figures on
unseen documents worse, and are left out. So did words that sound like an order, a partner or a time although nothing was read from them,
what stands right behind a unit's words, how many words its name has, how far it was inherited from, and how deep its clause stands.
"""

from typing import Final, NamedTuple

from models import Assignment, Target, Task, TaskDeadline
from pipeline.confidence.setting import Setting, step

Signals = dict[str, int]

_AGREED: Final = (0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95)
_LONG: Final = (60, 120, 200, 320, 500, 800)
_MANY: Final = (0, 1, 2, 3, 5, 8)
_NONE: Final = frozenset[str]()
_LEGIBLE: Final = (0.6, 0.75, 0.85, 0.9, 0.95, 0.999)


class ClauseFacts(NamedTuple):
    """What is seen of a clause. ``findings`` are the severities of those that point into it."""

    kind: str
    rule: str | None
    trust: int
    under: str
    agreed: int
    before: int
    length: int
    parts: bool
    findings: frozenset[str]
    illegible: int


def clause_facts(index: int, at: Setting) -> ClauseFacts:
    """Return what is seen of the clause number ``index``."""
    clause = at.clauses[index]
    agreed = at.agreed
    above = at.places.get(clause.parent) if clause.parent is not None else None
    start, end = clause.span
    illegible = 0
    if at.legible and (legible := at.legible.get(index, 1.0)) < 1:
        illegible = len(_LEGIBLE) + 1 - step(legible, _LEGIBLE)
    return ClauseFacts(
        clause.type,
        clause.rule,
        at.trust("type", clause.rule),
        at.clauses[above].type if above is not None else "",
        agreed[index],
        agreed[index - 1],  # before the first one stands what is always agreed
        step(end - start, _LONG),
        clause.id in at.parents,
        at.doubts.get(index, _NONE),
        illegible,
    )


def name_clause(facts: ClauseFacts) -> Signals:
    """Return ``facts`` by name."""
    found = {
        "type agreed": facts.agreed,
        "before agreed": facts.before,
        f"type rule={facts.rule}": 1,
        "type trust": facts.trust,
        f"type={facts.kind}": 1,
        f"under={facts.under}": 1,
        "length": facts.length,
        f"parts={facts.parts}": 1,
    }
    for severity in facts.findings:
        found[f"finding={severity}"] = 1
    if facts.illegible:
        found["illegible"] = facts.illegible
    return found


def clause_signals(index: int, at: Setting) -> Signals:
    """Return the signals that the clause number ``index`` was read rightly: those of its type, and part of those of all that is in it."""
    return name_clause(clause_facts(index, at))


class UnitFacts(NamedTuple):
    """What is seen of a unit in a role: steps on the scales, 0 where there is nothing to be measured."""

    rule: str | None
    how: str
    kind: str
    trust: int
    agreed: int
    joint: int


class RoleFacts(NamedTuple):
    """What is seen of a unit's role in its task."""

    role: str
    peers: int


def unit_facts(assignment: Assignment, at: Setting) -> UnitFacts:
    """Return what is seen of a unit in a role."""
    origin = assignment.origin
    source = at.places.get(origin.clause_id) if origin.clause_id is not None else None
    opinion = at.opinion.units(source).get(origin.span.start) if source is not None else None
    agreed, joint = (step(opinion.agreement, _AGREED), step(opinion.joint, _AGREED)) if opinion else (0, 0)
    kind = at.opinion.kinds.get(assignment.unit_id, "")
    return UnitFacts(origin.rule, origin.how, kind, at.trust("role", origin.rule), agreed, joint)


def role_facts(assignment: Assignment, peers: int) -> RoleFacts:
    """Return what is seen of the role of ``assignment``, which ``peers`` have in its task (itself too)."""
    return RoleFacts(assignment.role, step(peers, _MANY))


def _name_unit(unit: UnitFacts) -> Signals:
    found = {f"rule={unit.rule}": 1, f"how={unit.how}": 1, f"kind={unit.kind}": 1, f"kind={unit.kind} {unit.how}": 1, "trust": unit.trust}
    if unit.agreed:
        found["agreed"] = unit.agreed
        found["agreed joint"] = unit.joint
    return found


def assignment_signals(unit: UnitFacts, role: RoleFacts) -> Signals:
    """Return the signals that ``unit`` has ``role`` rightly."""
    return _name_unit(unit) | {f"role={role.role}": 1, "same role": role.peers}


def role_signals(role: str, units: tuple[UnitFacts, ...]) -> Signals:
    """Return what ``units``, each once, say of a row in which they have ``role``: of each scale the lowest step."""
    if not units:
        return {f"{role}=none": 1}
    found: Signals = {}
    for unit in units:
        for signal, number in _name_unit(unit).items():
            name = f"{role} {signal}"
            found[name] = min(found.get(name, number), number)
    return found


class DeadlineFacts(NamedTuple):
    """What is seen of a deadline, one of ``peers`` of its task: steps on the scales, 0 where there is nothing to be measured."""

    rule: str | None
    how: str
    bound: str
    trust: int
    peers: int
    source: int


def deadline_facts(deadline: TaskDeadline, task: Task, at: Setting) -> DeadlineFacts:
    """Return what is seen of ``deadline``, one of those of ``task``."""
    origin = deadline.origin
    source = at.places.get(origin.clause_id) if origin.clause_id not in (None, task.clause_id) else None
    agreed = at.agreed[source] if source is not None else 0
    peers = step(len(task.deadlines), _MANY)
    return DeadlineFacts(deadline.rule, origin.how, deadline.bound, at.trust("deadline", deadline.rule), peers, agreed)


def name_deadline(facts: DeadlineFacts) -> Signals:
    """Return ``facts`` by name."""
    found = {"deadlines": facts.peers, "trust": facts.trust, f"how={facts.how}": 1, f"rule={facts.rule}": 1, f"bound={facts.bound}": 1}
    if facts.source:
        found["source agreed"] = facts.source
    return found


def deadline_signals(deadline: TaskDeadline, task: Task, at: Setting) -> Signals:
    """Return the signals that ``deadline``, one of those of ``task``, is right."""
    return name_deadline(deadline_facts(deadline, task, at))


def target_signals(target: Target, index: int, at: Setting) -> Signals:
    """Return the signals that ``target``, one of those of the clause number ``index``, is right."""
    return {
        "targets": step(len(at.clauses[index].targets), _MANY),
        f"rule={target.rule}": 1,
        f"percent={target.unit == '%'}": 1,
        "unit words": step(len(target.unit.split()), (0, 1, 2, 3)),
    }


def row_signals(rules: tuple[str | None, ...]) -> Signals:
    """Return the signals that nothing is to be corrected in the row of a task whose deadlines came by ``rules``.

    What its clause and its units say (clause_signals, role_signals) is not among them.
    """
    return {"deadlines": step(len(rules), _MANY), **{f"deadline rule={rule}": 1 for rule in rules}}
