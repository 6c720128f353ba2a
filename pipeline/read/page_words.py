"""Where a word begins and ends in a printed line: told by the room between words, which the ink leaves free."""

import unicodedata
from typing import Final

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
_INK: Final = 150  # darker is ink
_RULED: Final = 0.8  # of a line's height: what lies below may be underlined
_NEAR: Final = 1.2  # heights of a line: farther away, a gap is that of other words

# Usual widths of letters in thousandths of the size of a serif font: only their proportions count.
_WIDTHS: Final = {
    **dict.fromkeys("iltjI|!.,:;'’‘()[]/-rf", 300),
    **dict.fromkeys("mMwW", 800),
    **dict.fromkeys("ABCDĐEFGHKLNOPQRSTUVXYZ%–", 680),
    " ": 250,
}
_WIDTH: Final = 480


def measure_words(words: str) -> list[float]:
    """Return where each letter of ``words`` begins, and where the last one ends, as shares (0 to 1) of the line's width."""
    at, places = 0.0, [0.0]
    for letter in words:
        base = unicodedata.normalize("NFD", letter)[:1]
        at += _WIDTHS.get(base, _WIDTH)
        places.append(at)
    return [place / at for place in places] if at else places


def find_edges(line: Grey, words: str, start: int, end: int) -> tuple[float, float]:
    """Return from where to where (pixels from the left of ``line``, a picture of the printed ``words``) ``words[start:end]`` reach.

    The widths of letters are guessed; where a word's edge is guessed near one of the widest gaps in the line, that gap is the truth.
    """
    height, width = int(line.shape[0]), int(line.shape[1])
    shares = measure_words(words)
    gaps = _gaps(line, words.count(" "))
    if gaps:
        shares = _stretched(words, shares, width, float(np.mean([b - a for a, b in gaps])))

    def edge(at: int, side: int) -> float:
        guess = float(shares[at] * width)
        if at in (0, len(words)):
            return guess
        near = min(gaps, key=lambda gap: abs((gap[0] + gap[1]) / 2 - guess), default=None)
        return near[side] if near and abs((near[0] + near[1]) / 2 - guess) <= _NEAR * height else guess

    def place(at: int) -> float:
        first, last = words.rfind(" ", 0, at) + 1, words.find(" ", at)
        last = len(words) if last < 0 else last
        if at == first:
            return edge(at, 1)
        if at == last:
            return edge(at, 0)
        share = (shares[at] - shares[first]) / (shares[last] - shares[first])
        return edge(first, 1) * (1 - share) + edge(last, 0) * share

    return place(start), max(place(start), place(end))


def _gaps(line: Grey, most: int) -> list[tuple[int, int]]:
    """Return the ``most`` widest runs of columns without ink inside the line, from left to right."""
    ink = (line[: max(1, int(line.shape[0] * _RULED))] < _INK).any(axis=0)
    inked = np.flatnonzero(ink)
    if not most or len(inked) < 2:
        return []
    steps = np.diff(inked)
    wide = np.sort(np.argsort(-steps, kind="stable")[:most])
    return [(int(inked[i]) + 1, int(inked[i + 1])) for i in wide if steps[i] > 2]


def _stretched(words: str, shares: list[float], width: int, gap: float) -> list[float]:
    """Return the shares with blanks as wide as those of this line (in pixels): justified lines stretch nothing else."""
    blanks = words.count(" ")
    room = min(0.9, blanks * gap / width)
    letters = sum(b - a for a, b, letter in zip(shares, shares[1:], words, strict=False) if letter != " ")
    at, places = 0.0, [0.0]
    for a, b, letter in zip(shares, shares[1:], words, strict=False):
        at += room / blanks if letter == " " else (b - a) / letters * (1 - room)
        places.append(at)
    return places
