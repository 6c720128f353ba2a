"""Deadlines and repetitions in one clause: times by, in or during which something is to be done.

The grammar (how times are written, what around them says that they are no deadline) is rules/deadlines.toml; what a time comes
to is read by pipeline/extract/times.py.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, cast

from models import Deadline
from pipeline.extract import dates
from pipeline.extract.times import Bound, Reading, Value, Vocabulary, read_time
from pipeline.probe import Probe, trie
from pipeline.rulebook import Rule, Rulebook
from pipeline.text import TextView

_BEFORE, _AFTER = 240, 60  # characters around a time that a context rule sees
_NUMBER = "#"  # among the first words of a rule: any number that may be a time
_ON = "vào "  # before a day: under a title that announces the last day, it is that
_UNTIL, _TO = (" ", ", "), ("đến ", "tới ", "cho đến ")  # what may stand between a beginning and its end, and begin the end
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_NAMED = re.compile(r"\(\?P<\w+>")
_MANY = 4  # rules that begin alike
_SENTENCE_END = re.compile(r"[.;!?] ")


class DeadlineContext(NamedTuple):
    """What a clause's words do not say by themselves.

    ``issued_on`` is the header's (an ISO date, "YYYY-MM", "YYYY" or None). ``term`` holds the years of the term of office that
    the document speaks of ("nhiệm kỳ 2020 - 2025"). ``day`` is the day that the clauses before named last (an ISO date). ``by``: its
    label or the title of its column says that a day is the last one ("Thời hạn hoàn thành"). ``row`` is true where the clause is a row
    of an assignment table.
    """

    issued_on: str | None = None
    clause_type: str = "task"
    row: bool = False
    term: tuple[int, int] | None = None
    day: str | None = None
    by: bool = False


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
    match: Probe


@dataclass(frozen=True, eq=False)
class _Times:
    """The rules of times that begin with one word."""

    entries: tuple[_Pattern, ...]

    @cached_property
    def any(self) -> re.Pattern[str] | None:
        """Return what tells whether one of them holds, None where they are few; made when the word is met, which most words never are."""
        unnamed = [_NAMED.sub("(?:", entry.match.pattern) for entry in self.entries]
        return re.compile("|".join(f"(?:{pattern})" for pattern in unnamed)) if len(unnamed) >= _MANY else None


@dataclass(frozen=True, eq=False)
class _Grammar:
    words_scan: re.Pattern[str]
    number_scan: re.Pattern[str]
    by_word: dict[str, _Times]
    bars: dict[str, tuple[_Pattern, ...]]
    lets: dict[str, tuple[_Pattern, ...]]
    licensed: frozenset[str]
    joins: frozenset[str]
    clauses: dict[str, frozenset[str]]
    last_day: re.Pattern[str]
    aims_by: re.Pattern[str]
    words: Vocabulary


def _turned(table: dict[str, list[str]]) -> dict[str, str]:
    return {word: value for value, words in table.items() for word in words}


@lru_cache(maxsize=4)
def _grammar(rulebook: Rulebook) -> _Grammar:
    file = rulebook["deadlines"]
    tables = file.tables
    by_word: dict[str, list[_Pattern]] = defaultdict(list)
    bars: dict[str, list[_Pattern]] = defaultdict(list)
    lets: dict[str, list[_Pattern]] = defaultdict(list)
    for rule in file.rules:
        entry = _Pattern(rule, Probe(rule.pattern))
        if rule.fields["kind"] == "time":
            for word in rule.fields["begins"]:
                by_word[word].append(entry)
            continue
        for form in rule.fields["of"]:
            (bars if rule.fields["kind"] == "bars" else lets)[form].append(entry)
    periods = _turned(tables["periods"])
    return _Grammar(
        words_scan=re.compile(f"(?:{trie(word for word in by_word if word != _NUMBER)})(?!\\w)"),
        number_scan=re.compile(tables["scan"]["number"]),
        by_word={
            word: _Times(tuple(e for first, es in by_word.items() if f"{word} ".startswith(f"{first} ") for e in es)) for word in by_word
        },
        bars={form: tuple(entries) for form, entries in bars.items()},
        lets={form: tuple(entries) for form, entries in lets.items()},
        licensed=frozenset(tables["licensed"]["forms"]),
        joins=frozenset(tables["licensed"]["joins"]),
        clauses={name: frozenset(forms) for name, forms in tables["clauses"].items()},
        last_day=re.compile(tables["labels"]["last_day"]),
        aims_by=re.compile(tables["titles"]["aims_by"]),
        words=Vocabulary(
            periods=periods,
            period=re.compile(r"(?<!\w)(?<!\d )(?<!chín )(?:" + "|".join(sorted(periods, key=len, reverse=True)) + ")(?!\\w)"),
            counts=tables["counts"],
            units=_turned(tables["units"]),
            numerals=tables["numerals"],
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


def _hits(view: TextView, grammar: _Grammar) -> Iterable[re.Match[str]]:
    """Return where a time may begin. Words of time hold no figures, so that one scan cannot hide what the other finds."""
    words = grammar.words_scan.finditer(view.text)
    numbers = [match for at in view.figures if (match := grammar.number_scan.match(view.text, at))]
    return sorted([*words, *numbers], key=re.Match.start) if numbers else words


def find_candidates(view: TextView, context: DeadlineContext, rulebook: Rulebook) -> Iterator[Candidate]:
    """Yield every time in ``view`` in the order of the text, deadline or not: longest reading first, none inside another."""
    grammar = _grammar(rulebook)
    signing = dates.read_signing(context.issued_on)
    text, at, kept, yearly, day = view.text, 0, 0, False, context.day
    allowed = grammar.clauses.get(context.clause_type, frozenset())
    for hit in _hits(view, grammar):
        start = hit.start()
        if start < at or (start and text[start - 1].isalnum()):
            continue
        best: re.Match[str] | None = None
        times = grammar.by_word.get(hit.group()) or grammar.by_word[_NUMBER]
        likely = times.any
        for entry in times.entries if likely is None or likely.match(text, start) else ():
            match = entry.match.match(text, start)
            if match and (best is None or match.end() > best.end()):
                best, rule = match, entry.rule
        if best is None:
            continue
        at = end = best.end()
        reading = Reading(best, rule, signing, yearly, context.term, grammar.words, day)
        values = read_time(reading)
        form = rule.fields["form"]
        joined = bool(kept) and text[kept:start] in grammar.joins
        barred = "clause type" if form not in allowed else _verdict(view, start, end, form, context.row, joined, grammar)
        if barred is None and _past(values, signing, form == "from" and context.clause_type != "field"):
            barred = "past"
        if barred is None:
            kept = end
            day = next((value.due[:10] for value in values if value.due and _DATED.match(value.due)), day)
            yearly = yearly or any(value.repeat in ("yearly", "half-yearly") for value in values)
        yield Candidate(start, end, rule, values, reading.bound, barred)


def _joined(found: list[Candidate], text: str) -> list[Candidate]:
    """Return ``found`` with a beginning and the end right behind it as one stretch: "từ quý III/2018 đến hết năm 2020"."""
    out: list[Candidate] = []
    for candidate in found:
        before = out[-1] if out else None
        if before and text[before.end : candidate.start] in _UNTIL and text.startswith(_TO, candidate.start):
            stretch = _stretch(before.values, candidate.values)
            if stretch:
                out[-1] = candidate._replace(start=before.start, values=(stretch,), bound="within")
                continue
        out.append(candidate)
    return out


def _stretch(first: tuple[Value, ...], last: tuple[Value, ...]) -> Value | None:
    """Return from the day of ``first`` to the day of ``last``, None where they are no beginning and its end."""
    if len(first) != 1 or len(last) != 1 or first[0].due or first[0].repeat or last[0].start or last[0].repeat:
        return None
    start, due = first[0].start or "", last[0].due or ""
    return Value(start, due) if _DATED.match(start) and _DATED.match(due) and start <= due else None


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


def says_last_day(label: str, rulebook: Rulebook) -> bool:
    """Return whether a folded label or title of a column announces the last day: "thời hạn", "thời gian hoàn thành"."""
    return _grammar(rulebook).last_day.search(label) is not None


def dates_aims(title: str, rulebook: Rulebook) -> bool:
    """Return whether a folded title sets the day of the aims below it: "mục tiêu cụ thể đến năm 2030"."""
    return _grammar(rulebook).aims_by.match(title) is not None


def find_deadlines(view: TextView, context: DeadlineContext, rulebook: Rulebook) -> tuple[Deadline, ...]:
    """Return the deadlines printed in a clause, in the order of the text.

    ``view`` is the folded text of one clause; spans count code points of the document. A list gives several deadlines with one
    span ("hằng quý, 6 tháng, năm"). Never raises, whatever the text.
    """
    found = _joined([candidate for candidate in find_candidates(view, context, rulebook) if candidate.barred is None], view.text)
    if not found:
        return ()
    deadlines: list[Deadline] = []
    for candidate, (start, due, repeat) in _merged(found, view.text):
        if context.by and start == due and (candidate.rule.fields["form"] == "bare" or view.text.startswith(_ON, candidate.start)):
            start = None
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
