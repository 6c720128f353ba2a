"""A directive as the checks read it: every clause folded once, every pattern of rules/checks.toml compiled once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from models import Clause, Document, Outline, Span, Task
from pipeline.pieces import fold_row
from pipeline.probe import Probe
from pipeline.rulebook import rulebook
from pipeline.text import TextView, fold, fold_again


class Line(NamedTuple):
    """A clause and its folded words, the marker left out; ``is_row`` where it is a row of a table: its cells are no sentence."""

    clause: Clause
    view: TextView
    is_row: bool


@dataclass(frozen=True)
class Reading:
    """A document with its outline and tasks; ``lines`` are its clauses in reading order."""

    document: Document
    outline: Outline
    tasks: Sequence[Task]
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return self.document.text

    def quoted(self, span: Span, most: int = 80) -> str:
        """Return the words of ``span`` on one line, at most ``most`` code points, as a message quotes them."""
        words = " ".join(span.cut(self.text).replace("*", "").split())
        return words if len(words) <= most else f"{words[:most].rstrip()}…"


def open_reading(document: Document, outline: Outline, tasks: Sequence[Task], meant: str | None = None) -> Reading:
    """Return ``document`` with its clauses folded. A clause that ``meant``, equally long, has too was folded by the stages before."""
    printed = document.text
    lines: list[Line] = []
    for clause in outline.clauses:
        start, end = clause.body.start, clause.span.end
        same = meant is not None and meant[start:end] == printed[start:end]
        said = meant if meant and same else printed
        is_row = bool(clause.cells) or (clause.rule or "").startswith("table.")
        lines.append(Line(clause, fold_row(said, clause.cells) or fold_again(said, start, end), is_row))
    return Reading(document, outline, tasks, tuple(lines))


@lru_cache(maxsize=4096)
def fold_name(words: str) -> tuple[str, str]:
    """Return a name folded, and the same in the case of the print. Names come again and again, so they are folded once."""
    view = fold(words)
    return view.text.strip(), view.cased.strip()


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Any]:
    """Return the word lists of rules/checks.toml."""
    return rulebook()["checks"].tables


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, Probe]:
    return {rule.id: Probe(rule.pattern) for rule in rulebook()["checks"].rules}


def pattern(rule: str) -> Probe:
    """Return the compiled pattern of the rule of that name in rules/checks.toml."""
    return _patterns()[rule]


@lru_cache(maxsize=1)
def _by_finding() -> Mapping[str, tuple[tuple[Probe, tuple[str, ...]], ...]]:
    found: dict[str, list[tuple[Probe, tuple[str, ...]]]] = {}
    for rule in rulebook()["checks"].rules:
        if code := rule.fields.get("finding"):
            found.setdefault(code, []).append((Probe(rule.pattern), tuple(rule.fields.get("needs", ()))))
    return {code: tuple(rules) for code, rules in found.items()}


def find_words(view: TextView, code: str) -> Iterator[re.Match[str]]:
    """Yield where a rule of the finding ``code`` matches; ``needs`` of a rule are words one of which must stand in the text."""
    for wanted, needs in _by_finding()[code]:
        if not needs or any(word in view.text for word in needs):
            yield from wanted.finditer(view.text)
