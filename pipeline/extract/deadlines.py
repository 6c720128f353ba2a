"""Deadlines and repetitions in one clause: times by, in or during which something is to be done.

The grammar (how times are written, what around them says that they are no deadline) is rules/deadlines.toml; what a time comes
to is read by pipeline/extract/times.py.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

from models import Deadline
from pipeline.extract import dates
from pipeline.extract.times import Bound, Reading, Value, Vocabulary, read_time
from pipeline.rulebook import Rule, Rulebook
from pipeline.text import TextView

_BEFORE, _AFTER = 240, 60  # characters around a time that a context rule sees
_NUMBER = "#"  # among the first words of a rule: any number that may be a time
_SENTENCE_END = re.compile(r"[.;!?] ")


@dataclass(frozen=True)
class DeadlineContext:
    """What a clause's words do not say by themselves.

    ``issued_on`` is the header's (an ISO date, "YYYY-MM", "YYYY" or None). ``term`` holds the years of the term of office that
    the document speaks of ("nhiệm kỳ 2020 - 2025"). ``row`` is true where the clause is a row of an assignment table.
    """

    issued_on: str | None = None
    clause_type: str = "task"
    row: bool = False
    term: tuple[int, int] | None = None


class Candidate(NamedTuple):
    """A time in the text with its values; ``barred`` is the rule that says it is no deadline (None: it is one)."""

    start: int
    end: int
    rule: Rule
    values: tuple[Value, ...]
    bound: Bound
    barred: str | None


class _Pattern(NamedTuple):
    rule: Rule
    match: re.Pattern[str]


@dataclass(frozen=True, eq=False)
class _Grammar:
    scan: re.Pattern[str]
    by_word: dict[str, tuple[_Pattern, ...]]
    bars: dict[str, tuple[_Pattern, ...]]
    lets: dict[str, tuple[_Pattern, ...]]
    licensed: frozenset[str]
    joins: frozenset[str]
    clauses: dict[str, frozenset[str]]
    words: Vocabulary


def _turned(table: dict[str, list[str]]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in words}


def _one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of ``words``, the longest first, with common beginnings taken together (speed)."""
    heads: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=lambda w: (-len(w), w)):
        heads[word[:1]].append(word[1:])
    return "|".join(
        re.escape(head) + ("(?:" + _one_of(t for t in tails if t) + ")" + ("?" if "" in tails else "") if any(tails) else "")
        for head, tails in heads.items()
    )


@lru_cache(maxsize=4)
def _grammar(rulebook: Rulebook) -> _Grammar:
    file = rulebook["deadlines"]
    tables = file.tables
    by_word: dict[str, list[_Pattern]] = defaultdict(list)
    bars: dict[str, list[_Pattern]] = defaultdict(list)
    lets: dict[str, list[_Pattern]] = defaultdict(list)
    for rule in file.rules:
        entry = _Pattern(rule, re.compile(rule.pattern))
        if rule.fields["kind"] == "time":
            for word in rule.fields["begins"]:
                by_word[word].append(entry)
            continue
        for form in rule.fields["of"]:
            (bars if rule.fields["kind"] == "bars" else lets)[form].append(entry)
    periods = _turned(tables["periods"])
    return _Grammar(
        scan=re.compile(f"(?:{_one_of(word for word in by_word if word != _NUMBER)})(?!\\w)|{tables['scan']['number']}"),
        by_word={word: tuple(e for first, es in by_word.items() if f"{word} ".startswith(f"{first} ") for e in es) for word in by_word},
        bars={form: tuple(entries) for form, entries in bars.items()},
        lets={form: tuple(entries) for form, entries in lets.items()},
        licensed=frozenset(tables["licensed"]["forms"]),
        joins=frozenset(tables["licensed"]["joins"]),
        clauses={name: frozenset(forms) for name, forms in tables["clauses"].items()},
        words=Vocabulary(
            periods=periods,
            period=re.compile("(?<!\\w)(?:" + "|".join(sorted(periods, key=len, reverse=True)) + ")(?!\\w)"),
            counts=tables["counts"],
            units=_turned(tables["units"]),
            bounds=cast(dict[str, Bound], _turned(tables["bounds"])),
        ),
    )


def _verdict(view: TextView, start: int, end: int, form: str, row: bool, joined: bool, grammar: _Grammar) -> str | None:
    """Return the id of the rule that says the time at ``start`` is no deadline, None where it is one."""
    text = view.text
    if text.count('"', 0, start) % 2 and '"' in text[end:]:
        return "quoted"
    before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    window = f"{'¦' if row else ''}{before}‹{view.cased[start:end]}›{after}"
    for rule, pattern in grammar.bars.get(form, ()):
        if pattern.search(window):
            return rule.id
    if joined or form not in grammar.licensed:
        return None
    return None if any(pattern.search(window) for _, pattern in grammar.lets.get(form, ())) else "unlicensed"


def _past(values: Iterable[Value], signing: dates.Signing, beginning: bool) -> bool:
    """Return whether a time lies so far before the signing that nobody can be asked to keep it.

    The last day counts; where there is none and ``beginning`` is true, the first.
    """
    now = signing.ordinal()
    if now is None:
        return False
    ends = [dates.read_signing(value.due or (value.start if beginning else None)).ordinal() for value in values]
    return bool(ends) and all(end is not None and end < now - dates.LONG_PAST for end in ends)


def find_candidates(view: TextView, context: DeadlineContext, rulebook: Rulebook) -> Iterator[Candidate]:
    """Yield every time in ``view`` in the order of the text, deadline or not: longest reading first, none inside another."""
    grammar = _grammar(rulebook)
    signing = dates.read_signing(context.issued_on)
    text, at, kept, yearly = view.text, 0, 0, False
    allowed = grammar.clauses.get(context.clause_type, frozenset())
    for hit in grammar.scan.finditer(text):
        start = hit.start()
        if start < at or (start and text[start - 1].isalnum()):
            continue
        best: re.Match[str] | None = None
        for entry in grammar.by_word.get(hit.group()) or grammar.by_word[_NUMBER]:
            match = entry.match.match(text, start)
            if match and (best is None or match.end() > best.end()):
                best, rule = match, entry.rule
        if best is None:
            continue
        at = end = best.end()
        reading = Reading(best, rule, signing, yearly, context.term, grammar.words)
        values = read_time(reading)
        form = rule.fields["form"]
        joined = bool(kept) and text[kept:start] in grammar.joins
        barred = "clause type" if form not in allowed else _verdict(view, start, end, form, context.row, joined, grammar)
        if barred is None and _past(values, signing, form == "from" and context.clause_type != "field"):
            barred = "past"
        if barred is None:
            kept = end
            yearly = yearly or any(value.repeat in ("yearly", "half-yearly") for value in values)
        yield Candidate(start, end, rule, values, reading.bound, barred)


def _merged(found: list[Candidate], text: str) -> Iterator[tuple[Candidate, Value]]:
    """Yield the deadlines; a day of the month or year and the period named elsewhere in its sentence become one."""
    kept = [(candidate, value) for candidate in found for value in candidate.values]
    taken: set[int] = set()
    for i, (candidate, value) in enumerate(kept):
        if not (value.due or "").startswith(("--", "T")):
            continue
        open_repeat = value.repeat == "same-sentence"
        for j, (other, period) in enumerate(kept):
            if period.due or period.start or not period.repeat or (not open_repeat and period.repeat != value.repeat):
                continue
            first, last = sorted((candidate, other))
            if other is candidate or _SENTENCE_END.search(text, first.end, last.start):
                continue
            kept[i] = candidate, value._replace(repeat=period.repeat)
            taken.add(j)
            break
    return ((c, v) for i, (c, v) in enumerate(kept) if i not in taken and v.repeat != "same-sentence")


def find_deadlines(view: TextView, context: DeadlineContext, rulebook: Rulebook) -> tuple[Deadline, ...]:
    """Return the deadlines printed in a clause, in the order of the text.

    ``view`` is the folded text of one clause; spans count code points of the document. A list gives several deadlines with one
    span ("hằng quý, 6 tháng, năm"). Never raises, whatever the text.
    """
    found = [candidate for candidate in find_candidates(view, context, rulebook) if candidate.barred is None]
    deadlines: list[Deadline] = []
    for candidate, (start, due, repeat) in _merged(found, view.text):
        deadlines.append(
            Deadline(
                text=view.cased[candidate.start : candidate.end],
                start=start,
                due=due,
                repeat=repeat,
                bound=candidate.bound,
                span=view.span(candidate.start, candidate.end),
                rule=candidate.rule.id,
            )
        )
    return tuple(deadlines)
