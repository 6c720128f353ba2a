"""Deadlines against the date of issue, the calendar, the period of the plan and each other."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from models import Deadline, Finding, Span
from pipeline.check.finding import make_finding
from pipeline.check.reading import Line, Reading, find_words, pattern
from pipeline.text import fold_text
from pipeline.workdays import WorkCalendar

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_YEARLY = re.compile(r"--(\d\d)-(\d\d)")
_AFTERWARDS = 4  # months after its period in which a plan still reports, sums up and settles accounts


def find_deadline_faults(reading: Reading) -> Iterator[Finding]:
    """Yield deadlines that a clerk would ask about, each time once, however many tasks inherit it."""
    deadlines = {d.span: d for task in reading.tasks for d in task.deadlines}
    ordered = [deadlines[span] for span in sorted(deadlines)]
    issued_on = reading.outline.header.issued_on
    if issued_on:
        for deadline in ordered:
            yield from _against_issue(deadline, issued_on)
    yield from _backwards(reading)
    yield from _after_period(reading, ordered)
    yield from _summing_up(reading, ordered)
    yield from _out_of_order(reading)
    yield from _closed_days(reading, ordered)
    yield from _length(reading)


def _print(iso: str) -> str:
    return "/".join(reversed(iso[:10].split("-")))


def _against_issue(deadline: Deadline, issued_on: str) -> Iterator[Finding]:
    """Yield a due day or a start before the date of issue (before its month or year, where the day is blank)."""
    issued, printed = _print(issued_on), " ".join(deadline.text.split())
    day = _DAY.match(deadline.due or "")
    if day and not deadline.repeat:
        due = day[0][: len(issued_on)]
        if due < issued_on:
            yield make_finding("checks", "deadline-before-issue", [deadline.span], printed=printed, due=_print(day[0]), issued=issued)
        elif due == issued_on and len(due) == 10 and deadline.bound == "before" and "T" not in (deadline.due or ""):
            yield make_finding("checks", "deadline-on-issue", [deadline.span], printed=printed, issued=issued)
    start = _DAY.match(deadline.start or "")
    if start and start[0][:7] < issued_on[:7] and len(issued_on) >= 7 and pattern("start").search(fold_text(deadline.text)):
        yield make_finding("checks", "start-before-issue", [deadline.span], printed=printed, start=_print(start[0]), issued=issued)


def _backwards(reading: Reading) -> Iterator[Finding]:
    """Yield periods that end before they begin ("từ ngày 15/6/2025 đến ngày 10/6/2025")."""
    for line in reading.lines:
        for deadline in line.clause.deadlines:
            start, due = _DAY.match(deadline.start or ""), _DAY.match(deadline.due or "")
            if start and due and start[0] > due[0]:
                printed = " ".join(deadline.text.split())
                yield make_finding("checks", "period-backwards", [deadline.span], printed=printed)


def _period(reading: Reading) -> tuple[int, int] | None:
    """Return first and last year of the period in the title ("giai đoạn 2021 - 2025", "đến năm 2030", "năm 2025"), or None."""
    title = fold_text(reading.outline.header.title or "")
    years = [(int(m["first"] or m["last"]), int(m["last"])) for m in pattern("period").finditer(title)]
    return (min(first for first, _ in years), max(last for _, last in years)) if years else None


def _after_period(reading: Reading, deadlines: Sequence[Deadline]) -> Iterator[Finding]:
    """Yield deadlines long after the period of the title."""
    kind = reading.outline.header.kind
    period = _period(reading)
    if period is None or kind is None or kind.name not in ("Kế hoạch", "Chương trình", "Đề án", "Phương án"):
        return
    for deadline in deadlines:
        due = _DAY.match(deadline.due or "")
        if due and not deadline.repeat and (int(due[1]) - period[1] - 1) * 12 + int(due[2]) > _AFTERWARDS:
            printed = " ".join(deadline.text.split())
            yield make_finding("checks", "deadline-after-period", [deadline.span], printed=printed, year=period[1])


def _summing_up(reading: Reading, deadlines: Sequence[Deadline]) -> Iterator[Finding]:
    """Yield the summing-up of the whole where tasks end after it."""
    last = max((d for d in deadlines if not d.repeat and _DAY.match(d.due or "")), key=lambda d: (d.due or "")[:10], default=None)
    if last is None or last.due is None:
        return
    for line in reading.lines_with("tổng kết"):
        match = next(find_words(line.view, "summed-up-early"), None)
        if match is None:
            continue
        times = [
            d for d in line.clause.deadlines if not d.repeat and _DAY.match(d.due or "") and d.span.start >= line.view.source(match.start())
        ]
        if times and (times[0].due or "")[:7] < last.due[:7]:
            printed = " ".join(times[0].text.split())
            spans = [times[0].span, last.span]
            yield make_finding("checks", "summed-up-early", spans, printed=printed, last=" ".join(last.text.split()))


def _out_of_order(reading: Reading) -> Iterator[Finding]:
    """Yield lists of items that each begin with their time, where a time stands before an earlier one."""
    lists: dict[str | None, list[tuple[str, str, Span]]] = {}
    for line in reading.lines:
        if (timed := _leading_time(line)) is not None:
            lists.setdefault(line.clause.parent, []).append(timed)
    for members in lists.values():
        for (shape, due, span), (next_shape, next_due, next_span) in pairwise(members):
            if shape == next_shape and next_due < due:
                first, second = reading.quoted(span), reading.quoted(next_span)
                yield make_finding("checks", "times-out-of-order", [span, next_span], first=first, second=second)


def _leading_time(line: Line) -> tuple[str, str, Span] | None:
    """Return shape, due day and words of the time that a list item begins with ("- Trước tháng 7 hằng năm: …")."""
    clause = line.clause
    if not clause.deadlines or not clause.marker or clause.type == "field" or line.is_row:
        return None
    first = clause.deadlines[0]
    start = line.view.source(0)
    if first.span.start - start > 3 or ":" not in line.text[: first.span.end - start + 12]:
        return None
    if (yearly := _YEARLY.fullmatch(first.due or "")) and first.repeat == "yearly":
        return "yearly", yearly[0], first.span
    if (day := _DAY.match(first.due or "")) and not first.repeat:
        return "day", day[0], first.span
    return None


def _closed_days(reading: Reading, deadlines: Sequence[Deadline]) -> Iterator[Finding]:
    """Yield one finding for all deadlines whose printed day is a weekend or a holiday."""
    calendar = WorkCalendar()
    found: dict[str, list[Span]] = {}
    for deadline in deadlines:
        day = _DAY.match(deadline.due or "")
        if day is None or deadline.repeat or not pattern("printed-day").search(fold_text(deadline.text)):
            continue
        try:
            when = date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            continue
        if why := calendar.day_off(when):
            found.setdefault(f"{_print(day[0])} ({why})", []).append(deadline.span)
    if found:
        spans = [span for spans in found.values() for span in spans]
        yield make_finding("checks", "deadline-on-day-off", spans, days=", ".join(found), count=len(found))


def _length(reading: Reading) -> Iterator[Finding]:
    """Yield the first "5 năm" in a directive whose title names a period of six calendar years ("2020 - 2025")."""
    period = _period(reading)
    if period is None or period[0] == period[1]:
        return
    count = period[1] - period[0] + 1
    for line in reading.lines_with(f"{count - 1} năm"):
        for match in find_words(line.view, "period-length"):
            if int(match["count"]) == count - 1:
                span = line.view.span(*match.span("said"))
                values = {"printed": reading.quoted(span), "first": period[0], "last": period[1], "count": count}
                yield make_finding("checks", "period-length", [span], **values)
                return
