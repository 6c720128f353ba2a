"""Words of a PDF page with their places, in lines from top to bottom: what columns of white space are told by."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.read.pdf_letters import Letters

# In sizes of the letters.
_SAME_LINE = 0.22
_JOINED = 0.13


class Word(NamedTuple):
    """Letters without room between them, and where they stand (points)."""

    left: float
    top: float
    right: float
    bottom: float
    foot: float
    size: float
    words: str


class WordLine(NamedTuple):
    """Words on one foot line, from left to right."""

    words: tuple[Word, ...]
    foot: float
    size: float

    @property
    def top(self) -> float:
        """The upper bound of its highest letters."""
        return self.foot - 0.85 * self.size

    @property
    def bottom(self) -> float:
        """The lower bound of its lowest letters."""
        return self.foot + 0.25 * self.size

    @property
    def said(self) -> str:
        """The words, parted by blanks."""
        return " ".join(word.words for word in self.words)


def find_words(letters: Letters, wanted: NDArray[np.bool_]) -> list[WordLine]:
    """Return the lines that the ``wanted`` letters make, from top to bottom, across all columns."""
    picked = np.flatnonzero(wanted)
    if not len(picked):
        return []
    left, top, right, bottom = letters.boxes[picked].T
    foot, size = letters.feet[picked], letters.sizes[picked]
    breaks = letters.spaced[picked[1:]] | (np.diff(picked) > 1)
    breaks |= np.abs(np.diff(foot)) > _SAME_LINE * size[1:]
    breaks |= np.abs(left[1:] - right[:-1]) > _JOINED * size[1:]
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    ends = [*starts[1:].tolist(), len(picked)]
    columns = (
        np.minimum.reduceat(left, starts), np.minimum.reduceat(top, starts), np.maximum.reduceat(right, starts),
        np.maximum.reduceat(bottom, starts), foot[starts], size[starts],
    )  # fmt: skip
    said = ("".join(letters.words[i] for i in picked[a:b]) for a, b in zip(starts.tolist(), ends, strict=True))
    words = list(map(Word, *(column.tolist() for column in columns), said))
    return list(_lines(words))


def _lines(words: list[Word]) -> Iterator[WordLine]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.foot):
        if rows and word.foot - rows[-1][0].foot <= _SAME_LINE * min(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort()
        joined = row[:1]
        for word in row[1:]:  # letters of a second font are written behind their line
            last = joined[-1]
            if word.left - last.right <= _JOINED * word.size:
                joined[-1] = Word(
                    last.left, min(last.top, word.top), max(last.right, word.right), max(last.bottom, word.bottom),
                    last.foot, max(last.size, word.size), last.words + word.words,
                )  # fmt: skip
            else:
                joined.append(word)
        yield WordLine(tuple(joined), row[0].foot, max(word.size for word in row))
