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
_UNEVEN: Final = 0.6  # by which titles may reach further below the middle than above
_PARTED: Final = 1.3  # room that parts a table from the text behind it
_FAR: Final = 1.5  # between a number and the words of its row
_NEAR: Final = 0.6  # the same where the number stands below its title
_BESIDE: Final = 12.0  # points by which a row's number may stand beside the title of its column
_REACH: Final = 60.0  # points between the title of several columns and their own, at most
_STEP: Final = 0.5  # points
_LEAST: Final = 1.5  # points: the narrowest gutter
_CROSSED: Final = 0.3  # share of the lines that may run over a gutter: titles of groups do
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
            at = head[0] + 1
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


def _find_head(lines: Sequence[WordLine], at: int) -> tuple[int, Word] | None:
    """Return the index of the next line that begins with the title of a counter column, and that title."""
    counters = _titles().counter
    for n in range(at, len(lines)):
        words = lines[n].words
        for k in range(1, min(4, len(words)) + 1):
            if k < len(words) and words[k].left - words[k - 1].right < _GAP * words[k].size:
                continue
            if fold_text(" ".join(word.words for word in words[:k])).strip(" ._#") in counters:
                return n, words[0]._replace(right=words[k - 1].right)
    return None


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
    lines: Sequence[WordLine], at: int, title: Word, level: Sequence[Box], before: OpenColumns | None
) -> tuple[Columns, int] | None:  # fmt: skip
    """Return the table whose counter column has its ``title`` on line ``at``, and the index of the line behind it."""
    limit = next((word.left for word in lines[at].words if word.left > title.right), np.inf)
    first = next((n for n in range(at + 1, min(len(lines), at + _TITLE_LINES)) if _opens_rows(lines[n], limit)), None)
    if first is None:
        return None
    titles = _title_lines(lines, at, title, first, level)
    said = fold_text(" ".join(_said(line) for line in titles.lines))
    names = _titles()
    if not any(all(pattern.search(said) for pattern in pair) for pair in (names.assigns, names.aims)):
        return None
    rooms = before.gutters if before and before.titles == said else _rooms(titles.lines)
    body = _numbered(lines, titles.end, title, limit)
    made = _build(lines, titles, _narrowed(rooms, body), said, level)
    if made and made[1] - titles.end > len(body):  # the lines below the last number
        made = _build(lines, titles, _narrowed(rooms, lines[titles.end : made[1]]), said, level)
    return made


def _numbered(lines: Sequence[WordLine], first: int, title: Word, limit: float) -> Sequence[WordLine]:
    """Return the lines from ``first`` to the last one with a row's number, before much room or the end of the page."""
    last = first
    for n in range(first, len(lines)):
        if n > first and lines[n].top - lines[n - 1].bottom > _FAR * lines[n].size:
            break
        if _numbers_row(lines[n], title, limit):
            last = n
    return lines[first : last + 1]


class _Heading(NamedTuple):
    """The titles of the columns: the lines [top, end), and those themselves; ``even`` is the end if they stand around the counter's."""

    top: int
    end: int
    even: int
    lines: Sequence[WordLine]


def _title_lines(lines: Sequence[WordLine], at: int, title: Word, first: int, level: Sequence[Box]) -> _Heading:
    """Return the titles around the counter's ``title`` on line ``at``, which stands at their top or in their middle.

    They end at a ruling or where they are as far below its middle as above; else at line ``first``, which opens the rows.
    """
    head = at
    for n in range(at - 1, max(-1, at - 4), -1):  # "Số" above "TT"
        word = lines[n].words[0]
        if lines[at].foot - lines[n].foot > _NEXT_LINE * title.size:
            break
        if word.left < title.right and title.left < word.right and fold_text(word.words) in ("số", "s"):
            head = n
    middle = (lines[head].foot + lines[at].foot) / 2
    wide = wide_rules(level, title.left, max(word.right for line in lines[head : first + 1] for word in line.words))
    end = first
    if between := [y for y in wide if lines[at].foot < y < lines[first].foot]:
        end = next(n for n in range(at, first + 1) if lines[n].foot > between[0])
    above = max((y for y in wide if y < lines[head].foot), default=-np.inf)
    reach = lines[end - 1].foot - middle + _UNEVEN * title.size
    top = head
    while top > 0 and middle - lines[top - 1].foot <= reach:
        line = lines[top - 1]
        if lines[top].foot - line.foot > _NEXT_LINE * line.size or line.words[0].left <= title.right or line.foot < above:
            break
        top -= 1
    if between:
        return _Heading(top, end, end, lines[top:end])
    last = 2 * middle - lines[top].foot + _UNEVEN * title.size
    even = next((n for n in range(at + 1, first) if lines[n].foot > last), first)
    end = even if top < head else first
    return _Heading(top, end, even, lines[top:end])


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
    """Return the free rooms between the titles of columns, those of several columns set aside: theirs stand below them."""
    kept = []
    for n, line in enumerate(titles):
        below = _spans(titles[n + 1 :])
        beside = _spans(titles[: n + 1])
        words: list[Word] = []
        for left, right in _spans([line]):
            middle = (left + right) / 2
            lower = [next((s for s in reversed(below) if s[1] < middle), None), next((s for s in below if s[0] > middle), None)]
            over = all(s and not any(a < s[1] and s[0] < b and (a, b) != (left, right) for a, b in beside) for s in lower)
            crossed = any(a < middle < b for a, b in below)
            if crossed or not over or not all(s and s[0] < right + _REACH and left - _REACH < s[1] for s in lower):
                words.extend(word for word in line.words if left <= word.left < right)
        kept.append(line._replace(words=tuple(words)))
    return _gaps([line for line in kept if line.words])


def _spans(lines: Sequence[WordLine]) -> list[tuple[float, float]]:
    """Return from where to where the words of ``lines`` reach, between free rooms."""
    words = [word for line in lines for word in line.words]
    if not words:
        return []
    gaps = _gaps(lines)
    return list(zip([min(w.left for w in words), *(b for _, b in gaps)], [*(a for a, _ in gaps), max(w.right for w in words)], strict=True))


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
    return (a, b) if b - a >= min(_LEAST, high - low - _STEP) else None


def _crosses(line: WordLine, gutters: Sequence[float]) -> bool:
    return any(word.left < x < word.right for word in line.words for x in gutters)


def _narrowed(rooms: Sequence[tuple[float, float]], lines: Sequence[WordLine]) -> list[tuple[float, float]]:
    return [found for room in rooms if (found := _narrow(room, lines))]


def _build(
    lines: Sequence[WordLine], titles: _Heading, rooms: Sequence[tuple[float, float]], said: str, level: Sequence[Box]
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
    left = min(gutters[0] - 2, *(word.left for word in words))
    right = max(gutters[-1] + 2, *(word.right for word in words))
    xs = (left - 1, *gutters, right + 1)
    ys, cells, last = lay_rows(lines[top:end], first - top, titles.even - top, xs, wide)
    more = OpenColumns(tuple(rooms), said, last) if end == len(lines) else None
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
        if (head := _find_head(lines[first : first + _TITLE_LINES], 0)) and not any(
            is_counter(above.words[0].words) for above in lines[first : first + head[0]]
        ):
            return None  # its titles are repeated
        if _crosses(line, gutters) and not _row_follows(lines, first, gutters):
            continue
        end = _end(lines, first, gutters, wide_rules(level, gutters[0], gutters[-1]))
        numbers = [ln.words[0].words for ln in lines[first:end] if ln.words[0].right <= gutters[0]]
        if end <= first or not (numbers or line.words[0].words[:1].islower()):
            continue
        if numbers and not _counts_on(before.last, numbers[0]):
            continue
        rooms = [found or room for room in before.gutters for found in [_narrow(room, lines[first:end])]]
        return _build(lines, _Heading(first, first, first, ()), rooms, before.titles, level)
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
        rooms = [(x, x) for x in ruling.xs[1:-1]]
        made = _build(joined, _Heading(0, len(titles), len(titles), titles), rooms, said, level)
        if made and any(is_counter(line.words[0].words) for line in joined[len(titles) : made[1]]):
            found.append(made[0]._replace(header=n))
    return found
