"""When deadlines fall due: every normal form, how periods are counted, and rules of recurrence that an independent reader takes alike."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import vRecur

from models import Deadline, Span
from pipeline.due import Counting, occurrences, schedule
from pipeline.due.events import find_event
from pipeline.due.normal import Period, Stretch, add_months, read_period, read_stretch
from pipeline.settings import TimeSettings

PLAIN = Counting.of(TimeSettings())
DAY_BEFORE = Counting.of(TimeSettings(before="day-before"))
ISSUED = "2026-01-05"
UNTIL = date(2026, 12, 31)


def deadline(text: str, due: str | None = None, repeat: str | None = None, start: str | None = None, bound: str = "by") -> Deadline:
    return Deadline.model_validate({"text": text, "start": start, "due": due, "repeat": repeat, "bound": bound, "span": Span(0, 1)})


def lasts(given: Deadline, counting: Counting = PLAIN, issued_on: str | None = ISSUED, until: date = UNTIL, **more: Any) -> list[str]:
    return [time.last.isoformat() for time in occurrences(given, issued_on, more.pop("events", {}), until, counting, **more)]


# --- days that are named -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "due", "bound", "last"),
    [
        ("chậm nhất ngày 30/6/2026", None, "2026-06-30", "by", "2026-06-30"),
        ("trong ngày 30/6/2026", "2026-06-30", "2026-06-30", "within", "2026-06-30"),
        ("trong tháng 6/2026", "2026-06-01", "2026-06-30", "within", "2026-06-30"),
        ("trước tháng 7/2026", None, "2026-06-30", "before", "2026-06-30"),
        ("quý I/2026", "2026-01-01", "2026-03-31", "within", "2026-03-31"),
        ("giai đoạn 2021-2026", "2021-01-01", "2026-12-31", "within", "2026-12-31"),
        ("trong năm học 2025-2026", "2025-09-05", "2026-05-31", "within", "2026-05-31"),
        ("tháng 6/2026", None, "2026-06", "within", "2026-06-30"),
        ("năm 2026", None, "2026", "within", "2026-12-31"),
        ("quý II/2026", None, "2026-Q2", "within", "2026-06-30"),
        ("6 tháng đầu năm 2026", None, "2026-H1", "within", "2026-06-30"),
        ("năm học 2025-2026", None, "2025-2026", "within", "2026-05-31"),
        ("trước ngày 15/9", None, "--09-15", "before", "2026-09-15"),
    ],
)
def test_a_day_that_is_named_is_kept(text: str, start: str | None, due: str, bound: str, last: str) -> None:
    assert lasts(deadline(text, due, start=start, bound=bound)) == [last]


def test_days_off_do_not_move_a_day_that_is_named() -> None:
    assert lasts(deadline("trước ngày 14/6/2026", "2026-06-14", bound="before")) == ["2026-06-14"]  # a Sunday


def test_before_a_day_is_that_day_or_the_day_before() -> None:
    assert lasts(deadline("trước ngày 30/6/2026", "2026-06-30", bound="before"), DAY_BEFORE) == ["2026-06-29"]
    assert lasts(deadline("trước ngày 01 tháng 3 năm 2026", "2026-03-01", bound="before"), DAY_BEFORE) == ["2026-02-28"]
    for text, due in (("trước tháng 7/2026", "2026-06-30"), ("trước quý IV/2026", "2026-09-30"), ("trước năm 2027", "2026-12-31")):
        assert lasts(deadline(text, due, bound="before"), DAY_BEFORE) == [due]
    assert lasts(deadline("chậm nhất ngày 30/6/2026", "2026-06-30"), DAY_BEFORE) == ["2026-06-30"]


def test_an_hour_stays_with_its_day() -> None:
    (found,) = occurrences(deadline("trước 16 giờ ngày 06/3/2026", "2026-03-06T16:00", bound="before"), ISSUED, {}, UNTIL, DAY_BEFORE)
    assert (found.last, found.at) == (date(2026, 3, 6), time(16))


def test_a_day_without_a_year_takes_the_documents() -> None:
    given = deadline("trước ngày 15/9", "--09-15", bound="before")
    assert lasts(given, issued_on="2026-12-20", until=date(2027, 12, 31)) == ["2027-09-15"]
    assert lasts(given, DAY_BEFORE) == ["2026-09-14"]
    unknown = schedule(given, None, PLAIN)
    assert unknown.awaited and unknown.awaited.missing == "year"
    assert (schedule(deadline("trước ngày 25", "--25"), ISSUED, PLAIN).awaited or unknown.awaited).missing == "month"
    window = schedule(deadline("từ 20/12 đến 10/01", "--01-10", start="--12-20"), "2026-12-01", PLAIN).once
    assert window and (window.start, window.last) == (date(2026, 12, 20), date(2027, 1, 10))


@pytest.mark.parametrize(
    ("due", "repeat", "start"),
    [(None, "continuous", None), (None, None, "2026-01-01"), (None, "continuous", "2026-01-01"), (None, None, None)],
)
def test_what_sets_no_day_has_none(due: str | None, repeat: str | None, start: str | None) -> None:
    found = schedule(deadline("thường xuyên", due, repeat, start), ISSUED, PLAIN)
    assert not found.once and not found.recurrence and not found.awaited
    assert found.times(date.min, date.max) == ()


@pytest.mark.parametrize(
    "due", ["2026-02-30", "2026-13", "2025-2027", "soon", "--13-01", "--32", "P", "P5X", "T25:00", "9999-12-31T99:00", "0000-01-01"]
)
def test_what_cannot_be_read_is_shown_to_a_person(due: str) -> None:
    for repeat in (None, "monthly"):
        found = schedule(deadline("…", due, repeat), ISSUED, PLAIN)
        assert found.awaited is not None and found.awaited.missing == "form"
    assert schedule(deadline("…", None, "sometimes"), ISSUED, PLAIN).awaited


# --- periods -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "due", "issued_on", "last", "rolled"),
    [
        # Bộ luật Dân sự 2015 Điều 147: the day of the event is not counted
        ("trong vòng 10 ngày kể từ ngày ban hành Kế hoạch này", "P10D", "2026-03-02", "2026-03-12", False),
        # Điều 148 khoản 5: ends on a Sunday, so at the end of Monday
        ("trong 10 ngày kể từ ngày ký", "P10D", "2026-03-05", "2026-03-16", True),
        # … and over the whole of Tết
        ("trong 10 ngày kể từ ngày ký", "P10D", "2026-02-05", "2026-02-23", True),
        ("trong 10 ngày làm việc kể từ ngày ký ban hành", "P10WD", "2022-01-24", "2022-02-14", False),
        # Điều 148 khoản 2, 3: the corresponding day, or the last of the month
        ("trong 02 tuần kể từ ngày ban hành", "P2W", "2026-03-02", "2026-03-16", False),
        ("trong 01 tháng kể từ ngày ban hành", "P1M", "2026-01-30", "2026-03-02", True),
        ("trong 01 tháng kể từ ngày ban hành", "P1M", "2024-01-31", "2024-02-29", False),
        ("trong 01 năm kể từ ngày ký", "P1Y", "2024-02-29", "2025-02-28", False),
        ("trong 24 giờ kể từ khi Công điện này được ban hành", "PT24H", "2026-03-02", "2026-03-03", False),
    ],
)
def test_periods_are_counted_as_the_law_says(text: str, due: str, issued_on: str, last: str, rolled: bool) -> None:
    once = schedule(deadline(text, due, bound="within"), issued_on, PLAIN).once
    assert once and (once.last.isoformat(), once.rolled) == (last, rolled)
    fixed = schedule(deadline(text, due, bound="within"), issued_on, Counting.of(TimeSettings(roll="none"))).once
    assert fixed and fixed.last == fixed.named == once.named


def test_a_period_waits_for_the_day_of_its_event() -> None:
    given = deadline("trong vòng 05 ngày làm việc kể từ ngày nhận được hồ sơ", "P5WD", bound="within")
    waits = schedule(given, ISSUED, PLAIN)
    assert waits.once is None and waits.awaited and (waits.awaited.missing, waits.awaited.event) == ("event", "nhận được hồ sơ")
    known = schedule(given, ISSUED, PLAIN, {"Nhận được hồ sơ": date(2026, 6, 12)})
    assert known.once and known.once.last == date(2026, 6, 19)
    nothing_said = schedule(deadline("trong 10 ngày", "P10D"), ISSUED, PLAIN)
    assert nothing_said.awaited and nothing_said.awaited.event == ""
    asked = schedule(deadline("trong 10 ngày", "P10D"), ISSUED, PLAIN, {"": date(2026, 6, 1)})
    assert asked.once and asked.once.last == date(2026, 6, 11)


def test_the_words_behind_a_deadline_may_name_its_event() -> None:
    given = deadline("trong vòng 10 ngày kể từ ngày", "P10D")
    assert lasts(given, following=" 01/6/2026, các đơn vị gửi kế hoạch.") == ["2026-06-11"]
    assert lasts(given, following=" ký. Sau khi họp") == ["2026-01-15"]
    assert lasts(given, following=" ký hợp đồng") == []
    back = deadline("chậm nhất 05 ngày trước ngày", "P5D")
    assert lasts(back, following=" 20/6/2026.") == ["2026-06-15"]
    assert find_event("chậm nhất 03 ngày làm việc trước ngày họp", "", ISSUED, {}).backward


def test_the_day_of_the_document_must_be_whole() -> None:
    found = schedule(deadline("trong 10 ngày kể từ ngày ký", "P10D"), "2026-03", PLAIN)
    assert found.awaited and found.awaited.missing == "issued-on"


@pytest.mark.parametrize(
    "words", ["kể từ ngày ban hành Luật Đất đai", "kể từ ngày Quyết định này có hiệu lực", "sau khi ban hành đề án của tỉnh"]
)
def test_another_event_is_not_the_day_of_the_document(words: str) -> None:
    found = schedule(deadline(f"trong 10 ngày {words}", "P10D"), ISSUED, PLAIN)
    assert found.awaited and found.awaited.missing == "event" and found.awaited.event


# --- what comes back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "due", "repeat", "start", "bound", "first", "count"),
    [
        ("trước ngày 25 hằng tháng", "--25", "monthly", None, "before", "2026-01-25", 12),
        ("ngày cuối tháng", "--31", "monthly", None, "by", "2026-01-31", 12),
        ("hằng tháng", None, "monthly", None, "within", "2026-01-31", 12),
        ("hằng quý", None, "quarterly", None, "within", "2026-03-31", 4),
        ("trước ngày 25 tháng cuối quý", "--25", "quarterly", None, "before", "2026-03-25", 4),
        ("hằng quý, chậm nhất ngày 05", "--05", "quarterly", None, "by", "2026-01-05", 4),
        ("định kỳ 6 tháng", None, "half-yearly", None, "within", "2026-06-30", 2),
        ("hằng năm", None, "yearly", None, "within", "2026-12-31", 1),
        ("trước ngày 15/12 hằng năm", "--12-15", "yearly", None, "before", "2026-12-15", 1),
        ("từ tháng 4 đến tháng 5 hằng năm", "--05-31", "yearly", "--04-01", "within", "2026-05-31", 1),
        ("sau mỗi năm học", None, "school-yearly", None, "within", "2026-05-31", 1),
        ("hằng tuần", None, "weekly", None, "within", "2026-01-09", 51),
        ("hằng ngày", None, "daily", None, "within", "2026-01-05", 361),
        ("trước 15 giờ 30 hằng ngày", "T15:30", "daily", None, "before", "2026-01-05", 361),
        ("từ năm 2027, hằng năm", None, "yearly", "2027-01-01", "from", "2027-12-31", 0),
    ],
)
def test_what_comes_back_is_expanded(
    text: str, due: str | None, repeat: str, start: str | None, bound: str, first: str, count: int
) -> None:
    given = deadline(text, due, repeat, start, bound)
    found = lasts(given)
    assert len(found) == count
    assert lasts(given, until=date(2028, 1, 1))[0] == first


def test_windows_open_and_hours_stay() -> None:
    (window,) = occurrences(deadline("…", "--05-31", "yearly", "--04-01"), ISSUED, {}, UNTIL, PLAIN)
    assert (window.start, window.assumed, window.key) == (date(2026, 4, 1), False, "2026-05")
    over_new_year = occurrences(deadline("…", "--05-31", "yearly", "--09-05"), ISSUED, {}, UNTIL, PLAIN)[0]
    assert over_new_year.start == date(2025, 9, 5)
    days = occurrences(deadline("từ ngày 1 đến ngày 5 hằng tháng", "--05", "monthly", "--01"), ISSUED, {}, UNTIL, PLAIN)
    assert days[0].start == date(2026, 1, 1) and days[0].last == date(2026, 1, 5)
    daily = occurrences(deadline("…", "T15:30", "daily"), ISSUED, {}, UNTIL, PLAIN)[0]
    assert (daily.at, daily.assumed) == (time(15, 30), False)


def test_an_end_that_the_words_do_not_name_is_marked() -> None:
    for one, assumed in (
        (deadline("hằng quý", None, "quarterly"), True),
        (deadline("hằng tuần", None, "weekly"), True),
        (deadline("hằng quý, trước ngày 20", "--20", "quarterly"), True),
        (deadline("ngày 20 tháng cuối quý", "--20", "quarterly"), False),
        (deadline("trước ngày 25 hằng tháng", "--25", "monthly"), False),
    ):
        assert {time.assumed for time in occurrences(one, ISSUED, {}, UNTIL, PLAIN)} == {assumed}


def test_a_period_that_is_nearly_over_is_not_the_first() -> None:
    assert lasts(deadline("hằng năm", None, "yearly"), issued_on="2025-12-25") == ["2026-12-31"]
    assert lasts(deadline("hằng năm", None, "yearly"), issued_on="2025-09-10", until=date(2025, 12, 31)) == ["2025-12-31"]
    assert lasts(deadline("trước 31/12 hằng năm", "--12-31", "yearly"), issued_on="2025-12-25")[0] == "2025-12-31"


def test_what_comes_back_ends_where_the_words_end_it() -> None:
    given = deadline("hằng năm, từ năm 2020 đến năm 2025", "2025-12-31", "yearly", "2020-01-01")
    assert lasts(given, issued_on="2020-12-01")[-1] == "2025-12-31"
    assert lasts(given, issued_on=None)[0] == "2020-12-31"
    assert lasts(deadline("hằng quý", None, "quarterly"), issued_on=None) == [
        "2025-12-31",
        "2026-03-31",
        "2026-06-30",
        "2026-09-30",
        "2026-12-31",
    ]


def test_the_day_before_of_a_day_that_comes_back() -> None:
    monthly = {
        day: lasts(deadline(f"trước ngày {day} hằng tháng", f"--{day:02}", "monthly", bound="before"), DAY_BEFORE) for day in (1, 30, 31)
    }
    assert monthly[1][:2] == ["2026-01-31", "2026-02-28"]
    assert monthly[30][:3] == ["2026-01-29", "2026-02-28", "2026-03-29"]
    assert monthly[31][:4] == ["2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30"]
    february = deadline("trước tháng 3 hằng năm", "--02-28", "yearly", bound="before")
    assert lasts(february, DAY_BEFORE, until=date(2028, 12, 31)) == ["2026-02-28", "2027-02-28", "2028-02-29"]
    assert lasts(deadline("trước ngày 01/3 hằng năm", "--03-01", "yearly", bound="before"), DAY_BEFORE) == ["2026-02-28"]


@pytest.mark.parametrize("counting", [PLAIN, DAY_BEFORE])
@given(data=st.data())
def test_an_independent_reader_takes_the_rule_alike(counting: Counting, data: st.DataObject) -> None:
    repeat = data.draw(st.sampled_from(["daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "school-yearly"]))
    day, month = data.draw(st.integers(1, 31)), data.draw(st.integers(1, 12))
    due = data.draw(st.sampled_from([None, f"--{day:02}", f"--{month:02}-{day:02}"]))
    issued = data.draw(st.dates(date(2005, 1, 1), date(2040, 1, 1)))
    text = f"trước ngày {day} {data.draw(st.sampled_from(['', 'tháng cuối quý', 'quý sau']))}"
    found = schedule(deadline(text, due, repeat, bound="before"), issued.isoformat(), counting)
    assert found.recurrence
    until = issued + timedelta(days=data.draw(st.integers(0, 2500)))
    ours = [time.last for time in found.times(date.min, until)]
    if not ours:
        return
    rule = vRecur(found.recurrence.rule()).to_ical().decode()
    theirs = rrulestr(f"DTSTART:{ours[0]:%Y%m%d}\nRRULE:{rule}").between(_noon(ours[0], -1), _noon(until, 0))
    assert [moment.date() for moment in theirs] == ours
    assert len({time.key for time in found.times(date.min, until)}) == len(ours)


def _noon(day: date, days: int) -> Any:
    return datetime.combine(day + timedelta(days=days), time(12))


@given(
    st.text(max_size=12), st.text(max_size=12) | st.none(), st.sampled_from([None, "monthly", "yearly", "daily", "x"]), st.text(max_size=10)
)
def test_nothing_raises(text: str, due: str | None, repeat: str | None, issued_on: str) -> None:
    given = deadline(text, due, repeat)
    schedule(given, issued_on, PLAIN, {}, text)
    occurrences(given, issued_on, {}, UNTIL, DAY_BEFORE, following=text)


@given(st.from_regex(r"(?:\d{4}-\d\d-\d\d|--\d\d-\d\d|--\d\d|P\d{1,4}(?:D|WD|W|M|Y)|PT\d{1,4}H|\d{4}-Q\d)", fullmatch=True), st.dates())
def test_nothing_that_looks_like_a_form_raises(due: str, issued_on: date) -> None:
    for repeat in (None, "monthly", "yearly", "weekly"):
        given = deadline("trước ngày 1 kể từ ngày ký", due, repeat, bound="before")
        found = schedule(given, issued_on.isoformat(), DAY_BEFORE)
        found.times(date(2020, 1, 1), date(2021, 1, 1))
        found.times(date(9998, 1, 1), date.max)


def test_forms_of_dates() -> None:
    assert read_stretch("2026-06-30T16:00") == Stretch(date(2026, 6, 30), date(2026, 6, 30), time(16))
    assert (read_period("PT30M"), read_period("P10WD")) == (Period(30, "MIN"), Period(10, "WD"))
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), -11) == date(2025, 2, 28)
