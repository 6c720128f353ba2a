"""The timeline as it is drawn: a lane for each lead unit, a mark for each deadline at its day, in colours by how it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from pipeline.emit.layout import wrap
from pipeline.emit.words import plain, shorten
from pipeline.review.links import register, task
from pipeline.store.timeline import TimelineEntry

State = Literal["late", "soon", "later", "done"]

WIDTH: Final = 1280
LEFT: Final = 262  # where the days begin; before it stand the names of units
_RIGHT: Final = 1272
_TOP: Final = 44
_MARK: Final = 15.0
_STEP: Final = 18.0  # from one line of marks in a lane to the next
_PAD: Final = 5.0
_LETTERS: Final = 38
_LANES: Final = 24  # more units than these share the last lane
_SINGLE: Final = 3  # so many marks of one state on one place stay marks of their own
_DAYS_APART: Final = 5.0  # a day narrower than this shares its place with its week
_LONG: Final = 500  # days: weeks share their place with the month
_TICK: Final = 38.0  # room for the words of a day along the top
_NARROW_TICK: Final = 22.0  # and for those of a month
_SIGNS: Final[Mapping[State, str]] = {"late": "!", "soon": "•", "later": "", "done": "✓"}
_ORDER: Final[tuple[State, ...]] = ("late", "soon", "later", "done")
_NOBODY: Final = "Chưa rõ đơn vị chủ trì"
STATES: Final[Mapping[State, str]] = {"late": "Quá hạn", "soon": "Sắp đến hạn", "later": "Còn thời gian", "done": "Đã hoàn thành"}


@dataclass(frozen=True)
class Due:
    """A deadline on its day. ``assumed``: the words name no day of the period; ``again``: it comes back."""

    day: date
    entry: TimelineEntry
    state: State
    again: bool = False
    assumed: bool = False


@dataclass(frozen=True)
class Drawn:
    """A mark: one deadline, or (``count``) several of a day, week or month."""

    x: float
    y: float
    width: float
    height: float
    state: State
    again: bool
    text: str
    says: str
    link: str
    count: int


@dataclass(frozen=True)
class Lane:
    """What one unit has to do, from ``top`` over ``height``."""

    top: float
    height: float
    lines: tuple[tuple[float, str], ...]
    link: str
    marks: tuple[Drawn, ...]


@dataclass(frozen=True)
class Tick:
    """A day along the top: from ``x`` over ``width`` (a month), or at ``x``."""

    x: float
    width: float
    text: str


@dataclass(frozen=True)
class Picture:
    """All that is drawn. ``today`` is where the line of the day stands, None outside the period."""

    height: float
    bottom: float
    months: tuple[Tick, ...]
    weeks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    today: float | None
    place: Literal["day", "week", "month"]


def draw(dues: Sequence[Due], since: date, until: date, today: date) -> Picture:
    """Return the picture of ``dues``, which lie between ``since`` and ``until``."""
    scale = _Scale(since, until)
    lanes: list[Lane] = []
    top = float(_TOP)
    for unit, name, held in _by_unit(dues):
        lane = _lane(unit, name, held, top, scale)
        lanes.append(lane)
        top = lane.top + lane.height
    return Picture(
        height=round(top + 6, 1),
        bottom=round(top, 1),
        months=tuple(_months(scale)),
        weeks=tuple(_weeks(scale)),
        lanes=tuple(lanes),
        today=scale.middle(today) if since <= today <= until else None,
        place=scale.place,
    )


class _Scale:
    """Days along the width of the picture."""

    def __init__(self, since: date, until: date) -> None:
        self.since, self.until = since, until
        days = (until - since).days + 1
        self.a_day = (_RIGHT - LEFT) / days
        self.place: Literal["day", "week", "month"] = "month" if days > _LONG else "day" if self.a_day >= _DAYS_APART else "week"

    def x(self, day: date) -> float:
        """Return where ``day`` begins."""
        return round(LEFT + self.a_day * (day - self.since).days, 1)

    def middle(self, day: date) -> float:
        return round(self.x(day) + self.a_day / 2, 1)

    def stretch(self, day: date) -> tuple[date, date]:
        """Return the days that share one place with ``day``."""
        if self.place == "day":
            return day, day
        if self.place == "week":
            first = day - timedelta(days=day.weekday())
            last = first + timedelta(days=6)
        else:
            first, last = day.replace(day=1), _month_after(day) - timedelta(days=1)
        return max(first, self.since), min(last, self.until)


def _by_unit(dues: Sequence[Due]) -> list[tuple[str, str, list[Due]]]:
    """Return (unit id, name, deadlines) for each lead unit, those with most first; what is more than _LANES, in one."""
    lanes: dict[str, list[Due]] = {}
    names: dict[str, str] = {"": _NOBODY}
    for due in dues:
        for unit, name in due.entry.leads or (("", _NOBODY),):
            names[unit] = name
            lanes.setdefault(unit, []).append(due)
    ranked = sorted(lanes, key=lambda unit: (unit == "", -len(lanes[unit]), names[unit]))
    if len(ranked) <= _LANES:
        return [(unit, names[unit], lanes[unit]) for unit in ranked]
    kept, others = ranked[: _LANES - 1], ranked[_LANES - 1 :]
    rest = sorted((due for unit in others for due in lanes[unit]), key=lambda due: due.day)
    return [*((unit, names[unit], lanes[unit]) for unit in kept), ("", f"Các đơn vị khác ({len(others)})", rest)]


def _lane(unit: str, name: str, dues: Sequence[Due], top: float, scale: _Scale) -> Lane:
    marks = list(_marks(unit, dues, scale))
    ends: list[float] = []
    placed = []
    for mark in sorted(marks, key=lambda mark: (mark.x, _ORDER.index(mark.state))):
        line = next((i for i, end in enumerate(ends) if mark.x >= end + 1.5), len(ends))
        ends[line : line + 1] = [mark.x + mark.width]
        placed.append((mark, line))
    lines = wrap(shorten(plain(name), _LETTERS * 2 - 8), _LETTERS, f"\u00a0({len(dues)})")
    height = max(_STEP * len(ends), 16.0 * len(lines)) + 2 * _PAD
    first = top + (height - _STEP * len(ends)) / 2 + (_STEP - _MARK) / 2
    middle = top + height / 2
    words = tuple((round(middle - 8.0 * len(lines) + 12 + 16.0 * i, 1), line) for i, line in enumerate(lines))
    drawn = tuple(_at(mark, round(first + _STEP * line, 1)) for mark, line in placed)
    return Lane(round(top, 1), round(height, 1), words, register(unit=unit, role="lead") if unit else "", drawn)


def _at(mark: Drawn, y: float) -> Drawn:
    return Drawn(mark.x, y, mark.width, mark.height, mark.state, mark.again, mark.text, mark.says, mark.link, mark.count)


def _marks(unit: str, dues: Iterable[Due], scale: _Scale) -> Iterable[Drawn]:
    places: dict[tuple[date, State], list[Due]] = {}
    for due in dues:
        places.setdefault((scale.stretch(due.day)[0], due.state), []).append(due)
    for (_, state), held in places.items():
        first, last = scale.stretch(held[0].day)
        middle = (scale.x(first) + scale.x(last) + scale.a_day) / 2
        if len(held) <= _SINGLE:
            for due in held:
                yield _mark(middle, _MARK, due.state, due.again, _SIGNS[due.state], _says(due), task(due.entry.document, due.entry.uid), 1)
        else:
            days = f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m} đến {last:%d/%m/%Y}"
            says = f"{days}: {len(held)} nhiệm vụ, {STATES[state].lower()}"
            link = register(unit=unit or None, role="lead" if unit else None, due_from=first, due_to=last)
            text = f"{_SIGNS[state]}{len(held)}"
            yield _mark(middle, max(_MARK, 8 + 6.5 * len(text)), state, all(due.again for due in held), text, says, link, len(held))


def _mark(middle: float, width: float, state: State, again: bool, text: str, says: str, link: str, count: int) -> Drawn:
    x = min(max(middle - width / 2, LEFT), _RIGHT - width)
    return Drawn(round(x, 1), 0, round(width, 1), _MARK, state, again, text, says, link, count)


def _says(due: Due) -> str:
    document = due.entry.document_number or due.entry.file_name
    again = ", định kỳ" if due.again else ""
    return f"{due.day:%d/%m/%Y} ({STATES[due.state].lower()}{again}): {shorten(plain(due.entry.title), 160)} ({plain(document)})"


def _months(scale: _Scale) -> Iterable[Tick]:
    day = scale.since
    wide = scale.a_day * 30
    while day <= scale.until:
        after = _month_after(day)
        x, end = scale.x(day), min(scale.x(after), float(_RIGHT))
        room = end - x
        text = f"Tháng {day.month}/{day.year}" if room >= 84 else f"{day.month}/{day.year}" if room >= 50 and wide >= 50 else ""
        if wide < 50 and day.month == 1:
            text = str(day.year)
        yield Tick(x, round(end - x, 1), text)
        day = after


def _weeks(scale: _Scale) -> Iterable[Tick]:
    if scale.place == "month":
        day = scale.since.replace(day=1)
        while scale.a_day * 28 >= _NARROW_TICK and day <= scale.until:
            yield Tick(scale.x(max(day, scale.since)), 0, f"T{day.month}")
            day = _month_after(day)
        return
    each = max(1, -(-int(_TICK) // max(1, int(scale.a_day * 7))))
    day, number = scale.since + timedelta(days=-scale.since.weekday() % 7), 0
    while day <= scale.until:
        yield Tick(scale.x(day), 0, f"{day:%d/%m}" if number % each == 0 and scale.x(day) + _TICK < _RIGHT + 20 else "")
        day, number = day + timedelta(days=7), number + 1


def _month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
