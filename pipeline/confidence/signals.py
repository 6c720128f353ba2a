"""What speaks for and against a value, as named numbers: 1 for a sign that is there, or a step on a scale (higher: surer or larger).

Of the clause: the rule of its type, how often that rule was right before, what the second reader says. Of a unit or deadline: its rule, how
far it was inherited from, what stands right behind its words. Of the whole row: words that sound like an order, a partner or a time
although nothing was read from them. The signals of a clause go before those of each value in it.

Signs of the whole document (what its head shows, how many clauses have no marker, how often the readers differ in it) made figures on
unseen documents worse, and are left out.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from models import Assignment, Clause, Span, Target, Task, TaskDeadline
from pipeline.confidence.setting import Setting, step

Signals = dict[str, int]
"""to be read only: values of which the same is seen share them"""

_SURE: Final = (0.05, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.96, 0.985)
_AGREED: Final = (0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95)
_TRUSTED: Final = (0.8, 0.87, 0.91, 0.94, 0.96, 0.975)
_LONG: Final = (60, 120, 200, 320, 500, 800)
_MANY: Final = (0, 1, 2, 3, 5, 8)
_WORDS: Final = (1, 2, 3, 5, 8, 12)
_LEGIBLE: Final = (0.6, 0.75, 0.85, 0.9, 0.95, 0.999)
_KEPT: Final = 1 << 14  # of what comes again in one directive after another
_NEXT = re.compile(r"\s*([^\W\d_]+|\d|\S)?")


def clause_signals(index: int, at: Setting) -> Signals:
    """Return the signals that the clause number ``index`` was read rightly: those of its type, and part of those of all that is in it."""
    clause = at.clauses[index]
    types = at.opinion.types
    above = at.places.get(clause.parent) if clause.parent is not None else None
    found = {
        "type agreed": step(types[index], _SURE),
        "before agreed": step(types[index - 1] if index else 1.0, _SURE),
        f"type rule={clause.rule}": 1,
        "type trust": step(at.trust("type", clause.rule), _TRUSTED),
        f"type={clause.type}": 1,
        f"under={at.clauses[above].type if above is not None else ''}": 1,
        "length": step(clause.span.end - clause.span.start, _LONG),
        "depth": min(4, at.depths[index]),
        f"marked={bool(clause.marker)}": 1,
        f"parts={bool(at.parts[clause.id])}": 1,
        f"cells={bool(clause.cells)}": 1,
    }
    for severity in at.doubts.get(index, ()):
        found[f"finding={severity}"] = 1
    if at.legible and (legible := at.legible.get(index, 1.0)) < 1:
        found["illegible"] = len(_LEGIBLE) + 1 - step(legible, _LEGIBLE)
    return found


class UnitFacts(NamedTuple):
    """What is seen of a unit in a role: steps on the scales, 0 where there is nothing to be measured."""

    rule: str | None
    how: str
    kind: str
    size: int
    far: int
    source: int
    follows: str


class RoleFacts(NamedTuple):
    """What is seen of a unit's role in its task: steps on the scales, 0 where there is nothing to be measured."""

    role: str
    peers: int
    trust: int
    agreed: int
    joint: int


def unit_facts(assignment: Assignment, index: int, at: Setting) -> UnitFacts:
    """Return what is seen of a unit in a role, in a task of the clause number ``index``."""
    origin = assignment.origin
    how, far, agreed, shape = origin.how, 0, 0, ""
    if how != "stated" and origin.clause_id is not None and (source := at.places.get(origin.clause_id)) is not None:
        far = step(at.depths[index] - at.depths[source], (0, 1, 2, 3))
        agreed = step(at.opinion.types[source], _SURE)
    if how != "addressee":
        follows = _NEXT.match(at.text, origin.span.end)
        word = (follows.group(1) or "") if follows else ""
        shape = "capital" if word[:1].isupper() else "digit" if word.isdigit() else "word" if word.isalpha() else "mark"
    size = step(assignment.name.count(" ") + 1, _WORDS)
    return UnitFacts(origin.rule, how, at.opinion.kinds.get(assignment.unit_id, ""), size, far, agreed, shape)


@lru_cache(maxsize=_KEPT)
def unit_signals(unit: UnitFacts) -> Signals:
    """Return what ``unit`` says."""
    found = {
        f"rule={unit.rule}": 1,
        f"how={unit.how}": 1,
        f"kind={unit.kind}": 1,
        f"kind={unit.kind} {unit.how}": 1,
        "size": unit.size,
    }
    if unit.far:
        found["far"] = unit.far
        found["source agreed"] = unit.source
    if unit.follows:
        found[f"then={unit.follows}"] = 1
    return found


def role_facts(assignment: Assignment, peers: int, at: Setting) -> RoleFacts:
    """Return what is seen of the role of ``assignment``, which ``peers`` have in its task (itself too)."""
    origin = assignment.origin
    source = at.places.get(origin.clause_id) if origin.clause_id is not None else None
    opinion = at.opinion.units(source).get(origin.span.start) if source is not None else None
    agreed, joint = (step(opinion.agreement, _AGREED), step(opinion.joint, _AGREED)) if opinion else (0, 0)
    return RoleFacts(assignment.role, step(peers, _MANY), step(at.trust("role", origin.rule), _TRUSTED), agreed, joint)


@lru_cache(maxsize=_KEPT)
def assignment_signals(unit: UnitFacts, role: RoleFacts) -> Signals:
    """Return the signals that ``unit`` has ``role`` rightly."""
    found = unit_signals(unit) | {f"role={role.role}": 1, "same role": role.peers, "trust": role.trust}
    if role.agreed:
        found["agreed"] = role.agreed
        found["agreed joint"] = role.joint
    return found


@lru_cache(maxsize=_KEPT)
def role_signals(role: str, units: tuple[UnitFacts, ...]) -> Signals:
    """Return what ``units``, each once, say of a row in which they have ``role``: of each scale the lowest step."""
    if not units:
        return {f"{role}=none": 1}
    found: Signals = {}
    for unit in units:
        for signal, number in unit_signals(unit).items():
            _least(found, f"{role} {signal}", number)
    return found


def deadline_signals(deadline: TaskDeadline, task: Task, at: Setting) -> Signals:
    """Return the signals that ``deadline``, one of those of ``task``, is right."""
    index = at.places[task.clause_id]
    found = {
        "deadlines": step(len(task.deadlines), _MANY),
        "trust": step(at.trust("deadline", deadline.rule), _TRUSTED),
        f"how={deadline.origin.how}": 1,
        f"rule={deadline.rule}": 1,
        f"bound={deadline.bound}": 1,
        "words": step(len(deadline.text), (8, 14, 20, 30, 50)),
    }
    source = at.places.get(deadline.origin.clause_id) if deadline.origin.clause_id is not None else None
    if source is not None and source != index:
        found["far"] = step(at.depths[index] - at.depths[source], (0, 1, 2, 3))
        found["source agreed"] = step(at.opinion.types[source], _SURE)
    return found


def target_signals(target: Target, index: int, at: Setting) -> Signals:
    """Return the signals that ``target``, one of those of the clause number ``index``, is right."""
    return {
        "targets": step(len(at.clauses[index].targets), _MANY),
        f"rule={target.rule}": 1,
        f"percent={target.unit == '%'}": 1,
        "unit words": step(len(target.unit.split()), (0, 1, 2, 3)),
    }


def row_signals(task: Task, at: Setting) -> Signals:
    """Return the signals that nothing is to be corrected in the row of ``task``: its type, leads, coordinators and deadlines.

    What its units say themselves (role_signals) is not among them.
    """
    index = at.places[task.clause_id]
    clause = at.clauses[index]
    leads = [a for a in task.assignments if a.role == "lead"]
    partners = [a for a in task.assignments if a.role == "coordinate"]
    trusted = [at.trust("type", clause.rule)]
    trusted += [at.trust("role", a.origin.rule) for a in (*leads, *partners)]
    trusted += [at.trust("deadline", deadline.rule) for deadline in task.deadlines]
    found: Signals = {
        f"lead={leads[0].origin.how if leads else 'none'}, type rule={clause.rule}": 1,
        "leads": step(len(leads), _MANY),
        "coordinates": step(len(partners), _MANY),
        "deadlines": step(len(task.deadlines), _MANY),
        "trust": step(min(trusted), _TRUSTED),
    }
    for deadline in task.deadlines:
        found[f"deadline={deadline.origin.how}"] = 1
        found[f"deadline rule={deadline.rule}"] = 1
    _read_again(found, index, (*leads, *partners), at)
    _unclaimed(found, clause, leads, task, at)
    return found


def _read_again(found: Signals, index: int, values: Sequence[Assignment], at: Setting) -> None:
    """Add how far the second reader agrees with the roles of the units here, and where values were inherited from."""
    weakest = at.opinion.weakest(index)
    for role, agreement in weakest.items():
        _least(found, "joints agreed" if role == "joint" else "roles agreed", step(agreement, _AGREED))
        if role in ("lead", "coordinate"):
            found[f"roles agreed {role}"] = step(agreement, _AGREED)
    for source in {at.places.get(a.origin.clause_id or "", index) for a in values} - {index}:
        for role, agreement in at.opinion.weakest(source).items():
            _least(found, f"source {'joints' if role == 'joint' else 'roles'} agreed", step(agreement, _AGREED))


def _unclaimed(found: Signals, clause: Clause, leads: Sequence[Assignment], task: Task, at: Setting) -> None:
    """Add what the words of the clause sound like, and whether a value was read that goes with it."""
    start, end = clause.body.start, clause.span.end
    words = at.opinion.lower[start:end]
    heard = {name: sum(map(words.count, listed)) for name, listed in at.signs.words.items() if name != "time"}
    taken = [fact.span for facts in (clause.deadlines, clause.citations, clause.targets) for fact in facts]
    free = _outside(at.opinion.lower, start, end, taken) if taken else words
    heard["time"] = sum(map(free.count, at.signs.words["time"]))
    for name, number in heard.items():
        if number:
            found[f"sounds {name}"] = step(number, (1, 2, 4))
    stated = {mention.role for mention in clause.mentions}
    if heard["partner"]:
        found[f"partner word, stated={'coordinate' in stated}"] = 1
    if heard["order"]:
        found[f"order word, stated={'lead' in stated}"] = 1
    if heard["time"]:
        found[f"time word, deadlines={bool(task.deadlines)}"] = 1
    if at.signs.actor.match(words.lstrip(" *")):
        found[f"actor first, stated={'lead' in stated}"] = 1
        if "lead" not in stated and leads:
            found[f"actor first, lead={leads[0].origin.how}"] = 1
    found["sentences"] = step(words.count(". ") + words.count("; ") + words.count(": "), _MANY)


def _outside(text: str, start: int, end: int, taken: Sequence[Span]) -> str:
    """Return ``text[start:end]`` without the words of the facts that were read there."""
    parts = []
    for span in sorted(taken):
        parts.append(text[start : max(start, span.start)])
        start = max(start, min(span.end, end))
    return " | ".join((*parts, text[start:end]))


def _least(found: Signals, name: str, value: int) -> None:
    found[name] = min(found.get(name, value), value)
