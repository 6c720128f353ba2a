"""A row of a table as one clause: its number, its form, its columns (rules/markers.toml)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from models import Span
from pipeline.outline.markers import Marker
from pipeline.rulebook import Rulebook
from pipeline.text import fold_text

EMPTY = (-1, -1)  # a cell that holds nothing
_COUNTER = re.compile(
    r"[*_\s]*(?:(?P<roman>[IVXL]{1,6})|(?P<letter>[A-HĐ])|(?P<path>[IVX\d]{1,4}(?:\.\d{1,3}){1,3})|(?P<number>\d{1,3}))[.)]?[*_\s]*"
)
_DEPTHS = {"letter": 30, "roman": 31, "title": 31, "number": 36, "path": 36}  # below everything that is no table
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


class Row(NamedTuple):
    """A body row of a table: from its first word to its last, with its number as marker.

    ``form`` is "task" in an assignment table, "target" in a table of targets, "heading" for a row that only names a group, ""
    where the table tells nothing; ``cells`` are its filled cells with the folded titles of their columns, none where cells
    cannot be told apart; ``pieces`` are those of the cells whose words do not stand together, by where the cell begins.
    """

    start: int
    end: int
    marker: Marker | None
    form: str = ""
    cells: tuple[tuple[str, int, int], ...] = ()
    pieces: Mapping[int, tuple[Span, ...]] = MappingProxyType({})


@dataclass(frozen=True, eq=False, slots=True)
class _Titles:
    counter: frozenset[str]
    tasks: re.Pattern[str]
    carriers: re.Pattern[str]
    measures: re.Pattern[str]
    values: re.Pattern[str]


@lru_cache(maxsize=4)
def _titles(rulebook: Rulebook) -> _Titles:
    file = rulebook["markers"]
    patterns = {rule.id: re.compile(rule.pattern) for rule in file.rules if rule.id.startswith("table.")}
    return _Titles(
        frozenset(file.tables["words"]["counter_columns"]),
        *(patterns[f"table.{name}-column"] for name in ("task", "carrier", "measure", "value")),
    )


def row_form(header: str, rulebook: Rulebook) -> str:
    """Return what the rows of a table with this ``header`` are: "task", "target", or "" where it tells nothing."""
    if assigns(header, rulebook):
        return "task"
    folded, titles = fold_text(header), _titles(rulebook)
    return "target" if titles.measures.search(folded) and titles.values.search(folded) else ""


def assigns(header: str, rulebook: Rulebook) -> bool:
    """Return whether a table with this ``header`` hands out work: it has a column for what, and one for who or when."""
    folded, titles = fold_text(header), _titles(rulebook)
    return titles.tasks.search(folded) is not None and titles.carriers.search(folded) is not None


def is_work_column(title: str, rulebook: Rulebook) -> bool:
    """Return whether a column with this folded ``title`` says what is to be done."""
    return _titles(rulebook).tasks.search(title) is not None


def is_counter_column(text: str, start: int, end: int, rulebook: Rulebook) -> bool:
    """Return whether ``text[start:end]`` is the title of the column that numbers the rows (TT, STT)."""
    return 0 < end - start < 30 and fold_text(text[start:end]).strip(" ._#") in _titles(rulebook).counter


def row_depth(kind: str) -> int:
    """Return how deep rows numbered in a ``kind`` (roman, letter, title, number, path) lie."""
    return _DEPTHS[kind]


def _place(part: str) -> int:
    if part.isdecimal():
        return int(part)
    values = [_ROMAN.get(c, 0) for c in part]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def read_counter(text: str, start: int, end: int, body: int) -> Marker | None:
    """Return the number of a row, printed at ``text[start:end]``; the words of the row begin at ``body``."""
    match = _COUNTER.fullmatch(text, start, end) if end - start < 20 else None
    if match is None or match.lastgroup is None:
        return None
    kind, word = match.lastgroup, match[match.lastgroup]
    number = ("ABCDĐEGH".find(word) + 1,) if kind == "letter" else tuple(_place(p) for p in word.split("."))
    at, stop = match.span(kind)
    if stop < end and text[stop] in ".)":
        stop += 1
    depth = _DEPTHS["title" if kind == "path" and not word[0].isdecimal() else kind] + len(number) - 1
    return Marker(text[at:stop], f"row:{kind}", number, depth, start, body, word)


class Counting:
    """Where the numbers of a table's rows have got to."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, ...]] = {}
        self._titled = False  # a title row has come since the last numbered one

    def goes_on(self, marker: Marker) -> bool:
        """Return whether ``marker`` is the next number, or the first one of a group; if so, count it."""
        kind, number = marker.style, marker.number
        last = self._last.get(kind)
        if kind == "row:path":
            good = number[-1] == 1 or (last is not None and last[:-1] == number[:-1] and 0 < number[-1] - last[-1] <= 2)
        elif last is None or (kind == "row:number" and self._titled and number[-1] == 1):
            good = number[-1] == 1
        else:
            good = 0 < number[-1] - last[-1] <= 2
        if good:
            self._titled = kind != "row:number" and marker.key[:1].isalpha()
            self._last[kind] = number
        return good


def numbers_columns(text: str, cells: Sequence[tuple[int, int]]) -> bool:
    """Return whether ``cells`` are a header's second line: (1) (2) (3)."""
    numbers = [fold_text(text[a:b]).strip("() ") for a, b in cells]
    return len(cells) > 2 and all(n == str(i) for i, n in enumerate(numbers, 1))


def read_row(text: str, cells: Sequence[tuple[int, int]], header: Sequence[str], form: str) -> Row | None:
    """Return the row of ``cells`` (EMPTY where one is), or None where it holds nothing or numbers the columns.

    ``form`` is that of the table's rows; a row that only numbers and names a group is a heading.
    """
    filled = [c for c in cells if c != EMPTY]
    if not filled or numbers_columns(text, filled):
        return None
    (start, end), last = filled[0], filled[-1][1]
    marker = read_counter(text, start, end, filled[1][0]) if len(filled) > 1 else None
    if len(filled) <= 2 and len(header) > 3:
        return Row(start, last, marker, "heading")
    named = zip(cells, header, strict=False) if len(cells) <= len(header) else ()
    return Row(start, last, marker, form, tuple((name, *cell) for cell, name in named if cell != EMPTY))
