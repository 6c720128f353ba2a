"""Folded text in which every character knows where it came from.

Rules match a ``TextView``: lower case, one tone-mark spelling, single spaces, line breaks joined, web markup left out. A match
leads back to the document by ``TextView.span``; the document's own text is never changed.
"""

import re
from bisect import bisect_right

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
# Two spellings of one tone mark: "hoà" and "hòa", "uỷ" and "ủy". Both are folded to the second.
_TONES = dict(
    zip(
        ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"],
        ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"],
        strict=True,
    )
)
_TONE = re.compile(r"(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?![\wà-ỹ])", re.IGNORECASE)
_DROPPED = re.compile(r"\*+|~~[^~\n]{0,40}~~|\[\d{1,3}\]|\\(?=[-+*.#_])|[\u200b-\u200f\u00ad\ufeff]+| {2,}")


def _retone(match: re.Match[str]) -> str:
    found = match.group()
    new = _TONES[found.lower()]
    if found.isupper():
        return new.upper()
    return new[0].upper() + new[1] if found[0].isupper() else new


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
    piece = _FOLDED.sub(lambda match: _FOLDS[match.group()], text[start:end])
    piece = _TONE.sub(_retone, piece)
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


def fold_text(text: str) -> str:
    """Return ``text`` folded as ``fold`` does, without the way back: for rule patterns and register names."""
    return fold(text).text
