"""When tasks fall due, as a picture (SVG): a lane for each lead unit, a mark for each task at its day, with the task's number in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipeline.emit.groups import band_of
from pipeline.emit.layout import WIDTH, colour_of, wrap
from pipeline.emit.rows import Row
from pipeline.emit.templates import render
from pipeline.emit.words import plain, shorten

_MARGIN: Final = 30.0
_LABEL: Final = 290.0  # room for the names of units
_LETTERS: Final = 38
_TOP: Final = 118.0
_MARK: Final = 22.0  # width of a mark
_STEP: Final = 24.0  # from one line of marks in a lane to the next
_PAD: Final = 7.0  # above and below the marks of a lane
_LANES: Final = 24  # more units than these share the last lane
_STACK: Final = 5  # more lines of marks than these in a lane: days are told by number of tasks
_TICKS: Final = 12  # at most so many days or months are written along the top
_APART: Final = 66.0  # from the middle of one day's words along the top to the next
_NOBODY: Final = "Chưa rõ đơn vị chủ trì"
_OTHERS: Final = "Các đơn vị khác"
_TITLE_LETTERS: Final = 120


@dataclass(frozen=True)
class Mark:
    """A task (or ``text`` "×3": several) at its day."""

    x: float
    y: float
    text: str
    says: str


@dataclass(frozen=True)
class Lane:
    """What one unit has to do, from ``top`` over ``height``."""

    top: float
    height: float
    lines: tuple[tuple[float, str], ...]
    colour: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Tick:
    """A day written along the top."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class _Due:
    day: date
    number: int
    text: str


def write_timeline(rows: Iterable[Row], title: str) -> bytes:
    """Return the SVG of the deadlines of ``rows`` under ``title``: those that name a day, by lead unit, in the order of first days.

    Numbers are those of the rows (``Row.number``); a task with several leads stands in each lane. Under the picture it says how many tasks
    name no day.
    """
    lanes: dict[str, list[_Due]] = {}
    days: set[date] = set()
    dated = undated = 0
    for row in rows:
        if (day := _due_day(row)) is None:
            undated += 1
            continue
        dated += 1
        days.add(day)
        for unit in row.leads or (_NOBODY,):
            lanes.setdefault(unit, []).append(_Due(day, row.number, row.text))
    if not dated:
        values: dict[str, object] = {"lanes": (), "ticks": (), "height": _TOP + 30, "left": 0, "right": 0, "bottom": 0}
    else:
        first, last = min(days), max(days)
        left, right = _MARGIN + _LABEL + _MARK, WIDTH - _MARGIN - _MARK
        span = max(1, (last - first).days)
        drawn: list[Lane] = []
        y = _TOP
        for unit, dues in _ranked(lanes):
            lane = _lane(unit, dues, y, lambda day: round(left + (right - left) * (day - first).days / span, 1))
            drawn.append(lane)
            y += lane.height
        ticks = _between([Tick(round(left + (right - left) * (day - first).days / span, 1), text) for day, text in _ticks(first, last)])
        values = {"lanes": drawn, "ticks": ticks, "height": y + 50, "left": left, "right": right, "bottom": y}
    values |= {"title": shorten(plain(title), _TITLE_LETTERS), "width": WIDTH, "dated": dated, "undated": undated}
    return render("timeline.svg", values).encode("utf-8")


def _due_day(row: Row) -> date | None:
    due = row.deadlines.due
    return due.date() if isinstance(due, datetime) else due


def _ranked(lanes: dict[str, list[_Due]]) -> list[tuple[str, list[_Due]]]:
    """Return each unit with its tasks, those with the first day first; what is more than _LANES, in one."""
    if len(lanes) > _LANES:
        ranked = sorted(lanes, key=lambda unit: -len(lanes[unit]))
        others = [due for unit in ranked[_LANES - 1 :] for due in lanes.pop(unit)]
        lanes[f"{_OTHERS} ({len(ranked) - _LANES + 1})"] = others
    for dues in lanes.values():
        dues.sort(key=lambda due: (due.day, due.number))
    return sorted(lanes.items(), key=lambda lane: (lane[0].startswith(_OTHERS), lane[1][0].day))


def _lane(unit: str, dues: Sequence[_Due], top: float, place: Callable[[date], float]) -> Lane:
    marks = _stack([(place(due.day), str(due.number), f"{due.number}. {_day(due.day)}: {shorten(due.text, 160)}") for due in dues])
    if max(line for *_, line in marks) >= _STACK:
        numbers: dict[date, list[str]] = {}
        for due in dues:
            numbers.setdefault(due.day, []).append(str(due.number))
        marks = _stack(
            [(place(day), f"×{len(held)}", f"{_day(day)}: {len(held)} nhiệm vụ: {', '.join(held)}") for day, held in numbers.items()]
        )
    lines = wrap(shorten(f"{unit}", _LETTERS * 2 - 8), _LETTERS, f"\u00a0({len(dues)})")
    depth = max(line for *_, line in marks) + 1
    height = max(_STEP * depth, 16.0 * len(lines)) + 2 * _PAD
    middle = top + height / 2
    text = tuple((round(middle - 8.0 * len(lines) + 12 + 16.0 * i, 1), line) for i, line in enumerate(lines))
    offset = top + (height - _STEP * depth) / 2 + _STEP / 2
    drawn = tuple(Mark(x, round(offset + _STEP * line, 1), label, says) for x, label, says, line in marks)
    return Lane(round(top, 1), round(height, 1), text, colour_of(band_of(unit)), drawn)


def _stack(marks: Iterable[tuple[float, str, str]]) -> list[tuple[float, str, str, int]]:
    """Return the marks (in order of place) each with the first line of the lane on which it lies on no other."""
    ends: list[float] = []
    stacked = []
    for x, text, says in marks:
        line = next((i for i, end in enumerate(ends) if x - end >= _MARK + 2), len(ends))
        ends[line : line + 1] = [x]
        stacked.append((x, text, says, line))
    return stacked


def _between(ticks: list[Tick]) -> list[Tick]:
    """Return ``ticks`` without those whose words would lie on the words of the first or the last."""
    return [tick for tick in ticks if tick in (ticks[0], ticks[-1]) or (ticks[0].x + _APART <= tick.x <= ticks[-1].x - _APART)]


def _ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Return the two days, and at most _TICKS between them: of weeks, months, quarters or years, as the span asks for."""
    return [(first, _day(first)), *_inner(first, last), (last, _day(last))] if first < last else [(first, _day(first))]


def _inner(first: date, last: date) -> list[tuple[date, str]]:
    days = (last - first).days
    if days <= 70:
        step = 1 if days <= _TICKS else 7
        return [(day, f"{day:%d/%m}") for day in map(date.fromordinal, range(first.toordinal() + step, last.toordinal(), step))]
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((n for n in (1, 2, 3, 6) if months / n <= _TICKS), 12 * max(1, -(-months // (12 * _TICKS))))
    ticks = []
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, number = divmod(month, 12)
        if number % min(step, 12) or (step > 12 and year % (step // 12)) or not 1 <= year <= 9999:
            continue
        day = date(year, number + 1, 1)
        if first < day < last:
            ticks.append((day, str(year) if step >= 12 else f"{number + 1:02}/{year}"))
    return ticks


def _day(day: date) -> str:
    return f"{day:%d/%m}/{day.year:04}"
