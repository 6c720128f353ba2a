"""Lists of words and phrases, and where one of them stands."""

from collections.abc import Iterable, Sequence
from typing import Final

_MARKS: Final = ",;:.()\"'!?"


def words_between_marks(text: str, most: int = -1) -> list[str]:
    """Return the words of ``text`` in order, marks left out, at most ``most`` of them; faster than to let a pattern find them."""
    for mark in _MARKS:
        if mark in text:
            text = text.replace(mark, " ")
    words = text.split(None, most)
    return words[:most] if most >= 0 else words


class WordList:
    """Phrases, told by the word that they begin with: most words of a text begin none."""

    __slots__ = ("_longest", "_phrases")

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(phrases)
        self._longest: dict[str, int] = {}
        for words in map(str.split, self._phrases):
            if words:
                self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def __contains__(self, phrase: str) -> bool:
        return phrase in self._phrases

    def longest(self, words: Sequence[str], at: int, most: int = 4) -> int:
        """Return how many ``words`` from ``at``, but not more than ``most``, form the longest phrase of the list (0: none)."""
        longest = self._longest.get(words[at]) if at < len(words) else None
        if longest is None:
            return 0
        for count in range(min(most, len(words) - at, longest), 0, -1):
            if " ".join(words[at : at + count]) in self._phrases:
                return count
        return 0
