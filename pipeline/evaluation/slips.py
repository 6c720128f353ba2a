"""Clauses cut, typed or hung wrongly, and wrong values of the head: one by one, with their words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.evaluate import HEADER, Json, Scores
from pipeline.evaluation.cases import Case, index_cases
from pipeline.evaluation.values import say_value
from pipeline.messages import say
from pipeline.ratchet import first_words

_FIELDS: Final = ("clauses", "type", "parent", *HEADER)


@dataclass(frozen=True)
class Slip:
    """Gold says ``gold``, the program ``program`` (by ``rule``); of ``clauses``, a clause of gold's that the program does not have.

    ``words`` are the first of the clause, empty for the head of the document.
    """

    field: str
    document: str
    place: str
    gold: str
    program: str
    rule: str
    words: str


def find_slips(gold: Mapping[str, Json], cases: Iterable[Case], scores: Scores) -> tuple[Slip, ...]:
    """Return the slips in ``scores`` by field, then in the order of the documents; ``gold`` is by document name."""
    known = index_cases(cases)
    slips = []
    for judged in scores.judged:
        if judged.field not in _FIELDS or not judged.missed:
            continue
        document = gold[judged.document]
        case = known.get((judged.document, judged.clause))
        stated, got = judged.gold[0], judged.predicted[0] if judged.predicted else None
        if judged.field == "clauses":
            said = ("", "")
        elif judged.field == "parent":
            said = _parent(document, stated), _parent(document, got)
        else:
            said = say_value(judged.field, stated), say_value(judged.field, got)
        rule = (case.found.get("rule") or "") if judged.field == "type" and case and case.found else ""
        words = first_words(document, judged.clause)
        slips.append(Slip(judged.field, judged.document, judged.clause, *said, rule, words))
    return tuple(sorted(slips, key=lambda slip: _FIELDS.index(slip.field)))


def _parent(document: Json, index: Any) -> str:
    if index is None:
        return say("evaluation.parent-none")
    return str(document["clauses"][index]["id"]) if index >= 0 else say("evaluation.parent-other")
