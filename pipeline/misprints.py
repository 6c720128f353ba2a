"""What misread letters were meant to be, letter for letter, where spelling or a fixed word proves it (rules/misprints.toml).

Texts copied from the web or out of a PDF's hidden text keep the faults of whoever read the paper: "Phong Nội vu", "hưóng dẫn", "2O25".
The document's text stays as printed; rules read it as it was meant. What is meant is as long as what is printed, so every position holds
for both.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import filterfalse, pairwise
from typing import Final, TypeVar

from models import Document
from pipeline.rulebook import Rule, Rulebook
from pipeline.text import fold_text, read_words, small_letters

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_STOPPED_TONES: Final = "\u0301\u0323"
_MARKS: Final = str.maketrans("đĐ", "dD")
_MOST: Final = 1 << 16
_NOTHING: Final = "\u200b"  # takes the room of a letter too much; folding drops it
_ALONE: Final = re.compile(r"(?<![\w/.@&–-])[^\W_]+(?![\w/@&]|[.–-]\w)")  # no part of a number, a symbol, an address
_GAP: Final = re.compile(r"[ \xa0]?\n?(?<=[ \xa0\n])")
_GAPS: Final = (" ", "\n", " \n", "\xa0", "\xa0\n")  # all that _GAP finds
_LAST: Final = re.compile(r"(?<![\w/.@&–-])([^\W_]+)[ \xa0]?\n?(?<=[ \xa0\n])\Z")
_REACH: Final = 40  # no known word is longer
_FEW: Final = 60
_MIXED: Final = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")


def read_as_meant(document: Document, rulebook: Rulebook) -> Document:
    """Return ``document`` with the text that its rules are to read; the same document where nothing is misread."""
    meant = as_meant(document.text, rulebook)
    return document if meant == document.text else document.model_copy(update={"text": meant})


def as_meant(text: str, rulebook: Rulebook) -> str:
    """Return ``text`` with the letters put right that are provably misread; as long as ``text``, in its case. Never raises.

    A syllable that Vietnamese spelling does not know, a word of two syllables of which one bears another mark, a letter among figures:
    each is put right only where one reading is possible. Names and numbers are not guessed.
    """
    lower = small_letters(text)
    words = _words(rulebook)
    tokens = read_words(lower).words
    seen = set(tokens)
    mends = _Mends(lower)
    syllables = words.syllables
    sure = {token: right for token in seen if (right := syllables[token])}
    if sure:
        mends.make(_anywhere(sure, lower, text))
        tokens = [sure.get(token, token) for token in tokens]
        seen = set(tokens)
    if pairs := words.misread(tokens):
        mends.make(_at_pairs(mends.read, text, pairs, words))
    mixed = any(_MIXED.search(token) for token in seen if not token.isalpha())
    for rule in words.rules:
        if (rule.figures and mixed) or not rule.tokens.isdisjoint(seen):
            mends.make(rule.finds(mends.read))
    return mends.in_case_of(text) if mends.made else text


class _Mends:
    """A text in small letters with what is put right in it."""

    def __init__(self, lower: str) -> None:
        self.read = lower
        self.made: list[tuple[int, str]] = []

    def make(self, mends: Iterable[tuple[int, str]]) -> None:
        """Put letters in the place of as many, in the order of the text. What overlaps one before is left out."""
        parts, at, read = [], 0, self.read
        for start, right in mends:
            if start >= at:
                parts += [read[at:start], right]
                at = start + len(right)
                self.made.append((start, right))
        if parts:
            self.read = "".join([*parts, read[at:]])

    def in_case_of(self, text: str) -> str:
        """Return ``text`` with all that was put right, each letter in the case of the one in its place."""
        letters: dict[int, str] = {}
        for start, right in self.made:
            capitals = sum(map(str.isupper, text[start : start + len(right)])) > 1
            for i, letter in enumerate(right, start):
                letters[i] = letter.upper() if capitals or text[i].isupper() else letter
        parts, done = [], 0
        for i in sorted(letters):
            parts += [text[done:i], letters[i]]
            done = i + 1
        return "".join([*parts, text[done:]])


def _anywhere(sure: Mapping[str, str], read: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield where the tokens of ``sure`` stand. Capitals without any mark are an abbreviation."""
    for start, end in _alone(sure, read):
        printed = text[start:end]
        if not (printed.isupper() and printed.isascii()):
            yield start, sure[read[start:end]]


def _at_pairs(read: str, text: str, pairs: Mapping[tuple[str, str], tuple[int, str]], words: "_Words") -> Iterator[tuple[int, str]]:
    """Yield where a syllable of a pair is to be put right, and what it is: not where it is one word with its other neighbour.

    A word that every sentence has ("để", "từ") is left alone where the other one of the pair is one word with its other neighbour, too:
    "để xuất khẩu", "cơ sở từ nguồn".
    """
    for start, end in _alone_before(pairs, read):
        one, two = read[start:end], _next(read, end)
        mend = pairs.get((one, two.group())) if two else None
        if two is None or mend is None:
            continue
        if "\n" in text[end : two.start()] and text[two.start()].isupper():
            continue  # a line that begins with a capital begins anew ("… TÂY HỒ", "Số: 12")
        if text[start].islower() and text[two.start()].isupper():
            continue  # a name begins inside the sentence: "đảng Viện Kiểm sát"
        which, right = mend
        free = (two.group() if which else one) in words.free
        if which or free:
            after = _next(read, two.end())
            if after and words.is_word(two.group(), after.group()):
                continue
        if not which or free:
            before = _LAST.search(read, max(0, start - _REACH), start)
            if before and words.is_word(before[1], one):
                continue
        yield (two.start() if which else start), right


def _alone(tokens: Collection[str], read: str) -> list[tuple[int, int]]:
    """Return where ``tokens`` stand as words of their own, in the order of the text. A few are looked for one by one: that is faster."""
    if len(tokens) > _FEW:
        return [match.span() for match in _ALONE.finditer(read) if match.group() in tokens]
    return sorted([place for token in tokens for place in _occurrences(token, read) if _stands_alone(read, *place)])


def _occurrences(token: str, read: str) -> Iterator[tuple[int, int]]:
    at = read.find(token)
    while at >= 0:
        end = at + len(token)
        yield at, end
        at = read.find(token, end)


def _stands_alone(read: str, start: int, end: int) -> bool:
    match = _ALONE.match(read, start)
    return match is not None and match.end() == end


def _alone_before(pairs: Collection[tuple[str, str]], read: str) -> list[tuple[int, int]]:
    """Return where the first of ``pairs`` stand as words of their own, those left out that cannot have the second behind them."""
    if len(pairs) > _FEW:
        return _alone({one for one, _ in pairs}, read)
    gaps = [gap for gap in _GAPS if gap in read]
    found = {(start, start + len(one)) for one, two in pairs for gap in gaps for start, _ in _occurrences(f"{one}{gap}{two}", read)}
    return sorted(place for place in found if _stands_alone(read, *place))


def _next(read: str, end: int) -> re.Match[str] | None:
    """Return the word that stands right behind the one that ends at ``end``."""
    gap = _GAP.match(read, end)
    return _ALONE.match(read, gap.end()) if gap else None


_V = TypeVar("_V")


class _Memory(dict[str, _V]):
    """What a function makes of tokens, remembered: a language has few."""

    def __init__(self, make: Callable[[str], _V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, token: str) -> _V:
        if len(self) > _MOST:
            self.clear()
        value = self[token] = self._make(token)
        return value


@dataclass(frozen=True, eq=False)
class _Rule:
    """A rule that sees the whole text, where one of its ``tokens`` stands in it or, with ``figures``, figures among letters."""

    pattern: re.Pattern[str]
    rights: tuple[str, str]
    tokens: frozenset[str]
    figures: bool

    def finds(self, read: str) -> Iterator[tuple[int, str]]:
        """Yield where the rule holds, and what stands there."""
        for match in self.pattern.finditer(read):
            group = match.lastgroup or ""
            yield match.start(group), self.rights[group.endswith("2")]


@dataclass(frozen=True, eq=False)
class _Words:
    """rules/misprints.toml and the compounds of rules/ocr.toml, ready to be asked."""

    shape: re.Pattern[str]
    stopped: tuple[str, ...]
    common: Mapping[str, tuple[str, ...]]
    alone: Mapping[str, str]
    compounds: Mapping[tuple[str, str], tuple[str, str]]
    known: frozenset[str]
    free: frozenset[str]
    rules: tuple["_Rule", ...]

    @cached_property
    def bare(self) -> "_Memory[str]":
        """Return what tokens are without any mark."""
        return _Memory(_bare)

    @cached_property
    def syllables(self) -> "_Memory[str | None]":
        """Return what misspelled tokens were meant to be (None: nothing is wrong with them, or it cannot be told)."""
        return _Memory(partial(_syllable, words=self))

    @cached_property
    def fine(self) -> set[tuple[str, str]]:
        """Return pairs of neighbours in which nothing is misread; they come again in one text after another."""
        return set()

    def misread(self, tokens: Sequence[str]) -> dict[tuple[str, str], tuple[int, str]]:
        """Return the pairs of neighbours among ``tokens`` of which one is misread: which, and what it was meant to be."""
        fine = self.fine
        if len(fine) > _MOST:
            fine.clear()
        found: dict[tuple[str, str], tuple[int, str]] = {}
        for pair in filterfalse(fine.__contains__, pairwise(tokens)):
            if mend := self.pair(*pair):
                found[pair] = mend
            elif len(fine) <= _MOST:
                fine.add(pair)
        return found

    def pair(self, one: str, two: str) -> tuple[int, str] | None:
        """Return which of two neighbours is misread (0 or 1) and what it was meant to be; None where they may be as they are.

        But for their marks they are a compound.
        """
        meant = self.compounds.get((self.bare[one], self.bare[two]))
        if meant is None:
            return None
        first, second = _folded(one), _folded(two)
        if f"{first} {second}" in self.known:
            return None
        if meant[0] == first and _differ(meant[1], second) == 1:
            return 1, meant[1]
        if meant[1] == second and _differ(meant[0], first) == 1:
            return 0, meant[0]
        return None

    def is_word(self, one: str, two: str) -> bool:
        """Return whether two neighbours are one word, or stand side by side for good."""
        return f"{_folded(one)} {_folded(two)}" in self.known


@lru_cache(maxsize=2)
def _words(rulebook: Rulebook) -> _Words:
    file = rulebook["misprints"]
    tables = file.tables
    spelling = tables["spelling"]
    onsets = "|".join(sorted(spelling["onsets"].split(), key=len, reverse=True))
    rimes = "|".join(sorted(spelling["rimes"].split(), key=len, reverse=True))
    common: dict[str, tuple[str, ...]] = {}
    for syllable in map(fold_text, tables["syllables"]["common"].split()):
        common[_bare(syllable)] = (*common.get(_bare(syllable), ()), syllable)
    lists = (tables["compounds"], rulebook["ocr"].tables["compounds"])
    right = [fold_text(word) for table in lists for name in ("words", "offices") for word in table.get(name, ())]
    return _Words(
        re.compile(f"(?:{onsets})?(?:{rimes})"),
        tuple(spelling["stopped"]),
        common,
        tables["alone"],
        {(_bare(one), _bare(two)): (one, two) for one, two in map(str.split, right)},
        frozenset(right).union(fold_text(word) for table in lists for word in table["others"]),
        frozenset(map(fold_text, tables["compounds"]["free"].split())),
        tuple(map(_rule, file.rules)),
    )


def _rule(rule: Rule) -> _Rule:
    one, _, two = str(rule.fields["right"]).partition("|")
    tokens = frozenset(str(rule.fields.get("tokens", "")).split())
    return _Rule(re.compile(rule.pattern), (one, two or one), tokens, bool(rule.fields.get("figures")))


def _syllable(token: str, words: _Words) -> str | None:
    if token in words.alone:
        return words.alone[token]
    if not 2 <= len(token) <= 8 or any(c.isdigit() for c in token):
        return None
    if "rn" in token:
        whole = token.replace("rn", "m", 1)
        return whole + _NOTHING if _folded(whole) in words.common.get(_bare(whole), ()) else None
    folded = _folded(token)
    apart = unicodedata.normalize("NFD", folded)
    tone = next((c for c in apart if c in _TONES), "")
    flat = unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES))
    if words.shape.fullmatch(flat) and ((tone and tone in _STOPPED_TONES) or not flat.endswith(words.stopped)):
        return None
    near = [syllable for syllable in words.common.get(_bare(token), ()) if _differ(syllable, folded) == 1]
    return near[0] if len(near) == 1 else None


@lru_cache(maxsize=1 << 16)
def _folded(token: str) -> str:
    return fold_text(token)


def _bare(token: str) -> str:
    """Return ``token`` without any mark, in lower case."""
    apart = unicodedata.normalize("NFD", token.lower().translate(_MARKS))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _differ(one: str, other: str) -> int:
    """Return in how many letters two syllables differ; many where they are not equally long."""
    return sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else 9
