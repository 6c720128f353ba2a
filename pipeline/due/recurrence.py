"""Deadlines that come back: every month by the 25th, every quarter, every year by 15 December …"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from models import Occurrence
from pipeline.due.normal import NO_YEAR, MonthDay, add_months, day_of, month_end

# months between two times, and the last month of a first period of the year
_MONTHS: Final = {"monthly": (1, 1), "quarterly": (3, 3), "half-yearly": (6, 6), "yearly": (12, 12), "school-yearly": (12, 5)}
PERIODS: Final = frozenset(("daily", "weekly", *_MONTHS))
_FRIDAY: Final = 4
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LENGTHS: Final = {"daily": 1, "weekly": 7, "monthly": 30, "quarterly": 91, "half-yearly": 182, "yearly": 365, "school-yearly": 268}  # days
_LEAST_LEFT: Final = 4  # a period of which less than a fourth was left when the document was issued is not its first
_LONGEST_MONTH: Final = 31
_SHORTEST_MONTH: Final = 28


@dataclass(frozen=True)
class Recurrence:
    """A deadline that comes back.

    ``due`` is the day of each period; None where the words name none: then the period's end stands for it (the Friday of a week), and is
    ``assumed``. Without a month, ``due`` is a day of the last month of the period, or with ``next_month`` of the month after it; that is
    assumed too unless the words say it (``month_said``). Where no day is named, the first period is one of which at least a fourth was
    left at ``begin``: a plan of 25 December does not ask for a yearly report by the 31st. ``opening`` is the first day of a window ("từ
    tháng 4 đến tháng 5 hằng năm"). ``day_before``: the day before the named one is the last in time. The times lie between ``begin`` and
    ``end``.
    """

    period: str
    due: MonthDay | None = None
    opening: MonthDay | None = None
    at: time | None = None
    begin: date | None = None
    end: date | None = None
    day_before: bool = False
    next_month: bool = False
    month_said: bool = False

    @property
    def assumed(self) -> bool:
        """Return whether the words leave the day open."""
        if self.due is None:
            return self.period != "daily"
        return self.due.month is None and self.period != "monthly" and not self.month_said

    def times(self, since: date, until: date) -> Iterator[Occurrence]:
        """Yield the times whose last day lies between ``since`` and ``until``, in order; linear in their number."""
        if self.begin:
            least = _LENGTHS[self.period] // _LEAST_LEFT if self.due is None else 0
            since = max(since, self.begin + timedelta(days=least))
        until = min(until, self.end) if self.end else until
        if since > until:
            return
        for one in self._daily(since) if self.period in ("daily", "weekly") else self._monthly(since):
            if one.last > until:
                return
            if one.last >= since:
                yield one

    def _daily(self, since: date) -> Iterator[Occurrence]:
        step = 1 if self.period == "daily" else 7
        day = since if step == 1 else since + timedelta(days=(_FRIDAY - since.weekday()) % 7)
        while day < date.max - timedelta(days=step):
            year, week, _ = day.isocalendar()
            key = day.isoformat() if step == 1 else f"{year:04}-W{week:02}"
            yield Occurrence(key=key, named=day, last=day, at=self.at, assumed=self.assumed)
            day += timedelta(days=step)

    def _monthly(self, since: date) -> Iterator[Occurrence]:
        step, month = self._step()
        index = (since.year - 1) * 12 + month - 1  # a year early: windows and days before reach back
        while index // 12 < since.year and index + step < since.year * 12 + since.month - 2:
            index += step
        while (year := index // 12) < date.max.year:
            if year >= date.min.year:
                yield self._one(year, index % 12 + 1)
            index += step

    def _step(self) -> tuple[int, int]:
        step, month = _MONTHS[self.period]
        if self.due and self.due.month:
            return 12, self.due.month
        return step, month % 12 + 1 if self.next_month else month

    def _one(self, year: int, month: int) -> Occurrence:
        named = day_of(year, month, self.due.day) if self.due else month_end(year, month)
        last = named
        if self.day_before and self.due:
            # the day before the 31st is the 30th, in a month of 30 days too: its last day
            last = day_of(year, month, self.due.day - 1) if self.due.day > 1 else date(year, month, 1) - timedelta(days=1)
        return Occurrence(key=f"{year:04}-{month:02}", start=self._opening(named), named=named, last=last, at=self.at, assumed=self.assumed)

    def _opening(self, named: date) -> date | None:
        if self.opening is None:
            return None
        if self.opening.month is None:
            day = day_of(named.year, named.month, self.opening.day)
            return day if day <= named else add_months(day, -1)
        day = day_of(named.year, self.opening.month, self.opening.day)
        return day if day <= named else day_of(named.year - 1, self.opening.month, self.opening.day)

    def rule(self) -> dict[str, object]:
        """Return the parts of an RRULE (RFC 5545) that gives the same last days, starting at the first of them."""
        parts = self._frequency()
        if self.end:
            parts["UNTIL"] = self.end
        return parts

    def _frequency(self) -> dict[str, object]:
        if self.period == "daily":
            return {"FREQ": "DAILY"}
        if self.period == "weekly":
            return {"FREQ": "WEEKLY", "BYDAY": [_WEEKDAYS[_FRIDAY]]}
        step, month = self._step()
        day = self.due.day - self.day_before if self.due else _LONGEST_MONTH
        if step == 12:
            fixed = day_of(NO_YEAR, month, day) if day else date(NO_YEAR, month, 1) - timedelta(days=1)
            leaps = fixed.month == 2 and day != fixed.day  # the last day of February, the 29th in some years
            return {"FREQ": "YEARLY", "BYMONTH": [fixed.month], "BYMONTHDAY": [-1 if leaps else fixed.day]}
        parts: dict[str, object] = {"FREQ": "MONTHLY", "INTERVAL": step}
        if day in (0, _LONGEST_MONTH):
            parts["BYMONTHDAY"] = [-1]
        elif day <= _SHORTEST_MONTH:
            parts["BYMONTHDAY"] = [day]
        else:  # the 30th, in February its last day
            parts |= {"BYMONTHDAY": list(range(_SHORTEST_MONTH, day + 1)), "BYSETPOS": [-1]}
        return parts
