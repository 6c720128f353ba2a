"""Cases for the second reader, and its training."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.second import Reader
from pipeline.second.clauses import clause_features, read_clauses
from pipeline.second.units import ENDS, GOES_ON, overlapping, read_units
from pipeline.text import small_letters
from pipeline.training.fitting import fit_linear
from pipeline.training.material import Example

_APART = 14  # code points that may stand between a comma and the name that goes on ("các đồng chí ")


@dataclass(frozen=True)
class Case:
    """One question to the second reader: what it sees, the right answer, and what the rules answered."""

    features: tuple[str, ...]
    answer: str
    rules: str


@dataclass(frozen=True)
class ReaderCases:
    """The cases of one directive."""

    types: tuple[Case, ...]
    roles: tuple[Case, ...]
    joints: tuple[Case, ...]


def make_cases(example: Example) -> ReaderCases:
    """Return the cases of ``example``: of clauses that gold has too, and of units in those whose type is right."""
    clauses, lower = example.result.clauses, small_letters(example.result.text)
    kinds = {unit.id: unit.kind for unit in example.result.units}
    seen = clause_features(clauses, read_clauses(clauses, lower), example.result.header)
    types, roles, joints = [], [], []
    for i, clause in enumerate(clauses):
        if i not in example.truth:
            continue
        truth = example.truth[i]
        types.append(Case(tuple(seen[i]), truth["type"], clause.type))
        if truth["type"] != clause.type or clause.type not in ("task", "heading", "field"):
            continue
        stated = [(u["span"][0], u["span"][1], role) for role, units in truth["stated"].items() for u in units if u.get("span")]
        for unit in read_units(clause, lower, kinds):
            role = overlapping(stated, unit.start, unit.end)
            roles.append(Case(unit.features, role, unit.role))
            if unit.joint and role == unit.role:
                goes_on = any(own == role and unit.next - 2 <= start < unit.next + _APART for start, _, own in stated)
                joints.append(Case(unit.joint, GOES_ON if goes_on else ENDS, GOES_ON if unit.goes_on else ENDS))
    return ReaderCases(tuple(types), tuple(roles), tuple(joints))


def train_reader(cases: Sequence[ReaderCases]) -> Reader:
    """Return the second reader learned from ``cases``."""
    return Reader(
        fit_linear([(case.features, case.answer) for found in cases for case in found.types]),
        fit_linear([(case.features, case.answer) for found in cases for case in found.roles]),
        fit_linear([(case.features, case.answer) for found in cases for case in found.joints]),
    )
