"""Words of a scan become printed lines: parted where columns stand side by side, without what is no print."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final

from pipeline.read.compose import Box
from pipeline.read.printed_page import PrintedLine
from pipeline.read.scan_engine import Word
from pipeline.read.scan_mend import mend
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

# What stands alone in a line of print without a letter or a digit; all else of that kind is a speck, a rule, a stroke.
_SIGN = re.compile(r"[-–—~_¬+*•…/&%.,;:()“”\"'=<>]{1,4}")
_STROKES: Final = frozenset("~_¬")
_BULLETS: Final = frozenset("-–—~_¬+*•=")
_WORD = re.compile(r"[^\W_]")
# single quotes are not used in directives: before a letter they are dirt, as these are
_SPECK = re.compile(r"^['‘’`´_|\\¬°]+(?=[^\W_])")
_VOWEL = re.compile(r"[aeiouyăâêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
_POOR: Final = 0.4
_UNSURE: Final = 0.6
_GAP: Final = 1.1
"""of the height of a line: a wider gap than this, and much wider than the others of its line, parts two columns"""


@dataclass(frozen=True)
class ReadLines:
    """Lines of print, and what was read of stamps, handwriting and dirt."""

    lines: list[PrintedLine]
    noise: list[PrintedLine]


def build_lines(words: Sequence[Word], points: float, offset: tuple[float, float], book: Rulebook, *, cell: bool = False) -> ReadLines:
    """Return the lines that ``words`` of one picture make; ``points`` is the size of a pixel, ``offset`` where its corner lies (points).

    What stands in a ``cell`` of a table is print, however badly it was read, and stands in one column.
    """
    read = ReadLines([], [])
    usual = median([w.bottom - w.top for w in words if len(w.text) > 1] or [1])
    lines: dict[tuple[int, int, int], list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    for line in lines.values():
        line.sort(key=lambda word: word.left)
        kept = _print(line, usual)
        for part in [kept] if cell and kept else _columns(kept, book):
            made = _line(part, points, offset, book)
            (read.lines if cell or _is_print(part) else read.noise).append(made)
        rest = [word for word in line if not _keeps(word, usual)]
        if any(_WORD.search(word.text) for word in rest):
            read.noise.append(_line(rest, points, offset, book))
    return read


def _keeps(word: Word, usual: float) -> bool:
    """Whether a word can be print: signatures are high, dirt has no letters."""
    if word.confidence < _UNSURE and word.bottom - word.top > 2.2 * usual:
        return False
    return bool(_WORD.search(word.text)) or bool(_SIGN.fullmatch(word.text))


def _print(line: Sequence[Word], usual: float) -> list[Word]:
    """Return the words of a line that can be print; at its ends no lone signs but the dash of a list and a stop."""
    words = [replace(word, text=_SPECK.sub("", word.text)) for word in line if _keeps(word, usual)]
    words = [word for n, word in enumerate(words) if not n or word.text not in _STROKES]
    while (
        words and not _WORD.search(words[-1].text) and (words[-1].confidence < _UNSURE or words[-1].text in {"-", "–", "—", "'", '"', "*"})
    ):
        words.pop()
    while (
        words and not _WORD.search(words[0].text) and words[0].confidence < _UNSURE and words[0].text not in {"-", "–", "—", "+", "*", "•"}
    ):
        words.pop(0)
    return words


def _is_print(words: Sequence[Word]) -> bool:
    """Whether a line is language: read with some confidence, or at least made of syllables."""
    letters = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words) / letters
    if sure < _POOR:
        return False
    text = " ".join(word.text for word in words)
    if not _WORD.search(text):
        return False
    if letters <= 2 and text.isalpha():
        return False
    if letters <= 3 and not any(c.isdigit() for c in text):
        return sure >= _UNSURE
    return sure >= _UNSURE or bool(_VOWEL.search(text))


def _columns(words: Sequence[Word], book: Rulebook) -> Iterable[list[Word]]:
    """Yield the parts of a line that stand in columns of their own."""
    if not words:
        return
    height = median(word.bottom - word.top for word in words)
    gaps = [after.left - before.right for before, after in pairwise(words)]
    usual = median(gaps) if gaps else 0.0
    bound = max(_GAP * height, 2.5 * usual) if len(gaps) > 2 else _GAP * height
    part = [words[0]]
    for gap, word in zip(gaps, words[1:], strict=True):
        if gap > bound and not _belongs(part[-1].text, word.text, book):
            yield part
            part = []
        part.append(word)
    yield part


def _belongs(before: str, after: str, book: Rulebook) -> bool:
    """Whether two words are one phrase however wide the room between them: a number or a day to be filled in by hand."""
    blanks = book["ocr"].tables["blank"]
    return before.lower().strip(" .,:") in blanks["before"] or after.lower().startswith(tuple(blanks["after"]))


def _line(words: Sequence[Word], points: float, offset: tuple[float, float], book: Rulebook) -> PrintedLine:
    letters = sum(len(word.text) for word in words)
    text, mends = mend(" ".join(word.text for word in words), book)
    box: Box = (
        offset[0] + min(word.left for word in words) * points,
        offset[1] + min(word.top for word in words) * points,
        offset[0] + max(word.right for word in words) * points,
        offset[1] + max(word.bottom for word in words) * points,
    )
    return PrintedLine(text, box, round(sum(word.confidence * len(word.text) for word in words) / letters, 3), mends)


def in_stamp(line: PrintedLine, level: Sequence[Box], lines: Sequence[PrintedLine], book: Rulebook) -> bool:
    """Whether ``line`` lies in the frame of a stamp of receipt ("ĐẾN"): two rulings of one length, close together, around that word."""
    words = book["ocr"].tables["apart"]["words"]
    for above in level:
        for below in level:
            wide, high = above[2] - above[0], below[1] - above[1]
            alike = abs(above[0] - below[0]) <= 9 and abs(above[2] - below[2]) <= 9
            if not alike or not 60 <= wide <= 200 or not 15 <= high <= 110:
                continue
            frame = (min(above[0], below[0]), above[1], max(above[2], below[2]), below[3])
            if _within(line.box, frame) and any(
                word in fold_text(other.words).split() for other in lines if _within(other.box, frame) for word in words
            ):
                return True
    return False


def _within(box: Box, frame: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]
