"""Likely misspellings: near neighbours of fixed phrases (rules/spelling.toml). Nothing is changed, each is shown to a person."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, compress, count, pairwise
from operator import ne
from typing import Any, Literal, NamedTuple

from models import Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading
from pipeline.check.slips import find_misread_codes, find_proved_slips, lost_half, lost_openings
from pipeline.check.syllables import CACHE_SIZE, Skeletons, Syllables, slips, spellings
from pipeline.rulebook import Rulebook, rulebook
from pipeline.text import STOP, Words, fold_text, read_words, small_letters

_NAME_WORDS = 2
_GAP = "   "  # between the columns of a printed table
_MOST = 25  # more slips than these are no slips of the pen
_SYLLABLES = Syllables()
_SKELETONS = Skeletons(_SYLLABLES)
_NOTHING: frozenset[str] = frozenset()
_Kind = Literal["duty", "word", "lost"]


class _Phrase(NamedTuple):
    """What is meant, in words; ``printed``: how many words of the text stand for it."""

    words: tuple[str, ...]
    kind: _Kind
    printed: int
    listed: list[str]


class _Suspected(NamedTuple):
    """The phrases that a pair of words may be a slip for: ``long`` goes on behind it; ``opens``: it may begin with a lost half."""

    long: list[_Phrase]
    pairs: list[_Phrase]
    opens: bool


class Slip(NamedTuple):
    """What is printed at ``span``, and the phrase that may be meant. ``kind`` is the second half of the finding's code."""

    span: Span
    found: str
    right: str
    kind: _Kind


class _Suspects(dict[tuple[str, str], _Suspected | None]):
    """What pairs of words are suspected of, each found once."""

    def __init__(self, lexicon: "_Lexicon") -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, pair: tuple[str, str]) -> _Suspected | None:
        if len(self) >= CACHE_SIZE:
            self.clear()
        made = self[pair] = _suspected(*pair, self._lexicon)
        return made


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
        self.quiet: dict[str, set[str]] = {}
        for pair in self.good:
            if _key(*pair) not in self.long and pair not in openings:
                self.quiet.setdefault(pair[0], set()).add(pair[1])
        self.suspects = _Suspects(self)
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
    lowered = reading.lowered
    printed = read_words(lowered)
    by_form: dict[tuple[str, str], list[Slip]] = {}
    for slip in _slips(text, lowered, printed, _lexicon(book)):
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
    lowered = small_letters(text)
    return list(_slips(text, lowered, read_words(lowered), _lexicon(book)))


def _slips(text: str, lowered: str, printed: Words, lexicon: _Lexicon) -> Iterator[Slip]:
    words = printed.words
    # the skeletons of a language are few strings, which are told apart by what they are: far faster than to compare words
    skeletons = list(map(_SKELETONS.__getitem__, words))
    near = compress(count(), map(lexicon.keys.__contains__, pairwise(skeletons)))
    quiet = lexicon.quiet
    doubtful = [i for i in near if words[i + 1] not in quiet.get(words[i], _NOTHING)]
    hits = [(i, phrase) for i in doubtful if (phrase := _slip_at(words, i, lexicon))]
    return _placed(printed, lowered, text, hits) if hits else iter(())


def _slip_at(words: list[str], i: int, lexicon: _Lexicon) -> _Phrase | None:
    """Return the phrase that is meant at word ``i``, if what is printed there is a slip."""
    near = lexicon.suspects[words[i], words[i + 1]]
    if near is None:
        return None
    if near.long:
        if any(words[i : i + phrase.printed] == phrase.listed for phrase in near.long):
            return None
        for phrase in near.long:
            if _is_long_slip(words, i, phrase.words, lexicon):
                return phrase
    for phrase in near.pairs:
        if _proved(words, i, phrase, lexicon):
            return phrase
    lost = lost_half(words, i, lexicon.book) if near.opens else None
    if lost is None or (i and _is_good(words[i - 1], words[i], lexicon)):
        return None
    return _Phrase(tuple(lost[1].split()), "lost", lost[0], [])


def _suspected(a: str, b: str, lexicon: _Lexicon) -> _Suspected | None:
    """Return what may be meant where ``a b`` is printed, whatever stands around it; None where nothing else may."""
    key = _key(a, b)
    long = [phrase for phrase in lexicon.long.get(key, ()) if a == phrase.words[0] or b == phrase.words[1]]
    pairs = [] if _is_good(a, b, lexicon) else lexicon.pairs.get(key, ())
    near = [phrase for phrase in pairs if max(_near(a, phrase.words[0]), _near(b, phrase.words[1])) == 1]
    opens = (a, b) in lexicon.openings
    return _Suspected(long, near, opens) if long or near or opens else None


def _is_long_slip(words: list[str], i: int, meant: tuple[str, ...], lexicon: _Lexicon) -> bool:
    """Whether three or more words stand for ``meant`` with one slip in one of them."""
    printed = words[i : i + len(meant)]
    differs = list(map(ne, printed, meant))
    if len(printed) < len(meant) or sum(differs) != 1:
        return False
    changed = differs.index(True)
    if _near(printed[changed], meant[changed]) != 1:
        return False
    if len(meant) == 3 and changed != 1 and printed[changed] in lexicon.free:
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


def _placed(printed: Words, lowered: str, text: str, hits: list[tuple[int, _Phrase]]) -> Iterator[Slip]:
    """Yield the slips with their places in ``text``, found by reading the words along the line that they begin in."""
    words = printed.words
    starts = [*accumulate([len(line) + 1 for line in lowered.split("\n")], initial=0)]
    marked = rest = printed.marked
    done = begun = 0
    for i, phrase in hits:
        if i < done:
            continue  # inside a longer phrase
        last = i + phrase.printed - 1
        rest, begun = rest.split(None, i - begun)[-1], i
        here = len(marked) - len(rest)
        at = starts[marked.count("\n", 0, here)]
        for word in marked[marked.rfind("\n", 0, here) + 1 : here].split():
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
