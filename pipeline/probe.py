"""Patterns that first look for words without which they cannot match: that costs far less than to try every letter of a text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain
from typing import Any, Final, TypeAlias

_Node: TypeAlias = dict[str, "_Node"]
_PARSER: Final[Any] = import_module("re._parser")  # the standard library's own: nobody else knows what a pattern means
_MOST: Final = 80  # more words cost as much to look for as the pattern itself
_RARE: Final = 4  # letters from which on a word is rare enough


class Probe:
    """A compiled pattern whose ``search`` and ``finditer`` give what those of ``re`` give, sooner where there is nothing to find."""

    __slots__ = ("_finditer", "_search", "_words", "fullmatch", "match", "pattern")

    def __init__(self, pattern: str) -> None:
        compiled = re.compile(pattern)
        self.pattern = pattern
        self._words: tuple[str, ...] | None = None  # found when first asked for: many patterns are only matched in their place
        self.match, self.fullmatch = compiled.match, compiled.fullmatch
        self._search, self._finditer = compiled.search, compiled.finditer

    def search(self, text: str, *within: int) -> re.Match[str] | None:
        """Return the first match in ``text``, as ``re.Pattern.search`` does."""
        words = self._words
        if words is None:
            words = self._words = needed_words(self.pattern)
        for word in words:
            if word in text:
                return self._search(text, *within)
        return None if words else self._search(text, *within)

    def finditer(self, text: str, *within: int) -> Iterator[re.Match[str]]:
        """Return all matches in ``text``, as ``re.Pattern.finditer`` does."""
        words = self._words
        if words is None:
            words = self._words = needed_words(self.pattern)
        for word in words:
            if word in text:
                return self._finditer(text, *within)
        return iter(()) if words else self._finditer(text, *within)


class Likely:
    """Several patterns for one text: which of them may stand in it is told by one look for the words of all."""

    __slots__ = ("_always", "_by_word", "_find")

    def __init__(self, patterns: Sequence[str]) -> None:
        needed = [needed_words(pattern) for pattern in patterns]
        words = set(chain.from_iterable(needed))
        self._always = tuple(number for number, own in enumerate(needed) if not own)
        # no word in another one: then at most one begins at each letter
        self._by_word = {
            word: [number for number, own in enumerate(needed) if any(word in other for other in own)]
            for word in words
            if not any(other != word and other in word for other in words)
        }
        self._find = re.compile(f"(?=({trie(self._by_word) or '(?!)'}))").findall

    def numbers(self, text: str) -> Sequence[int]:
        """Return the numbers of the patterns that may match somewhere in ``text``, in their order."""
        found = self._find(text)
        return sorted({*self._always, *chain.from_iterable(map(self._by_word.__getitem__, found))}) if found else self._always


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


def needed_words(pattern: str) -> tuple[str, ...]:
    """Return words one of which stands in every match of ``pattern`` or beside it; none where that cannot be told, or would not help."""
    parsed = _PARSER.parse(pattern)
    found = frozenset() if parsed.state.flags & re.IGNORECASE else _of_sequence(parsed)
    shortest = sorted(word for word in found if not any(other != word and other in word for other in found))
    return tuple(sorted(shortest, key=len))


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
