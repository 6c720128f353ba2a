"""What is printed in front of a paragraph: "I.", "1.1.", "a)", "Điều 3.", "-" (rules/markers.toml)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipeline.rulebook import Rulebook
from pipeline.text import fold

_MARKUP = re.compile(r"[\s*_#>\\\u200b\ufeff]*")
_STAR = re.compile(r"(?:#+ )?\\?([*※])[ \t\xa0]+(?=\S*[^\W_])(?!\*\s)")
_HEAD = 56  # letters at the beginning of a paragraph in which a marker must end
_BULLET_DEPTH = 20
_DASHES = "-–—−‐‑"
_SERIES = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_ORDINALS = {"nhất": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6}
_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50}


class Marker(NamedTuple):
    """A marker as printed, and its place in a series.

    ``style`` names the level ("1.", "a)", "dash"); ``number`` is its place as a path of numbers, empty for bullets; ``depth``
    is how deep the style usually lies; ``body`` is where the words after it begin (code points); ``key`` is what it adds to
    a clause id; ``sign`` is the bullet, one for all dashes; ``other`` is a second way to read it ("i)": letter or Roman number).
    """

    printed: str
    style: str
    number: tuple[int, ...]
    depth: int
    start: int
    body: int
    key: str
    sign: str = ""
    other: "Marker | None" = None

    @property
    def first(self) -> bool:
        """Whether a series begins here."""
        return bool(self.number) and self.number[-1] == 1


@dataclass(frozen=True, eq=False, slots=True)
class _Style:
    name: str
    pattern: re.Pattern[str]
    count: str
    case: str
    then: str
    depth: int
    short: str


@dataclass(frozen=True, eq=False, slots=True)
class _Styles:
    """The marker rules by the kind of character they begin with."""

    digit: tuple[_Style, ...]
    bracket: tuple[_Style, ...]
    letter: tuple[_Style, ...]
    word: dict[str, tuple[_Style, ...]]
    bullets: dict[str, str]
    worn: re.Pattern[str]


@lru_cache(maxsize=4)
def _styles(rulebook: Rulebook) -> _Styles:
    file = rulebook["markers"]
    groups: dict[str, list[_Style]] = {"digit": [], "bracket": [], "letter": []}
    words: dict[str, list[_Style]] = {}
    for rule in file.rules:
        if not rule.id.startswith("marker."):
            continue
        get = rule.fields.get
        style = _Style(
            str(get("style", "")),
            re.compile(rule.pattern),
            str(get("count", "")),
            str(get("case", "")),
            str(get("then", "")),
            int(get("depth", 20)),
            str(get("short", "")),
        )
        initial = str(rule.examples[0]["text"])[0].lower()
        if style.short:
            words.setdefault(initial, []).append(style)
        else:
            groups["digit" if initial.isdigit() else "bracket" if initial == "(" else "letter"].append(style)
    bullets = {sign: level for level, signs in file.tables["bullets"].items() for sign in signs}
    worn = next(re.compile(rule.pattern) for rule in file.rules if rule.id == "worn.number")
    frozen = {initial: tuple(styles) for initial, styles in words.items()}
    return _Styles(tuple(groups["digit"]), tuple(groups["bracket"]), tuple(groups["letter"]), frozen, bullets, worn)


def _roman(word: str) -> int:
    values = [_DIGITS[c] for c in word]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _value(word: str, count: str) -> int:
    """Return the place of ``word`` ("iv", "4", "đ", "nhất") in its series, from 1."""
    if word.isdecimal():
        return int(word)
    if word in _ORDINALS:
        return _ORDINALS[word]
    if count != "letter" and all(c in _DIGITS for c in word):
        return _roman(word)
    if len(word) == 1:
        return _SERIES.find(word) + 1
    return int("".join(c for c in word if c.isdecimal()) or 0)


def _number(word: str | None, count: str) -> tuple[int, ...]:
    if not word:
        return (1,)
    if count in ("decimal", "path"):
        parts = re.findall(r"\d+|[^\W\d_]+", word)
        return tuple(_value(p, "roman" if len(parts[0]) > 1 or parts[0] in "ivx" else "letter") for p in parts)
    return (_value(word, count),)


def _readings(text: str, at: int, end: int, styles: tuple[_Style, ...]) -> Iterator[Marker]:
    view = fold(text, at, min(end, at + _HEAD))
    head = view.text
    for style in styles:
        match = style.pattern.match(head)
        if match is None:
            continue
        word = match["number"]
        printed = view.cased[: match.end()].rstrip()
        if style.case == "upper" and not (view.cased[: match.end("number")] if word else printed)[0].isupper():
            continue
        if style.case == "lower" and view.cased[0].isupper():
            continue
        rest = view.cased[match.end() :].lstrip(' "(')
        if style.then and rest and rest[0].islower() and (style.then == "upper" or printed[-1].isalnum()):
            continue
        number = _number(word, style.count)
        if 0 in number:
            continue
        span = view.span(0, len(printed))
        body = _MARKUP.match(text, span.end, end)
        key = style.short + (view.cased[match.start("number") : match.end("number")] if word else "")
        if style.name.startswith("("):
            key = f"({key})"
        yield Marker(text[span.start : span.end], style.name, number, style.depth, at, body.end() if body else span.end, key)


def read_marker(text: str, start: int, end: int, rulebook: Rulebook) -> Marker | None:
    """Return the marker at the beginning of ``text[start:end]``, or None. Positions are code points of ``text``.

    Only the shape is judged here; whether "2." at the beginning of a line goes on counting or cites something is for
    the caller, who knows the line before.
    """
    styles = _styles(rulebook)
    star = _STAR.match(text, start, end)
    if star:
        body = _MARKUP.match(text, star.end(), end)
        return Marker(star[1], "star", (), _BULLET_DEPTH, start, body.end() if body else star.end(), star[1], star[1])
    skipped = _MARKUP.match(text, start, end)
    at = skipped.end() if skipped else start
    if at >= end:
        return None
    first = text[at]
    level = styles.bullets.get(first)
    if level is not None and not (first.isalpha() and text[at + 1 : at + 2] not in (" ", "\t", "\xa0")):
        return _bullet(text, start, at, end, level, styles)
    if first.isdigit():
        group = styles.digit
    elif first == "(":
        group = styles.bracket
    elif first.isalpha():
        lower = first.lower()
        window = text[at : at + 9]
        group = styles.word.get(lower, ())
        if "." in window or ")" in window or "/" in window or "-" in window or "–" in window or ":" in window:
            group = group + styles.letter
        if not group:
            return None
    else:
        return None
    found = list(_readings(text, at, end, group))
    if not found:
        return None
    marker = found[0]._replace(start=start)
    return marker._replace(other=found[1]._replace(start=start)) if len(found) > 1 else marker


def read_worn_number(text: str, start: int, end: int, number: int, rulebook: Rulebook) -> Marker | None:
    """Return "8" or "8," at the beginning of a paragraph as the marker "8." where it is ``number``, the next to be counted; else None."""
    skipped = _MARKUP.match(text, start, end)
    at = skipped.end() if skipped else start
    if at >= end or not text[at].isdigit():
        return None
    view = fold(text, at, min(end, at + _HEAD))
    match = _styles(rulebook).worn.match(view.text)
    if match is None or int(match["number"]) != number or not view.cased[match.end()].isupper():
        return None
    usual = next(style for style in _styles(rulebook).digit if style.name == "1.")
    span = view.span(0, match.end("number"))
    body = view.span(match.end(), match.end() + 1).start
    return Marker(text[span.start : span.end], usual.name, (number,), usual.depth, start, body, match["number"])


def _bullet(text: str, start: int, at: int, end: int, level: str, styles: _Styles) -> Marker | None:
    """Return the bullet at ``at``; of two in a row ("- + …") the second gives the level and the first is what is printed."""
    sign = text[at]
    skipped = _MARKUP.match(text, at + 1, end)
    body = skipped.end() if skipped else at + 1
    if body >= end or (body == at + 1 and not text[body].isalpha()):
        return None
    if sign.isalpha() and not text[body].isupper():
        return None
    second = styles.bullets.get(text[body])
    if second == "plus" and body > at + 1:
        after = _MARKUP.match(text, body + 1, end)
        return Marker(sign, second, (), _BULLET_DEPTH, start, after.end() if after else body + 1, "+", "+")
    key = "-" if level == "dash" else sign
    return Marker(sign, level, (), _BULLET_DEPTH, start, body, key, "-" if sign in _DASHES else sign)
