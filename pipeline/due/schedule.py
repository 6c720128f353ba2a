"""When a deadline falls due: its normal form, counted on the calendar.

How periods are counted is Bộ luật Dân sự 2015: Điều 147 (the first day, the day of the event, is not counted), Điều 148 (a period of weeks,
months or years ends on the corresponding day, on the last day of a month that has none; khoản 5: where the last day is a day off, the
period ends at the end of the next working day). Khoản 5 speaks of periods (thời hạn); a day that the words name stays that day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from math import ceil

from models import Awaited, Deadline, Occurrence
from pipeline.due.events import find_event, full_day
from pipeline.due.normal import MonthDay, Period, add_months, day_of, read_clock, read_month_day, read_period, read_stretch
from pipeline.due.recurrence import PERIODS, Recurrence
from pipeline.extract import dates
from pipeline.rulebook import rulebook
from pipeline.settings import TimeSettings
from pipeline.text import fold_text
from pipeline.workdays import WorkCalendar

_NUMBER = re.compile(r"\d+")
_HOURS = {"H": 1.0, "MIN": 1 / 60}
_EARLY = 10  # a day up to the 10th of a month nobody names: of the month after the period
_LOOK_BACK = timedelta(days=366)


@dataclass(frozen=True)
class Counting:
    """How an office counts: its working days, and what its settings say of "trước ngày" and of days off."""

    calendar: WorkCalendar
    settings: TimeSettings

    @classmethod
    def of(cls, settings: TimeSettings) -> "Counting":
        """Return the counting that ``settings`` ask for."""
        return cls(WorkCalendar(settings.country, settings.holidays, settings.working_days), settings)


@dataclass(frozen=True)
class Schedule:
    """When a deadline falls due: ``once``, again and again (``recurrence``), or on a day nobody knows yet (``awaited``).

    None of them: it sets no day ("thường xuyên", "từ năm 2026").
    """

    once: Occurrence | None = None
    recurrence: Recurrence | None = None
    awaited: Awaited | None = None

    def times(self, since: date, until: date) -> tuple[Occurrence, ...]:
        """Return the times whose last day lies between ``since`` and ``until``, in order."""
        if self.once:
            return (self.once,) if since <= self.once.last <= until else ()
        return tuple(self.recurrence.times(since, until)) if self.recurrence else ()


def schedule(
    deadline: Deadline, issued_on: str | None, counting: Counting, events: Mapping[str, date] | None = None, following: str = ""
) -> Schedule:
    """Return when ``deadline`` falls due.

    ``issued_on`` is the document's date as in the header, ``events`` the days that people gave for events, ``following`` the words behind
    the deadline in the document. A period whose event has no known day, a day without a year, and a form that cannot be read are
    ``awaited``: nothing is guessed. Never raises.
    """
    try:
        return _schedule(deadline, issued_on, counting, events or {}, following)
    except (OverflowError, ValueError):  # a day beyond the years that dates have
        return Schedule(awaited=Awaited(missing="form"))


def occurrences(
    deadline: Deadline,
    issued_on: str | None,
    events: Mapping[str, date],
    until: date,
    counting: Counting,
    *,
    since: date | None = None,
    following: str = "",
) -> tuple[Occurrence, ...]:
    """Return every time up to ``until`` that ``deadline`` falls due: one for a plain day, all of a task that comes back from the document's
    date on (from ``since``; where neither is known, from a year before ``until``). Empty where no day is known.
    """
    found = schedule(deadline, issued_on, counting, events, following)
    endless = found.recurrence is not None and found.recurrence.begin is None
    return found.times(since or (until - _LOOK_BACK if endless else date.min), until)


def _schedule(deadline: Deadline, issued_on: str | None, counting: Counting, events: Mapping[str, date], following: str) -> Schedule:
    due, repeat = deadline.due, deadline.repeat
    if due and (period := read_period(due)):
        return _counted(deadline, period, issued_on, counting, events, following)
    day = read_month_day(due) if due else None
    if repeat in PERIODS:
        return _recurring(deadline, day, issued_on, counting, following)
    if repeat not in (None, "continuous"):
        return Schedule(awaited=Awaited(missing="form"))
    if due is None:
        return Schedule()
    if day:
        return _yearless(deadline, day, issued_on, counting)
    stretch = read_stretch(due)
    if stretch is None:
        return Schedule(awaited=Awaited(missing="form"))
    opening = read_stretch(deadline.start) if deadline.start else None
    once = Occurrence(start=opening.first if opening else None, named=stretch.last, last=stretch.last, at=stretch.at)
    return Schedule(once=_settled(once, deadline, counting))


def _settled(once: Occurrence, deadline: Deadline, counting: Counting) -> Occurrence:
    """Return a day that is named as the office's settings take it."""
    last = once.last
    if counting.settings.before == "day-before" and once.at is None and names_its_day(deadline, once.named.day):
        last -= timedelta(days=1)
    return once.model_copy(update={"last": last})


def names_its_day(deadline: Deadline, day: int) -> bool:
    """Return whether the words say "before" of that very day: "trước tháng 7" ends on 30/6, and no day is taken off."""
    return deadline.bound == "before" and day in _printed(deadline)


def _printed(deadline: Deadline) -> set[int]:
    """Return the numbers in the words of a deadline that may be days."""
    return {int(number) for number in _NUMBER.findall(deadline.text) if len(number) <= 2}


def _yearless(deadline: Deadline, day: MonthDay, issued_on: str | None, counting: Counting) -> Schedule:
    """A day whose year the document did not say when it was read; its date may be known by now."""
    if day.month is None:
        return Schedule(awaited=Awaited(missing="month"))
    year = dates.year_near(day.month, day.day, dates.read_signing(issued_on))
    if year is None:
        return Schedule(awaited=Awaited(missing="year"))
    named = day_of(year, day.month, day.day)
    opening = read_month_day(deadline.start) if deadline.start else None
    start = day_of(year, opening.month, opening.day) if opening and opening.month else None
    if start and start > named:
        start = day_of(year - 1, start.month, start.day)
    return Schedule(once=_settled(Occurrence(start=start, named=named, last=named), deadline, counting))


# --- periods -------------------------------------------------------------------------------------------------------------


def _counted(
    deadline: Deadline, period: Period, issued_on: str | None, counting: Counting, events: Mapping[str, date], following: str
) -> Schedule:
    event = find_event(deadline.text, following, issued_on, events)
    if event.day is None:
        return Schedule(awaited=event.awaited or Awaited(missing="event"))
    end = _end(event.day, period, -1 if event.backward else 1, counting.calendar)
    roll = counting.settings.roll != "none" and period.unit not in _HOURS and not event.backward
    last = counting.calendar.next_working_day(end) if roll else end
    # of hours only the day is known: the hour of the event is not
    assumed = period.unit in _HOURS
    return Schedule(once=Occurrence(start=None, named=end, last=last, assumed=assumed, rolled=last != end))


def _end(day: date, period: Period, sign: int, calendar: WorkCalendar) -> date:
    """Return the last day of a period that begins with the day after ``day`` (``sign`` -1: that ends before it)."""
    count = sign * period.count
    if period.unit == "WD":
        return calendar.add_working_days(day, count)
    if period.unit == "M":
        return add_months(day, count)
    if period.unit == "Y":
        return add_months(day, 12 * count)
    if period.unit in _HOURS:
        days = period.count * _HOURS[period.unit] / 24
        return day + timedelta(days=sign * (ceil(days) if days > 1 else int(days)))
    return day + timedelta(days=7 * count if period.unit == "W" else count)


# --- times that come back ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _month_words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    months = rulebook()["events"].tables["months"]
    return tuple(months["last"]), tuple(months["next"])


def _recurring(deadline: Deadline, day: MonthDay | None, issued_on: str | None, counting: Counting, following: str) -> Schedule:
    due, opening = deadline.due, deadline.start
    found = Recurrence(deadline.repeat or "", begin=_first_day(issued_on))
    if due and day is None:
        if clock := read_clock(due):
            found = replace(found, at=clock)
        elif stretch := read_stretch(due):
            found = replace(found, end=stretch.last)
        else:
            return Schedule(awaited=Awaited(missing="form"))
    if opening:
        window = read_month_day(opening)
        begin = read_stretch(opening)
        if window is None and begin is None:
            return Schedule(awaited=Awaited(missing="form"))
        days = [day for day in (found.begin, begin.first if begin else None) if day]
        found = replace(found, opening=window, begin=max(days, default=None))
    if day is None or found.period in ("daily", "weekly"):
        return Schedule(recurrence=found)
    if (day.month, day.day) == (2, 28) and 28 not in _printed(deadline):
        day = MonthDay(2, 29)  # "trước tháng 3", "ngày 29/02": the last day of February
    said = fold_text(f"{deadline.text} {following[:40]}")
    last, following_month = _month_words()
    after = any(word in said for word in following_month)
    month_said = after or any(word in said for word in last)
    return Schedule(
        recurrence=replace(
            found,
            due=day,
            day_before=counting.settings.before == "day-before" and names_its_day(deadline, day.day),
            next_month=day.month is None and found.period != "monthly" and (after or (not month_said and day.day <= _EARLY)),
            month_said=month_said,
        )
    )


def _first_day(issued_on: str | None) -> date | None:
    """Return the first day that a task of a document issued then can fall due."""
    stretch = read_stretch(issued_on) if issued_on else None
    return full_day(issued_on) or (stretch.first if stretch else None)
