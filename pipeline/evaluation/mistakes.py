"""Mistakes by class: which fields, which rules, and what stood around the gold values that were missed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.evaluate import ROLES, Json, Judged, Scores, score_documents
from pipeline.evaluation.cases import PRINTED, Case, index_cases, pair_cases
from pipeline.evaluation.values import say_value
from pipeline.same import same_unit

# the fields whose values name the rule they were read by
RULED: Final = ("type", "mentions", *PRINTED, *ROLES, "due")
_NEAR: Final = 4  # words shown on either side
_MISSED: Final = 300  # letters looked at on either side


@dataclass(frozen=True)
class Lapse:
    """How often values of ``field`` were missed, and how often the program has one that gold does not have."""

    field: str
    missed: int
    wrong: int


@dataclass(frozen=True)
class Track:
    """How a rule did: the values of ``field`` that it gave. ``how`` says from where a value of a task was taken, else empty."""

    field: str
    rule: str
    how: str
    right: int
    wrong: int


@dataclass(frozen=True)
class Omission:
    """A gold value that was missed, with the words before it, its own and those behind it."""

    field: str
    document: str
    place: str
    said: str
    before: str
    words: str
    behind: str


@dataclass(frozen=True)
class Mistakes:
    """All of them: fields with mistakes, rules by the number of their wrong values, printed values missed.

    ``inherited`` counts by role what a task should have taken from elsewhere and did not; ``stated`` what its own clause says.
    """

    lapses: tuple[Lapse, ...]
    tracks: tuple[Track, ...]
    omissions: tuple[Omission, ...]
    stated: Mapping[str, int]
    inherited: Mapping[str, int]


def class_mistakes(gold: Mapping[str, Json], cases: Iterable[Case], scores: Scores) -> Mistakes:
    """Return the mistakes in ``scores``; ``gold`` by document name gives the words around a missed value."""
    known = index_cases(cases)
    lapses: dict[str, list[int]] = {}
    omissions: list[Omission] = []
    stated: Counter[str] = Counter()
    inherited: Counter[str] = Counter()
    for judged in scores.judged:
        missed, wrong = judged.missed, judged.wrong
        if missed or wrong:
            counts = lapses.setdefault(judged.field, [0, 0])
            counts[0] += len(missed)
            counts[1] += len(wrong)
        if judged.field in ("mentions", *PRINTED):
            omissions += _omit(gold[judged.document], known[judged.document, judged.clause], judged)
        if judged.field in ROLES and missed:
            own = [unit["name"] for unit in _gold(known[judged.document, judged.clause])["stated"][judged.field]]
            for i in missed:
                (stated if any(same_unit(judged.gold[i], name) for name in own) else inherited)[judged.field] += 1
    return Mistakes(
        tuple(Lapse(name, *counts) for name, counts in lapses.items()),
        _track(known, scores),
        _by_neighbour(omissions),
        {role: stated[role] for role in ROLES},
        {role: inherited[role] for role in ROLES},
    )


def worst_rules(gold: Mapping[str, Json], results: Mapping[str, Json]) -> list[Track]:
    """Return the rules that gave a wrong value, those that were corrected most first; both by document name, as JSON."""
    total, cases = Scores(), list[Case]()
    for name, document in gold.items():
        scores = score_documents({name: document}, {name: results[name]})
        total.join(scores)
        cases += pair_cases(name, document, results[name], scores)
    return [track for track in class_mistakes(gold, cases, total).tracks if track.wrong]


def _gold(case: Case) -> Json:
    assert case.gold is not None  # only gold's own values can be missed
    return case.gold


def _track(known: Mapping[tuple[str, str], Case], scores: Scores) -> tuple[Track, ...]:
    right: Counter[tuple[str, str, str]] = Counter()
    wrong: Counter[tuple[str, str, str]] = Counter()
    for judged in scores.judged:
        if judged.field in RULED:
            values = known[judged.document, judged.clause].values(judged.field)
            bad = set(judged.wrong)
            for i in range(len(judged.predicted)):
                origin = values[i].get("origin") or {}
                rule = origin.get("rule") or values[i].get("rule") or ""
                (wrong if i in bad else right)[judged.field, rule, origin.get("how", "")] += 1
    tracks = (Track(*key, right[key], wrong[key]) for key in {**right, **wrong})
    return tuple(sorted(tracks, key=lambda t: (-t.wrong, -t.wrong / (t.right + t.wrong), t.field, t.rule, t.how)))


def _omit(document: Json, case: Case, judged: Judged) -> list[Omission]:
    if not judged.missed:
        return []
    clause = _gold(case)
    printed: list[Any] = (
        [unit for units in clause["stated"].values() for unit in units] if judged.field == "mentions" else list(clause[judged.field])
    )
    text, found = document["text"], []
    for i in judged.missed:
        start, end = printed[i].get("span") or (clause["start"], clause["start"])
        before = text[max(clause["start"], start - _MISSED) : start].split()[-_NEAR:]
        behind = text[end : min(clause["end"], end + _MISSED)].split()[:_NEAR]
        said, words = say_value(judged.field, judged.gold[i]), " ".join(text[start:end].split())
        found.append(Omission(judged.field, case.document, case.place, said, " ".join(before), words, " ".join(behind)))
    return found


def _by_neighbour(omissions: list[Omission]) -> tuple[Omission, ...]:
    """Return omissions so that those with the same words before them stand together, the most frequent words first."""

    def near(omission: Omission) -> tuple[str, ...]:
        return tuple(reversed(omission.before.casefold().split()))

    often = Counter((o.field, near(o)[:1]) for o in omissions)
    order = {name: i for i, name in enumerate(RULED)}
    return tuple(sorted(omissions, key=lambda o: (order[o.field], -often[o.field, near(o)[:1]], near(o), o.document, o.place, o.said)))
