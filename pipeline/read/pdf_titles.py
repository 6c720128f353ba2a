"""The titles of an assignment table's columns on a page without rulings, and the free room between them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from pipeline.read.compose import Box
from pipeline.read.pdf_rows import wide_rules
from pipeline.read.pdf_words import Word, WordLine
from pipeline.rulebook import rulebook
from pipeline.text import fold_text

# In sizes of the letters.
_GAP: Final = 0.4  # between the titles of two columns; blanks between words are narrower
_NEXT_LINE: Final = 1.6  # between the foot lines of one title
_UNEVEN: Final = 0.6  # by which titles may reach further below the middle than above
_LOWER: Final = 0.35  # the same where they stand around it
_RAISED: Final = 0.33  # from the foot line to the middle of its letters
_PART: Final = 4  # letters of the first part of a broken "Số TT"


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
    return any(title in lowered for title in _sought())


@lru_cache(maxsize=1)
def _sought() -> tuple[str, ...]:
    """Return the titles of counter columns, those that a narrow column breaks ("ST T"), too; none that holds another."""
    whole = _titles().counter
    broken = {f"{title[:n]} {title[n:]}" for title in whole if " " not in title for n in range(2, len(title))}
    return tuple(title for title in sorted(whole | broken) if not any(other in title for other in whole if other != title))


class Head(NamedTuple):
    """The title of a counter column, on the lines from ``first`` to ``last`` (it may be broken: "Số" above "TT")."""

    first: int
    last: int
    box: Word


class Heading(NamedTuple):
    """The titles of the columns: the lines [top, end), and those themselves.

    ``middle`` is that of the counter's title (y), ``even`` the foot of the lowest line that reaches as far below as others above.
    """

    top: int
    end: int
    middle: float
    even: float
    lines: Sequence[WordLine]


def find_head(lines: Sequence[WordLine], at: int) -> Head | None:
    """Return the next title of a counter column that begins its line."""
    counters = _titles().counter
    for n in range(at, len(lines)):
        words = lines[n].words
        for k in range(1, min(4, len(words)) + 1):
            if k < len(words) and words[k].left - words[k - 1].right < _GAP * words[k].size:
                continue
            said = fold_text(" ".join(word.words for word in words[:k])).strip(" ._#")
            if said in counters:
                return Head(n, n, words[0]._replace(right=words[k - 1].right))
            if len(said) < _PART and k == 1 and (found := _broken(lines, n, said)):
                return found
    return None


def _broken(lines: Sequence[WordLine], n: int, said: str) -> Head | None:
    """Return the title of a counter column whose first part, ``said``, begins line ``n``."""
    upper = lines[n].words[0]
    for k in range(n + 1, min(len(lines), n + 4)):
        word = lines[k].words[0]
        if word.foot - upper.foot > _NEXT_LINE * upper.size:
            break
        if word.left < upper.right and upper.left < word.right:
            whole = said + fold_text(word.words).strip(" ._#")
            if whole in {title.replace(" ", "") for title in _titles().counter}:
                return Head(n, k, upper._replace(left=min(upper.left, word.left), right=max(upper.right, word.right), foot=word.foot))
    return None


def name_columns(said: str) -> bool:
    """Whether folded titles are those of an assignment table or a table of targets."""
    names = _titles()
    return any(all(pattern.search(said) for pattern in pair) for pair in (names.assigns, names.aims))


def find_titles(lines: Sequence[WordLine], head: Head, first: int, level: Sequence[Box]) -> Heading:
    """Return the titles around that of the counter, which stands at their top or in their middle.

    They end at a ruling or where they are as far below its middle as above; else at line ``first``, which opens the rows.
    """
    at, title = head.last, head.box
    middle = (lines[head.first].foot + lines[at].foot) / 2
    wide = wide_rules(level, title.left, max(word.right for line in lines[head.first : first + 1] for word in line.words))
    end = first
    if between := [y for y in wide if lines[at].foot < y < lines[first].foot]:
        end = next(n for n in range(at, first + 1) if lines[n].foot > between[0])
    above = max((y for y in wide if y < lines[head.first].foot), default=-np.inf)
    reach = lines[end - 1].foot - middle + _UNEVEN * title.size
    top = head.first
    while top > 0 and middle - lines[top - 1].foot <= reach:
        line = lines[top - 1]
        if lines[top].foot - line.foot > _NEXT_LINE * line.size or line.words[0].left <= title.right or line.foot < above:
            break
        with_it, without = lines[top - 1 : end], lines[top:end]
        if len(free_rooms(with_it)) < len(free_rooms(without)) and len(title_rooms(with_it)) < len(title_rooms(without)):
            break
        top -= 1
    even = 2 * middle - lines[top].foot + _LOWER * title.size
    if not between and top < head.first:
        end = next((n for n in range(at + 1, first) if lines[n].foot > even), first)
    return Heading(top, end, middle - _RAISED * title.size, np.inf if between else even, lines[top:end])


def fold_titles(lines: Sequence[WordLine]) -> str:
    """Return the folded words of titles, one column after the other."""
    spans = _spans(lines)
    return fold_text(" | ".join(" ".join(w.words for line in lines for w in line.words if a <= w.left < b) for a, b in spans))


def free_rooms(lines: Sequence[WordLine]) -> list[tuple[float, float]]:
    """Return the free rooms between the words of all ``lines``."""
    words = sorted(word for line in lines for word in line.words)
    found: list[tuple[float, float]] = []
    right = words[0].right if words else 0.0
    for word in words[1:]:
        if word.left - right >= _GAP * word.size:
            found.append((right, word.left))
        right = max(right, word.right)
    return found


def title_rooms(titles: Sequence[WordLine]) -> list[tuple[float, float]]:
    """Return the free rooms between the titles of columns, those of several columns set aside: theirs stand below them."""
    kept = []
    for n, line in enumerate(titles):
        below = _spans(titles[n + 1 :])
        beside = _spans(titles[: n + 1])
        words: list[Word] = []
        for left, right in _spans([line]):
            free = [not any(a < s[1] and s[0] < b and (a, b) != (left, right) for a, b in beside) for s in below]
            pairs = zip(pairwise(below), pairwise(free), strict=True)
            if not any(all(both) and left < b[0] and a[1] < right for (a, b), both in pairs):
                words.extend(word for word in line.words if left <= word.left < right)
        kept.append(line._replace(words=tuple(words)))
    return free_rooms([line for line in kept if line.words])


def _spans(lines: Sequence[WordLine]) -> list[tuple[float, float]]:
    """Return from where to where the words of ``lines`` reach, between free rooms."""
    words = [word for line in lines for word in line.words]
    if not words:
        return []
    gaps = free_rooms(lines)
    return list(zip([min(w.left for w in words), *(b for _, b in gaps)], [*(a for a, _ in gaps), max(w.right for w in words)], strict=True))


def add_rooms(rooms: Sequence[tuple[float, float]], more: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return ``rooms`` and those of ``more`` that overlap none of them."""
    return sorted([*rooms, *(room for room in more if not any(room[0] < b and a < room[1] for a, b in rooms))])
