"""Normal forms of dates: what a printed day, month, quarter or year is in the result.

ISO dates where the year is known. A day whose year nobody names is ``--MM-DD``, a day of any month ``--DD`` (the yearly and monthly
forms of ISO 8601, shortened).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

LONG_PAST = 60  # days: a day without a year that far before the signing is next year's

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True)
class Signing:
    """The day a document was signed, as far as it is printed."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def ordinal(self) -> int | None:
        """Return the days since year 0 (months of 31 days; for comparing only), None where the year is not known."""
        if self.year is None:
            return None
        return (self.year * 12 + (self.month or 1) - 1) * 31 + (self.day or 1)


@lru_cache(maxsize=256)
def read_signing(issued_on: str | None) -> Signing:
    """Return the parts of "YYYY-MM-DD", "YYYY-MM" or "YYYY"; nothing is known of anything else."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?.*", issued_on or "", re.DOTALL)
    if match is None:
        return Signing()
    year, month, day = (int(part) if part else None for part in match.groups())
    return Signing(year, month if month and month <= 12 else None, day)


def year_near(month: int, day: int, signing: Signing) -> int | None:
    """Return the year of a day printed without one: the document's, or the next where that day is long past at signing."""
    if signing.year is None or signing.month is None:
        return signing.year
    past = (signing.month - month) * 31 + (signing.day or 1) - day
    return signing.year + 1 if past > LONG_PAST else signing.year


def last_day(month: int, year: int | None) -> int:
    """Return the number of days of ``month``; February has 28 where the year is not known."""
    return calendar.monthrange(year, month)[1] if year else calendar.monthrange(2001, month)[1]


def day_form(day: int, month: int, year: int | None) -> str:
    """Return a day's normal form. A day the month does not have ("31/11") is the month's last: what the words can only mean."""
    day = min(day, last_day(month, year))
    return f"{year:04}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def follows(later: str, earlier: str) -> bool:
    """Return whether the day ``later`` is the one after ``earlier`` (normal forms of days, both with a year or both without)."""
    first, second = (date.fromisoformat(day.replace("--", "2001-", 1)) for day in (earlier, later))
    return (second - first).days == 1


def months_form(first: int, last: int, year: int | None, last_year: int | None = None) -> tuple[str, str]:
    """Return first and last day of the months ``first`` to ``last`` (1 to 12), ``last`` in ``last_year`` where that differs."""
    end = last_year or year
    return day_form(1, first, year), day_form(last_day(last, end), last, end)


def before_month(month: int, year: int | None) -> str:
    """Return the last day before ``month``."""
    if month == 1:
        return day_form(31, 12, year - 1 if year else None)
    return day_form(31, month - 1, year)


def school_year(first: int, last: int) -> tuple[str, str]:
    """Return first and last day of teaching: opening on 5 September, end on 31 May (Bộ Giáo dục và Đào tạo's yearly frame)."""
    return f"{first:04}-09-05", f"{last:04}-05-31"


def quarter_number(text: str) -> int:
    """Return 1 to 4 for "iii" or "3"."""
    return _ROMAN.get(text) or int(text)


def period_form(count: int, unit: str) -> str:
    """Return an ISO 8601 period; ``unit`` is D, WD (working days: our own sign), W, M, Y or H (hours)."""
    return f"PT{count}H" if unit == "H" else f"P{count}{unit}"
