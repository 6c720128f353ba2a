"""Calendars: read back by other readers, the same from the same data, moving with the task."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import recurring_ical_events
from due_samples import ORIGIN, tracked
from icalendar import Calendar

from models import Occurrence, OutputError, Span, TaskDeadline, TaskState, TrackedTask
from pipeline.due import Counting, occurrences, write_calendar, write_calendars, write_todos
from pipeline.settings import TimeSettings

PLAIN = Counting.of(TimeSettings())
DAY_BEFORE = Counting.of(TimeSettings(before="day-before", remind_days=(0,)))
AS_OF = date(2026, 6, 10)


def components(raw: bytes, kind: str) -> list[dict[str, str]]:
    """Read a calendar by the letter of RFC 5545 (3.1: lines of at most 75 octets, folded by CRLF and a blank): no library."""
    assert raw.endswith(b"\r\n") and all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    found: list[dict[str, str]] = []
    inside: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            inside.append(value)
            if value == kind:
                found.append({})
        elif name == "END":
            assert inside.pop() == value
        elif inside and inside[-1] == kind:
            found[-1][name.split(";")[0]] = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
        elif inside and inside[-1] == "VALARM" and name == "TRIGGER":
            found[-1]["TRIGGER"] = f"{found[-1].get('TRIGGER', '')} {value}".strip()
    assert inside == [] and lines[-1] == ""
    return found


def test_a_deadline_is_a_whole_day_with_alarms_in_the_morning() -> None:
    task = tracked("Báo cáo, tổng hợp; gửi\\nộp", {"text": "trước 16 giờ ngày 30/6/2026", "due": "2026-06-30T16:00", "bound": "before"})
    raw = write_calendar([task], "Lịch", AS_OF, PLAIN)
    (event,) = components(raw, "VEVENT")
    assert (event["DTSTART"], event["DTEND"]) == ("20260630", "20260701") and b"DTSTART;VALUE=DATE:" in raw
    assert event["SUMMARY"] == "Sở Y tế: (trước 16:00) Báo cáo, tổng hợp; gửi\\nộp"
    assert "trước 16 giờ ngày 30/6/2026" in event["DESCRIPTION"] and "Kế hoạch số 5/KH-UBND, mục 1" in event["DESCRIPTION"]
    assert event["UID"] == "Báo cáo, tổng hợp; gửi\\nộp#1@giaoviec" and event["TRANSP"] == "TRANSPARENT"
    assert event["TRIGGER"] == "-P6DT16H -P2DT16H -PT16H"  # 8:00 on the 7th, 3rd and last day before
    (on_the_day,) = components(write_calendar([task], "Lịch", AS_OF, DAY_BEFORE), "VEVENT")
    assert on_the_day["TRIGGER"] == "PT8H"


def test_the_same_data_give_the_same_bytes_and_a_change_moves_the_event() -> None:
    before = tracked("t", {"due": "2026-06-30"})
    after = tracked("t", {"due": "2026-07-15"}, state=TaskState(version=3, changed_on=date(2026, 6, 1)))
    assert write_calendar([before], "x", AS_OF, PLAIN) == write_calendar([before], "x", date(2026, 6, 11), PLAIN)
    (old,), (new,) = (components(write_calendar([task], "x", AS_OF, PLAIN), "VEVENT") for task in (before, after))
    assert old["UID"] == new["UID"] and (old["SEQUENCE"], new["SEQUENCE"]) == ("0", "3")
    assert (old["DTSTAMP"], new["DTSTAMP"]) == ("20260105T000000Z", "20260601T000000Z")
    assert new["DTSTART"] == "20260715"


RECURRING = [
    {"text": "trước ngày 25 hằng tháng", "due": "--25", "repeat": "monthly", "bound": "before"},
    {"text": "trước ngày 31 hằng tháng", "due": "--31", "repeat": "monthly", "bound": "before"},
    {"text": "trước ngày 30 hằng tháng", "due": "--30", "repeat": "monthly", "bound": "before"},
    {"text": "trước ngày 01 hằng tháng", "due": "--01", "repeat": "monthly", "bound": "before"},
    {"text": "hằng quý", "repeat": "quarterly"},
    {"text": "hằng quý, trước ngày 20", "due": "--20", "repeat": "quarterly"},
    {"text": "6 tháng", "repeat": "half-yearly"},
    {"text": "trước tháng 3 hằng năm", "due": "--02-28", "repeat": "yearly", "bound": "before"},
    {"text": "trước ngày 28/02 hằng năm", "due": "--02-28", "repeat": "yearly", "bound": "before"},
    {"text": "trước ngày 01/3 hằng năm", "due": "--03-01", "repeat": "yearly", "bound": "before"},
    {"text": "trước ngày 15/12 hằng năm", "due": "--12-15", "repeat": "yearly", "bound": "before"},
    {"text": "mỗi năm học", "repeat": "school-yearly"},
    {"text": "hằng tuần", "repeat": "weekly"},
    {"text": "hằng ngày", "repeat": "daily"},
    {"text": "hằng năm đến 2029", "repeat": "yearly", "start": "2026-01-01", "due": "2029-12-31"},
]


@pytest.mark.parametrize("counting", [PLAIN, DAY_BEFORE])
@pytest.mark.parametrize("given", RECURRING, ids=lambda given: given["text"])
def test_another_reader_expands_to_the_same_days(given: dict[str, Any], counting: Counting) -> None:
    task = tracked("t", given)
    until = date(2028, 12, 31) if given["repeat"] != "daily" else date(2026, 12, 31)
    ours = [time.last for time in occurrences(task.task.deadlines[0], task.issued_on, {}, until, counting)]
    calendar = Calendar.from_ical(write_calendar([task], "x", AS_OF, counting))
    theirs = recurring_ical_events.of(calendar).between(date(2026, 1, 1), until + timedelta(days=1))
    assert sorted(event["DTSTART"].dt for event in theirs) == ours and len(ours) > 1


def test_done_times_of_what_comes_back_are_left_out() -> None:
    state = TaskState(done_times={"2026-05": date(2026, 5, 20), "1:2026-06": date(2026, 6, 9)})
    task = tracked("t", RECURRING[0], state=state)
    events = recurring_ical_events.of(Calendar.from_ical(write_calendar([task], "x", AS_OF, PLAIN)))
    days = [event["DTSTART"].dt for event in events.between(date(2026, 4, 1), date(2026, 8, 1))]
    assert sorted(days) == [date(2026, 4, 25), date(2026, 7, 25)]


def test_what_is_done_or_has_no_day_is_no_event() -> None:
    tasks = [
        tracked("done", {"due": "2026-06-30"}, state=TaskState(done_on=date(2026, 6, 1))),
        tracked("done once", {"due": "2026-06-30"}, state=TaskState(done_times={"once": date(2026, 6, 1)})),
        tracked("always", {"repeat": "continuous"}),
        tracked("waits", {"text": "trong 10 ngày kể từ ngày họp", "due": "P10D"}),
    ]
    assert components(write_calendar(tasks, "x", AS_OF, PLAIN), "VEVENT") == []


def test_to_do_files_tell_what_is_done_begun_and_asked() -> None:
    tasks = [
        tracked("done", {"due": "2026-06-30"}, state=TaskState(done_on=date(2026, 6, 1))),
        tracked("begun", RECURRING[0], state=TaskState(started_on=date(2026, 6, 1))),
        tracked("waits", {"text": "trong 10 ngày kể từ ngày họp", "due": "P10D"}),
        tracked("always", {"repeat": "continuous"}),
    ]
    done, begun, waits = components(write_todos(tasks, "x", AS_OF, PLAIN), "VTODO")
    assert (done["STATUS"], done["COMPLETED"], done.get("DUE")) == ("COMPLETED", "20260601T000000Z", None)
    assert (begun["STATUS"], begun["DUE"], begun["UID"]) == ("IN-PROCESS", "20260625", "begun#1#2026-06@giaoviec")
    assert (waits["STATUS"], waits.get("DUE")) == ("NEEDS-ACTION", None) and "cần biết ngày «họp»" in waits["DESCRIPTION"]


def test_a_calendar_for_each_unit_and_one_for_all(tmp_path: Path) -> None:
    tasks = [
        tracked("a", {"due": "2026-06-30"}, leads=("Sở Y tế", "Sở Tài chính")),
        tracked("b", {"due": "2026-06-30"}, leads=()),
        tracked("c", RECURRING[0], leads=("Sở Y tế",)),
    ]
    written = {path.relative_to(tmp_path).as_posix() for path in write_calendars(tasks, tmp_path, AS_OF, PLAIN)}
    stems = ("tat-ca", "so-y-te", "so-tai-chinh", "chua-ro-don-vi")
    assert written == {f"{kind}/{stem}.ics" for kind in ("lich", "viec") for stem in stems}
    assert not list(tmp_path.rglob("*.tmp"))

    def events(stem: str) -> list[str]:
        return [event["SUMMARY"] for event in components((tmp_path / "lich" / f"{stem}.ics").read_bytes(), "VEVENT")]

    assert events("tat-ca") == ["Sở Y tế; Sở Tài chính: a", "b", "Sở Y tế: c"]
    assert events("so-y-te") == ["a", "c"] and events("so-tai-chinh") == ["a"] and events("chua-ro-don-vi") == ["b"]
    untouched = (tmp_path / "lich" / "so-y-te.ics").stat().st_mtime_ns
    (tmp_path / "lich" / "riêng.ics").write_bytes(b"BEGIN:VCALENDAR\r\nPRODID:other\r\nEND:VCALENDAR\r\n")
    write_calendars([task for task in tasks if task.task.id != "b"][:2], tmp_path, AS_OF, PLAIN)
    assert events("chua-ro-don-vi") == []  # subscribers lose what is gone
    assert (tmp_path / "lich" / "riêng.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\nPRODID:other")
    assert (tmp_path / "lich" / "so-y-te.ics").stat().st_mtime_ns == untouched


def test_a_file_stays_that_of_one_unit(tmp_path: Path) -> None:
    office = "Phòng Giáo dục và Đào tạo"

    def of(place: str) -> TrackedTask:
        leads = ((f"phong-giao-duc-dao-tao.{place}", office),)
        return tracked(place, {"due": "2026-06-30"}).model_copy(update={"leads": leads})

    def name(file: Path) -> str:
        return str(Calendar.from_ical(file.read_bytes())["X-WR-CALNAME"])

    file = tmp_path / "lich" / "phong-giao-duc-dao-tao-quan-ha-dong.ics"
    write_calendars([of("quan-ha-dong")], tmp_path, AS_OF, PLAIN)
    before = components(file.read_bytes(), "VEVENT")
    assert name(file).endswith(office)
    write_calendars([of("quan-ba-dinh"), of("quan-ha-dong")], tmp_path, AS_OF, PLAIN)
    assert components(file.read_bytes(), "VEVENT") == before and name(file).endswith(f"{office} (phong-giao-duc-dao-tao.quan-ha-dong)")
    assert (tmp_path / "lich" / "phong-giao-duc-dao-tao-quan-ba-dinh.ics").exists()


def test_odd_letters_do_not_break_a_calendar() -> None:
    name = "Đẩy mạnh\x00\x07 “chuyển đổi số”,;:\\ \r\nEND:VEVENT \U0001f600 " + "đ" * 300
    (event,) = components(write_calendar([tracked(name, {"due": "2026-06-30"}, leads=("Sở\nY tế",))], "a\r\nb", AS_OF, PLAIN), "VEVENT")
    assert "“chuyển đổi số”" in event["SUMMARY"] and "\n" not in event["SUMMARY"] and "\x00" not in event["DESCRIPTION"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "lich").write_bytes(b"")
    with pytest.raises(OutputError, match="không ghi được"):
        write_calendars([tracked("a", {"due": "2026-06-30"})], tmp_path, AS_OF, PLAIN)


def test_occurrence_keys_do_not_depend_on_settings() -> None:
    def keys(counting: Counting) -> list[str]:
        times: tuple[Occurrence, ...] = occurrences(
            TaskDeadline.model_validate({**RECURRING[3], "span": Span(0, 1), "origin": ORIGIN}),
            "2026-01-05",
            {},
            date(2026, 6, 5),
            counting,
        )
        return [time.key for time in times]

    assert keys(PLAIN) == ["2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
    assert keys(DAY_BEFORE) == keys(PLAIN)
