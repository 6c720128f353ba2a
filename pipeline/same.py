"""When two values are the same: the yardstick of evaluation (its words are in rules/scoring.toml)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pipeline.rulebook import rulebook


@lru_cache(maxsize=1)
def _yardstick() -> tuple[tuple[tuple[re.Pattern[str], str], ...], frozenset[str], frozenset[str]]:
    tables = rulebook()["scoring"].tables
    spelled = tuple((re.compile(short), f" {full} ") for short, full in tables["abbreviations"])
    return spelled, frozenset(tables["generic_words"]), frozenset(tables["place_words"])


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFC", name).casefold()
    for pattern, full in _yardstick()[0]:
        text = pattern.sub(full, text)
    return tuple(re.findall(r"[^\W_]+", text))


def same_unit(one: str | None, other: str | None) -> bool:
    """Return whether two names are one unit's.

    They are when their words are equal once abbreviations are spelled out, when two thirds of their words (generic ones
    aside) are shared, or when one only adds words of place to the other.
    """
    a, b = _words(one or ""), _words(other or "")
    if a == b:
        return True
    _, generic, place = _yardstick()
    small, large = sorted((set(a) - generic or set(a), set(b) - generic or set(b)), key=len)
    if len(small) >= 4 and small < large and large - small <= place:
        return True
    return len(small & large) / max(1, len(small | large)) >= 0.66


def same_text(one: Any, other: Any) -> bool:
    """Return whether two texts share 70 % of their words or more (order aside)."""
    a, b = set(_words(str(one or ""))), set(_words(str(other or "")))
    return a == b or len(a & b) / max(1, len(a | b)) >= 0.7


def equal(one: Any, other: Any) -> bool:
    """Return whether two plain values are equal."""
    return bool(one == other)


def same_mention(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two (role, name) pairs are one unit in one role."""
    return one[0] == other[0] and same_unit(one[1], other[1])


def same_edge(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two (name, name) pairs join the same units in the same direction."""
    return same_unit(one[0], other[0]) and same_unit(one[1], other[1])


def same_deadline(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether start, due and repeat are equal; midnight and 23:59 say no more than the day."""

    def day(value: Any) -> str | None:
        return str(value)[:16].removesuffix("T00:00").removesuffix("T23:59") if value else None

    return all(day(one.get(key)) == day(other.get(key)) for key in ("start", "due")) and one.get("repeat") == other.get("repeat")


def same_target(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two targets have one value (or range) and one unit."""

    def number(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return tuple(map(number, value))
        try:
            return float(value)
        except (TypeError, ValueError):
            return value if value is None else str(value)

    a, b = one.get("unit") or "", other.get("unit") or ""
    return number(one.get("value")) == number(other.get("value")) and (a == b or same_text(a, b))


def same_number(one: Any, other: Any) -> bool:
    """Return whether two document numbers are the same but for spaces and case."""
    return re.sub(r"\s", "", str(one)).casefold() == re.sub(r"\s", "", str(other)).casefold()
