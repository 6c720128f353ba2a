"""What is printed on a page but is no part of its text: running heads, page numbers, footnotes. All of it is told by its place."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final, NamedTuple

from pipeline.read.compose import Box
from pipeline.read.printed_page import PrintedLine, PrintedPage

_MARGIN: Final = 0.16  # of the height of a page: running heads and feet stand in it
_OUTER: Final = 3  # rows from the edge that may be furniture
_PLACE: Final = 8.0  # points by which the same furniture may move from page to page
_NUMBER = re.compile(r"[-–—\[(|. ]*(?:(?:trang|page|tr\.)\s*)?(\d{1,4})(?:\s*/\s*\d{1,4})?[-–—\])|. ]*", re.IGNORECASE)
_DIGITS = re.compile(r"[\W\d_]+")
_NOTE = re.compile(r"(?:\[?\(?\d{1,3}\)?\]?|\*{1,3})\s*[^\W\d_]|\d{1,3}$")
SIGNED = re.compile(r"(?:^|[\s.])(?:Người ký|Ký bởi|Email|Cơ quan|Th?ời gian ký|Ngày ký) ?:|\d\d:\d\d:\d\d ?[+-]\d\d:?\d\d|@\S+\.gov\.vn")
_EDGE: Final = 27.0  # points from the upper edge: what stands there is never the directive's (margin: 20 mm at least)
_STAMP_GAP: Final = 6.0
_STAMP_SIZE: Final = 0.9  # of the size of the body
_USUAL_SIZE: Final = 13.0  # points, of which no sizes are known (OCR)
_NOTE_SIZE: Final = 0.93  # of the size of the body
_NOTE_RULE: Final = (60.0, 240.0)  # points: how long the ruling above footnotes is


class Furniture(NamedTuple):
    """The lines of a page that are furniture: above and below its text, and its footnotes."""

    above: tuple[PrintedLine, ...]
    below: tuple[PrintedLine, ...]
    notes: tuple[PrintedLine, ...]

    @property
    def lines(self) -> frozenset[PrintedLine]:
        """All of them."""
        return frozenset((*self.above, *self.below, *self.notes))


class _Candidate(NamedTuple):
    page: int  # index
    line: PrintedLine
    top: bool
    row: int  # from the edge
    alone: bool
    distance: float  # from the edge


def find_furniture(pages: Sequence[PrintedPage]) -> list[Furniture]:
    """Return the furniture of each page: what the same place of other pages says, what counts the pages there, and footnotes."""
    candidates = [c for n, page in enumerate(pages) for c in _candidates(n, page)]
    marked = _outermost(candidates, _repeated(candidates, len(pages)) | _numbers(candidates, pages))
    by_page: dict[int, list[_Candidate]] = defaultdict(list)
    for c in candidates:
        if c in marked:
            by_page[c.page].append(c)
    size = _body_size(pages)
    found = []
    for n, page in enumerate(pages):
        above = (*(c.line for c in by_page[n] if c.top), *_stamped(page, size))
        below = tuple(c.line for c in by_page[n] if not c.top)
        taken = frozenset((*above, *below))
        found.append(Furniture(above, below, _notes(page, [line for line in page.lines if line not in taken], size)))
    return found


def _stamped(page: PrintedPage, size: float) -> list[PrintedLine]:
    """Return what a signing program or a portal stamps small on the top of a page: who signed it, when (Nghị định 30/2020, Điều 12)."""
    small = _STAMP_SIZE * (size or _USUAL_SIZE)
    band = [line for line in page.lines if line.box[3] < _MARGIN * page.height and line.box[3] - line.box[1] < small]
    stamp = [line for line in band if SIGNED.search(line.words) or line.box[3] < _EDGE]
    for line in stamp:  # grows
        stamp += [other for other in band if other not in stamp and _touch(line.box, other.box)]
    return stamp


def _touch(one: Box, other: Box) -> bool:
    """Return whether two lines stand one below the other in one box of print."""
    return one[0] < other[2] and other[0] < one[2] and max(one[1], other[1]) - min(one[3], other[3]) < _STAMP_GAP


def _candidates(n: int, page: PrintedPage) -> Iterable[_Candidate]:
    bounds = [(t.box[1], t.box[3]) for t in page.tables]
    for top in (True, False):
        band = [line for line in page.lines if (line.box[3] < _MARGIN * page.height if top else line.box[1] > (1 - _MARGIN) * page.height)]
        if bounds:  # what stands beyond a table, seen from the edge, is text
            band = [
                line for line in band
                if (line.box[3] <= min(a for a, _ in bounds) + 3 if top else line.box[1] >= max(b for _, b in bounds) - 3)
            ]  # fmt: skip
        rows: list[list[PrintedLine]] = []
        for line in sorted(band, key=lambda line: (line.box[1] + line.box[3]) * (1 if top else -1)):
            middle = (line.box[1] + line.box[3]) / 2
            if rows and rows[-1][0].box[1] <= middle <= rows[-1][0].box[3]:
                rows[-1].append(line)
            else:
                rows.append([line])
        for row, lines in enumerate(rows[:_OUTER]):
            for line in lines:
                distance = line.box[3] if top else page.height - line.box[3]
                yield _Candidate(n, line, top, row, len(lines) == 1, distance)


def _repeated(candidates: Sequence[_Candidate], pages: int) -> set[_Candidate]:
    """Return lines whose words stand at the same place of most pages, or of every other page."""
    places: dict[tuple[bool, str], list[_Candidate]] = defaultdict(list)
    for c in candidates:
        if words := _DIGITS.sub(" ", c.line.words).strip().lower():
            places[c.top, words].append(c)
    found: set[_Candidate] = set()
    for same in places.values():
        usual = median(c.distance for c in same)
        same = [c for c in same if abs(c.distance - usual) <= _PLACE]
        on = {c.page for c in same}
        if len(on) >= 3 and len(on) >= 0.4 * (max(on) - min(on) + 1) and len(on) >= 0.25 * pages:
            found.update(same)
    return found


def _outermost(candidates: Sequence[_Candidate], marked: set[_Candidate]) -> set[_Candidate]:
    """Return those of ``marked`` beyond which, seen from the text, nothing but furniture stands."""
    bare = {(c.page, c.top, c.row) for c in candidates} - {(c.page, c.top, c.row) for c in marked}
    return {c for c in marked if not any((c.page, c.top, row) in bare for row in range(c.row))}


def _numbers(candidates: Sequence[_Candidate], pages: Sequence[PrintedPage]) -> set[_Candidate]:
    """Return lines that count the pages: their number is one more on the next page, at the same place from the edge."""
    numbered = [(c, int(match[1])) for c in candidates if (match := _NUMBER.fullmatch(c.line.words.strip()))]
    series: dict[tuple[bool, int], list[_Candidate]] = defaultdict(list)
    for c, value in numbered:
        series[c.top, value - pages[c.page].number].append(c)
    found: set[_Candidate] = set()
    for (_, ahead), members in series.items():
        counted = {c.page for c in members}
        if len(counted) >= 3 or (len(counted) >= 2 and all(c.row == 0 for c in members)):
            found.update(members)
        elif ahead == 0:  # the second page of two
            found.update(c for c in members if c.row == 0 and c.alone and pages[c.page].number > 1)
    return found


def _body_size(pages: Sequence[PrintedPage]) -> float:
    """Return the size of letters that most of the text is printed in, 0 where sizes are not known."""
    sizes: dict[float, int] = defaultdict(int)
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.words)
    return max(sizes, key=lambda size: sizes[size]) if sizes else 0.0


def _notes(page: PrintedPage, lines: Sequence[PrintedLine], size: float) -> tuple[PrintedLine, ...]:
    """Return the footnotes: small print at the end of the page that begins with a note's number.

    Where sizes are not known (OCR), a short ruling at the left margin must part them from the text.
    """
    lines = sorted(lines, key=lambda line: line.box[3])
    if not lines:
        return ()
    left = min(line.box[0] for line in lines)
    ruled = [
        rule[1] for rule in page.rules
        if _NOTE_RULE[0] <= rule[2] - rule[0] <= _NOTE_RULE[1] and rule[0] - left < 30 and rule[1] > 0.25 * page.height
    ]  # fmt: skip
    lowest = max((t.box[3] for t in page.tables), default=0.0)
    start = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        small = line.size > 0 and line.size < _NOTE_SIZE * size
        below = any(rule - 2 <= line.box[1] + 3 for rule in ruled) if not size else small
        if not below or line.box[1] < lowest:
            break
        if _NOTE.match(line.words):
            start = at
    if start == len(lines) or (start == 0 and not page.tables):
        return ()
    if not any(abs(rule - lines[start].box[1]) < 25 for rule in ruled) and lines[start].box[1] < 0.5 * page.height:
        return ()
    return tuple(lines[start:])
