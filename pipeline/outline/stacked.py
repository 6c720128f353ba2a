"""Cells that a copy has printed one below another: where each of a row's cells begins, as far as its lines tell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.outline.lines import Line, starts_lower
from pipeline.rulebook import Rulebook
from pipeline.text import fold, fold_text
from pipeline.units import find_units

_NARROW = 0.7  # of the widest line of the table: cells of units are narrower than those of work
_LAST_WORD = re.compile(r"[\w&]+$")


@dataclass(frozen=True, eq=False, slots=True)
class _Words:
    """The words of rules/markers.toml by which cells are told apart."""

    holder: re.Pattern[str]
    time: re.Pattern[str]
    time_line: re.Pattern[str]
    dangling: frozenset[str]

    def leads_up(self, text: str, line: Line) -> bool:
        """Return whether the words of ``line`` go on in the next one."""
        words = fold_text(text[line.start : line.end]).rstrip()
        last = _LAST_WORD.search(words)
        return words.endswith((",", ";", "(", "-")) or (last is not None and last.group() in self.dangling)


@lru_cache(maxsize=4)
def _words(rulebook: Rulebook) -> _Words:
    file = rulebook["markers"]
    patterns = {rule.id: re.compile(rule.pattern) for rule in file.rules if rule.id.startswith("table.")}
    holder, time, line = (patterns[f"table.{name}"] for name in ("holder-column", "time-column", "time-line"))
    return _Words(holder, time, line, frozenset(file.tables["words"]["dangling"]))


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
    words = _words(rulebook)
    units = [n for n, title in enumerate(titles) if words.holder.search(title) and not words.time.search(title)]
    if units not in ([1], [1, 2]) or len(lines) < 2:
        return ()
    view = fold(text, lines[0].start, lines[-1].end)
    named = {view.source(unit.start): view.source(max(unit.start, unit.end - 1)) for unit in find_units(view, rulebook)}
    begins: list[int] = []  # the lines at which cells of units begin
    open_till = -1  # where the last name that began a cell ends
    for n, (above, line) in enumerate(pairwise(lines), 1):
        fresh = line.start in named and not words.leads_up(text, above) and line.length <= _NARROW * widest
        if fresh and line.start > open_till and not starts_lower(text, line.start, line.end):
            begins.append(n)
        if line.start in named:
            open_till = max(open_till, named[line.start])
    if len(begins) < len(units):
        return ()
    begins = begins[: len(units)]
    rest = _rest(text, lines, begins[-1], named, words) if len(titles) > len(units) + 1 else len(lines)
    stops = [*begins, rest, len(lines)]
    cells = [(titles[0], lines[0].start, lines[begins[0] - 1].end)]
    cells += [(titles[column], lines[a].start, lines[b - 1].end) for column, a, b in zip(units, begins, stops[1:], strict=False)]
    if rest < len(lines):
        last = next((title for title in titles[len(units) + 1 :] if words.time.search(title)), titles[len(units) + 1])
        cells.append((last, lines[rest].start, lines[-1].end))
    return tuple(cells)


def _rest(text: str, lines: Sequence[Line], begin: int, named: dict[int, int], words: _Words) -> int:
    """Return the line behind the last cell of units: it begins with a capital or a number, outside every unit's name."""
    for n in range(begin + 1, len(lines)):
        line, above = lines[n], lines[n - 1]
        inside = any(start <= line.start <= end for start, end in named.items())
        if words.time_line.match(fold_text(text[line.start : line.end])):
            return n
        led_up = starts_lower(text, line.start, line.end) or words.leads_up(text, above)
        if not inside and not led_up:
            return n
    return len(lines)
