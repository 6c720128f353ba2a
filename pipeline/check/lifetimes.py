"""Units that are no more, or not yet, on the day of a directive (rules/lifetimes.toml); successors are suggested, nothing is rewritten."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from models import Finding, Outline, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading
from pipeline.rulebook import Rulebook, rulebook
from pipeline.text import fold_text

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH = re.compile(r"\d{4}-\d\d")
_BEHIND = 30  # letters behind a name that may say the unit is known to be no more


class Lifetime(NamedTuple):
    """How long a unit is or was, in ISO days, both included; None: always, still. ``says`` tells in words what became of it."""

    unit: str
    valid_from: str | None
    valid_to: str | None
    successors: tuple[str, ...]
    says: str
    source: str

    def holds(self, day: str) -> bool:
        """Return whether the unit is on ``day`` (ISO)."""
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day <= self.valid_to)


class _Register:
    """The entries of rules/lifetimes.toml, each with its pattern on folded names."""

    def __init__(self, book: Rulebook) -> None:
        file = book["lifetimes"]
        tables: Mapping[str, Any] = file.tables
        self.entries: list[tuple[re.Pattern[str], Lifetime]] = [
            (re.compile(rule.pattern), _lifetime(rule.id, rule.says, rule.fields)) for rule in file.rules
        ]
        for row in tables["province"]:
            says = tables["words"]["province"].format(name=row["name"])
            life = _lifetime(row["name"], says, {"source": tables["sources"]["provinces"], **row})
            self.entries.append((_province(row["name"]), life))
        self.former = tuple(tables["words"]["former"])
        self.names: str = tables["words"]["successors"]


def _lifetime(unit: str, says: str, fields: Mapping[str, Any]) -> Lifetime:
    return Lifetime(unit, fields.get("from"), fields.get("until"), tuple(fields["successors"]), says, fields["source"])


def _province(name: str) -> re.Pattern[str]:
    """Return the pattern of "tỉnh X", "Tỉnh ủy X", and X in "các tỉnh: A, B và X"."""
    others = r"(?: [^\W\d]+(?: [^\W\d]+){0,3}(?:,| và)){0,8}"
    return re.compile(rf"\btỉnh(?: ủy)?:?{others} {re.escape(fold_text(name))}\b")


@lru_cache(maxsize=4)
def _register(book: Rulebook) -> _Register:
    return _Register(book)


@lru_cache(maxsize=64)
def _out_of(day: str, book: Rulebook) -> tuple[re.Pattern[str] | None, list[tuple[re.Pattern[str], Lifetime]]]:
    """Return the entries that do not hold on ``day``, and one pattern that finds any of them."""
    entries = [(pattern, life) for pattern, life in _register(book).entries if not life.holds(day)]
    return (re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in entries)) if entries else None), entries


@lru_cache(maxsize=4096)
def lifetime(name: str, day: str) -> Lifetime | None:
    """Return the lifetime of the unit called ``name`` where the register knows that it is not on ``day`` (ISO); else None."""
    any_of, entries = _out_of(day, rulebook())
    folded = fold_text(name)
    if any_of is None or not any_of.search(folded) or _is_former(folded):
        return None
    return next((life for pattern, life in entries if pattern.search(folded)), None)


def _is_former(folded: str) -> bool:
    return any(re.search(rf"(?<![^\W_]){word}(?![^\W_])", folded) for word in _register(rulebook()).former)


def find_units_out_of_time(reading: Reading) -> Iterator[Finding]:
    """Yield units that are to act, send or receive, but are no more or not yet on the day of the directive; each once, with its places."""
    outline, text = reading.outline, reading.text
    day = _day(outline.header.issued_on)
    if day is None:
        return
    found: dict[Lifetime, list[Span]] = {}
    for name, span in _named(outline):
        life = lifetime(name, day)
        if life is None or _is_former(fold_text(text[span.end : span.end + _BEHIND]).split(",")[0].split(";")[0]):
            continue
        found.setdefault(life, []).append(span)
    for life, spans in found.items():
        ended = life.valid_to is not None and day > life.valid_to
        turn = date.fromisoformat(life.valid_to or day) + timedelta(days=1) if ended else date.fromisoformat(life.valid_from or day)
        names = _register(rulebook()).names.format(names=" hoặc ".join(life.successors)) if life.successors else ""
        yield make_finding(
            "lifetimes",
            "unit-ended" if ended else "unit-not-yet",
            list(dict.fromkeys(spans)),
            printed=" ".join(spans[0].cut(text).replace("*", "").split()),
            says=life.says,
            day=f"{turn:%d/%m/%Y}",
            source=life.source,
            issued=_printed(outline.header.issued_on or day),
            successors=names,
        )


def _named(outline: Outline) -> Iterator[tuple[str, Span]]:
    header = outline.header
    for party in (header.issuer, header.parent_issuer, *header.addressees, *header.recipients):
        if party is not None and party.span is not None:
            yield party.name, party.span
    for clause in outline.clauses:
        for mention in clause.mentions:
            yield mention.name, mention.span


def _day(issued_on: str | None) -> str | None:
    """Return the day a directive is judged by: where only the month is known, its middle; None where it is not known so far."""
    if issued_on is None:
        return None
    day = issued_on if _DAY.fullmatch(issued_on) else f"{issued_on}-15" if _MONTH.fullmatch(issued_on) else None
    try:
        return day if day and date.fromisoformat(day) else None
    except ValueError:
        return None


def _printed(issued_on: str) -> str:
    return "/".join(reversed(issued_on.split("-")))
