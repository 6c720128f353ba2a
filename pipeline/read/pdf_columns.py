"""Assignment tables of a PDF page whose columns are told by white space only: the titles of the columns lead to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.read.compose import Box
from pipeline.read.pdf_letters import Letters
from pipeline.read.pdf_rows import crosses, is_counter, lay_rows, wide_rules
from pipeline.read.pdf_titles import Head, Heading, add_rooms, find_head, find_titles, fold_titles, free_rooms, name_columns, title_rooms
from pipeline.read.pdf_words import Word, WordLine, find_words
from pipeline.read.printed_grid import Ruling

# In sizes of the letters.
_BLANK: Final = 0.35  # between words of one title of a group, which runs over the columns
_PARTED: Final = 1.3  # room that parts a table from the text behind it
_FAR: Final = 1.5  # between a number and the words of its row
_NEAR: Final = 0.6  # the same where the number stands below its title
_BESIDE: Final = 12.0  # points by which a row's number may stand beside the title of its column
_STEP: Final = 0.5  # points
_LEAST: Final = 1.5  # points: the narrowest gutter
_CROSSED: Final = 0.3  # share of the lines that may run over a gutter: titles of groups do
_TITLE_LINES: Final = 12  # from the counter's title to the first number
_GROUP_LINES: Final = 6  # from the title of a group to its first row
_MARGIN: Final = 0.1  # of the page's height: running heads stand in it
_MOST_LINES: Final = 500  # on a page: more are a drawing
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
    if len(lines) > _MOST_LINES:
        return []
    found: list[Columns] = []
    at = 0
    if before is not None and (first := _go_on(lines, height, level, before)):
        found.append(first[0])
        at = first[1]
    while at < len(lines):
        head = find_head(lines, at)
        if head is None:
            break
        made = _table(lines, head, level, before)
        if made is None:
            at = head.last + 1
            continue
        found.append(made[0])
        at = made[1]
    found.extend(_below_ruled_titles(letters, usable, lines, level, rulings))
    return found


def _without_page_number(lines: list[WordLine]) -> list[WordLine]:
    """Leave out a page number above or below all else, unless it begins its line where others do: then it numbers a row."""
    left = min((line.words[0].left for line in lines), default=0.0)
    for end in (0, -1):
        if lines and _PAGE_NUMBER.fullmatch(lines[end].said) and lines[end].words[0].left > left + 60:
            lines = lines[1:] if end == 0 else lines[:-1]
    return lines


def _numbers_row(line: WordLine, title: Word, limit: float) -> bool:
    """Whether ``line`` begins with a number below the counter's ``title``, left of ``limit``."""
    word = line.words[0]
    if not is_counter(word.words) or word.right > limit:
        return False
    beside = title.left - _BESIDE <= (word.left + word.right) / 2 <= title.right + _BESIDE
    return len(line.words) < 2 or line.words[1].left - word.right >= (_NEAR if beside else _FAR) * word.size


def _opens_rows(line: WordLine, limit: float) -> bool:
    """Whether ``line`` may be the first below the titles: it begins with a number, of a group too, left of ``limit``."""
    return is_counter(line.words[0].words) and line.words[0].right <= limit


def _table(
    lines: Sequence[WordLine], head: Head, level: Sequence[Box], before: OpenColumns | None
) -> tuple[Columns, int] | None:  # fmt: skip
    """Return the table whose counter column has its title at ``head``, and the index of the line behind it."""
    at, title = head.last, head.box
    beside = [word.left for line in lines[head.first : at + 1] for word in line.words if word.left > title.right]
    limit = min(beside, default=np.inf)
    first = next((n for n in range(at + 1, min(len(lines), at + _TITLE_LINES)) if _opens_rows(lines[n], limit)), None)
    if first is None:
        return None
    titles = find_titles(lines, head, first, level)
    said = fold_titles(titles.lines)
    repeated = (n for n in range(at + 1, titles.end + 1) if before and fold_titles(lines[titles.top : n]) == before.titles)
    if end := next(repeated, 0):  # titles that the page repeats: the rest of a row may stand below them
        said, titles = fold_titles(lines[titles.top : end]), titles._replace(end=end, lines=lines[titles.top : end])
    if not name_columns(said):
        return None
    body = _numbered(lines, titles.end, title, limit)
    rooms = before.gutters if before and before.titles == said else _titled_rooms(titles, body)
    made = _build(lines, titles, _narrowed(rooms, body), said, level)
    if made and made[1] - titles.end > len(body):  # the lines below the last number
        made = _build(lines, titles, _narrowed(rooms, lines[titles.end : made[1]]), said, level)
    return made


def _titled_rooms(titles: Heading, body: Sequence[WordLine]) -> Sequence[tuple[float, float]]:
    """Return the rooms between titles that part the ``body`` into the most columns with words.

    Lines that are further below the counter's title than others above may belong to the first row already.
    """
    lines = titles.lines
    even = [line for line in lines if line.foot <= titles.even]
    if len(even) < len(lines) and name_columns(fold_titles(even)):
        lines = even
    wide = [room for room in free_rooms(titles.lines) if room[1] - room[0] >= _FAR * lines[0].size]
    choices = [add_rooms(title_rooms(lines), wide), title_rooms(lines), free_rooms(lines)]
    return max(choices, key=lambda rooms: _filled(_narrowed(rooms, body), body))


def _filled(rooms: Sequence[tuple[float, float]], body: Sequence[WordLine]) -> int:
    """Return how many columns that ``rooms`` part hold words."""
    gutters = [(a + b) / 2 for a, b in rooms]
    return len({int(np.searchsorted(gutters, word.left)) for line in body if not crosses(line, gutters) for word in line.words})


def _numbered(lines: Sequence[WordLine], first: int, title: Word, limit: float) -> Sequence[WordLine]:
    """Return the lines from ``first`` to the last one with a row's number, before much room or the end of the page."""
    last = first
    for n in range(first, len(lines)):
        if n > first and lines[n].top - lines[n - 1].bottom > _FAR * lines[n].size:
            break
        if _numbers_row(lines[n], title, limit):
            last = n
    return lines[first : last + 1]


def _narrow(room: tuple[float, float], lines: Sequence[WordLine]) -> tuple[float, float] | None:
    """Return the part of ``room`` over which the fewest ``lines`` run, None where too many do."""
    low, high = room
    count = np.zeros(max(1, round((high - low) / _STEP)), dtype=np.int64)
    for line in lines:
        covered = np.zeros(len(count), dtype=np.bool_)
        gaps = [b.left - a.right for a, b in pairwise(line.words)]
        blanks = not gaps or max(gaps[1:], default=0.0) < _BLANK * line.size  # it may run over all columns: so do its blanks
        for word, gap in zip(line.words, [*gaps, 0.0], strict=True):
            right = word.right + gap if blanks and gap < _BLANK * line.size else word.right
            if right > low and word.left < high:
                a, b = (int((x - low) / _STEP) for x in (max(low, word.left), min(high, right)))
                covered[a : b + 1] = True
        count += covered
    least = int(count.min())
    if least > _CROSSED * len(lines):
        return None
    free = np.concatenate(([False], count == least, [False])).astype(np.int8)
    starts, ends = np.flatnonzero(np.diff(free) == 1), np.flatnonzero(np.diff(free) == -1)
    widest = int(np.argmax(ends - starts))
    left, right = low + _STEP * float(starts[widest]), low + _STEP * float(ends[widest])
    return (left, right) if right - left >= min(_LEAST, high - low - _STEP) else None


def _narrowed(rooms: Sequence[tuple[float, float]], lines: Sequence[WordLine]) -> list[tuple[float, float]]:
    return [found for room in rooms if (found := _narrow(room, lines))]


def _build(
    lines: Sequence[WordLine], titles: Heading, rooms: Sequence[tuple[float, float]], said: str, level: Sequence[Box]
) -> tuple[Columns, int] | None:
    """Return the table with the titles ``titles`` whose columns are parted by ``rooms``, and the index of the line behind it."""
    gutters = [(a + b) / 2 for a, b in rooms]
    if len(gutters) < 2 or titles.end >= len(lines):
        return None
    top, first = titles.top, titles.end
    near = [word for line in lines[top : first + 1] for word in line.words]
    wide = wide_rules(level, min(word.left for word in near), max(max(word.right for word in near), gutters[-1]))
    end = _end(lines, first, gutters, wide)
    if end <= first:
        return None
    words = [word for line in lines[top:end] for word in line.words]
    left = min([gutters[0] - 2, *(word.left for word in words)])
    right = max([gutters[-1] + 2, *(word.right for word in words)])
    xs = (left - 1, *gutters, right + 1)
    ys, cells, last = lay_rows(lines[top:end], first - top, titles.middle, xs, wide, end == len(lines))
    more = OpenColumns(tuple(rooms), said, last) if end == len(lines) else None
    return Columns(Ruling(xs, ys, cells), -1, more), end


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
        if crosses(line, gutters):
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
        if not crosses(line, gutters) and line.words[0].right <= gutters[0] and is_counter(line.words[0].words):
            return len(line.words) > 1
    return False


def _go_on(lines: Sequence[WordLine], height: float, level: Sequence[Box], before: OpenColumns) -> tuple[Columns, int] | None:
    """Return the rest of the table ``before`` at the top of a page, and the index of the line behind it."""
    gutters = [(a + b) / 2 for a, b in before.gutters]
    for first in range(min(3, len(lines))):
        if first and lines[first - 1].bottom > _MARGIN * height:
            return None
        line = lines[first]
        if (head := find_head(lines[first : first + _TITLE_LINES], 0)) and not any(
            is_counter(above.words[0].words) for above in lines[first : first + head.first]
        ):
            return None  # its titles are repeated
        if crosses(line, gutters) and not _row_follows(lines, first, gutters):
            continue
        end = _end(lines, first, gutters, wide_rules(level, gutters[0], gutters[-1]))
        numbers = [ln.words[0].words for ln in lines[first:end] if ln.words[0].right <= gutters[0]]
        if end <= first or not (numbers or line.words[0].words[:1].islower()):
            continue
        if numbers and not _counts_on(before.last, numbers[0]):
            continue
        rooms = [found or room for room in before.gutters for found in [_narrow(room, lines[first:end])]]
        return _build(lines, Heading(first, first, 0.0, 0.0, ()), rooms, before.titles, level)
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
        head = find_head(titles, 0)
        below = next((k for k, line in enumerate(lines) if line.foot > ruling.ys[-1]), None)
        if head is None or below is None or lines[below].top - ruling.ys[-1] > 2 * lines[below].size:
            continue
        joined = [*titles, *lines[below:]]
        said = fold_titles(titles)
        rooms = [(x, x) for x in ruling.xs[1:-1]]
        made = _build(joined, Heading(0, len(titles), 0.0, 0.0, titles), rooms, said, level)
        if made and any(is_counter(line.words[0].words) for line in joined[len(titles) : made[1]]):
            found.append(made[0]._replace(header=n))
    return found
