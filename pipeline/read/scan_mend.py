"""Letters that Tesseract takes for one another, mended only where rules/ocr.toml proves what was printed."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

Mends = tuple[tuple[int, int, str, str], ...]
_LETTER: Final = "letter"
_COMPOUND: Final = "compound"
_PHRASE: Final = "phrase"
_ALIKE: Final = 0.8
_NO_LETTER = re.compile(r"[\W_]+")
_SYLLABLE = re.compile(r"[^\W\d_]{2,7}")
_MARKS = str.maketrans("đĐ", "dD")


class _Change(NamedTuple):
    start: int
    end: int
    right: str
    rule: str


def mend(line: str, book: Rulebook) -> tuple[str, Mends]:
    """Return ``line`` mended, and what was done: (start, end in the new line, what was read, rule). Never raises."""
    if phrase := _phrase(line, book):
        return phrase, ((0, len(phrase), line, _PHRASE),)
    letters: Mapping[str, str] = book["ocr"].tables["letters"]
    changes = [_Change(at, at + 1, letters[c], _LETTER) for at, c in enumerate(line) if c in letters]
    plain = "".join(letters.get(c, c) for c in line)
    changes += _by_rules(plain, book)
    changes += _by_compounds(plain, book)
    if not changes:
        return line, ()
    parts, mends, at, length = [], [], 0, 0
    for change in sorted(changes, key=lambda c: (c.start, -c.end)):
        if change.start < at:
            continue  # what is mended once stays so
        parts += [line[at : change.start], change.right]
        length += change.start - at
        mends.append((length, length + len(change.right), line[change.start : change.end], change.rule))
        length += len(change.right)
        at = change.end
    return "".join([*parts, line[at:]]), tuple(mends)


def _phrase(line: str, book: Rulebook) -> str | None:
    """Return the line that is always printed alike of which ``line`` is a bad reading, None where it is none or a good one."""
    near = []
    for phrase in book["ocr"].tables["phrases"]["words"]:
        if abs(len(line) - len(phrase)) <= 4 and line[0].isupper() and len(set(line.split()) & set(phrase.split())) >= 2:
            if _NO_LETTER.sub("", line) == _NO_LETTER.sub("", phrase):
                return None
            near.append((SequenceMatcher(None, line, phrase, autojunk=False).ratio(), phrase))
    return str(max(near)[1]) if near and max(near)[0] >= _ALIKE else None


def _by_rules(line: str, book: Rulebook) -> Iterator[_Change]:
    for rule, pattern, right in _patterns(book):
        for match in pattern.finditer(line):
            group = next(name for name, found in match.groupdict().items() if found is not None)
            read = match.group(group)
            if read != _cased(right, read):
                yield _Change(*match.span(group), _cased(right, read), rule)


def _by_compounds(line: str, book: Rulebook) -> Iterator[_Change]:
    """Yield the syllables that make no word with their neighbour, but a word of the list with other marks.

    A pair is left alone where one of its syllables is already part of a word ("quy định chi tiết" holds no "đình chỉ").
    """
    words, others = _compounds(book)
    syllables = list(_SYLLABLE.finditer(line))
    pairs = [
        (one, two, fold_text(line[one.start() : two.end()]))
        for one, two in pairwise(syllables)
        if two.start() == one.end() + 1 and line[one.end()] == " " and not (one.group().islower() and two.group()[0].isupper())
    ]
    whole = {match.start() for one, two, read in pairs if read in others for match in (one, two)}
    for one, two, read in pairs:
        known = words.get(_bare(read))
        if known is None or one.start() in whole or two.start() in whole:
            continue
        wrong = [(m, right) for m, right, syllable in zip((one, two), known.split(), read.split(), strict=True) if syllable != right]
        if len(wrong) == 1:
            match, right = wrong[0]
            yield _Change(*match.span(), _cased(right, match.group()), _COMPOUND)


def _cased(right: str, read: str) -> str:
    """Return ``right`` in the case of what was read, where it has no case of its own."""
    if right != right.lower():
        return right
    if read.isupper() and len(read) > 1:
        return right.upper()
    return right[0].upper() + right[1:] if read[0].isupper() and right[0].isalpha() else right


def _bare(words: str) -> str:
    """Return ``words`` in lower case without any mark."""
    apart = unicodedata.normalize("NFD", words.lower().translate(_MARKS))
    return "".join(c for c in apart if not unicodedata.combining(c))


@lru_cache(maxsize=2)
def _patterns(book: Rulebook) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple((rule.id, re.compile(rule.pattern, re.IGNORECASE), rule.fields["right"]) for rule in book["ocr"].rules)


@lru_cache(maxsize=2)
def _compounds(book: Rulebook) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return the compounds by their letters without marks, and all pairs that are language (both folded)."""
    table = book["ocr"].tables["compounds"]
    words = [fold_text(word) for word in table["words"]]
    return {_bare(word): word for word in words}, frozenset(words) | {fold_text(word) for word in table["others"]}
