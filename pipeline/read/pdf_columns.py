"""Assignment tables of a PDF page whose columns are told by white space only: the titles of the columns lead to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.read.compose import Box
from pipeline.read.pdf_letters import Letters
from pipeline.read.pdf_rows import is_counter, lay_rows
from pipeline.read.pdf_words import Word, WordLine, find_words
from pipeline.read.printed_grid import Ruling
from pipeline.rulebook import rulebook
from pipeline.text import fold_text

# In sizes of the letters.
_GAP: Final = 0.4  # between the titles of two columns; blanks between words are narrower
_NEXT_LINE: Final = 1.6  # between the foot lines of one title
_PARTED: Final = 1.3  # room that parts a table from the text behind it
_BESIDE: Final = 12.0  # points by which a row's number may stand beside the title of its column
_STEP: Final = 0.5  # points
_LEAST: Final = 1.5  # points: the narrowest gutter
_CROSSED: Final = 0.34  # share of the lines that may run over a gutter: titles of groups do
_TITLE_LINES: Final = 12  # from the counter's title to the first number
_GROUP_LINES: Final = 6  # from the title of a group to its first row
_WIDE: Final = 0.6  # of the table's width: a level ruling that parts rows
_MARGIN: Final = 0.1  # of the page's height: running heads stand in it
_PAGE_NUMBER = re.compile(r"[-–—\[(|. ]*(?:(?:trang|page|tr\.)\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–—\])|. ]*", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class OpenColumns:
    """A table that reaches the end of its page: the free room between its columns, its titles and its last number."""

    gutters: tuple[tuple[float, float], ...]
    titles: str
    last: str


class Columns(NamedTuple):
    """A table of white space, the number of the ruled header it belongs to (-1: none), and what goes on over the page turn."""

    ruling: Ruling
    header: int
    open: OpenColumns | None


class _Titles(NamedTuple):
    counter: frozenset[str]
    assigns: tuple[re.Pattern[str], re.Pattern[str]]
    aims: tuple[re.Pattern[str], re.Pattern[str]]


@lru_cache(maxsize=1)
def _titles() -> _Titles:
    file = rulebook()["markers"]
    patterns = {rule.id: re.compile(rule.pattern) for rule in file.rules if rule.id.startswith("table.")}
    task, carrier, measure, value = (patterns[f"table.{name}-column"] for name in ("task", "carrier", "measure", "value"))
    return _Titles(frozenset(file.tables["words"]["counter_columns"]), (task, carrier), (measure, value))


def may_have_columns(said: str) -> bool:
    """Return whether the words of a page could hold the title of a counter column: a cheap question for most pages."""
    lowered = said.lower()
    return any(title in lowered for title in _titles().counter)


def find_columns(
    letters: Letters, height: float, level: Sequence[Box], rulings: Sequence[Ruling], before: OpenColumns | None
) -> list[Columns]:
    """Return the tables of a page that no rulings make, from top to bottom.

    ``rulings`` are its ruled tables, ``level`` all its level rulings, ``before`` the table that reaches the end of the page
    before. A table begins with the titles of its columns, the counter (TT, STT) first, or goes on with rows that fit ``before``.
    """
    inside = np.zeros(len(letters), dtype=np.bool_)
    for ruling in rulings:
        inside |= ruling.places(letters.boxes) >= 0
    usable = ~(letters.apart | letters.slanting)
    lines = _without_page_number(find_words(letters, usable & ~inside))
    found: list[Columns] = []
    at = 0
    if before is not None and (first := _go_on(lines, height, level, before)):
        found.append(first[0])
        at = first[1]
    while at < len(lines):
        head = _find_head(lines, at)
        if head is None:
            break
        made = _table(lines, *head, level, before)
        if made is None:
            at = head[1] + 1
            continue
        found.append(made[0])
        at = made[1]
    found.extend(_below_ruled_titles(letters, usable, lines, level, rulings))
    return found


def _without_page_number(lines: list[WordLine]) -> list[WordLine]:
    """Leave out a page number above or below all else, unless it begins its line where others do: then it numbers a row."""
    left = min((line.words[0].left for line in lines), default=0.0)
    for end in (0, -1):
        if lines and _PAGE_NUMBER.fullmatch(_said(lines[end])) and lines[end].words[0].left > left + 60:
            lines = lines[1:] if end == 0 else lines[:-1]
    return lines


def _said(line: WordLine) -> str:
    return " ".join(word.words for word in line.words)


def _find_head(lines: Sequence[WordLine], at: int) -> tuple[tuple[int, Word], int] | None:
    """Return the next line that begins with the title of a counter column (its index and that title), and its index again."""
    counters = _titles().counter
    for n in range(at, len(lines)):
        words = lines[n].words
        for k in range(1, min(4, len(words)) + 1):
            if k < len(words) and words[k].left - words[k - 1].right < _GAP * words[k].size:
                continue
            if fold_text(" ".join(word.words for word in words[:k])).strip(" ._#") in counters:
                title = words[0]._replace(right=words[k - 1].right)
                return (n, title), n
    return None


def _numbers_row(line: WordLine, title: Word) -> bool:
    """Whether ``line`` begins with a number below the counter's ``title``."""
    word = line.words[0]
    middle = (word.left + word.right) / 2
    return is_counter(word.words) and title.left - _BESIDE <= middle <= title.right + _BESIDE


def _table(
    lines: Sequence[WordLine], head: tuple[int, Word], _: int, level: Sequence[Box], before: OpenColumns | None
) -> tuple[Columns, int] | None:
    """Return the table whose counter column has its title at ``head``, and the index of the line behind it."""
    at, title = head
    first = next((n for n in range(at + 1, min(len(lines), at + _TITLE_LINES)) if _numbers_row(lines[n], title)), None)
    if first is None:
        return None
    top = _first_title_line(lines, at, title, first)
    said = fold_text(" ".join(_said(line) for line in lines[top:first]))
    names = _titles()
    if not any(all(pattern.search(said) for pattern in pair) for pair in (names.assigns, names.aims)):
        return None
    rooms = [*before.gutters] if before and before.titles == said else _rooms(lines[top:first])
    return _build(lines, top, at, first, rooms, said, title, level, before is not None)


def _first_title_line(lines: Sequence[WordLine], at: int, title: Word, first: int) -> int:
    """Return the first line of the titles: above the counter's own, which stands in their middle, as many as below."""
    top = at
    while top > 0 and at - top < first - at - 1:
        above = lines[top - 1]
        if lines[top].foot - above.foot > _NEXT_LINE * above.size or above.words[0].left < title.left - 2:
            break
        if above.words[0].left <= title.right and fold_text(_said(above)).split(" ")[0] not in ("số", "s"):
            break
        top -= 1
    return top


def _gaps(lines: Sequence[WordLine]) -> list[tuple[float, float]]:
    """Return the free rooms between the words of all ``lines``."""
    words = sorted(word for line in lines for word in line.words)
    found: list[tuple[float, float]] = []
    right = words[0].right if words else 0.0
    for word in words[1:]:
        if word.left - right >= _GAP * word.size:
            found.append((right, word.left))
        right = max(right, word.right)
    return found


def _rooms(titles: Sequence[WordLine]) -> list[tuple[float, float]]:
    """Return the free rooms between the titles of columns, those under a title of several columns, too."""
    rooms = _gaps(titles)
    for n in range(1, len(titles)):
        bounds = [-np.inf, *(x for room in rooms for x in room), np.inf]
        for low, high in zip(bounds[::2], bounds[1::2], strict=True):  # a column as far as it is known
            inner = [
                line._replace(words=tuple(w for w in line.words if low <= w.left and w.right <= high)) for line in titles[n:]
            ]  # fmt: skip
            rooms.extend(_gaps([line for line in inner if line.words]))
        rooms.sort()
    return rooms


def _narrow(room: tuple[float, float], lines: Sequence[WordLine]) -> tuple[float, float] | None:
    """Return the part of ``room`` over which the fewest ``lines`` run, None where too many do."""
    low, high = room
    count = np.zeros(max(1, round((high - low) / _STEP)), dtype=np.int64)
    for line in lines:
        covered = np.zeros(len(count), dtype=np.bool_)
        for word in line.words:
            if word.right > low and word.left < high:
                a, b = (int((x - low) / _STEP) for x in (max(low, word.left), min(high, word.right)))
                covered[a : b + 1] = True
        count += covered
    least = int(count.min())
    if least > _CROSSED * len(lines):
        return None
    free = np.concatenate(([False], count == least, [False])).astype(np.int8)
    starts, ends = np.flatnonzero(np.diff(free) == 1), np.flatnonzero(np.diff(free) == -1)
    widest = int(np.argmax(ends - starts))
    a, b = low + _STEP * float(starts[widest]), low + _STEP * float(ends[widest])
    return (a, b) if b - a >= min(_LEAST, high - low) else None


def _crosses(line: WordLine, gutters: Sequence[float]) -> bool:
    return any(word.left < x < word.right for word in line.words for x in gutters)


def _build(
    lines: Sequence[WordLine], top: int, at: int, first: int, rooms: Sequence[tuple[float, float]], said: str, title: Word | None,
    level: Sequence[Box], _going: bool,
) -> tuple[Columns, int] | None:  # fmt: skip
    """Return the table whose titles are the lines [top, first) and whose rows begin at line ``first``."""
    numbered = [n for n in range(first, len(lines)) if title is None or _numbers_row(lines[n], title)]
    body = lines[first : numbered[-1] + 1] if numbered else lines[first:]
    narrowed = [found for room in rooms if (found := _narrow(room, body))]
    gutters = [(a + b) / 2 for a, b in narrowed]
    if len(gutters) < 2:
        return None
    left = min(word.left for line in lines[top : first + 1] for word in line.words)
    right = max(word.right for line in lines[top : first + 1] for word in line.words)
    wide = wide_rules(level, left, right)
    end = _end(lines, first, gutters, wide)
    if end <= first:
        return None
    zone = lines[top:end]
    xs = (min(w.left for line in zone for w in line.words) - 1, *gutters, max(w.right for line in zone for w in line.words) + 1)
    ys, cells, last = lay_rows(lines[top:end], at - top, first - top, xs, wide)
    more = OpenColumns(tuple(narrowed), said, last) if end == len(lines) else None
    return Columns(Ruling(xs, ys, cells), -1, more), end


def wide_rules(level: Sequence[Box], left: float, right: float) -> list[float]:
    """Return the y of the level rulings that reach over most of the width between ``left`` and ``right``."""
    lanes: list[list[Box]] = []
    for rule in sorted(level, key=lambda rule: rule[1]):
        if rule[0] > right or rule[2] < left:
            continue
        if lanes and rule[1] - lanes[-1][0][1] <= _STEP * 3:
            lanes[-1].append(rule)
        else:
            lanes.append([rule])
    return [lane[0][1] for lane in lanes if sum(rule[2] - rule[0] for rule in lane) >= _WIDE * (right - left)]


def _end(lines: Sequence[WordLine], first: int, gutters: Sequence[float], wide: Sequence[float]) -> int:
    """Return the index of the line behind the table whose rows begin at ``first``."""
    ruled = max((y for y in wide if y > lines[first].foot), default=0.0)
    low = lines[first].bottom
    for n in range(first, len(lines)):
        line = lines[n]
        starts = line.words[0].right <= gutters[0]
        number = starts and is_counter(line.words[0].words)
        if ruled and line.top > ruled - 2:
            return n
        if _crosses(line, gutters):
            if not _row_follows(lines, n, gutters) and line.foot > ruled:
                return n
        elif n > first and line.foot > ruled:
            if starts and not number:
                return n
            if line.top - low > _PARTED * line.size and not number and not _row_follows(lines, n, gutters):
                return n
        low = max(low, line.bottom)
    return len(lines)


def _row_follows(lines: Sequence[WordLine], n: int, gutters: Sequence[float]) -> bool:
    """Whether a numbered row comes soon after line ``n``: then that is the title of a group."""
    if n + 1 >= len(lines):
        return False
    for line, above in zip(lines[n + 1 : n + _GROUP_LINES], lines[n:], strict=False):
        if line.top - above.bottom > 2 * line.size:
            return False
        if not _crosses(line, gutters) and line.words[0].right <= gutters[0] and is_counter(line.words[0].words):
            return len(line.words) > 1
    return False


def _go_on(lines: Sequence[WordLine], height: float, level: Sequence[Box], before: OpenColumns) -> tuple[Columns, int] | None:
    """Return the rest of the table ``before`` at the top of a page, and the index of the line behind it."""
    gutters = [(a + b) / 2 for a, b in before.gutters]
    for first in range(min(3, len(lines))):
        if first and lines[first - 1].bottom > _MARGIN * height:
            return None
        line = lines[first]
        if _find_head(lines, first) == ((first, line.words[0]), first):
            return None  # its titles are repeated
        if _crosses(line, gutters) and not _row_follows(lines, first, gutters):
            continue
        end = _end(lines, first, gutters, wide_rules(level, *(x for x in (gutters[0], gutters[-1]))))
        numbers = [ln.words[0].words for ln in lines[first:end] if ln.words[0].right <= gutters[0]]
        if end <= first or not (numbers or line.words[0].words[:1].islower()):
            continue
        if numbers and not _counts_on(before.last, numbers[0]):
            continue
        return _build(lines[:end] if end < len(lines) else lines, first, first, first, before.gutters, before.titles, None, level, True)
    return None


def _counts_on(last: str, number: str) -> bool:
    """Whether ``number`` may come after ``last`` in a counter's column."""
    a, b = last.strip("().[] "), number.strip("().[] ")
    return not (a.isdecimal() and b.isdecimal()) or int(b) - int(a) in (1, 2)


def _below_ruled_titles(
    letters: Letters, usable: NDArray[np.bool_], lines: Sequence[WordLine], level: Sequence[Box], rulings: Sequence[Ruling]
) -> list[Columns]:
    """Return the tables of which only the titles are ruled."""
    found = []
    for n, ruling in enumerate(rulings):
        if len(ruling.ys) > 4 or len(ruling.xs) < 4:
            continue
        titles = find_words(letters, usable & (ruling.places(letters.boxes) >= 0))
        head = _find_head(titles, 0)
        below = next((k for k, line in enumerate(lines) if line.foot > ruling.ys[-1]), None)
        if head is None or below is None or lines[below].top - ruling.ys[-1] > 2 * lines[below].size:
            continue
        joined = [*titles, *lines[below:]]
        said = fold_text(" ".join(_said(line) for line in titles))
        rooms = [(x - _STEP, x + _STEP) for x in ruling.xs[1:-1]]
        made = _build(joined, 0, head[1], len(titles), rooms, said, None, level, False)
        if made and len(made[0].ruling.xs) == len(ruling.xs) and any(is_counter(line.words[0].words) for line in joined[len(titles) : made[1]]):
            found.append(made[0]._replace(header=n))
    return found
