"""What of a unit's tasks falls due in the weeks to come: every time of what comes back, too."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from models import TrackedTask
from models.outline import Role
from pipeline.due import Counting
from pipeline.due.report import is_done, schedules
from pipeline.due.rows import track_rows
from pipeline.due.wording import say_when
from pipeline.emit.words import plain, shorten
from pipeline.store import Store
from pipeline.store.register import Dated, Order, RegisterFilter

WEEKS: Final = 8
_MOST: Final = 2000
"""tasks of each kind in a calendar"""
_SHOWN: Final = 200
"""tasks of each kind that are looked at for a page"""
_LATE: Final = 8
_TITLE: Final = 110
_ACTING: Final[tuple[Role, ...]] = ("lead", "implement")
_DATED: Final[tuple[Dated, ...]] = ("day", "counted")


@dataclass(frozen=True)
class Item:
    """One time that a deadline falls due."""

    day: date
    when: str
    title: str
    text: str
    document: int
    uid: str
    number: str
    again: bool
    day_off: str | None


@dataclass(frozen=True)
class Week:
    """What falls due from one day to another; ``late``: what passed undone (the ``more`` oldest are left out)."""

    first: date | None
    last: date | None
    items: tuple[Item, ...]
    late: bool = False
    more: int = 0


def agenda(store: Store, unit: str, today: date, counting: Counting) -> list[Week]:
    """Return what of the open tasks that ``unit`` leads or carries out is past its day, then what falls due in each of the next weeks."""
    last = today + timedelta(days=6 - today.weekday(), weeks=WEEKS - 1)
    past = [_open(unit, role, due_to=(today - timedelta(days=1)).isoformat(), dated="day") for role in _ACTING]
    coming = [_open(unit, role, due_from=today.isoformat(), due_to=last.isoformat(), dated="day") for role in _ACTING]
    again = [_open(unit, role, dated="counted") for role in _ACTING]
    tasks = _tracked(store, [(wanted, "-due") for wanted in past] + [(wanted, "due") for wanted in (*coming, *again)], _SHOWN)
    items = sorted(_items(tasks, today, last, counting), key=lambda item: (item.day, item.document, item.uid))
    late = [item for item in items if item.day < today]
    weeks = []
    if late:
        more = max(0, max(len(late), sum(store.register.count(wanted) for wanted in past)) - _LATE)
        weeks.append(Week(None, None, tuple(late[-_LATE:]), late=True, more=more))
    first = today
    while first <= last:
        end = first + timedelta(days=6 - first.weekday())
        if found := tuple(item for item in items if first <= item.day <= end):
            weeks.append(Week(first, end, found))
        first = end + timedelta(days=1)
    return weeks


def followed(store: Store, unit: str) -> list[TrackedTask]:
    """Return the open tasks that ``unit`` leads or carries out and that have a deadline, at most some thousands."""
    wanted: list[tuple[RegisterFilter, Order]] = [(_open(unit, role, dated=kind), "-due") for role in _ACTING for kind in _DATED]
    return [tracked for tracked, _ in _tracked(store, wanted, _MOST)]


def _open(unit: str, role: Role, dated: Dated, due_from: str | None = None, due_to: str | None = None) -> RegisterFilter:
    return RegisterFilter(unit=unit, role=role, stage="open", dated=dated, due_from=due_from, due_to=due_to)


def _tracked(store: Store, several: Sequence[tuple[RegisterFilter, Order]], most: int) -> list[tuple[TrackedTask, int]]:
    """Return the tasks of several filters (the first ``most`` of each), every one once, with the rows of their documents."""
    found: dict[str, tuple[TrackedTask, int]] = {}
    for wanted, order in several:
        for page in store.register.each(wanted, order, most):
            for task, tracked in zip(page.tasks, track_rows(page.tasks, page.documents, store), strict=True):
                found.setdefault(task.uid, (tracked, task.document))
    return list(found.values())


def _items(tasks: Iterable[tuple[TrackedTask, int]], today: date, last: date, counting: Counting) -> Iterator[Item]:
    for tracked, document in tasks:
        seen: set[date] = set()
        for number, one in enumerate(schedules(tracked, counting), 1):
            # of what comes back only the coming times are shown: the register tells which of the past ones were missed
            for time in one.times(date.min if one.once else today, last):
                if time.last not in seen and not is_done(tracked, number, time, today):
                    seen.add(time.last)
                    yield Item(
                        day=time.last,
                        when=say_when(time),
                        title=shorten(plain(tracked.task.title) or tracked.text, _TITLE),
                        text=tracked.text,
                        document=document,
                        uid=tracked.task.id,
                        number=tracked.document,
                        again=one.recurrence is not None,
                        day_off=counting.calendar.day_off(time.last) if time.last >= today else None,
                    )
