"""A document with all that was read from it, ready to be asked what speaks for and against its values."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from models import Clause, Document, Finding, Span
from pipeline.second import Record, SecondOpinion

_BEFORE, _TRUST = 5.0, 0.93
"""a rule begins with _BEFORE values of which _TRUST were right"""
_SURE: Final = (0.05, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.96, 0.985)
_TRUSTED: Final = (0.8, 0.87, 0.91, 0.94, 0.96, 0.975)


@dataclass(frozen=True)
class Setting:
    """What signals are taken from. By the number of a clause: ``agreed`` is how far the second reader agrees with its type, as a step (and
    at the end the highest one), ``doubts`` are the severities of the findings that point into it, ``legible`` is the lowest confidence of
    its letters (1.0: nothing was read by OCR). ``parents`` are the clauses that have parts."""

    clauses: Sequence[Clause]
    opinion: SecondOpinion
    records: Mapping[str, Record]
    places: Mapping[str, int]
    parents: Set[str | None]
    agreed: Sequence[int]
    doubts: Mapping[int, frozenset[str]]
    legible: Mapping[int, float]
    _trusts: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def trust(self, kind: str, rule: str | None) -> int:
        """Return, as a step, how often values of ``rule`` were right in annotated directives; few cases are drawn towards the usual."""
        found = self._trusts.get((kind, rule))
        if found is None:
            right, seen = self.records[kind].get(rule or "", (0, 0))
            found = self._trusts[kind, rule] = step((right + _BEFORE * _TRUST) / (seen + _BEFORE), _TRUSTED)
        return found


def make_setting(
    document: Document,
    clauses: Sequence[Clause],
    findings: Sequence[Finding],
    opinion: SecondOpinion,
    records: Mapping[str, Record],
) -> Setting:
    """Return the setting of a document's values."""
    places = {clause.id: i for i, clause in enumerate(clauses)}
    starts = [clause.span.start for clause in clauses]
    doubts: dict[int, frozenset[str]] = {}
    for finding in findings:
        if finding.severity != "note":
            for span in finding.spans:
                for i in _within(span, clauses, starts):
                    doubts[i] = doubts.get(i, frozenset()) | {finding.severity}
    legible: dict[int, float] = {}
    for block in document.blocks:
        if block.confidence < 1:
            for i in _within(block.span, clauses, starts):
                legible[i] = min(block.confidence, legible.get(i, 1.0))
    return Setting(
        clauses=clauses,
        opinion=opinion,
        records=records,
        places=places,
        parents={clause.parent for clause in clauses},
        agreed=[*[step(probability, _SURE) for probability in opinion.types], step(1.0, _SURE)],
        doubts=doubts,
        legible=legible,
    )


def _within(span: Span, clauses: Sequence[Clause], starts: Sequence[int]) -> Iterator[int]:
    """Yield the numbers of the clauses that share letters with ``span``; clauses stand in the order of the text."""
    for i in range(max(0, bisect_left(starts, span.start + 1) - 1), len(clauses)):
        if clauses[i].span.start >= span.end:
            break
        if clauses[i].span.end > span.start:
            yield i


def step(value: float, edges: Sequence[float]) -> int:
    """Return how many of ``edges`` lie below ``value``, plus 1: 0 is left for what is not there at all."""
    return bisect_left(edges, value) + 1
