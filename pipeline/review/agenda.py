"""What of a unit's tasks falls due in the weeks to come: every time of what comes back, too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from models import TrackedTask
from pipeline.due import Counting
from pipeline.due.report import is_done, schedules
from pipeline.due.rows import track_rows
from pipeline.due.wording import say_when
from pipeline.emit.words import plain, shorten
from pipeline.store import Store
from pipeline.store.register import RegisterFilter

WEEKS: Final = 8
_MOST: Final = 2000
"""tasks of each kind that are looked at"""
_LATE: Final = 8
_TITLE: Final = 110


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
    items = sorted(_items(store, unit, today, last, counting), key=lambda item: (item.day, item.document, item.uid))
    late = [item for item in items if item.day < today]
    weeks = [Week(None, None, tuple(late[-_LATE:]), late=True, more=max(0, len(late) - _LATE))] if late else []
    first = today
    while first <= last:
        end = first + timedelta(days=6 - first.weekday())
        if found := tuple(item for item in items if first <= item.day <= end):
            weeks.append(Week(first, end, found))
        first = end + timedelta(days=1)
    return weeks


def followed(store: Store, unit: str, until: date | None) -> list[TrackedTask]:
    """Return the open tasks that ``unit`` leads or carries out and that have a deadline (up to ``until``), at most some thousands."""
    return [tracked for tracked, _ in _followed(store, unit, until).values()]


def _followed(store: Store, unit: str, until: date | None) -> dict[str, tuple[TrackedTask, int]]:
    found: dict[str, tuple[TrackedTask, int]] = {}
    day = until.isoformat() if until else None
    for role in ("lead", "implement"):
        for wanted in (
            RegisterFilter(unit=unit, role=role, stage="open", dated="day", due_to=day),
            RegisterFilter(unit=unit, role=role, stage="open", dated="counted"),
        ):
            for page in store.register.each(wanted, "due", _MOST):
                for task, tracked in zip(page.tasks, track_rows(page.tasks, page.documents, store), strict=True):
                    found.setdefault(task.uid, (tracked, task.document))
    return found


def _items(store: Store, unit: str, today: date, last: date, counting: Counting) -> Iterator[Item]:
    for tracked, document in _followed(store, unit, last).values():
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
