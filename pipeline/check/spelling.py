"""Likely misspellings: near neighbours of fixed phrases (rules/spelling.toml). Nothing is changed, each is shown to a person."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, chain, compress, count, pairwise
from typing import Any, Literal, NamedTuple

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading
from pipeline.check.slips import find_misread_codes, find_proved_slips, lost_half, lost_openings
from pipeline.check.syllables import Skeletons, Syllables, slips, spellings
from pipeline.rulebook import Rulebook, rulebook
from pipeline.text import STOP, fold_text, parted

_NAME_WORDS = 2
_GAP = "   "  # between the columns of a printed table
_MOST = 25  # more slips than these are no slips of the pen
_SYLLABLES = Syllables()
_SKELETONS = Skeletons(_SYLLABLES)
_Kind = Literal["duty", "word", "lost"]


class _Phrase(NamedTuple):
    """What is meant, in words; ``printed``: how many words of the text stand for it."""

    words: tuple[str, ...]
    kind: _Kind
    printed: int
    listed: list[str]


class Slip(NamedTuple):
    """What is printed at ``span``, and the phrase that may be meant. ``kind`` is the second half of the finding's code."""

    span: Span
    found: str
    right: str
    kind: _Kind


class _Printed(NamedTuple):
    """A text in small letters, its words, and the words of each line."""

    text: str
    words: list[str]
    lines: list[list[str]]


class _Lexicon:
    """Phrases by the skeletons of their first two syllables, and the good pairs."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        tables: Mapping[str, Any] = book["spelling"].tables
        self.good: set[tuple[str, str]] = set()
        self.pairs: dict[tuple[str, str], list[_Phrase]] = {}
        self.long: dict[tuple[str, str], list[_Phrase]] = {}
        for group, printed in tables["phrases"].items():
            for phrase in map(_words, printed):
                if len(phrase) == 2:
                    self.good.add((phrase[0], phrase[1]))
                if len(phrase) > 1:
                    made = _Phrase(phrase, "duty" if group == "duty" else "word", len(phrase), list(phrase))
                    (self.pairs if len(phrase) == 2 else self.long).setdefault(_key(*phrase[:2]), []).append(made)
        for phrase in map(_words, tables["guards"]["words"]):
            self.good.update(pairwise(phrase))
        self.good.update([(a2, b2) for a, b in self.good for a2 in spellings(a) for b2 in spellings(b)])
        self.openings = openings = lost_openings(book)
        self.keys = frozenset((*self.pairs, *self.long, *(_key(*pair) for pair in openings)))
        # most pairs of a text are good: what begins neither a longer phrase nor a lost word need not be looked at again
        self.quiet = frozenset(pair for pair in self.good if _key(*pair) not in self.long and pair not in openings)
        self.free, self.bound = frozenset(tables["alone"]["free"]), frozenset(tables["alone"]["bound"])


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(fold_text(phrase).split())


def _key(a: str, b: str) -> tuple[str, str]:
    return _SYLLABLES[a].skeleton, _SYLLABLES[b].skeleton


@lru_cache(maxsize=4)
def _lexicon(book: Rulebook) -> _Lexicon:
    return _Lexicon(book)


def find_spelling_slips(reading: Reading) -> Iterator[Finding]:
    """Yield what may be misspelled: near neighbours of fixed phrases, lost halves of words, misread abbreviations. Each form once.

    A text with more forms than a pen makes (a bad scan, a lost font) gives one finding that says so.
    """
    book, text = rulebook(), reading.text
    lowered = text.replace("\u0130", "I").lower()  # the small letter of İ is two characters long
    printed = _split(lowered)
    by_form: dict[tuple[str, str], list[Slip]] = {}
    for slip in _slips(text, printed, _lexicon(book)):
        by_form.setdefault((slip.found.lower(), slip.right), []).append(slip)
    if len(by_form) > _MOST:
        first = next(iter(by_form.values()))[0]
        yield make_finding("spelling", "spelling-many", [first.span], count=len(by_form), found=first.found, right=first.right)
        return
    evidence = book["spelling"].tables["evidence"]
    for (_, right), found in by_form.items():
        said = evidence["elsewhere" if right in lowered else "none"]
        yield make_finding(
            "spelling", f"spelling-{found[0].kind}", [slip.span for slip in found], found=found[0].found, right=right, evidence=said
        )
    yield from _surname(reading)
    yield from find_misread_codes(text, set(printed.words), book)
    yield from find_proved_slips(text, lowered, book)


def _surname(reading: Reading) -> Iterator[Finding]:
    """Yield the signer whose surname is none and one mark away from one; a last name of one syllable is left alone."""
    signer = reading.outline.header.signer
    if signer is None or signer.span is None or len(signer.name.split()) < _NAME_WORDS:
        return
    surname = fold_text(signer.name.split()[0])
    known = rulebook()["spelling"].tables["surnames"]["known"]
    near = [name for name in known if _near(surname, name) == 1]
    at = reading.text.find(signer.name.split()[0], signer.span.start, signer.span.end)
    if surname not in known and len(near) == 1 and at >= 0:
        found = signer.name.split()[0]
        yield make_finding("spelling", "spelling-surname", [Span(at, at + len(found))], found=found, right=near[0].title())


def find_slips(text: str, book: Rulebook) -> list[Slip]:
    """Return the slips of ``text`` in order; their spans count code points of it."""
    lowered = text.replace("\u0130", "I").lower()
    return list(_slips(text, _split(lowered), _lexicon(book)))


def _slips(text: str, printed: _Printed, lexicon: _Lexicon) -> Iterator[Slip]:
    words = printed.words
    # the skeletons of a language are few strings, which are told apart by what they are: far faster than to compare words
    skeletons = list(map(_SKELETONS.__getitem__, words))
    near = compress(count(), map(lexicon.keys.__contains__, pairwise(skeletons)))
    doubtful = [i for i in near if (words[i], words[i + 1]) not in lexicon.quiet]
    hits = [(i, phrase) for i in doubtful if (phrase := _slip_at(words, i, (skeletons[i], skeletons[i + 1]), lexicon))]
    return _placed(printed, text, hits) if hits else iter(())


def _split(lowered: str) -> _Printed:
    """Return the words of a text in small letters, with STOP for every mark and every empty line: no phrase goes across."""
    marked = f"\n{parted(lowered).replace('*', ' ')}\n"
    for _ in range(2):  # of three line breaks one after another the last two are seen the second time
        marked = marked.replace("\n\n", f"\n {STOP} \n")
    lines = [*map(str.split, marked[1:-1].split("\n"))]
    return _Printed(lowered, [*chain.from_iterable(lines)], lines)


def _slip_at(words: list[str], i: int, key: tuple[str, str], lexicon: _Lexicon) -> _Phrase | None:
    """Return the phrase that is meant at word ``i``, if what is printed there is a slip."""
    if key in lexicon.long:
        if any(words[i : i + phrase.printed] == phrase.listed for phrase in lexicon.long[key]):
            return None
        for phrase in lexicon.long[key]:
            if _is_long_slip(words, i, phrase.words, lexicon):
                return phrase
    found = words[i], words[i + 1]
    for phrase in lexicon.pairs[key] if key in lexicon.pairs and not _is_good(*found, lexicon) else ():
        distances = [_near(a, b) for a, b in zip(found, phrase.words, strict=True)]
        if sum(distances) > 0 and max(distances) == 1 and _proved(words, i, phrase, lexicon):
            return phrase
    lost = lost_half(words, i, lexicon.book) if found in lexicon.openings else None
    if lost is None or (i and _is_good(words[i - 1], words[i], lexicon)):
        return None
    return _Phrase(tuple(lost[1].split()), "lost", lost[0], [])


def _is_long_slip(words: list[str], i: int, meant: tuple[str, ...], lexicon: _Lexicon) -> bool:
    """Whether three or more words stand for ``meant`` with one slip in one of them."""
    printed = words[i : i + len(meant)]
    changed = [place for place, (a, b) in enumerate(zip(printed, meant, strict=False)) if a != b]
    if len(printed) < len(meant) or len(changed) != 1 or _near(printed[changed[0]], meant[changed[0]]) != 1:
        return False
    if len(meant) == 3 and changed[0] != 1 and printed[changed[0]] in lexicon.free:
        return False
    return not _is_shared(words, i, i + len(meant), lexicon)


def _near(a: str, b: str) -> int:
    """Return how many slips lie between two syllables; more than any slip makes where they are different words."""
    x, y = _SYLLABLES[a], _SYLLABLES[b]
    return slips(x, y) if x.skeleton and x.skeleton == y.skeleton else 9


def _is_good(a: str, b: str, lexicon: _Lexicon) -> bool:
    return (a, b) in lexicon.good


def _is_shared(words: list[str], start: int, end: int, lexicon: _Lexicon) -> bool:
    """Whether the first of the words belongs to a phrase before them, or the last to one behind them."""
    before = start > 0 and _is_good(words[start - 1], words[start], lexicon)
    return before or (end < len(words) and _is_good(words[end - 1], words[end], lexicon))


def _proved(words: list[str], i: int, phrase: _Phrase, lexicon: _Lexicon) -> bool:
    """Whether the pair at ``i`` belongs to no phrase before or behind it, and what was changed is no syllable of every sentence."""
    if _is_shared(words, i, i + 2, lexicon):
        return False
    a, b = words[i], words[i + 1]
    changed = [w for w, right in zip((a, b), phrase.words, strict=True) if w != right]
    if all(w not in lexicon.free for w in changed):
        return True
    return len(changed) == 1 and ({a, b} - set(changed)) <= lexicon.bound


def _placed(printed: _Printed, text: str, hits: list[tuple[int, _Phrase]]) -> Iterator[Slip]:
    """Yield the slips with their places in ``text``, found by reading the words along the line that they begin in."""
    lowered, words = printed.text, printed.words
    firsts = [*accumulate(map(len, printed.lines), initial=0)]
    starts = [*accumulate((len(line) + 1 for line in lowered.split("\n")), initial=0)]
    done = 0
    for i, phrase in hits:
        if i < done:
            continue  # inside a longer phrase
        last = i + phrase.printed - 1
        line = bisect_right(firsts, i) - 1
        first, at = firsts[line], starts[line]
        for word in words[first:i]:
            at = at if word == STOP else lowered.index(word, at) + len(word)
        start = at = lowered.index(words[i], at)
        for word in words[i : last + 1]:
            at = lowered.index(word, at) + len(word)
        span = Span(start, at)
        found = span.cut(text)
        if _GAP not in found and not _is_name(found, text[max(0, start - 30) : start].split()[-1:]):
            done = last + 1
            yield Slip(span, " ".join(found.replace("*", " ").split()), " ".join(phrase.words), phrase.kind)


def _is_name(printed: str, before: list[str]) -> bool:
    """Whether the words are the name of a person or a place: "Trần Tiên Hành"."""
    if printed.isupper():
        return False
    last = printed.split()[-1]
    return (last[:1].isupper() and not last.isupper()) or (printed[:1].isupper() and bool(before) and before[0][:1].isupper())
