"""Deadlines of a period on their days, as the picture and the API tell them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from models import Deadline, Occurrence, Span
from pipeline.due import Counting
from pipeline.due.schedule import schedule
from pipeline.review.lanes import Due, State
from pipeline.review.site import Site
from pipeline.store.timeline import TimelineEntry, TimelineFilter

_WEEKS_BACK: Final = 4
_WEEKS_AHEAD: Final = 14
_LONGEST: Final = 366 * 12  # days
YEARS: Final = (1950, 2200)
"""the first and the last year that may be asked for"""


@dataclass(frozen=True)
class DueDays:
    """The deadlines of ``wanted`` by day. ``more`` and ``more_counted`` are those of Timeline; with ``more``, ``wanted.until`` is earlier
    than what was asked for.
    """

    wanted: TimelineFilter
    dues: tuple[Due, ...]
    more: bool
    more_counted: bool


def period(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """Return the days asked for; where none is, some weeks around ``today``."""
    monday = today - timedelta(days=today.weekday())
    first = since or monday - timedelta(weeks=_WEEKS_BACK)
    last = until or max(first, monday) + timedelta(weeks=_WEEKS_AHEAD, days=-1)
    if last < first:
        first, last = last, first
    return first, min(last, first + timedelta(days=_LONGEST))


def day_of(value: str) -> date | None:
    """Return the day that ``value`` writes, None where that is nonsense."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def read_due_days(site: Site, wanted: TimelineFilter, today: date) -> DueDays:
    """Return the deadlines of ``wanted``, seen from ``today``."""
    found = site.store.overview.timeline(wanted)
    if found.more:  # what was read ends within a day: that day is left out, so that no day is drawn with a part of its marks
        last = (day_of((found.dated[-1].due or "")[:10]) or wanted.until) - timedelta(days=1)
        wanted = replace(wanted, until=max(wanted.since, last))
    dues = sorted(_dues(site, (*found.dated, *found.counted), wanted.since, wanted.until, today), key=_place)
    return DueDays(wanted, tuple(dues), found.more, found.more_counted)


def deadline_of(entry: TimelineEntry) -> Deadline:
    """Return the deadline of ``entry`` as those who count it take it."""
    return Deadline.model_construct(
        text=entry.text, start=entry.start, due=entry.due, repeat=entry.repeat, bound=entry.bound, span=Span(0, 0), rule=None
    )


def _dues(site: Site, entries: Iterable[TimelineEntry], first: date, last: date, today: date) -> Iterator[Due]:
    """Yield the deadlines on their days. Of one that comes back, times that passed unnoticed are told once, by the latest of them."""
    counting = Counting.of(site.settings.time)
    soon = today + timedelta(days=site.settings.time.soon_days)
    for entry in entries:
        events = {words: date.fromisoformat(day) for words, day in entry.events.items()}
        found = schedule(deadline_of(entry), entry.issued_on, counting, events)
        again = found.recurrence is not None
        dues = [Due(time.last, entry, _state(entry, time, today, soon), again, time.assumed) for time in found.times(first, last)]
        missed = [due for due in dues if due.state == "late"][:-1] if again else []
        yield from (due for due in dues if due not in missed)


def _place(due: Due) -> tuple[date, int, str, int]:
    return due.day, due.entry.document, due.entry.uid, due.entry.number


def _state(entry: TimelineEntry, time: Occurrence, today: date, soon: date) -> State:
    if entry.done_on or f"{entry.number}:{time.key}" in entry.done_times or time.key in entry.done_times:
        return "done"
    return "late" if time.last < today else "soon" if time.last <= soon else "later"
