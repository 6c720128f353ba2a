"""Working days: the calendar of Vietnam as it was, and arithmetic that agrees with itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.workdays import WorkCalendar

CALENDAR = WorkCalendar()
DAYS = st.dates(date(1995, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "worked"),
    [
        (date(2025, 1, 25), date(2025, 2, 2), set()),  # Tết Ất Tỵ
        (date(2026, 2, 14), date(2026, 2, 22), set()),  # Tết Bính Ngọ
        (date(2025, 4, 26), date(2025, 5, 4), {date(2025, 4, 26), date(2025, 4, 28), date(2025, 4, 29)}),  # 02/5 swapped with Saturday 26/4
        (date(2026, 8, 22), date(2026, 8, 23), {date(2026, 8, 22)}),  # a Saturday worked for Monday 31/8
        (date(2026, 8, 29), date(2026, 9, 2), set()),
        (date(2024, 4, 27), date(2024, 5, 5), {date(2024, 5, 2), date(2024, 5, 3), date(2024, 5, 4)}),
        (date(2026, 11, 23), date(2026, 11, 25), {date(2026, 11, 23), date(2026, 11, 25)}),  # 24/11, a holiday from 2026 on
    ],
)
def test_days_off_as_they_were(first: date, last: date, worked: set[date]) -> None:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert {day for day in days if CALENDAR.is_working_day(day)} == worked


def test_days_off_have_names() -> None:
    assert CALENDAR.day_off(date(2026, 2, 17)) == "Tết Nguyên Đán"
    assert CALENDAR.day_off(date(2026, 6, 13)) == "thứ Bảy"
    assert CALENDAR.day_off(date(2026, 6, 14)) == "Chủ nhật"
    assert CALENDAR.day_off(date(2026, 6, 15)) is None
    assert CALENDAR.day_off(date(2025, 4, 26)) is None


def test_periods_over_tet_and_swapped_days() -> None:
    assert CALENDAR.add_working_days(date(2022, 1, 24), 10) == date(2022, 2, 14)
    assert CALENDAR.add_working_days(date(2025, 4, 21), 10) == date(2025, 5, 7)
    assert CALENDAR.next_working_day(date(2026, 2, 14)) == date(2026, 2, 23)


def test_an_office_adds_days_of_its_own() -> None:
    own = WorkCalendar(holidays=[date(2026, 6, 15)], working_days=[date(2026, 6, 13), date(2026, 2, 17)])
    assert own.day_off(date(2026, 6, 15)) == "ngày nghỉ"
    assert own.is_working_day(date(2026, 6, 13)) and own.is_working_day(date(2026, 2, 17))
    assert own.add_working_days(date(2026, 6, 12), 2) == date(2026, 6, 16)
    assert not CALENDAR.is_working_day(date(2026, 6, 13))


@given(DAYS, st.integers(1, 400))
def test_the_nth_working_day_is_one_and_has_n_between(day: date, count: int) -> None:
    after = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(after) and after > day
    assert CALENDAR.working_days_between(day, after) == count
    before = CALENDAR.add_working_days(day, -count)
    assert CALENDAR.is_working_day(before) and before < day
    assert CALENDAR.working_days_between(day, before) == -count


@given(DAYS, st.integers(0, 100), st.integers(0, 100))
def test_counting_on_is_counting_once(day: date, first: int, second: int) -> None:
    start = CALENDAR.next_working_day(day)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, first), second) == CALENDAR.add_working_days(start, first + second)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, first), -first) == start


@given(DAYS, st.integers(0, 300), st.integers(0, 300))
def test_counts_add_up(day: date, first: int, second: int) -> None:
    middle, last = day + timedelta(days=first), day + timedelta(days=first + second)
    between = CALENDAR.working_days_between
    assert between(day, last) == between(day, middle) + between(middle, last)
    assert 0 <= between(day, last) <= (last - day).days


@given(st.dates())
def test_every_day_of_every_year_is_worked_or_not(day: date) -> None:
    if day < date(9999, 1, 1):
        found = CALENDAR.next_working_day(day)
        assert CALENDAR.is_working_day(found) and (found - day).days < 30
