"""What people type about a task, read: the fields of a Task, or what is wrong with what was typed and what was expected.

A value that a person leaves as it is stays what the program found, with its words and its origin. One that they type has the rule
``review`` and no words of its own, unless they chose words for it in the text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from models import Clause, Result, Span, Target, Task
from models.outline import Role
from pipeline.amounts import number
from pipeline.emit.words import plain, shorten
from pipeline.messages import say
from pipeline.review.suggestions import Register
from pipeline.review.times import LONGEST, read_time
from pipeline.store import Store
from pipeline.store.reviews import REVIEWED

ROLES: Final[Mapping[Role, str]] = {"lead": "Chủ trì", "coordinate": "Phối hợp", "implement": "Thực hiện", "report_to": "Nhận báo cáo"}
COMPARATORS: Final[Mapping[str, str]] = {"=": "bằng", ">=": "ít nhất", ">": "trên", "<=": "không quá", "<": "dưới"}
_TITLE: Final = 110
_FIGURE = r"\d+(?:[., ]\d+)*"
_AMOUNT = re.compile(rf"({_FIGURE})(?:\s*(?:(-|–|đến)|(/))\s*({_FIGURE}))?")
_PERCENT: Final = "%"


@dataclass(frozen=True)
class UnitLine:
    """A unit in a role as the form has it; ``unit_id`` came with a name from a list, ``place`` are words chosen for it."""

    role: Role
    name: str
    unit_id: str = ""
    place: Span | None = None


@dataclass(frozen=True)
class TimeLine:
    """A deadline as the form has it. ``as_words``: the person keeps the words though nobody can tell what day they mean."""

    words: str
    place: Span | None = None
    as_words: bool = False


@dataclass(frozen=True)
class TargetLine:
    """A target as the form has it: "98", "20-25" or "11/13"."""

    number: str
    unit: str = ""
    comparator: str = "="
    of: str = ""


@dataclass(frozen=True)
class TaskForm:
    """All that a form says of a task."""

    text: str
    units: tuple[UnitLine, ...] = ()
    times: tuple[TimeLine, ...] = ()
    targets: tuple[TargetLine, ...] = ()


@dataclass
class Typed:
    """The fields that a form changes; ``faults`` say by line ("times.0") why something cannot be taken."""

    fields: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def form_of(task: Task) -> TaskForm:
    """Return the form of a task as it stands."""
    times = dict.fromkeys(plain(deadline.text) for deadline in task.deadlines)
    return TaskForm(
        text=_line(task.text),
        units=tuple(dict.fromkeys(UnitLine(one.role, plain(one.name), one.unit_id) for one in task.assignments)),
        times=tuple(TimeLine(words, as_words=True) for words in times),
        targets=tuple(map(_target_line, task.targets)),
    )


def read_form(form: TaskForm, task: Task, result: Result, register: Register, store: Store) -> Typed:
    """Return what ``form`` changes of ``task``: only fields that come to something else than the task says."""
    typed = Typed()
    made: dict[str, Any] = {
        **_text(form.text, task, typed),
        "assignments": _assignments(form.units, task, result, register, store, typed),
        "deadlines": _deadlines(form.times, task, result, typed),
        "targets": _targets(form.targets, task, typed),
    }
    if not typed.faults:
        held = task.model_dump(mode="json")
        typed.fields = {name: value for name, value in made.items() if value != held[name]}
    return typed


def parts_of(task: Task, lines: str, text: str) -> list[dict[str, Any]]:
    """Return the fields of the tasks that ``task`` is split into, one for each line that is not empty.

    An order of the task gives its line what holds for it: by its words, else by its number where there are as many lines as orders. A
    line whose words stand in the task's own gets their place.
    """
    said = [" ".join(line.split()) for line in lines.splitlines() if line.strip()]
    by_words = {" ".join(order.text.split()): order for order in task.orders}
    parts: list[dict[str, Any]] = []
    at = task.span.start
    for n, words in enumerate(said):
        order = by_words.get(words) or (task.orders[n] if len(said) == len(task.orders) else None)
        span = order.span if order else _find_words(words, text, at, task.span.end) or _find_words(words, text, *task.span)
        own = order.model_dump(mode="json", include={"assignments", "deadlines", "targets"}) if order else {}
        parts.append({"text": words, **own, **({"span": list(span)} if span else {})})
        at = span.end if span else at
    return parts


def _find_words(words: str, text: str, start: int, end: int) -> Span | None:
    """Return where ``words`` stand in a part of ``text``, however the blanks between them are printed."""
    match = re.compile(r"\s+".join(map(re.escape, words.split()))).search(text, start, end)
    return Span(*match.span()) if match else None


# --- one field after another --------------------------------------------------------------------------------------------------


def _text(words: str, task: Task, typed: Typed) -> dict[str, str]:
    """Return the words of a task and the title made of them, as they are where nobody changed them."""
    text = _line(words)
    if not text:
        typed.faults["text"] = say("corrections.no-title")
    if text == _line(task.text):
        return {"text": task.text, "title": task.title}
    return {"text": text, "title": shorten(text, _TITLE)}


def _line(words: str) -> str:
    return " ".join(plain(words).split())


def _assignments(
    lines: Sequence[UnitLine], task: Task, result: Result, register: Register, store: Store, typed: Typed
) -> list[dict[str, Any]]:
    held = [one.model_dump(mode="json") for one in task.assignments]
    made: list[dict[str, Any]] = []
    for n, line in enumerate(lines):
        name = plain(line.name)
        if not name:
            continue
        if not any(letter.isalpha() for letter in name):
            typed.faults[f"units.{n}"] = say("corrections.no-unit", name=name)
            continue
        same = [one for one in held if plain(one["name"]) == name and line.unit_id in ("", one["unit_id"])]
        kept = [one for one in same if one["role"] == line.role]
        place = within(line.place, result.text)
        if kept and place is None:
            made += [one for one in kept if one not in made]
            continue
        unit_id, name = register.resolve(store, name, line.unit_id)
        if any(one["role"] == line.role and one["unit_id"] == unit_id for one in made):
            continue
        # a unit that only changed its role is still printed where it was
        place = place or next((Span(*one["origin"]["span"]) for one in same if one["origin"]["rule"] != REVIEWED), None)
        origin = _origin(place, result) if place else _whole(task)
        made.append({"role": line.role, "name": name, "unit_id": unit_id, "origin": origin, "confidence": None})
    return _in_old_order(made, held)


def _in_old_order(made: list[dict[str, Any]], held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return ``made`` in the order of ``held`` where it is only shuffled: the form goes role by role, the text does not."""
    if len(made) == len(held) and all(one in made for one in held):
        return held
    order = list(dict.fromkeys([*(one["role"] for one in held), *ROLES]))
    return sorted(made, key=lambda one: order.index(one["role"]))


def _deadlines(lines: Sequence[TimeLine], task: Task, result: Result, typed: Typed) -> list[dict[str, Any]]:
    held = [one.model_dump(mode="json") for one in task.deadlines]
    made: list[dict[str, Any]] = []
    for n, line in enumerate(lines):
        words = " ".join(line.words.split())[:LONGEST]
        if not words:
            continue
        kept = [one for one in held if plain(one["text"]) == plain(words)]
        place = within(line.place, result.text)
        if kept and place is None:
            made += [one for one in kept if one not in made]
            continue
        reading = read_time(words, result.header.issued_on)
        if reading.impossible:
            typed.faults[f"times.{n}"] = say("corrections.impossible-day", day=reading.impossible)
            continue
        if not reading.deadlines and not line.as_words:
            typed.faults[f"times.{n}"] = say("corrections.no-time", words=words)
            continue
        origin = _origin(place, result) if place else _whole(task)
        values = [one.model_dump(mode="json", include={"start", "due", "repeat", "bound"}) for one in reading.deadlines]
        for value in values or [{"start": None, "due": None, "repeat": None, "bound": "by"}]:
            made.append({"text": words, **value, "span": origin["span"], "rule": REVIEWED, "origin": origin, "confidence": None})
    return made


def _targets(lines: Sequence[TargetLine], task: Task, typed: Typed) -> list[dict[str, Any]]:
    held = [(_target_line(one), one.model_dump(mode="json")) for one in task.targets]
    made: list[dict[str, Any]] = []
    for n, line in enumerate(lines):
        line = TargetLine(plain(line.number), plain(line.unit), line.comparator, plain(line.of))
        if not (line.number or line.unit or line.of):
            continue
        kept = next((value for was, value in held if was == line and value not in made), None)
        if kept:
            made.append(kept)
            continue
        bare = line.number.removesuffix(_PERCENT).strip()
        unit = line.unit or (_PERCENT if line.number.endswith(_PERCENT) else "")
        amount = _AMOUNT.fullmatch(bare)
        if amount is None or (amount[3] and not _plain_number(amount[4])):  # of a whole of nothing
            typed.faults[f"targets.{n}"] = say("corrections.no-number", number=line.number)
        elif not unit:
            typed.faults[f"targets.{n}"] = say("corrections.no-target-unit")
        elif line.comparator not in COMPARATORS:
            typed.faults[f"targets.{n}"] = say("corrections.no-comparator", known=", ".join(COMPARATORS.values()))
        else:
            first, last = _plain_number(amount[1]), _plain_number(amount[4]) if amount[4] else None
            made.append(
                {
                    "text": bare + ("" if unit == _PERCENT else " ") + unit,
                    "value": [first, last] if amount[2] else first,
                    "unit": unit,
                    "comparator": line.comparator,
                    "total": last if amount[3] else None,
                    "of": line.of or None,
                    "span": list(task.span),
                    "rule": REVIEWED,
                    "confidence": None,
                }
            )
    return made


def _target_line(target: Target) -> TargetLine:
    values = target.value if isinstance(target.value, tuple) else (target.value,)
    said = "-".join(map(_say_number, values)) + (f"/{_say_number(target.total)}" if target.total is not None else "")
    return TargetLine(said, plain(target.unit), target.comparator, plain(target.of or ""))


def _say_number(value: float) -> str:
    return f"{value:g}".replace(".", ",") if abs(value) < 1e6 else f"{value:.0f}"


def _plain_number(printed: str) -> float | int:
    value = number(printed)
    return int(value) if value == value.to_integral_value() else float(value)


# --- places and days ----------------------------------------------------------------------------------------------------------


def _whole(task: Task) -> dict[str, Any]:
    return {"how": "stated", "clause_id": task.clause_id, "span": list(task.span), "rule": REVIEWED}


def within(span: Span | None, text: str) -> Span | None:
    """Return ``span`` without the blanks at its ends, None where it holds no words of ``text``."""
    words = span.cut(text) if span and span.end <= len(text) else ""
    if span is None or not words.strip():
        return None
    return Span(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))


def _origin(span: Span, result: Result) -> dict[str, Any]:
    clause = clause_at(result.clauses, span.start)
    return {"how": "stated", "clause_id": clause.id if clause else None, "span": list(span), "rule": REVIEWED}


def clause_at(clauses: Iterable[Clause], at: int) -> Clause | None:
    """Return the clause that holds the character ``at``, None where none does."""
    return next((clause for clause in clauses if clause.span.start <= at < clause.span.end), None)
