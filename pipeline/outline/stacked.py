"""Cells that a copy has printed one below another: where each of a row's cells begins, as far as its lines tell."""

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.outline.lines import Line, starts_lower
from pipeline.rulebook import Rulebook
from pipeline.text import fold
from pipeline.units import find_units

_UNIT_COLUMN = re.compile(r"chủ trì|phối hợp|thực hiện|cơ quan|đơn vị")
_TIME_COLUMN = re.compile(r"thời (?:gian|hạn)|tiến độ|hoàn thành")
_TIME = re.compile(r"(?:quý|tháng|năm|trước|trong|từ|đến|hằng|hàng|giai đoạn|thường xuyên|hết|cuối|đầu) |\d{1,2}/|20\d\d", re.IGNORECASE)
_NARROW = 0.7  # of the widest line of the table: cells of units are narrower than those of work
_GOES_ON = re.compile(
    r"(?:[,;(–-]|(?<!\w)(?:và|của|thuộc|cho|với|do|theo|tại|về|trong|giữa|cùng|các|những|hoặc|là|đến|từ|để))\s*$", re.IGNORECASE
)


def read_titles(text: str, lines: Sequence[Line]) -> list[str]:
    """Return the folded titles of the columns, printed one below another; a line in small letters goes on with the one above."""
    titles: list[str] = []
    for line in lines:
        words = " ".join(text[line.start : line.end].split())
        if titles and starts_lower(text, line.start, line.end):
            titles[-1] += f" {words}"
        else:
            titles.append(words)
    return [fold(title).text for title in titles]


def part_row(text: str, lines: Sequence[Line], titles: Sequence[str], widest: int, rulebook: Rulebook) -> tuple[tuple[str, int, int], ...]:
    """Return the cells (title, start, end) of a row whose words stand in ``lines``; none where its lines do not tell them apart.

    ``titles`` are those of the columns behind the counter, the work first, then one or two of units. A cell of units begins on a
    line of its own, narrower than those of the work, with a unit's name that the line above does not lead up to.
    """
    units = [n for n, title in enumerate(titles) if _UNIT_COLUMN.search(title) and not _TIME_COLUMN.search(title)]
    if units not in ([1], [1, 2]) or len(lines) < 2:
        return ()
    view = fold(text, lines[0].start, lines[-1].end)
    named = {view.source(unit.start): view.source(max(unit.start, unit.end - 1)) for unit in find_units(view, rulebook)}
    begins: list[int] = []  # the lines at which cells of units begin
    open_till = -1  # where the last name that began a cell ends
    for n, (above, line) in enumerate(pairwise(lines), 1):
        fresh = line.start in named and not _GOES_ON.search(text[above.start : above.end]) and line.length <= _NARROW * widest
        if fresh and line.start > open_till and not starts_lower(text, line.start, line.end):
            begins.append(n)
        if line.start in named:
            open_till = max(open_till, named[line.start])
    if len(begins) < len(units):
        return ()
    begins = begins[: len(units)]
    rest = _rest(text, lines, begins[-1], named) if len(titles) > len(units) + 1 else len(lines)
    stops = [*begins, rest, len(lines)]
    cells = [(titles[0], lines[0].start, lines[begins[0] - 1].end)]
    cells += [(titles[column], lines[a].start, lines[b - 1].end) for column, a, b in zip(units, begins, stops[1:], strict=False)]
    if rest < len(lines):
        last = next((title for title in titles[len(units) + 1 :] if _TIME_COLUMN.search(title)), titles[len(units) + 1])
        cells.append((last, lines[rest].start, lines[-1].end))
    return tuple(cells)


def _rest(text: str, lines: Sequence[Line], begin: int, named: dict[int, int]) -> int:
    """Return the line behind the last cell of units: it begins with a capital or a number, outside every unit's name."""
    for n in range(begin + 1, len(lines)):
        line, above = lines[n], lines[n - 1]
        inside = any(start <= line.start <= end for start, end in named.items())
        if _TIME.match(text, line.start, line.end):
            return n
        led_up = starts_lower(text, line.start, line.end) or _GOES_ON.search(text[above.start : above.end])
        if not inside and not led_up:
            return n
    return len(lines)
