"""Working days of Vietnamese offices: Monday to Friday, without days off, with the days that are worked instead.

The days come with the library ``holidays`` (Bộ luật Lao động 2019 Điều 112; Tết and the second day of Quốc khánh as the Prime Minister
fixed them, swapped days included, as far as they were announced when the library was made; later years are estimates); settings add what
was announced since. Nothing is asked of a network.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from importlib import metadata

_SATURDAY = 5
_YEARS = range(1990, 2100)  # what the calendar knows; outside it only weekends are off
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class WorkCalendar:
    """Which days are worked. ``holidays`` and ``working_days`` are an office's own, on top of the calendar of ``country``."""

    def __init__(self, country: str = "VN", holidays: Iterable[date] = (), working_days: Iterable[date] = ()) -> None:
        self._country = country
        self._off = frozenset(holidays)
        self._worked = frozenset(working_days)

    @property
    def source(self) -> str:
        """Return what the days off come from, with its version: a result holds for that calendar."""
        return f"holidays {metadata.version('holidays')} ({self._country})"

    def day_off(self, day: date) -> str | None:
        """Return the name of the day off that ``day`` is ("Tết Nguyên Đán", "Chủ nhật", "ngày nghỉ"), None for a working day."""
        if day in self._worked:
            return None
        if day in self._off:
            return "ngày nghỉ"
        names, worked = _year(self._country, day.year)
        if day in worked:
            return None
        return names.get(day) or (_WEEKDAYS[day.weekday()] if day.weekday() >= _SATURDAY else None)

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on ``day``."""
        return self.day_off(day) is None

    def next_working_day(self, day: date) -> date:
        """Return ``day`` where it is worked, else the next day that is."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day`` (before it where negative); ``day`` itself is not counted.

        Bộ luật Dân sự 2015 Điều 147 khoản 2: the first day of a period is not counted. Of 0: ``day``, worked or not.
        Raises OverflowError beyond the years that dates have.
        """
        step = timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Return how many working days lie after ``first`` up to and with ``last``.

        Where ``last`` is earlier: minus those from ``last`` up to the day before ``first``. ``working_days_between(day,
        add_working_days(day, n))`` is n.
        """
        if last < first:
            return -sum(self.is_working_day(last + timedelta(days=n)) for n in range((first - last).days))
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@lru_cache(maxsize=256)
def _year(country: str, year: int) -> tuple[dict[date, str], frozenset[date]]:
    """Return the days off of a year with their names, and the weekend days that are worked instead of others."""
    if year not in _YEARS:
        return {}, frozenset()
    from holidays import country_holidays  # large, and most runs need it late or never

    found = country_holidays(country, years=year, language="vi", expand=False)
    return {day: found[day] for day in found}, frozenset(found.weekend_workdays)
