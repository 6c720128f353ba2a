"""Days as they are printed, wherever they stand: days that no calendar has, weekdays that do not fit, periods that contradict."""

import re
from calendar import isleap
from collections.abc import Iterator
from datetime import date

from models import Finding
from pipeline.check.finding import make_finding
from pipeline.check.reading import Reading, find_words, pattern, tables
from pipeline.text import TextView

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_OVER = re.compile(r"\b(?:đã|vừa qua|kết quả)\b")
_ISSUED = re.compile(r"(\d{4})")


def find_date_faults(reading: Reading) -> Iterator[Finding]:
    """Yield the days of the body that cannot be meant as printed."""
    issued = _ISSUED.match(reading.outline.header.issued_on or "")
    year = int(issued[1]) if issued else None
    for line in reading.lines:
        text = line.text
        if "/" in text or "ngày" in text or "tháng" in text or "quý" in text:
            for match in find_words(line.view, "no-such-date"):
                if not _exists(match):
                    span = line.view.span(*match.span("date"))
                    yield make_finding("checks", "no-such-date", [span], printed=reading.quoted(span))
        if "thứ" in text or "chủ nhật" in text:
            yield from _weekdays(reading, line.view, year)
        if line.type != "heading" and "20" in text:
            yield from _past_events(reading, line.view, year)
        if "(" in text:
            for match in find_words(line.view, "times-contradict"):
                span = line.view.span(*match.span())
                yield make_finding("checks", "times-contradict", [span], printed=reading.quoted(span))


def _exists(match: re.Match[str]) -> bool:
    """Return whether a calendar has the day, month and year of ``match``, as far as they are printed."""
    named = match.groupdict()
    day, month, year = (int(named.get(name) or 0) for name in ("day", "month", "year"))
    if not 1 <= month <= 12:
        return False
    longest = 28 if month == 2 and year and not isleap(year) else _LONGEST[month - 1]
    return not named.get("day") or 1 <= day <= longest


def _weekdays(reading: Reading, view: TextView, year: int | None) -> Iterator[Finding]:
    for match in find_words(view, "weekday-mismatch"):
        said = tables()["weekdays"][match["weekday"]]
        printed = match["year"]
        years = [int(printed)] if printed else [year, year + 1] if year else []  # a day without its year may lie in the next one
        days = [day for y in years if (day := _day(y, int(match["month"]), int(match["day"])))]
        if days and all(day.weekday() != said for day in days):
            span = view.span(*match.span("said"))
            right = tables()["weekday_names"][days[0].weekday()]
            meant = days[0].strftime("%d/%m/%Y")
            yield make_finding("checks", "weekday-mismatch", [span], printed=reading.quoted(span), day=meant, right=right)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _past_events(reading: Reading, view: TextView, year: int | None) -> Iterator[Finding]:
    """Yield contests and festivals to come whose name bears a year that is over when the directive is signed."""
    issued = reading.outline.header.issued_on or ""
    matches = list(find_words(view, "event-past")) if year is not None else []
    if year is None or not matches or _OVER.search(view.text):
        return
    over = year if issued[5:7] == "12" else year - 1
    for match in matches:
        if int(match["year"]) <= over:
            more = [m for m in pattern("event-more").finditer(view.text, match.end()) if int(m["year"]) <= over]
            spans = [view.span(*match.span("event")), *(view.span(*m.span("event")) for m in more)]
            printed = "”, “".join(reading.quoted(span).strip(" ,(") for span in spans)
            yield make_finding("checks", "event-past", spans, printed=printed, issued="/".join(reversed(issued.split("-"))))
