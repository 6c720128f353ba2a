"""Lists of words and phrases, and where one of them stands."""

from collections.abc import Iterable, Sequence


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
        left = len(words) - at
        for count in range(min(most, left, self._longest.get(words[at], 0)) if left > 0 else 0, 0, -1):
            if " ".join(words[at : at + count]) in self._phrases:
                return count
        return 0
