"""Normal forms of times (models/README.md) as days: full dates, shorter ones, days that come back, periods."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?")
_SHORT = re.compile(r"(\d{4})(?:-(?:(\d\d)|Q([1-4])|H([12])|(\d{4})))?")
_COMES_BACK = re.compile(r"--(?:(\d\d)-)?(\d\d)")
_CLOCK = re.compile(r"T(\d\d):(\d\d)")
_PERIOD = re.compile(r"P(?:(\d{1,4})(D|WD|W|M|Y)|T(\d{1,4})([HM]))")
_OPENING, _CLOSING = (9, 5), (5, 31)  # of a school year: Bộ Giáo dục và Đào tạo's yearly frame
NO_YEAR: Final = 2001  # no leap year: 29/2 of every year is the last day of February


@dataclass(frozen=True)
class Stretch:
    """The days that a date stands for: one, or all of a month, quarter, half-year, year or school year. ``at``: until that hour."""

    first: date
    last: date
    at: time | None = None


@dataclass(frozen=True)
class MonthDay:
    """A day that comes back: of every year (``month``), or of every month."""

    month: int | None
    day: int


@dataclass(frozen=True)
class Period:
    """A counted period; ``unit`` is D (days), WD (working days), W, M, Y, H (hours) or MIN (minutes)."""

    count: int
    unit: str


def read_stretch(value: str) -> Stretch | None:
    """Return the days of "2026-06-30", "2026-06-30T16:00", "2026-06", "2026-Q2", "2026-H1", "2026" or the school year "2025-2026"; else
    None, also for days that do not exist.
    """
    try:
        if match := _DAY.fullmatch(value):
            year, month, day = int(match[1]), int(match[2]), int(match[3])
            at = time(int(match[4]), int(match[5])) if match[4] else None
            return Stretch(date(year, month, day), date(year, month, day), at)
        if (match := _SHORT.fullmatch(value)) is None:
            return None
        year = int(match[1])
        if match[5]:
            return Stretch(date(year, *_OPENING), date(year + 1, *_CLOSING)) if int(match[5]) == year + 1 else None
        first, last = 1, 12
        if match[2]:
            first = last = int(match[2])
        elif match[3]:
            first, last = 3 * int(match[3]) - 2, 3 * int(match[3])
        elif match[4]:
            first, last = 6 * int(match[4]) - 5, 6 * int(match[4])
        return Stretch(date(year, first, 1), month_end(year, last))
    except ValueError:
        return None


def read_month_day(value: str) -> MonthDay | None:
    """Return the day of "--12-15" or "--25", None for all else and for days that no month has."""
    match = _COMES_BACK.fullmatch(value)
    if match is None:
        return None
    month, day = int(match[1]) if match[1] else None, int(match[2])
    return MonthDay(month, day) if 1 <= day <= 31 and (month is None or 1 <= month <= 12) else None


def read_clock(value: str) -> time | None:
    """Return the hour of "T15:30", None for all else."""
    match = _CLOCK.fullmatch(value)
    return time(int(match[1]), int(match[2])) if match and int(match[1]) < 24 and int(match[2]) < 60 else None


def read_period(value: str) -> Period | None:
    """Return the period of "P10D", "P10WD", "P2W", "P3M", "P1Y", "PT24H" or "PT30M", None for all else."""
    match = _PERIOD.fullmatch(value)
    if match is None:
        return None
    return Period(int(match[1]), match[2]) if match[1] else Period(int(match[3]), "MIN" if match[4] == "M" else "H")


def month_end(year: int, month: int) -> date:
    """Return the last day of a month. Raises ValueError where there is no such month."""
    if not 1 <= month <= 12:
        raise ValueError(month)
    return date(year, month, calendar.monthrange(year, month)[1])


def day_of(year: int, month: int, day: int) -> date:
    """Return a day of a month, the month's last where it has no such day (Bộ luật Dân sự 2015 Điều 148 khoản 3)."""
    return min(date(year, month, 1) + timedelta(days=day - 1), month_end(year, month))


def add_months(day: date, count: int) -> date:
    """Return the corresponding day ``count`` months on, the month's last where it has none (Điều 148 khoản 3)."""
    months = day.year * 12 + day.month - 1 + count
    return day_of(months // 12, months % 12 + 1, day.day)
