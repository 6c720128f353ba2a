"""The same directive at another time: every date moved by whole years, or by whole months."""

import calendar
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from models import Span
from tests.stress.keeping import Due
from tests.stress.rewriting import Edit, Rewriting, rewrite
from tests.stress.samples import Sample, Variant

_SPACE = r"[\s\xa0*]*"


def _year(name: str) -> str:
    return rf"(?P<{name}>(?:19|20)\d\d)(?![\d/])"


# every way to print a day, a month, a quarter, a year; the first that matches counts
_NO_DATE = rf"(?![\d/.,%]|{_SPACE}[A-ZĐ]|-| (?:chỉ|trường|phường|xã|đơn|thủ|tổng|nhiệm))"
_DATES: Final = re.compile(
    "|".join(
        [
            rf"(?<![\d/.,-])(?P<d>\d{{1,2}})(?P<s>[/.-])(?P<m>\d{{1,2}})(?P=s){_year('y')}(?!-)",  # 05/11/2025
            rf"(?<![\d/.,-])(?P<m5>\d{{1,2}})/{_year('y5')}(?!-)",  # 11/2025
            rf"(?<![\d/.,-])(?P<d6>\d{{1,2}})/(?P<m6>\d{{1,2}}){_NO_DATE}",  # 15/9
            rf"(?i:ngày{_SPACE}(?P<d2>\d{{1,2}}){_SPACE})?(?i:tháng){_SPACE}(?P<m2>\d{{1,2}})(?![\d./])(?:,?{_SPACE}(?i:năm){_SPACE}{_year('y2')})?",
            rf"(?i:quý){_SPACE}(?P<q>IV|I{{1,3}}|[1-4])(?!\w)(?:{_SPACE}(?:/|năm|-)?{_SPACE}{_year('y3')})?",
            rf"(?i:năm|học|đoạn|kỳ|khóa|từ|đến|tới){_SPACE}{_year('y4')}(?:{_SPACE}(?:-|–|đến){_SPACE}(?:năm{_SPACE})?{_year('y7')})?",
            rf"(?<![\d/.,])(?P<y8>(?:19|20)\d\d){_SPACE}[-–]{_SPACE}(?P<y9>(?:19|20)\d\d)(?![\d/.,])",
        ]
    )
)
_QUARTERS: Final = ("I", "II", "III", "IV")
_SHIFTS: Final = (3, -3, 1, -1, 6, -6, 2, -2)


class _Moved(NamedTuple):
    rewriting: Rewriting
    wraps: bool


def years(sample: Sample) -> Iterator[Variant]:
    """All years later or earlier, leap years by leap years."""
    for count in (4, -8):
        rewriting = _rewritten(sample, 12 * count, whole=True).rewriting
        yield Variant(rewriting, moved=lambda due, _, count=count: (_each(due, lambda v: _later(v, 12 * count)),), by_name=True)


def months(sample: Sample) -> Iterator[Variant]:
    """All days, months and quarters later or earlier by some months; what names only a year stays.

    Where a month without a year would go over to another year, or a quarter would have to be broken, another shift is taken.
    """
    quarters = re.search(r"(?i:quý)\s+(?:I|[1-4]\b)", sample.text) is not None
    done = 0
    for shift in _SHIFTS:
        if quarters and shift % 3:
            continue
        rewriting, wraps = _rewritten(sample, shift, whole=False)
        if wraps:
            continue

        def moved(due: Due, span: Span, shift: int = shift, rewriting: Rewriting = rewriting) -> tuple[Due, ...]:
            if not rewriting.touches(span):
                return (due,)
            later = _each(due, lambda v: _later(v, shift))
            return later, _each(due, lambda v: _month_end(_later(v, shift)))

        yield Variant(rewriting, moved=lambda due, span, moved=moved: moved(due, span))
        done += 1
        if done == 2:
            return


def _rewritten(sample: Sample, months: int, *, whole: bool) -> _Moved:
    """Return the text with its dates moved; ``whole``: those that name only a year too."""
    edits: list[Edit] = []
    wraps = False
    for match in _DATES.finditer(sample.text):
        years = [name for name in ("y", "y2", "y3", "y5") if match[name]]
        only = [name for name in ("y4", "y7", "y8", "y9") if match[name]]
        if only:
            if whole:
                edits += [Edit(*match.span(name), str(int(match[name]) + months // 12)) for name in only]
            continue
        year = int(match[years[0]]) if years else None
        if match["q"]:
            digit = match["q"].isdigit()
            quarter = int(match["q"]) - 1 if digit else _QUARTERS.index(match["q"])
            over, quarter = divmod(quarter + months // 3, 4)
            edits.append(Edit(*match.span("q"), str(quarter + 1) if digit else _QUARTERS[quarter]))
        else:
            name = next(n for n in ("m", "m2", "m5", "m6") if match[n])
            if not 1 <= int(match[name]) <= 12:
                continue
            over, month = divmod(int(match[name]) - 1 + months, 12)
            edits.append(Edit(*match.span(name), _padded(month + 1, match[name])))
            for day_name in ("d", "d2", "d6"):
                if match[day_name]:
                    last = calendar.monthrange(year + over if year else 2001, month + 1)[1]
                    if int(match[day_name]) > last:
                        edits.append(Edit(*match.span(day_name), str(last)))
        if years:
            edits.append(Edit(*match.span(years[0]), str(int(match[years[0]]) + over)))
        else:
            wraps |= over != 0 and not whole
    return _Moved(rewrite(sample.text, edits), wraps)


def _padded(month: int, like: str) -> str:
    """Return a month as printed: with a zero where the old one had one, or where January and February have (Nghị định 30/2020/NĐ-CP)."""
    return f"{month:02}" if like.startswith("0") or month < 3 else str(month)


def _each(due: Due, change: "object") -> Due:
    assert callable(change)
    return change(due[0]), change(due[1]), due[2]


def _later(value: str | None, months: int) -> str | None:
    """Return a normal form of a date ("2025-11-30", "2025-11-30T16:00", "--11-30", "2025-11") ``months`` later."""
    match = re.fullmatch(r"(\d{4}|-(?=.{4,}))-(\d\d)(?:-(\d\d))?(T.*)?", value or "")
    if match is None:
        return str(int(value) + months // 12) if value and re.fullmatch(r"\d{4}", value) else value
    year, month, day, clock = match.groups()
    over, number = divmod(int(month) - 1 + months, 12)
    new = "-" if year == "-" else str(int(year) + over)
    last = calendar.monthrange(2001 if year == "-" else int(new), number + 1)[1]
    return f"{new}-{number + 1:02}" + (f"-{min(int(day), last):02}" if day else "") + (clock or "")


def _month_end(value: str | None) -> str | None:
    """Return a day at the end of a month (28 and later) as the last of its month."""
    match = re.fullmatch(r"(\d{4}|-)-(\d\d)-(28|29|30|31)", value or "")
    if match is None:
        return value
    year = 2001 if match[1] == "-" else int(match[1])
    return f"{match[1]}-{match[2]}-{calendar.monthrange(year, int(match[2]))[1]:02}"
