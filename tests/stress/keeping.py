"""How much of a result is kept when the same directive is written in another way?"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from models import Clause, Result, Span, Task
from pipeline.same import same_target
from tests.stress.rewriting import Rewriting

FIELDS: Final = ("clauses", "parents", "types", "mentions", "deadlines", "targets", "citations", "rows", "head")
_HEAD_SPANS: Final = ("kind", "number", "title", "place")
Due = tuple[str | None, str | None, str | None]
Moved = Callable[[Due, Span], Iterable[Due]]
"""what may become of a deadline (start, due, repeat) read at a span of the old text"""


def unmoved(due: Due, _: Span) -> tuple[Due]:
    """A deadline stays what it is."""
    return (due,)


@dataclass
class Kept:
    """For each of FIELDS: how many were kept, of how many (of the two results, the one that has more); ``lost`` tells what was not."""

    right: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    def share(self, name: str) -> float:
        """Return the share of ``name`` kept, from 0 to 1 (1 where there is none)."""
        return self.right[name] / max(self.before[name], self.after[name], 1) if max(self.before[name], self.after[name]) else 1.0

    def shares(self) -> Mapping[str, float]:
        """Return the share of each of FIELDS."""
        return {name: self.share(name) for name in FIELDS}

    def add(self, other: "Kept") -> None:
        """Count in what ``other`` counted."""
        self.right += other.right
        self.before += other.before
        self.after += other.after
        self.lost += other.lost

    def count(self, name: str, right: int, before: int, after: int, what: str = "") -> None:
        """Count ``right`` of ``before`` values that are ``after`` now."""
        self.right[name] += right
        self.before[name] += before
        self.after[name] += after
        if right < max(before, after):
            self.lost.append(f"{name}: {what}")


def compare(before: Result, after: Result, rewriting: Rewriting, moved: Moved = unmoved, *, by_name: bool = True) -> Kept:
    """Return what ``after``, the result of the new text, keeps of ``before``.

    - clauses: the same letters (an overlap of 0.9 and more; markers aside); parents and types of those
    - mentions, deadlines, targets, citations: in the same clause; a unit is the same by its id, or by where it is printed (not ``by_name``)
    - rows: tasks with the same units in all four roles, the same deadlines, and a clause that is kept
    - head: kind, number, place, title, date, issuer, signer, addressees
    """
    kept = Kept()
    if after.text != rewriting.text:
        kept.lost.append("the text was read as another one")
        for name in FIELDS:
            kept.before[name] += 1
        return kept
    pairs = _pairs(before, after, rewriting)
    old, new = {c.id: c for c in before.clauses}, {c.id: c for c in after.clauses}
    kept.count("clauses", len(pairs), len(old), len(new), f"{len(old)} → {len(new)}")
    for clause in before.clauses:
        if clause.id not in pairs:
            kept.lost.append(f"clause {clause.span.cut(before.text)[:90]!r}")

    def who(role: str, unit_id: str, span: Span, result: Result) -> tuple[str, str]:
        if by_name:
            return role, unit_id
        place = rewriting.span(span) if result is before else span
        return role, "".join(c for c in place.cut(after.text).lower() if c.isalnum()) + f"@{place.start}"

    rows = {task.clause_id: task for task in after.tasks}
    for clause_id, other_id in pairs.items():
        one, two = old[clause_id], new[other_id]
        what = f"{one.span.cut(before.text)[:70]!r} "
        parent = pairs.get(one.parent) if one.parent else None
        kept.count("parents", int(two.parent == parent), 1, 1, f"{what}{one.parent} → {two.parent}")
        kept.count("types", int(one.type == two.type), 1, 1, f"{what}{one.type} → {two.type} {two.rule}")
        _count(kept, "mentions", what, [who(m.role, m.unit_id, m.span, before) for m in one.mentions],
               [who(m.role, m.unit_id, m.span, after) for m in two.mentions])  # fmt: skip
        _count_deadlines(kept, what, one, two, moved)
        _count(kept, "citations", what, [_tight(c.number) for c in one.citations], [_tight(c.number) for c in two.citations])
        left = list(two.targets)
        for target in one.targets:
            found = next((t for t in left if same_target(target.model_dump(), t.model_dump())), None)
            if found:
                left.remove(found)
        right = len(two.targets) - len(left)
        kept.count(
            "targets", right, len(one.targets), len(two.targets), f"{what}{[t.text for t in one.targets]} → {[t.text for t in two.targets]}"
        )
    for task in before.tasks:
        row = rows.get(pairs.get(task.clause_id, ""))
        same = row is not None and _same_row(task, row, before, after, who, moved)
        kept.count("rows", int(same), 1, 0, f"{task.text[:70]!r} {_shown(task)} → {_shown(row)}")
    kept.after["rows"] += len(after.tasks)
    _count_head(kept, before, after, rewriting, moved)
    return kept


def _tight(number: str) -> str:
    return "".join(number.split()).replace("–", "-").casefold()


def _shown(task: Task | None) -> str:
    if task is None:
        return "no task"
    return f"{[(a.role, a.name) for a in task.assignments]} {[(d.start, d.due, d.repeat) for d in task.deadlines]}"


def _count(kept: Kept, name: str, what: str, one: list, two: list) -> None:
    right = sum((Counter(one) & Counter(two)).values())
    kept.count(name, right, len(one), len(two), f"{what}{sorted(one)} → {sorted(two)}")


def _count_deadlines(kept: Kept, what: str, one: Clause, two: Clause, moved: Moved) -> None:
    left = [(d.start, d.due, d.repeat) for d in two.deadlines]
    for d in one.deadlines:
        found = next((due for due in moved((d.start, d.due, d.repeat), d.span) if due in left), None)
        if found:
            left.remove(found)
    shown = f"{what}{[d.text for d in one.deadlines]} → {[(d.text, d.start, d.due, d.repeat) for d in two.deadlines]}"
    kept.count("deadlines", len(two.deadlines) - len(left), len(one.deadlines), len(two.deadlines), shown)


def _same_row(task: Task, row: Task, before: Result, after: Result, who: Callable, moved: Moved) -> bool:
    units = {who(a.role, a.unit_id, a.origin.span, before) for a in task.assignments}
    if units != {who(a.role, a.unit_id, a.origin.span, after) for a in row.assignments}:
        return False
    left = [(d.start, d.due, d.repeat) for d in row.deadlines]
    for d in task.deadlines:
        found = next((due for due in moved((d.start, d.due, d.repeat), d.span) if due in left), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _count_head(kept: Kept, before: Result, after: Result, rewriting: Rewriting, moved: Moved) -> None:
    one, two = before.header, after.header
    for name in _HEAD_SPANS:
        if span := one.spans.get(name):
            there = two.spans.get(name)
            same = there is not None and _letters(rewriting.span(span), after.text) == _letters(there, after.text)
            kept.count("head", int(same), 1, 0, f"{name} {span.cut(before.text)!r} → {there.cut(after.text) if there else None!r}")
    if one.issued_on:
        due = moved((None, one.issued_on, None), one.spans.get("issued_on", Span(0, 0)))
        kept.count("head", int((None, two.issued_on, None) in due), 1, 0, f"issued_on {one.issued_on} → {two.issued_on}")
    for name, a, b in (("issuer", one.issuer, two.issuer), ("signer", one.signer, two.signer)):
        if a and a.span:
            same = b is not None and b.span is not None and _letters(rewriting.span(a.span), after.text) == _letters(b.span, after.text)
            kept.count("head", int(same), 1, 0, f"{name} {a.name!r} → {b.name if b else None!r}")
    there = {_letters(p.span, after.text) for p in two.addressees if p.span}
    for party in one.addressees:
        if party.span:
            same = _letters(rewriting.span(party.span), after.text) in there
            kept.count("head", int(same), 1, 0, f"addressee {party.name!r} → {[p.name for p in two.addressees]}")


def _letters(span: Span, text: str) -> str:
    return "".join(c for c in span.cut(text).casefold() if c.isalnum())


def _pairs(before: Result, after: Result, rewriting: Rewriting) -> dict[str, str]:
    """Return the clauses of ``before`` whose words are those of one in ``after``, by id."""
    letters = [0, *accumulate(c.isalnum() for c in after.text)]
    by_start = sorted(after.clauses, key=lambda c: c.body.start)
    starts = [c.body.start for c in by_start]
    pairs: dict[str, str] = {}
    used: set[str] = set()
    for clause in before.clauses:
        start, end = rewriting.span(_trimmed(clause, before.text))
        best, place = 0.0, ""
        for other, at in zip(by_start, starts, strict=True):
            if at >= end:
                break
            if other.body.end <= start or other.id in used:
                continue
            low, high = max(start, at), min(end, other.body.end)
            shared = letters[high] - letters[low] if high > low else 0
            union = letters[end] - letters[start] + letters[other.body.end] - letters[at] - shared
            if union and shared / union > best:
                best, place = shared / union, other.id
        if best >= 0.9:
            pairs[clause.id] = place
            used.add(place)
    return pairs


def _trimmed(clause: Clause, text: str) -> Span:
    """Return the body of ``clause`` from its first letter to its last: final marks stay behind where items change places."""
    start, end = clause.body if clause.body.end > clause.body.start else clause.span
    while start < end - 1 and not text[end - 1].isalnum():
        end -= 1
    while start < end - 1 and not text[start].isalnum():
        start += 1
    return Span(start, end)
