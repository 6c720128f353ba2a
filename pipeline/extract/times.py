"""What a printed time comes to: a match of a rule in rules/deadlines.toml as start, due and repeat.

Each shape of a rule ("day", "months", "relative" …) has one function here; the forms are those of pipeline/extract/dates.py.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, cast

from pipeline.extract import dates
from pipeline.rulebook import Rule

Bound = Literal["before", "by", "within", "from"]


class Value(NamedTuple):
    """Start, due and repeat in normal form."""

    start: str | None
    due: str | None
    repeat: str | None = None


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The word lists of rules/deadlines.toml, from word to value; ``period`` finds the words of ``periods``."""

    periods: Mapping[str, str]
    period: re.Pattern[str]
    counts: Mapping[str, str]
    units: Mapping[str, str]
    numerals: Mapping[str, int]
    bounds: Mapping[str, Bound]


@dataclass(frozen=True, eq=False)
class Reading:
    """A match with everything its value depends on.

    ``yearly`` says that the clause speaks of something done every year: then a day without a year is one of each year. ``day`` is the
    day named last ("cùng ngày"), an ISO date.
    """

    match: re.Match[str]
    rule: Rule
    signing: dates.Signing
    yearly: bool
    term: tuple[int, int] | None
    words: Vocabulary
    day: str | None = None

    def text(self, group: str) -> str:
        """Return the words of ``group``, "" where the rule has no such group or it did not take part."""
        return self.match.groupdict().get(group) or ""

    def number(self, group: str) -> int | None:
        """Return the number in ``group``, None where there is none."""
        return int(text) if (text := self.text(group)) else None

    @property
    def repeat(self) -> str | None:
        """Return the repetition that the rule itself stands for."""
        return cast(str | None, self.rule.fields.get("repeat"))

    @property
    def bound(self) -> Bound:
        """Return what the words say of the limit; a rule with bound "word" leaves it to its first word."""
        bound = self.rule.fields["bound"]
        if bound == "word":
            first = self.match.group().split(" ", 1)[0]
            return "within" if first[0].isdigit() else self.words.bounds.get(first, "by")
        return cast(Bound, bound)

    def year(self, month: int, day: int) -> int | None:
        """Return the year of a day printed without one; None where it comes back every year."""
        return None if self.yearly or self.repeat == "yearly" else dates.year_near(month, day, self.signing)

    def this_year(self) -> int | None:
        """Return the year printed, else the document's."""
        return self.number("y") or self.signing.year


def read_time(reading: Reading) -> tuple[Value, ...]:
    """Return the values of a match: one, several for a list ("hằng quý, 6 tháng, năm"), none where the numbers make no sense."""
    return tuple(_SHAPES[reading.rule.fields["shape"]](reading))


def _limits(r: Reading, first: str, last: str, before: str | None = None, repeat: str | None = None) -> Value:
    """Return start and due of a stretch of days as the bound says: before it, by its end, all of it, or from it on."""
    repeat = repeat or r.repeat or ("yearly" if last.startswith("--") and r.yearly else None)
    bound = r.bound
    if bound == "before":
        return Value(None, before or last, repeat)
    if bound == "by":
        return Value(None, last, repeat)
    if r.text("on"):  # "và các năm tiếp theo"
        return Value(first, None, repeat or "continuous")
    return Value(first, None if bound == "from" else last, repeat)


def _clock(r: Reading) -> str:
    hour = r.number("h")
    if hour is None:
        return ""
    if r.text("pm") and hour < 12:
        hour += 12
    return f"T{min(hour, 23):02}:{r.number('min') or 0:02}" if hour < 24 else "T23:59"


def _day(r: Reading) -> Iterator[Value]:
    day, month = r.number("d") or 1, r.number("m") or 1
    found = dates.day_form(day, month, r.number("y") or r.year(month, day)) + _clock(r)
    yield _limits(r, found, found, found)


def _clock_of_day(r: Reading) -> Iterator[Value]:
    yield Value(None, _clock(r), "daily" if r.text("each") else r.repeat)


def _clock_same_day(r: Reading) -> Iterator[Value]:
    signed = r.signing
    today = dates.day_form(signed.day, signed.month, signed.year) if signed.day and signed.month else None
    day = today if r.text("today") else r.day or today
    if day:
        yield Value(None, day + _clock(r))


def _day_next_year(r: Reading) -> Iterator[Value]:
    day, month = r.number("d") or 1, r.number("m") or 1
    year = None if r.yearly or r.signing.year is None else r.signing.year + 1
    yield Value(None, dates.day_form(day, month, year), None if year else "yearly")


def _days(r: Reading) -> Iterator[Value]:
    day, month, last, last_month = r.number("d") or 1, r.number("m"), r.number("d2") or 1, r.number("m2") or 1
    month = month or last_month
    last_year = r.number("y2") or r.number("y")
    if last_year is None:
        year = r.year(month, day)
        last_year = year + 1 if year and last_month < month else year
    else:
        year = r.number("y") or (last_year - 1 if last_month < month else last_year)
    yield _limits(r, dates.day_form(day, month, year), dates.day_form(last, last_month, last_year))


def _day_list(r: Reading) -> Iterator[Value]:
    every = bool(r.text("each"))
    for day, month, own in re.findall(r"(\d{1,2})(?:/| tháng )(\d{1,2})(?!\d)(?:(?:/| năm )(\d{4}))?", r.text("list")):
        if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
            continue
        year = int(own) if own else None if every else r.number("y") or r.year(int(month), int(day))
        yield Value(None, dates.day_form(int(day), int(month), year), "yearly" if every or (r.yearly and year is None) else None)


def _listed_days(r: Reading) -> Iterator[Value]:
    """Days that share what stands behind the last of them: "27 và 28/9"; those next to one another are one stretch."""
    month, year = r.number("m"), r.number("y")
    days: list[str] = []
    for day, own_month, own_year in reversed(re.findall(r"(\d{1,2})(?: ?[/.] ?(\d{1,2}))?(?: ?[/.] ?(\d{4}))?", r.text("list"))):
        month, year = int(own_month or month or 0), int(own_year) if own_year else year
        if not (1 <= int(day) <= 31 and 1 <= month <= 12):
            return
        days.insert(0, dates.day_form(int(day), month, year or r.year(month, int(day))))
    if all(dates.follows(later, earlier) for earlier, later in pairwise(days)) or (len(days) == 2 and "-" in r.text("list")):
        yield Value(days[0], days[-1], r.repeat)
        return
    for day in days:
        yield Value(day, day, r.repeat)


def _month_days(r: Reading) -> Iterator[Value]:
    for day in re.findall(r"\d+", r.text("list")):
        if 1 <= int(day) <= 31:
            yield Value(None, f"--{int(day):02}", r.repeat)


def _month_window(r: Reading) -> Iterator[Value]:
    yield Value(f"--{r.number('d') or 1:02}", f"--{r.number('d2') or 1:02}", r.repeat)


def _months(r: Reading) -> Iterator[Value]:
    month = r.number("m") or 1
    last = r.number("m2") or month
    year, last_year = r.number("y"), r.number("y2")
    if last_year is not None and year is None:
        year = last_year - 1 if last < month else last_year
    elif year is None:
        year = r.year(last, dates.last_day(last, None))
        if last < month and year is not None:
            last_year = year + 1
    elif last < month and last_year is None:
        last_year = year + 1
    first_day, last_day = dates.months_form(month, last, year, last_year)
    yield _limits(r, first_day, last_day, dates.before_month(month, year))


def _quarters(r: Reading) -> Iterator[Value]:
    quarter = dates.quarter_number(r.text("q"))
    last = dates.quarter_number(r.text("q2") or r.text("q"))
    last_year = r.number("y2") or r.number("y")
    year = r.number("y") or r.number("y2") or r.year(3 * last, 28)
    if last_year is None and last < quarter and year is not None:
        last_year = year + 1
    first_day, last_day = dates.months_form(3 * quarter - 2, 3 * last, year, last_year or year)
    yield _limits(r, first_day, last_day, dates.before_month(3 * quarter - 2, year))


def _part(r: Reading) -> Iterator[Value]:
    count = r.number("n") if r.text("n").isdigit() else 6
    year = r.this_year()
    if year is None or not count:
        return
    first, last = (1, count) if r.text("part") == "đầu" else (13 - count, 12)
    yield _limits(r, *dates.months_form(first, last, year))


def _years(r: Reading) -> Iterator[Value]:
    year = r.this_year()
    last = r.number("y2") or year
    if year is None or last is None or last < year:
        return
    if r.text("apart") and last > year + 1:  # "các năm 2026, 2028"
        yield from (_limits(r, f"{one}-01-01", f"{one}-12-31") for one in (year, last))
        return
    yield _limits(r, f"{year}-01-01", f"{last}-12-31", f"{year - 1}-12-31")


def _edge(r: Reading) -> Iterator[Value]:
    edge, month = r.text("edge"), r.number("m")
    if month is not None:
        year = r.number("y") or r.year(month, 28)
        yield Value(None, dates.day_form({"đầu": 1, "giữa": 15}.get(edge, 31), month, year))
    elif (year := r.this_year()) is not None:
        yield Value(None, {"đầu": f"{year}-01-01", "giữa": f"{year}-06-30"}.get(edge, f"{year}-12-31"))


def _school_year(r: Reading) -> Iterator[Value]:
    first, last = r.number("y") or 0, r.number("y2") or 0
    if last == first + 1:
        yield _limits(r, *dates.school_year(first, last))


def _school_year_end(r: Reading) -> Iterator[Value]:
    first, last = r.number("y") or 0, r.number("y2") or 0
    if last == first + 1:
        opening, end = dates.school_year(first, last)
        yield Value(None, opening if r.text("opening") else end)


def _term(r: Reading) -> Iterator[Value]:
    first, last = (r.number("y"), r.number("y2")) if r.number("y") else r.term or (None, None)
    if last is not None:
        yield Value(None if r.text("end") else f"{first}-01-01", f"{last}-12-31")


def _repeat(r: Reading) -> Iterator[Value]:
    if r.repeat:
        yield Value(None, None, r.repeat)
        return
    for unit in r.words.period.findall(r.text("units")):
        yield Value(None, None, r.words.periods[unit])


def _times(r: Reading) -> Iterator[Value]:
    count = 1 if r.text("once") else r.number("n") or 1
    period = re.sub(r"^0?1 |^một ", "", r.text("per"))
    yield Value(None, None, r.words.counts.get(f"{count} {period}") or r.words.periods.get(period))


def _relative(r: Reading) -> Iterator[Value]:
    printed = r.text("n")
    if count := r.words.numerals.get(printed) or (int(printed) if printed else None):
        yield Value(None, dates.period_form(count, r.words.units[r.text("unit")]))


_SHAPES: dict[str, Callable[[Reading], Iterator[Value]]] = {
    "day": _day, "clock": _clock_of_day, "day-next-year": _day_next_year, "days": _days, "day-list": _day_list, "listed-days": _listed_days,
    "month-days": _month_days, "month-window": _month_window, "months": _months, "quarters": _quarters, "part": _part,
    "years": _years, "edge": _edge, "school-year": _school_year, "school-year-end": _school_year_end, "term": _term,
    "clock-same-day": _clock_same_day, "repeat": _repeat, "times": _times, "relative": _relative,
}  # fmt: skip
