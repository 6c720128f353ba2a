"""How lines lie on paper: whether the next word had room, what is indented, what spacing parts.

Typed directives (Nghị định 30/2020/NĐ-CP, phụ lục I) begin a paragraph 1 to 1,27 cm further in, or part it by more spacing, or both;
the print shows which of them a writer keeps to. Where it does not tell, the words must.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.outline.lines import Box, Line, ends_sentence, starts_lower

_WORD = re.compile(r"\S+")
_MARKED = re.compile(r"[-–+•*]\s|(?:\d{1,2}[.)]|[a-zđ]\)|[IVX]{1,4}\.)\s")
_NEAR = 5.0  # points: at the margin
_IN = 9.0  # points: further in
_MOST = 0.8  # of the lines that must keep to a habit
_FEW = 4  # lines that show no habit


@dataclass(frozen=True)
class _Placed:
    line: Line
    page: int
    box: Box


@dataclass(frozen=True)
class Paper:
    """The left and right margin of each page (points), the height from line to line and what more parts paragraphs (0: not known).

    ``indented``: paragraphs begin further in, and go on at the margin. ``parted``: more spacing stands between paragraphs.
    """

    margins: dict[int, tuple[float, float]]
    pitch: float
    slack: float
    indented: bool = False
    parted: bool = False

    def is_full(self, text: str, last: Line, line: Line) -> bool | None:
        """Return whether the first word of ``line`` had no room in ``last``; None where the file does not tell."""
        spare = self._spare(text, last, line)
        return None if spare is None else spare < 0.3

    def goes_on(self, text: str, last: Line, line: Line, marked: bool) -> bool | None:
        """Return whether ``line`` goes on with the paragraph of ``last``; None where the print does not tell.

        ``marked`` tells that ``line`` begins with what looks like an item's number or dash.
        """
        spare = self._spare(text, last, line)
        if spare is None or last.box is None or line.box is None or line.page is None or last.page is None:
            return None
        ended = ends_sentence(text, last.start, last.end)
        small = starts_lower(text, line.start, line.end)
        if last.page == line.page and line.box[1] < last.box[1]:
            return None
        runs_on = small and not ended and not marked
        if spare > 0.5:
            return None if runs_on or self._is_centred(last) else False
        if self._is_parted(last, line):
            return None if runs_on or self._is_centred(last) else False
        left = line.box[0] - self.margins[line.page][0]
        if self.indented and left > _IN:
            return None if runs_on or self._is_centred(line) else False
        if marked and ended:
            return None
        if self.indented and abs(left) <= _NEAR:
            return None if marked and line.page != last.page else True
        return True if self.parted and not marked and line.page == last.page and self.pitch else None

    def _spare(self, text: str, last: Line, line: Line) -> float | None:
        """Return the room behind ``last`` that the first word of ``line`` would have left, in widths of that word."""
        if last.box is None or line.box is None or last.page not in self.margins or line.page not in self.margins:
            return None
        word = _WORD.match(text, line.start, line.end)
        if word is None or last.page is None:
            return None
        letters = word.end() - word.start() + 1
        needed = letters * (line.box[2] - line.box[0]) / max(1, line.length)
        return (self.margins[last.page][1] - last.box[2] - needed) / max(1.0, needed)

    def _is_parted(self, last: Line, line: Line) -> bool:
        if not self.pitch or last.page != line.page or last.box is None or line.box is None:
            return False
        return line.box[3] - last.box[3] > self.pitch + self.slack

    def _is_centred(self, line: Line) -> bool:
        if line.box is None or line.page is None:
            return False
        left, right = self.margins[line.page]
        before, behind = line.box[0] - left, right - line.box[2]
        return before > _IN and abs(before - behind) < 8


def measure_paper(text: str, lines: Sequence[Line]) -> Paper | None:
    """Return how ``lines`` lie on paper, judged from the lines after which a sentence goes on in small letters; None without boxes."""
    placed = [
        _Placed(line, line.page, line.box) for line in lines if line.kind == "line" and line.page is not None and line.box is not None
    ]
    if len(placed) < 0.5 * len(lines) or not placed:
        return None
    running = [
        (a, b)
        for a, b in pairwise(placed)
        if a.page == b.page
        and 0 < b.box[3] - a.box[3] < 3 * (a.box[3] - a.box[1] + 1)
        and starts_lower(text, b.line.start, b.line.end)
        and not ends_sentence(text, a.line.start, a.line.end)
    ]
    margins = _margins(running, placed)
    if not margins:
        return None
    steps = sorted(b.box[3] - a.box[3] for a, b in running)
    pitch = median(steps)
    spread = steps[len(steps) * 3 // 4] - steps[len(steps) // 4]
    slack = max(2.2, 2 * spread, 0.1 * pitch)
    paper = Paper(margins, pitch if spread < 0.15 * pitch else 0.0, slack)
    begins = list(_beginnings(text, placed, paper))
    going = [b.box[0] - margins[b.page][0] for _, b in running]
    starts = [b.box[0] - margins[b.page][0] for _, b in begins]
    apart = [paper._is_parted(a.line, b.line) for a, b in begins if a.page == b.page]
    return Paper(
        margins,
        paper.pitch,
        slack,
        indented=_share(abs(x) <= _NEAR for x in going) >= _MOST and len(starts) >= _FEW and _share(x > _IN for x in starts) >= _MOST,
        parted=bool(paper.pitch) and len(apart) >= _FEW and _share(apart) >= _MOST,
    )


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _margins(running: Sequence[tuple[_Placed, _Placed]], placed: Sequence[_Placed]) -> dict[int, tuple[float, float]]:
    """Return the margins of each page: of its own running lines where it has some, else of the document."""
    lefts: dict[int, list[float]] = {}
    rights: dict[int, list[float]] = {}
    for a, b in running:
        rights.setdefault(a.page, []).append(a.box[2])
        lefts.setdefault(b.page, []).append(b.box[0])
    every_left, every_right = [x for xs in lefts.values() for x in xs], [x for xs in rights.values() for x in xs]
    if len(every_right) < _FEW:
        return {}
    common = _low(every_left), _high(every_right)
    found = {}
    for page in sorted({p.page for p in placed}):
        own = rights.get(page, ())
        widest = max(p.box[2] for p in placed if p.page == page)
        found[page] = (_low(lefts[page]), _high(own)) if len(own) >= _FEW else common
        if widest > found[page][1] + 100:  # another format
            found[page] = min(p.box[0] for p in placed if p.page == page), widest
    return found


def _low(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 10]


def _high(values: Sequence[float]) -> float:
    return sorted(values)[(len(values) * 9) // 10]


def _beginnings(text: str, placed: Sequence[_Placed], paper: Paper) -> Iterator[tuple[_Placed, _Placed]]:
    """Yield the lines that surely begin a paragraph, each with the line before: what ends above it ends early, or an item begins."""
    for a, b in pairwise(placed):
        if a.page == b.page and b.box[3] <= a.box[3]:
            continue
        ended = ends_sentence(text, a.line.start, a.line.end)
        spare = paper._spare(text, a.line, b.line)
        if ended and ((spare or 0.0) > 1.0 or _MARKED.match(text, b.line.start)) and not starts_lower(text, b.line.start, b.line.end):
            yield a, b
