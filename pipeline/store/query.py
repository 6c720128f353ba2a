"""What people type into the search box: words, and phrases in quotes. Nothing is an operator, nothing is a mistake."""

import re
from dataclasses import dataclass
from typing import Final

from pipeline.store.words import Searchable, searchable

_QUOTES: Final = dict.fromkeys(map(ord, "“”„‟«»″"), '"')
_PART = re.compile(r'"([^"]*)"?|([^"]+)')
_MOST_WORDS: Final = 32


@dataclass(frozen=True)
class Query:
    """``phrases`` were quoted; ``words`` is all else, as typed. ``is_accented``: some word bears marks, so that "đào" is not just "dao".

    ``open_end``: the last word may be the beginning of a longer one (nothing was typed after it).
    """

    phrases: tuple[Searchable, ...]
    words: Searchable
    is_accented: bool
    open_end: bool

    @property
    def is_empty(self) -> bool:
        return not self.phrases and not self.words.folded


def parse_query(text: str) -> Query:
    """Return what ``text`` asks for. Total: signs, operators and SQL are words or nothing; at most 32 words count."""
    left = _MOST_WORDS
    phrases: list[Searchable] = []
    loose: list[str] = []
    last_quoted = False
    for part in _PART.finditer(text.translate(_QUOTES)):
        found = _first(searchable(part.group(1) if part.group(1) is not None else part.group(2)), left)
        left -= len(found.folded.split())
        if not found.folded:
            continue
        last_quoted = part.group(1) is not None
        if last_quoted:
            phrases.append(found)
        else:
            loose.append(found.exact)
    words = searchable(" ".join(loose))
    all_words = (*phrases, words)
    return Query(tuple(phrases), words, any(one.exact != one.folded for one in all_words), bool(loose) and not last_quoted)


def _first(words: Searchable, count: int) -> Searchable:
    return Searchable(" ".join(words.exact.split()[:count]), " ".join(words.folded.split()[:count]))
