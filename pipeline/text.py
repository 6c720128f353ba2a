"""Folded text in which every character knows where it came from.

Rules match a ``TextView``: lower case, one tone-mark spelling, single spaces, line breaks joined, web markup left out. A match
leads back to the document by ``TextView.span``; the document's own text is never changed.
"""

import re
from bisect import bisect_right
from functools import lru_cache

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
_MARKED = re.compile(r"[*~\[\\\u200b-\u200f\u00ad\ufeff]")
_DROPPED = re.compile(
    r"[*~\[\\\u200b-\u200f\u00ad\ufeff ]"
    r"(?:(?<=\*)\**|(?<=~)~[^~\n]{0,40}~~|(?<=\[)\d{1,3}\]|(?<=\\)(?=[-+*.#_])|"
    r"(?<=[\u200b-\u200f\u00ad\ufeff])[\u200b-\u200f\u00ad\ufeff]*|(?<= ) +)"
)

_RUN = re.compile(r"[^\W_]+")
_MOST_SIGNS = 200  # each is looked for in the whole text


def _retone(match: re.Match[str]) -> str:
    found = match.group()
    new = _TONES[found.lower()]
    if found.isupper():
        return new.upper()
    return new[0].upper() + new[1] if found[0].isupper() else new


def words_of(text: str) -> list[str]:
    """Return the runs of letters and digits of ``text``, in order; several times faster than to let a pattern find them."""
    signs = [sign for sign in set(text) if not sign.isalnum()]
    if len(signs) > _MOST_SIGNS:
        return _RUN.findall(text)
    for sign in signs:
        text = text.replace(sign, " ")
    return text.split()


class TextView:
    """A folded stretch of a document.

    ``text`` is lower case; ``cased`` is the same, letter for letter, in the case of the source. Positions in either are led
    back to the document by ``span``.
    """

    __slots__ = ("_sources", "_starts", "cased", "text")

    def __init__(self, cased: str, starts: list[int], sources: list[int]) -> None:
        self.cased = cased
        self.text = cased.lower()
        self._starts = starts
        self._sources = sources

    def source(self, position: int) -> int:
        """Return the document position (code points) of the view's character at ``position``."""
        i = bisect_right(self._starts, position) - 1
        return self._sources[i] + position - self._starts[i]

    def span(self, start: int, end: int) -> Span:
        """Return the document span of ``view.text[start:end]``."""
        if end <= start:
            at = self.source(start)
            return Span(at, at)
        return Span(self.source(start), self.source(end - 1) + 1)


def fold(text: str, start: int = 0, end: int | None = None) -> TextView:
    """Return the folded view of ``text[start:end]``; its spans count code points of ``text``."""
    piece = _respelled(text[start:end])
    if not _may_drop(piece):
        return TextView(piece, [0], [start])
    starts, sources, parts = [0], [start], []
    at = done = 0
    for match in _DROPPED.finditer(piece):
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
    """Return ``fold(text, start, end)``, remembered for the text last asked for: one stage after another folds the same clauses."""
    views = _views(text)
    view = views.get((start, end))
    if view is None:
        view = views[start, end] = fold(text, start, end)
    return view


@lru_cache(maxsize=1)
def _views(text: str) -> dict[tuple[int, int], TextView]:
    return {}


def fold_text(text: str) -> str:
    """Return ``text`` folded as ``fold`` does, without the way back: for rule patterns and register names."""
    piece = _respelled(text)
    return fold(text).text if _may_drop(piece) else piece.lower()


def _respelled(piece: str) -> str:
    """Return ``piece`` with one spelling for each sign and tone mark, letter for letter."""
    for sign in _USUAL:
        if sign in piece:
            piece = piece.replace(sign, _FOLDS[sign])
    if _FOLDED.search(piece):  # to look costs less than to replace nothing
        piece = _FOLDED.sub(_fold_sign, piece)
    return _TONE.sub(_retone, piece) if _TONE.search(piece) else piece


def _fold_sign(match: re.Match[str]) -> str:
    return _FOLDS[match.group()]


def _may_drop(piece: str) -> bool:
    return "  " in piece or _MARKED.search(piece) is not None
