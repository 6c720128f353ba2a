"""Slips of the pen that phrases alone do not show: a lost half of a word, a misread abbreviation, words proved by what stands around them.

Vocabulary and patterns: rules/spelling.toml ([[lost]], [codes], [[rule]]).
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations
from typing import Any

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.rulebook import Rulebook
from pipeline.text import fold

_AROUND = 60  # characters either side that a pattern sees
_CODE_LENGTH = 4  # of a shorter abbreviation only the bar of Đ may be lost
_MOST_CODES = 20
_MOST = 200  # places of one trigger that are looked at


@lru_cache(maxsize=4)
def _halves(book: Rulebook) -> Mapping[tuple[str, str, str], tuple[str, str]]:
    """Return (half, next word, next word) → (whole word, words it governs)."""
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    for entry in book["spelling"].tables["lost"]:
        first, second = entry["word"].split()
        for half, name in ((first, "first"), (second, "second")):
            if entry["half"] in (name, "both"):
                for governed in entry["before"]:
                    a, _, b = governed.partition(" ")
                    found[half, a, b] = (entry["word"], governed)
    return found


def lost_openings(book: Rulebook) -> set[tuple[str, str]]:
    """Return the pairs of words that a lost half begins with."""
    return {(half, after) for half, after, _ in _halves(book)}


def lost_half(words: list[str], i: int, book: Rulebook) -> tuple[int, str] | None:
    """Return how many words from the ``i``-th on lack half a word, and what is meant; None where nothing is lost."""
    halves = _halves(book)
    for length in (3, 2):
        key = (words[i], words[i + 1] if i + 1 < len(words) else "", words[i + 2] if length == 3 and i + 2 < len(words) else "")
        if (found := halves.get(key)) is not None:
            whole, governed = found
            if i and f"{words[i - 1]} {words[i]}" == whole:
                return None
            return length, f"{whole} {governed}"
    return None


@lru_cache(maxsize=4)
def _misread(book: Rulebook) -> Mapping[str, str]:
    """Return the known abbreviation by each spelling that may be a slip for it, in small letters."""
    table: Mapping[str, Any] = book["spelling"].tables["codes"]
    known = frozenset(code.lower() for code in table["known"])
    alike = {a.lower(): b.lower() for a, b in table["alike"].items()}
    found: dict[str, str] = {}
    for code in table["known"]:
        for wrong in _neighbours(code.lower(), alike):
            if wrong not in known:
                found.setdefault(wrong, code)
    return found


def _neighbours(code: str, alike: Mapping[str, str]) -> Iterator[str]:
    barred = [i for i, c in enumerate(code) if c == "đ"]
    if len(code) >= _CODE_LENGTH - 1:
        for count in range(1, len(barred) + 1):
            for places in combinations(barred, count):
                yield "".join("d" if i in places else c for i, c in enumerate(code))
    if len(code) >= _CODE_LENGTH:
        for i, c in enumerate(code):
            for other in alike.get(c, ""):
                yield code[:i] + other + code[i + 1 :]
    if len(code) > _CODE_LENGTH:
        for i in range(len(code) - 1):
            if code[i] != code[i + 1]:
                yield code[:i] + code[i + 1] + code[i] + code[i + 2 :]


def find_misread_codes(text: str, words: set[str], book: Rulebook) -> Iterator[Finding]:
    """Yield abbreviations in capitals that may be misread ones, those inside numbers of documents left out.

    ``words``: the words of ``text`` in small letters.
    """
    misread = _misread(book)
    evidence = book["spelling"].tables["evidence"]
    for wrong in sorted(words.intersection(misread))[:_MOST_CODES]:
        right = misread[wrong]
        spans = list(_standing_alone(wrong.upper(), text))
        if spans:
            said = evidence["elsewhere" if right.lower() in words else "none"]
            yield make_finding("spelling", "spelling-code", spans, found=wrong.upper(), right=right, evidence=said)


def _standing_alone(code: str, text: str) -> Iterator[Span]:
    """Yield where ``code`` stands, no part of a longer word, of a number or a path."""
    at = text.find(code)
    while at >= 0:
        end = at + len(code)
        before = text[at - 1 : at] if at else ""
        if before.isalnum() or before in ("/", "-") or text[end : end + 1].isalnum():
            at = text.find(code, at + 1)
        else:
            yield Span(at, end)
            at = text.find(code, end)


def find_proved_slips(text: str, lowered: str, book: Rulebook) -> Iterator[Finding]:
    """Yield the slips that the patterns of rules/spelling.toml prove. ``lowered``: the text in small letters, letter for letter."""
    for rule, pattern in _patterns(book):
        trigger, spans = rule.fields["trigger"], []
        at = lowered.find(trigger)
        for _ in range(_MOST):
            if at < 0:
                break
            start = lowered.rfind("\n\n", max(0, at - _AROUND), at)
            view = fold(text, start + 2 if start >= 0 else max(0, at - _AROUND), at + len(trigger) + _AROUND)
            spans += [
                span
                for match in pattern.finditer(view.text)
                if (span := view.span(*match.span("found"))).start < at + len(trigger) and span.end > at
            ]
            at = lowered.find(trigger, at + 1)
        if spans:
            found = " ".join(spans[0].cut(text).split())
            spans, right = list(dict.fromkeys(spans)), rule.fields["right"]
            yield make_finding("spelling", "spelling-duty", spans, found=found, right=right, evidence="")


@lru_cache(maxsize=4)
def _patterns(book: Rulebook) -> list[tuple[Any, re.Pattern[str]]]:
    return [(rule, re.compile(rule.pattern)) for rule in book["spelling"].rules]
