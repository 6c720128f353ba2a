"""The lines of a document and their columns, as the head and the foot of a directive need them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"  # a class of a pattern: capitals of Vietnamese
LOWER = UPPER.replace("A-Z", "a-z").lower()
_MARKUP = " \t\r\f\v\xa0*_#|>\ufeff\u200b"
_RULE = re.compile(r"[\W_]*")
_COLUMN = re.compile(r"[|\t\f]+|[ \xa0]{3,}")
_COLUMN_SIGNS = ("   ", "|", "\t", "\f", "\xa0")  # one of which parts columns; to look for these is far faster


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line, or one column of it: ``[start, end)`` without white space and web markup at both ends.

    ``row`` is the number of the physical line, ``column`` counts from 0, ``gap`` tells whether an empty line, a ruling or a
    table bar parts it from the line before, ``bold`` whether web markup opens bold print here.
    """

    start: int
    end: int
    row: int
    column: int
    bare: str
    gap: bool
    bold: bool


class Row(NamedTuple):
    """A physical line ``[start, end)`` without its line break; ``bare`` is its text without markup at both ends."""

    start: int
    end: int
    bare: str

    @property
    def empty(self) -> bool:
        """Whether the row holds no letter and no digit (an empty line, a ruling, a table bar, an asterisk)."""
        return not self.bare or (not self.bare[0].isalnum() and _RULE.fullmatch(self.bare) is not None)


def rows_of(text: str) -> list[Row]:
    """Return the physical lines of ``text`` in order; they cover it, line breaks aside."""
    found, at = [], 0
    for line in text.split("\n"):
        found.append(Row(at, at + len(line), line.strip(_MARKUP)))
        at += len(line) + 1
    return found


def columns(text: str, rows: list[Row], first: int, last: int) -> Iterator[Line]:
    """Yield the columns (parted by bars, tabs or three spaces) of ``rows[first:last]`` that hold a letter or a digit."""
    gap = True
    for number in range(first, last):
        row = rows[number]
        if row.empty:
            gap = True
            continue
        column, at = 0, row.start
        printed = text[row.start : row.end]
        parts = _COLUMN.finditer(printed) if any(map(printed.__contains__, _COLUMN_SIGNS)) else ()
        bounds = [(m.start() + row.start, m.end() + row.start) for m in parts]
        barred = "|" in row.bare
        for a, b in [*bounds, (row.end, row.end)]:
            piece = text[at:a]
            bare = piece.strip(_MARKUP)
            if bare and not _RULE.fullmatch(bare):
                start = at + piece.index(bare)
                yield Line(start, start + len(bare), number, column, bare, gap or barred, "**" in piece[: start - at])
                column, gap = column + 1, False
            at = b


def is_capitals(words: str) -> bool:
    """Return whether ``words`` are printed in capitals (four letters in five suffice: "5G, IoT")."""
    if words.isupper():
        return sum(map(str.isalpha, words)) > 1
    if sum(map(str.islower, words[: len(words) // 3 + 8])) > 0.2 * len(words):
        return False  # most lines are told by their first third
    letters = [c for c in words if c.isalpha()]
    return len(letters) > 3 and sum(map(str.isupper, letters)) >= 0.8 * len(letters)
