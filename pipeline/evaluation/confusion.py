"""What was taken for what: confusion matrices of clause types and of roles."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from models.outline import ClauseType
from pipeline.evaluate import ROLES, pair_values
from pipeline.evaluation.cases import Case
from pipeline.same import same_mention, same_unit

TYPES: Final[tuple[str, ...]] = get_args(ClauseType)
MISSED: Final = "missed"
ADDED: Final = "added"

Named = tuple[str, str]


@dataclass(frozen=True)
class Matrix:
    """``counts[g][p]``: how often gold says ``gold[g]`` and the program ``predicted[p]``.

    The last row is what gold does not have (ADDED), the last column what the program does not have (MISSED).
    """

    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def confuse_types(cases: Iterable[Case]) -> Matrix:
    """Return gold's clause types against the program's."""
    return _matrix(TYPES, ((c.gold["type"] if c.gold else ADDED, c.found["type"] if c.found else MISSED) for c in cases))


def confuse_roles(cases: Iterable[Case]) -> Matrix:
    """Return the roles of the units of tasks, inherited ones too, against the program's for the same unit of the same task."""

    def both(case: Case) -> tuple[list[Named], list[Named]]:
        gold = case.gold if case.gold and case.gold["type"] == "task" else None
        stated = [(role, name) for role in ROLES for name in gold["units"][role]] if gold else []
        return stated, [(role, a["name"]) for role in ROLES for a in case.values(role)]

    return _matrix(ROLES, (pair for case in cases for pair in _pair_roles(*both(case))))


def confuse_mentions(cases: Iterable[Case]) -> Matrix:
    """Return the roles of the units printed in clauses against the program's for the same unit of the same clause."""

    def both(case: Case) -> tuple[list[Named], list[Named]]:
        stated = [(role, unit["name"]) for role, units in case.gold["stated"].items() for unit in units] if case.gold else []
        return stated, [(mention["role"], mention["name"]) for mention in case.values("mentions")]

    return _matrix(ROLES, (pair for case in cases for pair in _pair_roles(*both(case))))


def _pair_roles(gold: Sequence[Named], predicted: Sequence[Named]) -> list[tuple[str, str]]:
    """Return (gold role, predicted role): units in one role are paired first, then units in different roles."""
    pairs = pair_values(gold, predicted, same_mention)
    rest_gold = [i for i in range(len(gold)) if i not in {g for g, _ in pairs}]
    rest = [i for i in range(len(predicted)) if i not in {p for _, p in pairs}]
    moved = pair_values([gold[i][1] for i in rest_gold], [predicted[i][1] for i in rest], same_unit)
    pairs += [(rest_gold[g], rest[p]) for g, p in moved]
    missed = set(range(len(gold))) - {g for g, _ in pairs}
    added = set(range(len(predicted))) - {p for _, p in pairs}
    found = [(gold[g][0], predicted[p][0]) for g, p in pairs]
    return [*found, *((gold[g][0], MISSED) for g in missed), *((ADDED, predicted[p][0]) for p in added)]


def _matrix(labels: tuple[str, ...], pairs: Iterable[tuple[str, str]]) -> Matrix:
    counts = Counter(pairs)
    rows, columns = (*labels, ADDED), (*labels, MISSED)
    return Matrix(rows, columns, tuple(tuple(counts[row, column] for column in columns) for row in rows))
