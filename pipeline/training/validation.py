"""Figures for documents that were not learned from: each is read by a model trained without it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models import Clause, Outline
from pipeline.evaluate import score_documents
from pipeline.extract import extract
from pipeline.outline import build_outline
from pipeline.reliability import Reliability, reliability
from pipeline.rulebook import Rulebook
from pipeline.second import Reader
from pipeline.second.clauses import clause_features, read_clauses
from pipeline.second.linear import Linear
from pipeline.text import small_letters
from pipeline.training.confidence import KINDS, Counts, Valued, add_counts, judge, make_values
from pipeline.training.fitting import fit_odds
from pipeline.training.material import Example
from pipeline.training.reader import Case, ReaderCases, make_cases, train_reader

FOLDS: Final = 10
QUESTIONS: Final = ("types", "roles", "joints")
ALL: Final = "all"
_SURE: Final = 0.9
_WEAK: Final = 0.9
"""a rule is weak where fewer of its types were right in other documents"""


@dataclass(frozen=True)
class Answers:
    """How often a question was answered right, of ``cases``: by the rules, by the second reader, and by the rules overruled where the
    reader is at least 90 % sure of something else. ``gained`` and ``lost`` are the answers that overruling mends and spoils."""

    cases: int
    rules: int
    reader: int
    combined: int
    gained: int
    lost: int


@dataclass(frozen=True)
class CleanRows:
    """Clean rows of ``gold`` tasks: by the rules alone; with any type overruled of which the reader is 90 % sure; with only those
    overruled whose rule is weak."""

    gold: int
    rules: int
    overruled: int
    overruled_weak: int


@dataclass(frozen=True)
class Figures:
    """What was measured, by group of documents (a folder, or ALL)."""

    documents: Mapping[str, int]
    answers: Mapping[str, Mapping[str, Answers]]
    across: Mapping[str, Mapping[str, Answers]]
    clean: Mapping[str, CleanRows]
    calibration: Mapping[str, Mapping[str, Reliability]]


@dataclass(frozen=True)
class Learned:
    """What training made on its way: everything that the final models are fitted to, and the figures."""

    figures: Figures
    cases: Sequence[ReaderCases]
    values: Sequence[Valued]
    counts: Sequence[Counts]


def validate(examples: Sequence[Example], rulebook: Rulebook) -> Learned:
    """Return the figures of ``examples`` by cross-validation, whole documents held out.

    The second reader is trained anew for each of FOLDS groups of documents, confidence for each single document. ``across`` holds a whole
    folder out: its documents are read by a reader trained on the other folders.
    """
    cases = [make_cases(example) for example in examples]
    fold = [number % FOLDS for number in range(len(examples))]
    readers = [
        train_reader([found for found, other in zip(cases, fold, strict=True) if other != own]) for own in range(min(FOLDS, len(examples)))
    ]
    held_out = [readers[number] for number in fold]
    judged = [judge(example) for example in examples]
    counts = [each.counts() for each in judged]
    values = [
        make_values(example, judged[i], held_out[i], add_counts([c for k, c in enumerate(counts) if k != i]))
        for i, example in enumerate(examples)
    ]
    groups = _groups(examples)
    answers = {
        group: {question: _answers([(held_out[i], cases[i]) for i in places], question) for question in QUESTIONS}
        for group, places in groups.items()
    }
    across = {}
    for group, places in groups.items():
        if group != ALL and len(groups) > 2:
            reader = train_reader([found for i, found in enumerate(cases) if i not in places])
            across[group] = {question: _answers([(reader, cases[i]) for i in places], question) for question in QUESTIONS}
    records = [add_counts([c for k, c in enumerate(counts) if k != i])["type"] for i in range(len(examples))]
    clean = [_clean(example, held_out[i], records[i], rulebook) for i, example in enumerate(examples)]
    return Learned(
        Figures(
            documents={group: len(places) for group, places in groups.items()},
            answers=answers,
            across=across,
            clean={group: _total([clean[i] for i in places]) for group, places in groups.items()},
            calibration=_calibration(examples, values, groups),
        ),
        cases,
        values,
        counts,
    )


def _groups(examples: Sequence[Example]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {ALL: list(range(len(examples)))}
    for i, example in enumerate(examples):
        groups.setdefault(example.group, []).append(i)
    return groups


def _answers(read: Sequence[tuple[Reader, ReaderCases]], question: str) -> Answers:
    total = [0] * 6
    for reader, found in read:
        model: Linear = getattr(reader, question)
        asked: Sequence[Case] = getattr(found, question)
        for case in asked:
            likely = model.probabilities(case.features)
            most = max(likely)
            best = model.classes[likely.index(most)]
            used = best if most >= _SURE else case.rules
            rules, combined = case.rules == case.answer, used == case.answer
            for k, value in enumerate((True, rules, best == case.answer, combined, combined and not rules, rules and not combined)):
                total[k] += value
    return Answers(*total)


# --- what overruling would do to whole rows ------------------------------------------------------------------------------


def _clean(example: Example, reader: Reader, record: Mapping[str, tuple[int, int]], rulebook: Rulebook) -> CleanRows:
    outline = build_outline(example.document, rulebook)
    seen = clause_features(outline.clauses, read_clauses(outline.clauses, small_letters(example.document.text)), outline.header)
    likely = [reader.types.probabilities(features) for features in seen]

    def weak(rule: str | None) -> bool:
        right, count = record.get(rule or "", (0, 0))
        return right < _WEAK * count or not count

    def rows(changes: Callable[[Clause], bool]) -> tuple[int, int]:
        clauses = tuple(
            _overruled(clause, chances, reader.types.classes) if changes(clause) else clause
            for clause, chances in zip(outline.clauses, likely, strict=True)
        )
        made = extract(example.document, Outline(header=outline.header, clauses=clauses), rulebook)
        record = {
            "text": example.document.text,
            "header": {},
            "clauses": [clause.model_dump(mode="json") for clause in made.outline.clauses],
            "tasks": [task.model_dump(mode="json") for task in made.tasks],
            "graph": {"edges": []},
        }
        tally = score_documents({example.name: example.gold}, {example.name: record}).tallies["clean rows"]
        return tally.right, tally.gold

    plain, gold = rows(lambda clause: False)
    return CleanRows(gold, plain, rows(lambda clause: True)[0], rows(lambda clause: weak(clause.rule))[0])


def _overruled(clause: Clause, likely: Sequence[float], classes: Sequence[str]) -> Clause:
    most = max(likely)
    best = classes[likely.index(most)]
    if most < _SURE or best == clause.type or clause.cells:
        return clause
    return clause.model_copy(update={"type": best, "rule": "second.reader"})


def _total(rows: Sequence[CleanRows]) -> CleanRows:
    return CleanRows(
        sum(r.gold for r in rows), sum(r.rules for r in rows), sum(r.overruled for r in rows), sum(r.overruled_weak for r in rows)
    )


# --- calibration ---------------------------------------------------------------------------------------------------------


def _calibration(
    examples: Sequence[Example], values: Sequence[Valued], groups: Mapping[str, Sequence[int]]
) -> dict[str, dict[str, Reliability]]:
    """Return by group and kind of value how well probabilities hold that were made without the document they are of."""
    claimed: dict[str, list[list[tuple[float, bool]]]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        for i in range(len(examples)):
            own = values[i][kind]
            odds = fit_odds([case for k, found in enumerate(values) if k != i for case in found[kind]]) if own else None
            claimed[kind].append([(odds.probability(odds.add(signals)), true) for signals, true in own] if odds else [])
    return {
        group: {kind: reliability([pair for i in places for pair in claimed[kind][i]]) for kind in KINDS}
        for group, places in groups.items()
    }


__all__ = ["ALL", "Answers", "CleanRows", "Figures", "Learned", "validate"]
