"""Columns parted by blanks alone, as "pdftotext -layout" and typists set them: which words of a line belong to which cell.

The titles tell how many columns there are, the lines in which every column holds something where they lie. Print drifts: a column
lies some blanks further left or right from row to row and from page to page, and a full cell leaves a single blank to the next one.
So each line is parted by the cheapest way to hand its words to the columns from left to right (see ``_Cost``).
"""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import Final, NamedTuple

from models import Span
from pipeline.outline.lines import Line
from pipeline.rulebook import Rulebook
from pipeline.text import fold, fold_text
from pipeline.units import find_units

_WORD: Final = re.compile(r"\S+")
_GAP: Final = 2  # blanks that part two cells, or two words of a justified line
_WIDEST: Final = 400  # letters of the longest line of a table
_MOST_COLUMNS: Final = 12
_TITLE: Final = 80  # letters of a column's title that count
_FULL: Final = 3  # full lines that a page needs to show its columns by itself
_FEWEST: Final = 2  # full lines that a table needs
_CROWDED: Final = 0.3  # of the rows that may have lines with more cells than there are titles
_ROUNDS: Final = 4  # in which the words of a row show where its columns lie
# What parting a row costs, counted in letters that stand out of their column
_EMPTY: Final = 6.0  # a column without words, where most rows fill all
_NEXT: Final = 1.0  # the next column begins, as far as a single blank tells
_LATE: Final = 8.0  # a cell that begins below the row's first line
_AWAY: Final = 0.2  # a letter elsewhere than on the page
_LOST: Final = 4.0  # a column that lies wholly elsewhere than on the page
_CHEAP: Final = 0.5  # a row: no better way is looked for
_DEAR: Final = 3.0  # a line: not parted for sure

Place = tuple[int, int]
"""Where a run of words, or a column, begins and ends, counted in letters from the beginning of a line."""


class Column(NamedTuple):
    """A column: its folded title and where it lies, counted in letters from the beginning of a line."""

    title: str
    left: int
    right: int


class _Word(NamedTuple):
    left: int
    right: int
    start: int


class _Stripe(NamedTuple):
    """What no blank parts of a row's lines laid over one another; ``lines`` are those that have words in it."""

    left: int
    right: int
    lines: frozenset[int]


class Piece(NamedTuple):
    """What a line holds of a column."""

    column: int
    span: Span


def indent(text: str, line: Line) -> int:
    """Return how many letters and blanks stand before ``line`` on its line of print."""
    return line.start - 1 - max(text.rfind(c, max(0, line.start - _WIDEST), line.start) for c in "\n\f\r\v")


def words_of(text: str, line: Line) -> list[_Word]:
    """Return the words of ``line`` with the places in which they are printed; none of a line with tabs, or too long."""
    begin = line.start - indent(text, line)
    if line.end - begin > _WIDEST or "\t" in text[begin : line.end]:
        return []
    return [_Word(m.start() - begin, m.end() - begin, m.start()) for m in _WORD.finditer(text, line.start, line.end)]


def runs_of(words: Sequence[_Word]) -> list[Place]:
    """Return where the runs of ``words`` lie that wide blanks part, from left to right."""
    runs: list[Place] = []
    for word in words:
        if runs and word.left - runs[-1][1] < _GAP:
            runs[-1] = runs[-1][0], word.right
        else:
            runs.append((word.left, word.right))
    return runs


def read_columns(text: str, lines: Sequence[Line]) -> list[Column]:
    """Return the columns that the ``lines`` of a header name, from left to right; a title above several belongs to each of them."""
    placed: list[tuple[int, int, int, str]] = []
    for n, line in enumerate(lines):
        words = words_of(text, line)
        for left, right in runs_of(words):
            said = " ".join(text[w.start : w.start + w.right - w.left] for w in words if left <= w.left < right)
            placed.append((n, left, right, said))
    across = [one for one in placed if any(_lies_across(one, placed, n) for n in range(len(lines)) if n != one[0])]
    groups: list[list[tuple[int, int, int, str]]] = []
    for one in sorted((o for o in placed if o not in across), key=lambda o: o[1]):
        if groups and one[1] < max(o[2] for o in groups[-1]):
            groups[-1].append(one)
        else:
            groups.append([one])
    columns = []
    for group in groups:
        left, right = min(o[1] for o in group), max(o[2] for o in group)
        own = sorted([*group, *(o for o in across if o[1] < right and left < o[2])])
        columns.append(Column(fold_text(" ".join(o[3] for o in own))[:_TITLE].strip(" .*_"), left, right))
    return columns


def _lies_across(one: tuple[int, int, int, str], placed: Sequence[tuple[int, int, int, str]], n: int) -> bool:
    """Return whether ``one`` stands over or under several titles of line ``n``."""
    return sum(other[0] == n and _overlap(one, other) for other in placed) > 1


def _overlap(one: tuple[int, int, int, str], other: tuple[int, int, int, str]) -> bool:
    return one[1] < other[2] and other[1] < one[2]


def part_rows(
    text: str, columns: Sequence[Column], rows: Sequence[Sequence[Line]], counted: bool, rulebook: Rulebook
) -> list[list[Piece] | None]:
    """Return the pieces of each of ``rows``, in the order of its lines; None of a row that cannot be parted for sure.

    ``counted``: the first word of a row is its number, in the first of ``columns``, which holds nothing else.
    """
    wanted = len(columns) - counted
    if not 1 < wanted < _MOST_COLUMNS:
        return [None] * len(rows)
    printed = [[words_of(text, line) for line in row] for row in rows]
    blocks = [[words[counted and n == 0 :] for n, words in enumerate(row)] for row in printed]
    pages = _pages(text, rows)
    full: dict[int, list[list[Place]]] = {}
    for block, turns in zip(blocks, pages, strict=True):
        for words, page in zip(block, turns, strict=True):
            full.setdefault(page, []).extend([runs] if len(runs := runs_of(words)) == wanted else [])
    every = [runs for found in full.values() for runs in found]
    crowded = sum(any(len(runs_of(words)) > wanted for words in block) for block in blocks)
    if len(every) < min(len(rows), _FEWEST) or crowded > _CROWDED * len(rows):
        return [None] * len(rows)
    often = 2 * len(every) > len(rows)
    parted: list[list[Piece] | None] = []
    for row, block, turns in zip(printed, blocks, pages, strict=True):
        pieces: list[Piece] | None = [] if all(row) else None
        for page in dict.fromkeys(turns):
            lines = [words for words, turn in zip(block, turns, strict=True) if turn == page]
            near = _places(full[page] if len(full[page]) >= _FULL else every)
            names = {start for words in lines if len(runs_of(words)) < wanted for start in _names(text, words, rulebook)}
            cells = _part(text, lines, near, names, begins=page == turns[0], often=often)
            if cells is None or pieces is None:
                pieces = None
            else:
                pieces += [Piece(column + counted, span) for column, span in cells]
        parted.append(pieces)
    return parted


def _pages(text: str, rows: Sequence[Sequence[Line]]) -> list[list[int]]:
    """Return for each line of each row the page on which it stands, counted from the first."""
    pages: list[list[int]] = []
    page, before = 0, rows[0][0].start if rows else 0
    for row in rows:
        pages.append([])
        for line in row:
            page += text.count("\f", before, line.start)
            before = line.start
            pages[-1].append(page)
    return pages


def _places(lines: Sequence[Sequence[Place]]) -> list[Place]:
    """Return where the columns lie by ``lines`` in which each of them holds something; single strays count for nothing."""
    places = []
    for column in zip(*lines, strict=True):
        lefts, rights = sorted(left for left, _ in column), sorted(right for _, right in column)
        stray = len(column) // 10
        places.append((lefts[stray], rights[-1 - stray]))
    return places


def _names(text: str, words: Sequence[_Word], rulebook: Rulebook) -> Iterator[int]:
    """Yield where names of units begin among ``words``: there a cell may begin."""
    view = fold(text, words[0].start, words[-1].start + words[-1].right - words[-1].left) if words else fold("")
    for unit in find_units(view, rulebook):
        yield view.source(unit.start)


def _part(
    text: str, lines: Sequence[Sequence[_Word]], near: Sequence[Place], names: Set[int], begins: bool, often: bool
) -> list[tuple[int, Span]] | None:
    """Return what the columns hold of the ``lines`` of a row on one page, None where that cannot be told for sure.

    ``near`` is where they lie on the page; ``names`` is where names of units begin. ``begins``: the first line is that of the row, where
    its cells begin. ``often``: most rows fill all columns.
    """
    best: tuple[float, list[list[int]]] | None = None
    for seed in _seeds(lines, near):
        places = seed
        taken: list[list[int]] = []
        cost = 0.0
        for _ in range(_ROUNDS):
            before = taken
            needed = {column for line in before[1:] for column in line} if begins and before else set()
            found = [_hand_out(text, words, places, needed if not n else set(), names, begins and not n) for n, words in enumerate(lines)]
            taken = [columns for _, columns in found]
            cost = sum(dear for dear, _ in found)
            if taken == before:
                break
            places = _extents(lines, taken, places)
        cost += _strain(lines, taken, near, begins, often)
        if best is None or cost < best[0]:
            best = cost, taken
        if cost <= _CHEAP:
            break
    if best is None or best[0] > _DEAR * (1 + len(lines)):
        return None
    return [(column, span) for words, columns in zip(lines, best[1], strict=True) for column, span in _spans(words, columns)]


def _seeds(lines: Sequence[Sequence[_Word]], near: Sequence[Place]) -> Iterator[list[Place]]:
    """Yield where the columns of a row may lie: by the blanks that all its lines share, by its full lines, as on its page."""
    stripes: list[_Stripe] = []
    for left, right, line in sorted((word.left, word.right, n) for n, words in enumerate(lines) for word in words):
        if stripes and left <= stripes[-1].right:
            last = stripes[-1]
            stripes[-1] = _Stripe(last.left, max(right, last.right), last.lines | {line})
        else:
            stripes.append(_Stripe(left, right, frozenset((line,))))
    if len(stripes) >= len(near):
        stripes = _merged(stripes, len(near))
        yield [(stripe.left, stripe.right) for stripe in stripes]
    own = [runs for words in lines if len(runs := runs_of(words)) == len(near)]
    if own:
        yield _places(own)
    yield list(near)
    if len(stripes) >= len(near) - 1:
        yield _with_gap([(stripe.left, stripe.right) for stripe in _merged(stripes, len(near) - 1)], near)


def _merged(stripes: Sequence[_Stripe], count: int) -> list[_Stripe]:
    """Return ``stripes`` with neighbours made one until ``count`` are left: first those that fewest blanks part, in the fewest lines."""
    left = list(stripes)
    while len(left) > max(1, count):
        at = min(range(len(left) - 1), key=lambda n: (left[n + 1].left - left[n].right, len(left[n].lines) + len(left[n + 1].lines)))
        one, other = left[at], left[at + 1]
        left[at : at + 2] = [_Stripe(one.left, other.right, one.lines | other.lines)]
    return left


def _with_gap(places: list[Place], near: Sequence[Place]) -> list[Place]:
    """Return ``places``, one less than ``near``, with the column put in that is most likely the empty one."""
    ways = [[*places[:gap], near[gap], *places[gap:]] for gap in range(len(near))]
    return min(ways, key=lambda way: sum(abs(a + b - c - d) for (a, b), (c, d) in zip(way, near, strict=True)))


def _extents(lines: Sequence[Sequence[_Word]], taken: Sequence[Sequence[int]], places: Sequence[Place]) -> list[Place]:
    """Return where the words lie that each column has got; ``places`` of those that have got none."""
    found: dict[int, Place] = {}
    for words, columns in zip(lines, taken, strict=True):
        for word, column in zip(words, columns, strict=True):
            left, right = found.get(column, (word.left, word.right))
            found[column] = min(left, word.left), max(right, word.right)
    return [found.get(column, place) for column, place in enumerate(places)]


def _strain(lines: Sequence[Sequence[_Word]], taken: Sequence[Sequence[int]], near: Sequence[Place], begins: bool, often: bool) -> float:
    """Return what is unlikely in a way to part a row: columns that overlap, lie elsewhere than on the page, hold nothing, begin late."""
    filled = sorted({column for columns in taken for column in columns})
    own = _extents(lines, taken, near)
    cost = float(sum(max(0, own[a][1] - own[b][0]) for a, b in pairwise(filled)))
    cost += _AWAY * sum(max(0, near[c][0] - own[c][0]) + max(0, own[c][1] - near[c][1]) for c in filled)
    cost += _LOST * sum(own[c][1] <= near[c][0] or near[c][1] <= own[c][0] for c in filled)
    cost += _EMPTY * (len(near) - len(filled)) if often and begins else 0
    if begins:
        cost += _LATE * len(set(filled) - set(taken[0]))
    return cost


def _hand_out(
    text: str, words: Sequence[_Word], places: Sequence[Place], needed: Set[int], names: Set[int], opens: bool
) -> tuple[float, list[int]]:
    """Return what the cheapest way costs to hand ``words`` to the columns at ``places``, and the column of each word.

    A word costs as many letters as it stands out of its column. To go on to another column costs less the wider the blank is, to stay
    in one the more, and less where the next word begins the column, or a name (``names``: where one does); to leave out a column that
    is ``needed`` costs most. ``opens``: the line is the first of its row, where cells begin with capitals.
    """
    if not words:
        return 0.0, []
    count = len(places)
    missed = [0.0]
    for column in range(count):
        missed.append(missed[-1] + (_LATE if column in needed else 0.0))
    best = [missed[column] + _out(words[0], place) for column, place in enumerate(places)]
    ways: list[list[int]] = []
    for before, word in pairwise(words):
        blanks = word.left - before.right
        first = text[word.start]
        small = opens and first.islower()
        likely = blanks == _GAP or first.isdecimal() or word.start in names
        go = 0.0 if blanks > _GAP else _NEXT if likely else 5.0 if first.islower() else 2.0
        stay = 2.0 + blanks if blanks >= _GAP else _NEXT if word.start in names else 0.0
        now: list[float] = []
        way: list[int] = []
        lowest = 0
        for column, place in enumerate(places):
            if column and best[column - 1] - missed[column] < best[lowest] - missed[lowest + 1]:
                lowest = column - 1
            moved = best[lowest] + (min(go, _NEXT) if word.left == place[0] and not small else go) + missed[column] - missed[lowest + 1]
            moves = column > 0 and moved < best[column] + stay
            now.append((moved if moves else best[column] + stay) + _out(word, place))
            way.append(lowest if moves else column)
        ways.append(way)
        best = now
    best = [cost + missed[-1] - missed[column + 1] for column, cost in enumerate(best)]
    column = min(range(count), key=best.__getitem__)
    cost = best[column]
    taken = [column]
    for way in reversed(ways):
        column = way[column]
        taken.append(column)
    return cost, taken[::-1]


def _spans(words: Sequence[_Word], taken: Sequence[int]) -> list[tuple[int, Span]]:
    """Return the stretch of the document that each column holds of a line."""
    cells: list[tuple[int, Span]] = []
    for column, word in zip(taken, words, strict=True):
        end = word.start + word.right - word.left
        if cells and cells[-1][0] == column:
            cells[-1] = column, Span(cells[-1][1].start, end)
        else:
            cells.append((column, Span(word.start, end)))
    return cells


def _out(word: _Word, place: Place) -> float:
    return max(0, place[0] - word.left) + max(0, word.right - place[1])
