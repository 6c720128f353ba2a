"""A directive as the checks read it: every clause folded once, every pattern of rules/checks.toml compiled once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from models import Clause, Document, Outline, Span, Task
from pipeline.pieces import fold_row
from pipeline.probe import Probe
from pipeline.rulebook import rulebook
from pipeline.text import TextView, fold, fold_again, small_letters


class Line(NamedTuple):
    """A clause and its folded words, the marker left out; ``is_row`` where it is a row of a table: its cells are no sentence.

    ``text`` and ``type`` are those of view and clause: every check asks every line for them.
    """

    clause: Clause
    view: TextView
    is_row: bool
    text: str
    type: str


@dataclass(frozen=True)
class Reading:
    """A document with its outline and tasks; ``lines`` are its clauses in reading order."""

    document: Document
    outline: Outline
    tasks: Sequence[Task]
    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        return self.document.text

    @cached_property
    def lowered(self) -> str:
        """Return the text in small letters, letter for letter."""
        return small_letters(self.text)

    @cached_property
    def sentences(self) -> list[Line]:
        """Return the lines that are no rows of tables."""
        return [line for line in self.lines if not line.is_row]

    @cached_property
    def children(self) -> Mapping[str | None, list[Line]]:
        """Return the lines by the clause that they stand below, None for those below none."""
        found: dict[str | None, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.clause.parent, []).append(line)
        return found

    @cached_property
    def folded(self) -> str:
        """Return all lines as one text: what does not stand in it stands in no line."""
        return "\n".join([line.text for line in self.lines])

    def lines_with(self, *words: str) -> list[Line]:
        """Return the lines that hold one of ``words``; for words that stand in no line, one look tells."""
        held = [word for word in words if word in self.folded]
        if len(held) == 1:
            word = held[0]
            return [line for line in self.lines if word in line.text]
        return [line for line in self.lines if any(map(line.text.__contains__, held))] if held else []

    def printed_lines(self, *words: str) -> list[int]:
        """Return where the printed lines of the text begin that hold one of ``words``, which are in small letters."""
        lowered, starts = self.lowered, set[int]()
        for word in words:
            at = lowered.find(word)
            while at >= 0:
                starts.add(lowered.rfind("\n", 0, at) + 1)
                end = lowered.find("\n", at)
                at = lowered.find(word, end) if end >= 0 else -1
        return sorted(starts)

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
        again = fold_again if meant is None or same else fold  # few clauses differ: not worth respelling the whole text as printed
        view = (fold_row(said, clause.cells) if clause.cells else None) or again(said, start, end)
        lines.append(Line(clause, view, is_row, view.text, clause.type))
    return Reading(document, outline, tasks, tuple(lines))


@lru_cache(maxsize=4096)
def fold_name(words: str) -> tuple[str, str]:
    """Return a name folded, and the same in the case of the print. Names come again and again, so they are folded once."""
    view = fold(words)
    return view.text.strip(), view.cased.strip()


@lru_cache(maxsize=4096)
def is_collective(name: str) -> bool:
    """Return whether a name is that of a group or a class of units ("các phòng", "doanh nghiệp"), not of one."""
    return pattern("collective").search(fold_name(name)[0]) is not None


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
    text = view.text
    for wanted, needs in _by_finding()[code]:
        if not needs or any(map(text.__contains__, needs)):
            yield from wanted.finditer(text)
