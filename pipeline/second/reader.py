"""The second reader: what a statistical model, trained on annotated directives, makes of a document that the rules have read.

It changes no value (CARD.md says why). How probable it finds what the rules chose is a measure of doubt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from models import Clause, Header, Unit
from pipeline.second.clauses import look_at_clauses, read_clauses, weigh_clauses
from pipeline.second.linear import Linear, unpack
from pipeline.second.units import ENDS, GOES_ON, read_units
from pipeline.text import small_letters


@dataclass(frozen=True, slots=True)
class Reader:
    """Three questions, each with its classifier: a clause's type, a unit's role, whether a list of units goes on behind a comma."""

    types: Linear
    roles: Linear
    joints: Linear


class Opinion(NamedTuple):
    """What the second reader says of one unit of a clause.

    ``agreement`` is its probability of ``role``, which the rules chose; ``joint`` is its probability that the list ends, or goes on,
    where the rules say so (1.0 where no comma or "và" follows).
    """

    role: str
    agreement: float
    joint: float = 1.0


@dataclass(frozen=True)
class SecondOpinion:
    """A document in the eyes of the second reader. ``types`` is its probability of the type that the rules gave each clause."""

    types: Sequence[float]
    clauses: Sequence[Clause]
    lower: str
    kinds: Mapping[str, str]
    reader: Reader
    _units: dict[int, dict[int, Opinion]] = field(default_factory=dict)

    def units(self, index: int) -> Mapping[int, Opinion]:
        """Return what is said of the units of the clause number ``index``, by where in the text they begin."""
        found = self._units.get(index)
        if found is None:
            found = self._units[index] = self._read_units(self.clauses[index])
        return found

    def _read_units(self, clause: Clause) -> dict[int, Opinion]:
        roles, joints = self.reader.roles, self.reader.joints
        out: dict[int, Opinion] = {}
        for unit in read_units(clause, self.lower, self.kinds):
            agreement = roles.probability(unit.role, unit.weigh(roles))
            joint = joints.probability(GOES_ON if unit.goes_on else ENDS, joints.add(unit.joint)) if unit.sign else 1.0
            out[unit.start] = Opinion(unit.role, agreement, joint)
        return out


def second_opinion(header: Header, clauses: Sequence[Clause], units: Sequence[Unit], text: str, reader: Reader) -> SecondOpinion:
    """Return what ``reader`` says of ``clauses``, whose types and mentions the rules have chosen. Time is linear in the text."""
    lower = small_letters(text)
    added = weigh_clauses(look_at_clauses(clauses, read_clauses(clauses, lower), header), reader.types)
    types = [reader.types.probability(clause.type, own) for clause, own in zip(clauses, added, strict=True)]
    return SecondOpinion(types, clauses, lower, {unit.id: unit.kind for unit in units}, reader)


def unpack_reader(data: Mapping[str, Any]) -> Reader:
    """Return the reader kept as plain JSON values."""
    return Reader(unpack(data["types"]), unpack(data["roles"]), unpack(data["joints"]))
