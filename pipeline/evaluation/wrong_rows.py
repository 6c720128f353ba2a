"""The rows of a document that a person has to correct: their words, what is wrong in them, and which rule made it so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipeline.evaluate import ROLES, Json, Judged, Scores
from pipeline.evaluation.cases import Case
from pipeline.evaluation.marks import Mark, Piece, mark_words
from pipeline.evaluation.values import say_source, say_value
from pipeline.messages import say

_SHOWN: Final = ("type", *ROLES, "due", "targets", "citations")
_SPOIL: Final = frozenset(("lead", "coordinate", "due"))


@dataclass(frozen=True)
class Told:
    """A value and, of the program's, how it came to it."""

    said: str
    source: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong in one field: gold values that are missing, and values of the program that are not in gold.

    ``spoils``: for this a row is not clean; other fields are told for completeness.
    """

    field: str
    missed: tuple[Told, ...]
    wrong: tuple[Told, ...]
    spoils: bool


@dataclass(frozen=True)
class WrongRow:
    """A task that gold has and the program not (``missed``), the other way round (``added``), or one with a wrong field (``wrong``).

    ``place`` is gold's clause, ``clause_id`` the program's; ``note`` says what became of a clause that only one side has.
    """

    kind: Literal["missed", "added", "wrong"]
    place: str
    clause_id: str
    rule: str
    note: str
    pieces: tuple[Piece, ...]
    faults: tuple[Fault, ...]


def find_wrong_rows(gold: Json, result: Json, cases: Iterable[Case], scores: Scores) -> tuple[WrongRow, ...]:
    """Return the wrong rows of one document in the order of its text."""
    judged: dict[str, dict[str, Judged]] = {}
    for entry in scores.judged:
        judged.setdefault(entry.clause, {})[entry.field] = entry
    wrong = sorted((case for case in cases if case.is_row and not case.clean), key=_start)
    return tuple(_tell(gold, result["clauses"], case, judged.get(case.place, {})) for case in wrong)


def _start(case: Case) -> int:
    return int(case.gold["start"] if case.gold else case.found["span"][0] if case.found else 0)


def _tell(document: Json, found: Sequence[Json], case: Case, judged: dict[str, Judged]) -> WrongRow:
    gold = case.gold
    is_task = gold is not None and gold["type"] == "task"
    clause = case.found
    start, end = (gold["start"], gold["end"]) if gold else clause["span"] if clause else (0, 0)
    note, cuts = "", []
    if clause is None:
        over = [c["span"] for c in found if c["span"][0] < end and start < c["span"][1]]
        note = say("evaluation.cut-none") if not over else say("evaluation.cut-otherwise", count=len(over))
        cuts = sorted({edge for span in over for edge in span})
    elif gold is None:
        note = say("evaluation.cut-ours")
    return WrongRow(
        kind="wrong" if is_task and case.row else "missed" if is_task else "added",
        place=gold["id"] if gold else "",
        clause_id=clause["id"] if clause else "",
        rule=(clause.get("rule") or "") if clause else "",
        note=note,
        pieces=mark_words(document["text"], start, end, _gold_marks(gold), _marks(clause), cuts),
        faults=tuple(_fault(judged[name], case) for name in _SHOWN if name in judged and (judged[name].missed or judged[name].wrong)),
    )


def _fault(judged: Judged, case: Case) -> Fault:
    values, name = case.values(judged.field), judged.field
    wrong = tuple(Told(say_value(name, judged.predicted[i]), say_source(values[i])) for i in judged.wrong)
    return Fault(name, tuple(Told(say_value(name, judged.gold[i])) for i in judged.missed), wrong, name in _SPOIL)


def _gold_marks(clause: Json | None) -> list[Mark]:
    if clause is None:
        return []
    units = [_mark(unit, role, unit["name"]) for role, units in clause["stated"].items() for unit in units if unit.get("span")]
    return units + [_mark(deadline, "deadline", deadline) for deadline in clause["deadlines"] if deadline.get("span")]


def _marks(clause: Json | None) -> list[Mark]:
    if clause is None:
        return []
    units = [_mark(mention, mention["role"], mention["name"]) for mention in clause["mentions"]]
    return units + [_mark(deadline, "deadline", deadline) for deadline in clause["deadlines"]]


def _mark(value: Json, label: str, read: Any) -> Mark:
    start, end = value["span"]
    return Mark(start, end, label, read)
