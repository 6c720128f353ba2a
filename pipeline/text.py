"""Folded text in which every character knows where it came from.

Rules match a ``TextView``: lower case, one tone-mark spelling, single spaces, line breaks joined, web markup left out. A match
leads back to the document by ``TextView.span``; the document's own text is never changed.
"""

import re
from bisect import bisect_right
from functools import lru_cache
from sys import intern
from typing import Final, NamedTuple

from models import Span

_FOLDS = {
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′`", "'"),
    **dict.fromkeys(
        "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
        " ",
    ),
    "Ð": "Đ",  # Latin Eth, as Tesseract and some web copies print Đ
    "\u0130": "I",  # its lower case is two characters long
}
_FOLDED = re.compile("[" + "".join(map(re.escape, _FOLDS)) + "]")
_USUAL = ("\n", "–", "“", "”")  # so usual that each is replaced by itself: that is faster
# Two spellings of one tone mark: "hoà" and "hòa", "uỷ" and "ủy". Both are folded to the second.
_TONES = dict(
    zip(
        ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"],
        ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"],
        strict=True,
    )
)
# Each pattern begins with a class of letters, which lets the engine skip at once what cannot be meant.
_TONE = re.compile(r"[oOuU](?:(?<=[oO])[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]|(?<=[uU])[ỳýỷỹỵỲÝỶỸỴ])(?<![qQ]..)(?![\wà-ỹ])")
_TONED = re.compile(r"[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸỳýỷỹỵỲÝỶỸỴ](?<=[oOuU].)(?!\w)")
_MARKED = re.compile(r"[*~\[\\\u200b-\u200f\u00ad\ufeff]")
_DROPPED = re.compile(
    r"  +|[*~\[\\\u200b-\u200f\u00ad\ufeff]"
    r"(?:(?<=\*)\**|(?<=~)~[^~\n]{0,40}~~|(?<=\[)\d{1,3}\]|(?<=\\)(?=[-+*.#_])|(?<=[\u200b-\u200f\u00ad\ufeff])[\u200b-\u200f\u00ad\ufeff]*)"
)

_BLANKS = re.compile(r"  +")  # what _DROPPED finds where nothing else is to be dropped

_DIGITS = re.compile(r"\d+")
_PIECE = 256  # characters that are compared at once
_SHORT = 80  # characters
_LONG = 1000
STOP = "\0"  # between sentences and around marks
MARKS: Final = ",.;:()\"“”‘’?!/…[]|–—-+=<>`'·•_►▪■□●○◦◆→✓✔★"
"""what parts words"""


def _retone(match: re.Match[str]) -> str:
    found = match.group()
    new = _TONES[found.lower()]
    if found.isupper():
        return new.upper()
    return new[0].upper() + new[1] if found[0].isupper() else new


class Words(NamedTuple):
    """The words of a text in small letters. ``marked`` is the text with STOP for every mark and every empty line; ``words`` are its words,
    STOP among them: no word stands beside one behind a mark."""

    marked: str
    words: list[str]


@lru_cache(maxsize=2)
def small_letters(text: str) -> str:
    """Return ``text`` in small letters, letter for letter: the small letter of İ is two characters long, so i stands for it."""
    return text.replace("\u0130", "I").lower()


@lru_cache(maxsize=1)
def read_words(lowered: str) -> Words:
    """Return the words of a text in small letters; remembered for the text last asked for. No pattern finds them as fast."""
    marked = lowered
    for mark in MARKS:
        if mark in marked:
            marked = marked.replace(mark, STOP)
    marked = f"\n{marked.replace(STOP, f' {STOP} ').replace('*', ' ')}\n"
    for _ in range(2):  # of three line breaks one after another the last two are seen the second time
        marked = marked.replace("\n\n", f"\n {STOP} \n")
    marked = marked[1:-1]
    return Words(marked, list(map(intern, marked.split())))  # what is kept by words, or by pairs of them, is found without reading them


def differing(one: str, other: str) -> list[int]:
    """Return the places in which two texts of one length differ. Most pieces of them are alike, which is seen at once."""
    found: list[int] = []
    for start in range(0, len(one), _PIECE):
        a, b = one[start : start + _PIECE], other[start : start + _PIECE]
        if a != b:
            found += [i for i, (c, d) in enumerate(zip(a, b, strict=True), start) if c != d]
    return found


class TextView:
    """A folded stretch of a document.

    ``text`` is lower case; ``cased`` is the same, letter for letter, in the case of the source. Positions in either are led
    back to the document by ``span``.
    """

    __slots__ = ("_figures", "_sources", "_starts", "cased", "text")

    def __init__(self, cased: str, starts: list[int], sources: list[int], text: str | None = None) -> None:
        self.cased = cased
        self.text = cased.lower() if text is None else text
        self._starts = starts
        self._sources = sources
        self._figures: list[int] | None = None

    @property
    def figures(self) -> list[int]:
        """Return where in the view numbers begin; times, targets, citations and sums all ask for it."""
        if self._figures is None:
            self._figures = [match.start() for match in _DIGITS.finditer(self.text)]
        return self._figures

    def source(self, position: int) -> int:
        """Return the document position (code points) of the view's character at ``position``."""
        i = bisect_right(self._starts, position) - 1
        return self._sources[i] + position - self._starts[i]

    def position(self, source: int) -> int:
        """Return the first place of the view that stands at the document position ``source`` or behind it; its end where none does."""
        i = max(0, bisect_right(self._sources, source) - 1)
        end = self._starts[i + 1] if i + 1 < len(self._starts) else len(self.text)
        return min(end, max(0, self._starts[i] + source - self._sources[i]))

    def segments(self) -> tuple[list[int], list[int]]:
        """Return where in the view stretches begin that stand in the document letter for letter, and where they begin there."""
        return self._starts, self._sources

    def span(self, start: int, end: int) -> Span:
        """Return the document span of ``view.text[start:end]``."""
        if len(self._starts) == 1:  # as in most views: nothing was left out
            shift = self._sources[0]
            return Span(shift + start, shift + max(start, end))
        if end <= start:
            at = self.source(start)
            return Span(at, at)
        return Span(self.source(start), self.source(end - 1) + 1)


def fold(text: str, start: int = 0, end: int | None = None) -> TextView:
    """Return the folded view of ``text[start:end]``; its spans count code points of ``text``."""
    return _view(_respelled(text[start:end]), start)


def _view(piece: str, start: int) -> TextView:
    """Return the view of what was respelled and begins at ``start`` of its text."""
    marked = _MARKED.search(piece)
    if marked is None and "  " not in piece:
        return TextView(piece, [0], [start])
    starts, sources, parts = [0], [start], []
    at = done = 0
    for match in (_DROPPED if marked else _BLANKS).finditer(piece):
        a, b = match.span()
        if piece[a] == " ":
            a += 1  # one space of a run stays
        elif a and piece[a - 1] == " " and b < len(piece) and piece[b] == " ":
            b += 1  # "x ** y": both neighbours are spaces, one is enough
        parts.append(piece[done:a])
        at += a - done
        done = b
        if starts[-1] == at:
            sources[-1] = start + b
        else:
            starts.append(at)
            sources.append(start + b)
    if done == 0:
        return TextView(piece, starts, sources)
    parts.append(piece[done:])
    return TextView("".join(parts), starts, sources)


def fold_again(text: str, start: int, end: int) -> TextView:
    """Return ``fold(text, start, end)``, remembered for the texts last asked for: one stage after another folds the same clauses."""
    views = _views(text)
    view = views.get((start, end))
    if view is None:
        view = views[start, end] = _seen(text, start, end)
    return view


def _seen(text: str, start: int, end: int) -> TextView:
    """Return ``fold(text, start, end)``. Most pieces are whole words of a document, which is respelled once."""
    if len(text) < _LONG or (end < len(text) and text[end] not in " \n") or (start and text[start - 1] not in " \n"):
        return fold(text, start, end)
    respelled, lowered, marked = _whole(text)
    piece = respelled[start:end]
    return _view(piece, start) if marked or "  " in piece else TextView(piece, [0], [start], lowered[start:end])


@lru_cache(maxsize=2)  # the text as printed, and as it is meant
def _views(text: str) -> dict[tuple[int, int], TextView]:
    return {}


def fold_text(text: str) -> str:
    """Return ``text`` folded as ``fold`` does, without the way back: for rule patterns and register names."""
    return _remembered(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    piece = _respelled(text)
    return _view(piece, 0).text if _may_drop(piece) else piece.lower()


_remembered = lru_cache(maxsize=8192)(_folded)  # seven in ten names, labels and beginnings of lines come again in a document


def _respelled(piece: str) -> str:
    """Return ``piece`` with one spelling for each sign and tone mark, letter for letter."""
    if _FOLDED.search(piece):  # to look costs less than to replace nothing
        for sign in _USUAL:
            if sign in piece:
                piece = piece.replace(sign, _FOLDS[sign])
        piece = _FOLDED.sub(_fold_sign, piece)
    return _TONE.sub(_retone, piece) if _TONED.search(piece) else piece


@lru_cache(maxsize=2)  # the text as printed, and as it is meant
def _whole(text: str) -> tuple[str, str, bool]:
    """Return ``text`` respelled, the same in small letters, and whether it holds marks that folding leaves out."""
    respelled = _respelled(text)
    return respelled, respelled.lower(), _MARKED.search(respelled) is not None


def _fold_sign(match: re.Match[str]) -> str:
    return _FOLDS[match.group()]


def _may_drop(piece: str) -> bool:
    return "  " in piece or _MARKED.search(piece) is not None
