"""All that the report says, as objects."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.evaluate import NOTHING, Json, Scores, score_documents
from pipeline.evaluation.calibration import Calibration, calibrate
from pipeline.evaluation.cases import Case, pair_cases
from pipeline.evaluation.changes import Changes, tell_changes
from pipeline.evaluation.confusion import Matrix, confuse_mentions, confuse_roles, confuse_types
from pipeline.evaluation.mistakes import Mistakes, class_mistakes
from pipeline.evaluation.sets import GoldSet
from pipeline.evaluation.slips import Slip, find_slips
from pipeline.evaluation.stress import Invariant
from pipeline.evaluation.wrong_rows import WrongRow, find_wrong_rows

WORST: Final = 5
"""documents whose wrong rows are shown"""

# column title → set name → field → F1


@dataclass(frozen=True)
class DocumentEvaluation:
    """One document; ``number`` counts those of its set from 1, ``findings`` by code."""

    number: int
    name: str
    scores: Scores
    findings: Mapping[str, int]


@dataclass(frozen=True)
class WorstDocument:
    """A document with its wrong rows."""

    document: DocumentEvaluation
    rows: tuple[WrongRow, ...]


@dataclass(frozen=True)
class SetEvaluation:
    """One set. ``findings``: the words of one finding for each code;
    ``changes`` is None without an earlier report of the set.
    """

    name: str
    scores: Scores
    documents: tuple[DocumentEvaluation, ...]
    matrices: Mapping[str, Matrix]
    calibrations: tuple[Calibration, ...]
    mistakes: Mistakes
    slips: tuple[Slip, ...]
    worst: tuple[WorstDocument, ...]
    findings: Mapping[str, str]
    changes: Changes | None


@dataclass(frozen=True)
class Evaluation:
    """The whole report. ``rulebook`` names the state of the rules, ``compared`` says whether there is an earlier report."""

    rulebook: str
    sets: tuple[SetEvaluation, ...]
    stress: tuple[Invariant, ...]
    compared: bool


def evaluate_sets(sets: Sequence[GoldSet], *, against: Json | None = None, stress: Sequence[Invariant] = ()) -> Evaluation:
    """Return the evaluation of ``sets``.

    ``against`` is the record of an earlier report (``read_record``); a set of the same name there is what this one is compared with.
    """
    old = {entry["name"]: entry for entry in against["sets"]} if against else {}
    states = sorted({str(result["rulebook"]) for each in sets for result in each.results.values()})
    made = []
    for each in sets:
        made.append(_evaluate(each, old.get(each.name)))
    return Evaluation(" ".join(states), tuple(made), tuple(stress), against is not None)


def _evaluate(each: GoldSet, old: Json | None) -> SetEvaluation:
    documents: list[DocumentEvaluation] = []
    paired: dict[str, tuple[Case, ...]] = {}
    words: dict[str, str] = {}
    total = Scores()
    for number, (name, gold) in enumerate(each.gold.items(), 1):
        result = each.results.get(name, NOTHING)
        scores = score_documents({name: gold}, {name: result})
        total.join(scores)
        paired[name] = pair_cases(name, gold, result, scores)
        found: Sequence[Json] = result.get("findings", ())
        findings = Counter(finding["code"] for finding in found)
        for finding in found:
            words.setdefault(finding["code"], finding["message"])
        documents.append(DocumentEvaluation(number, name, scores, dict(sorted(findings.items()))))
    cases = [case for of_one in paired.values() for case in of_one]
    return SetEvaluation(
        name=each.name,
        scores=total,
        documents=tuple(documents),
        matrices={"types": confuse_types(cases), "roles": confuse_roles(cases), "mentions": confuse_mentions(cases)},
        calibrations=calibrate(cases, total),
        mistakes=class_mistakes(each.gold, cases, total),
        slips=find_slips(each.gold, cases, total),
        worst=_worst(each, documents, paired),
        findings=words,
        changes=tell_changes(old, {d.name: d.scores for d in documents}, each.gold) if old else None,
    )


def _worst(each: GoldSet, documents: Sequence[DocumentEvaluation], paired: Mapping[str, tuple[Case, ...]]) -> tuple[WorstDocument, ...]:
    """Return the documents with the smallest share of clean rows (F1) that have a wrong row at all."""

    def rank(document: DocumentEvaluation) -> tuple[float, str]:
        return document.scores.tallies["clean rows"].f1, document.name

    def rows(document: DocumentEvaluation) -> tuple[WrongRow, ...]:
        result: Mapping[str, Any] = each.results.get(document.name, NOTHING)
        return find_wrong_rows(each.gold[document.name], result, paired[document.name], document.scores)

    found = (WorstDocument(document, rows(document)) for document in sorted(documents, key=rank))
    return tuple(worst for worst in found if worst.rows)[:WORST]
