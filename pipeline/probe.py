"""Patterns that first look for words without which they cannot match: that costs far less than to try every letter of a text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final, TypeAlias

_Node: TypeAlias = dict[str, "_Node"]
_Tails: TypeAlias = set[tuple[str, bool]]
# The standard library's own: nobody else knows what a pattern means. What is parsed once is both asked for its words and compiled.
_PARSER: Final[Any] = import_module("re._parser")
_COMPILER: Final[Any] = import_module("re._compiler")
_MOST: Final = 80  # more words cost as much to look for as the pattern itself
_ENDING: Final = 3  # letters of an ending that are looked at: more would hardly tell more
_RARE: Final = 4  # letters from which on a word is rare enough


class Probe:
    """A compiled pattern whose ``search`` and ``finditer`` give what those of ``re`` give, sooner where there is nothing to find.

    ``needs``: words one of which stands in every match or beside it, none where that cannot be told or would not help; ``begins``: the
    letters one of which every match begins with, None where that cannot be told.
    """

    __slots__ = ("_finditer", "_search", "begins", "fullmatch", "match", "needs", "pattern")

    def __init__(self, pattern: str) -> None:
        parsed = _PARSER.parse(pattern)
        compiled: re.Pattern[str] = _COMPILER.compile(parsed)
        self.pattern = pattern
        self.begins = _first_letters(parsed) if not parsed.state.flags & re.IGNORECASE else None
        self.needs = _needed_words(parsed)
        self.match, self.fullmatch = compiled.match, compiled.fullmatch
        self._search, self._finditer = compiled.search, compiled.finditer

    def search(self, text: str, *within: int) -> re.Match[str] | None:
        """Return the first match in ``text``, as ``re.Pattern.search`` does."""
        words = self.needs
        for word in words:
            if word in text:
                return self._search(text, *within)
        return None if words else self._search(text, *within)

    def finditer(self, text: str, *within: int) -> Iterator[re.Match[str]]:
        """Return all matches in ``text``, as ``re.Pattern.finditer`` does."""
        words = self.needs
        for word in words:
            if word in text:
                return self._finditer(text, *within)
        return iter(()) if words else self._finditer(text, *within)


class Endings:
    """Several patterns that reach to the end of a text: which of them may match is told by the word that it ends with."""

    __slots__ = ("_all", "_by_pattern")

    def __init__(self, patterns: Sequence[str]) -> None:
        found = [last_words(pattern) for pattern in patterns]
        self._by_pattern = tuple(words or ("",) for words in found)
        self._all = tuple({word for words in self._by_pattern for word in words})

    def numbers(self, text: str) -> Sequence[int]:
        """Return the numbers of the patterns that may match, in their order."""
        text = text.rstrip()
        if not text.endswith(self._all):
            return ()
        return [number for number, words in enumerate(self._by_pattern) if text.endswith(words)]


def trie(words: Iterable[str]) -> str:
    """Return a regular expression for the longest of ``words``, shaped as a trie so that it fails early."""
    root: _Node = {}
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(root)


def _branches(node: _Node) -> str:
    branches = [re.escape(letter) + _branches(child) for letter, child in sorted(node.items()) if letter]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
    if "" not in node:
        return body
    return f"(?:{body})?" if len(branches) == 1 else f"{body}?"


def _needed_words(parsed: Any) -> tuple[str, ...]:
    """Return words one of which stands in every match of a pattern or beside it; none where that cannot be told or would not help."""
    found = frozenset() if parsed.state.flags & re.IGNORECASE else _of_sequence(parsed)
    shortest = sorted(word for word in found if not any(other != word and other in word for other in found))
    return tuple(sorted(shortest, key=len))


def _first_letters(items: Iterable[Any]) -> frozenset[str] | None:
    """Return the letters that a match may begin with, None where that cannot be told or it may be empty."""
    letters = frozenset[str]()
    for name, value in items:
        own, may_lack = _first_of(str(name), value)
        if own is None:
            return None
        letters |= own
        if not may_lack:
            return letters
    return None


def _first_of(name: str, value: Any) -> tuple[frozenset[str] | None, bool]:
    """Return the letters that an item of a pattern may begin with, and whether it may be empty."""
    if name == "LITERAL":
        return frozenset({chr(value)}), False
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return frozenset(), True
    if name == "IN" and all(str(kind) == "LITERAL" for kind, _ in value):
        return frozenset(chr(letter) for _, letter in value), False
    if name == "BRANCH":
        branches = [_first_letters(branch) for branch in value[1]]
        return (None if None in branches else frozenset().union(*(letters or () for letters in branches))), False
    if name == "SUBPATTERN" and not value[1] & re.IGNORECASE:
        return _first_letters(value[3]), False
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _first_letters(value[2]), value[0] == 0
    return None, False


def last_words(pattern: str) -> tuple[str, ...]:
    """Return letters with some of which every text ends in which ``pattern``, that ends with "$", matches, blanks behind them left aside;
    none where that cannot be told."""
    parsed = _PARSER.parse(pattern)
    if parsed.state.flags & re.IGNORECASE or not len(parsed) or str(parsed[-1][1]) != "AT_END":
        return ()
    words = {word.rstrip() for word, _ in _tails(parsed)}
    shortest = sorted(word for word in words if not any(other != word and word.endswith(other) for other in words))
    return () if "" in words else tuple(shortest)


def _tails(items: Iterable[Any]) -> _Tails:
    """Return what may stand at the end of a match, longest first known: each with whether it is all of the match."""
    found: _Tails = {("", True)}
    for name, value in reversed(list(items)):
        before = _tails_of(str(name), value)
        whole = {tail for tail, is_whole in found if is_whole}
        if not whole:
            break
        found = {(tail, is_whole) for tail, is_whole in found if not is_whole}
        found |= {(one + tail, is_whole and len(one + tail) < _ENDING) for tail in whole for one, is_whole in before}
    return found


def _tails_of(name: str, value: Any) -> _Tails:
    if name == "LITERAL":
        return {(chr(value), True)}
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return {("", True)}
    if name == "IN" and all(str(kind) == "LITERAL" for kind, _ in value):
        return {(chr(letter), True) for _, letter in value}
    if name == "BRANCH":
        return set().union(*map(_tails, value[1]))
    if name == "SUBPATTERN" and not value[1] & re.IGNORECASE:
        return _tails(value[3])
    if name == "ATOMIC_GROUP":
        return _tails(value)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = value
        tails = _tails(inner)
        if most > 1:
            tails = {(tail, False) for tail, _ in tails}
        return tails | {("", True)} if least == 0 else tails
    return {("", False)}  # anything


def _of_sequence(items: Iterable[Any]) -> frozenset[str]:
    """Return the words of the part of a sequence that is hardest to find."""
    return max(_parts(items), key=_worth, default=frozenset())


def _parts(items: Iterable[Any]) -> Iterator[frozenset[str]]:
    letters = ""
    for name, value in items:
        if str(name) == "LITERAL":
            letters += chr(value)
            continue
        yield _useful({letters})
        letters = ""
        yield _useful(_of_item(str(name), value))
    yield _useful({letters})


def _of_item(name: str, value: Any) -> frozenset[str]:
    if name == "BRANCH":
        branches = [_of_sequence(branch) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else frozenset()
    if name == "SUBPATTERN":
        _, added, _, inner = value
        return frozenset() if added & re.IGNORECASE else _of_sequence(inner)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, _, inner = value
        return _of_sequence(inner) if least else frozenset()
    if name == "ASSERT":
        return _of_sequence(value[1])
    return _of_sequence(value) if name == "ATOMIC_GROUP" else frozenset()


def _useful(words: Iterable[str]) -> frozenset[str]:
    """Return ``words`` if they are few, and none of them stands in every text (a blank, a single letter or figure)."""
    found = frozenset(words)
    rare = all(len(bare := word.strip()) > 1 or (bare and not bare.isalnum()) for word in found)
    return found if rare and len(found) <= _MOST else frozenset()


def _worth(words: frozenset[str]) -> int:
    return min(_RARE, *map(len, words)) * (_MOST + 1) - len(words) if words else -1
