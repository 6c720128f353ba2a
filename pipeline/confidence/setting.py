"""A document with all that was read from it, ready to be asked what speaks for and against its values."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models import Clause, Document, Finding, Span
from pipeline.rulebook import Rulebook
from pipeline.second import Record, SecondOpinion

_BEFORE, _TRUST = 5.0, 0.93
"""a rule begins with _BEFORE values of which _TRUST were right"""


@dataclass(frozen=True)
class Signs:
    """The words of rules/confidence.toml."""

    words: Mapping[str, tuple[str, ...]]
    actor: re.Pattern[str]


@dataclass(frozen=True)
class Setting:
    """What signals are taken from. By the number of a clause: ``doubts`` are the severities of the findings that point into it,
    ``legible`` is the lowest confidence of its letters (1.0: nothing was read by OCR)."""

    text: str
    clauses: Sequence[Clause]
    opinion: SecondOpinion
    records: Mapping[str, Record]
    signs: Signs
    places: Mapping[str, int]
    depths: Sequence[int]
    parts: Counter[str | None]
    doubts: Mapping[int, set[str]]
    legible: Mapping[int, float]

    def trust(self, kind: str, rule: str | None) -> float:
        """Return how often values of ``rule`` were right in annotated directives; few cases are drawn towards the usual."""
        right, seen = self.records[kind].get(rule or "", (0, 0))
        return (right + _BEFORE * _TRUST) / (seen + _BEFORE)


def make_setting(
    document: Document,
    clauses: Sequence[Clause],
    findings: Sequence[Finding],
    opinion: SecondOpinion,
    records: Mapping[str, Record],
    rulebook: Rulebook,
) -> Setting:
    """Return the setting of a document's values."""
    places = {clause.id: i for i, clause in enumerate(clauses)}
    depths: list[int] = []
    for i, clause in enumerate(clauses):
        above = places.get(clause.parent, i) if clause.parent is not None else i
        depths.append(depths[above] + 1 if above < i else 0)
    starts = [clause.span.start for clause in clauses]
    doubts: dict[int, set[str]] = {}
    for finding in findings:
        if finding.severity != "note":
            for span in finding.spans:
                for i in _within(span, clauses, starts):
                    doubts.setdefault(i, set()).add(finding.severity)
    legible: dict[int, float] = {}
    for block in document.blocks:
        if block.confidence < 1:
            for i in _within(block.span, clauses, starts):
                legible[i] = min(block.confidence, legible.get(i, 1.0))
    return Setting(
        text=document.text,
        clauses=clauses,
        opinion=opinion,
        records=records,
        signs=_signs(rulebook),
        places=places,
        depths=depths,
        parts=Counter(clause.parent for clause in clauses),
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


@lru_cache(maxsize=4)
def _signs(rulebook: Rulebook) -> Signs:
    tables = rulebook["confidence"].tables["signs"]
    return Signs({name: tuple(tables[name]) for name in ("partner", "order", "time")}, re.compile(tables["actor"]))


def step(value: float, edges: Sequence[float]) -> int:
    """Return how many of ``edges`` lie below ``value``, plus 1: 0 is left for what is not there at all."""
    return bisect_left(edges, value) + 1
