"""Due lists: what stands where, how tasks stand, and what the command says."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from due_samples import result, tracked
from hypothesis import given
from hypothesis import strategies as st

from models import TaskState, WorkStatus
from pipeline.cli import Exit, main
from pipeline.due import Counting, due_list, for_unit, status_of, track
from pipeline.due.wording import say_status
from pipeline.messages import speak
from pipeline.settings import TimeSettings

PLAIN = Counting.of(TimeSettings())
AS_OF = date(2026, 6, 10)  # a Wednesday


def names(items: Any) -> list[str]:
    return [item.task_id for item in items]


def test_what_was_not_issued_yet_is_not_there_yet() -> None:
    tasks = [tracked(name, {"due": "2026-06-25"}, issued_on=day) for name, day in (("then", "2026-06-10"), ("later", "2026-06-11"))]
    report = due_list([*tasks, tracked("undated", {"due": "2026-06-25"}, issued_on=None)], AS_OF, PLAIN, days=15)
    assert names(report.soon) == ["then", "undated"]
    assert report.tasks == 2


def test_each_deadline_stands_in_one_list() -> None:
    tasks = [
        tracked("late", {"due": "2026-06-09"}),
        tracked("now", {"due": "2026-06-10"}),
        tracked("sunday", {"due": "2026-06-14"}),
        tracked("monday", {"due": "2026-06-15"}),
        tracked("later", {"due": "2026-06-25"}),
        tracked("always", {"text": "thường xuyên", "repeat": "continuous"}),
        tracked("waits", {"text": "trong 10 ngày kể từ ngày nhận hồ sơ", "due": "P10D"}),
        tracked("none", leads=()),
    ]
    report = due_list(tasks, AS_OF, PLAIN)
    lists = [names(items) for items in (report.overdue, report.today, report.week, report.soon, report.awaited)]
    assert lists == [["late"], ["now"], ["sunday"], ["monday"], ["waits"]]
    assert report.tasks == 8 and sum(report.statuses.values()) == 8
    assert report.statuses == {
        "not-started/in-time": 4, "not-started/no-deadline": 2, "not-started/overdue": 1, "not-started/unknown": 1,
    }  # fmt: skip
    assert [(item.days, item.working_days) for item in (*report.overdue, *report.today, *report.week, *report.soon)] == [
        (-1, None), (0, 0), (4, 2), (5, 3),
    ]  # fmt: skip
    assert report.week[0].day_off == "Chủ nhật" and report.soon[0].day_off is None
    assert names(due_list(tasks, AS_OF, PLAIN, days=15).soon) == ["monday", "later"]
    assert names(due_list(tasks, AS_OF, PLAIN, days=0).week) == ["sunday"]


def test_what_comes_back_shows_its_next_time_and_what_was_missed() -> None:
    monthly = {"due": "--09", "repeat": "monthly", "text": "trước ngày 09 hằng tháng", "bound": "before"}
    report = due_list([tracked("m", monthly)], AS_OF, PLAIN, days=40)
    assert [(item.occurrence.key, item.missed) for item in report.overdue] == [("2026-06", 5)]
    assert [item.occurrence.key for item in report.soon] == ["2026-07"]
    recorded = TaskState(done_times={"2026-05": date(2026, 5, 8), "1:2026-06": date(2026, 6, 11)})
    again = due_list([tracked("m", monthly, state=recorded)], AS_OF, PLAIN, days=40)
    assert [(item.occurrence.key, item.missed) for item in again.overdue] == [("2026-06", 0)]  # done the day after as_of
    assert not due_list([tracked("m", monthly, state=recorded)], date(2026, 6, 11), PLAIN).overdue
    daily = due_list([tracked("d", {"repeat": "daily", "text": "hằng ngày"})], AS_OF, PLAIN)
    assert names(daily.today) == ["d"] and not daily.overdue and not daily.week


def test_done_tasks_leave_the_lists() -> None:
    state = TaskState(done_on=date(2026, 6, 9))
    tasks = [
        tracked("a", {"due": "2026-06-08"}, state=state),
        tracked("b", {"due": "2026-06-10"}, state=TaskState(done_times={"once": AS_OF})),
    ]
    report = due_list(tasks, AS_OF, PLAIN)
    assert not (report.overdue or report.today)
    assert report.statuses == {"done/overdue": 1, "in-progress/in-time": 1}


@pytest.mark.parametrize(
    ("state", "as_of", "expected"),
    [
        (TaskState(), date(2026, 6, 30), ("not-started", "in-time")),
        (TaskState(), date(2026, 7, 1), ("not-started", "overdue")),
        (TaskState(started_on=date(2026, 6, 1)), date(2026, 6, 30), ("in-progress", "in-time")),
        (TaskState(started_on=date(2026, 6, 1)), date(2026, 5, 31), ("not-started", "in-time")),
        (TaskState(started_on=date(2026, 6, 1)), date(2026, 7, 1), ("in-progress", "overdue")),
        (TaskState(done_on=date(2026, 6, 30)), date(2026, 8, 1), ("done", "in-time")),
        (TaskState(done_on=date(2026, 7, 1)), date(2026, 8, 1), ("done", "overdue")),
        (TaskState(done_on=date(2026, 7, 5)), date(2026, 7, 3), ("not-started", "overdue")),  # not yet, seen from then
    ],
)
def test_how_a_task_stands(state: TaskState, as_of: date, expected: tuple[str, str]) -> None:
    found = status_of(tracked("t", {"due": "2026-06-30"}, state=state), as_of, PLAIN)
    assert (found.progress, found.timing) == expected


@pytest.mark.parametrize(
    ("progress", "timing", "words"),
    [
        ("not-started", "overdue", "chưa thực hiện, quá hạn"),
        ("in-progress", "unknown", "đang thực hiện, chưa tính được hạn"),
        ("done", "in-time", "hoàn thành đúng hạn"),
        ("done", "overdue", "hoàn thành quá hạn"),
        ("done", "no-deadline", "hoàn thành (không có hạn)"),
    ],
)
def test_how_a_task_stands_in_words(progress: str, timing: str, words: str) -> None:
    speak("vi")
    assert say_status(WorkStatus.model_validate({"progress": progress, "timing": timing})) == words


def test_how_tasks_without_a_day_stand() -> None:
    waits, always = {"due": "P10D", "text": "trong 10 ngày kể từ ngày họp"}, {"repeat": "continuous", "text": "thường xuyên"}
    done = TaskState(done_on=AS_OF)
    assert status_of(tracked("t"), AS_OF, PLAIN).timing == "no-deadline"
    assert status_of(tracked("t", always), AS_OF, PLAIN).timing == "no-deadline"
    assert status_of(tracked("t", waits), AS_OF, PLAIN).timing == "unknown"
    assert status_of(tracked("t", waits, always, state=done), AS_OF, PLAIN).timing == "unknown"
    assert status_of(tracked("t", {"repeat": "monthly"}, state=done), AS_OF, PLAIN).timing == "in-time"
    known = TaskState(events={"họp": date(2026, 6, 1)})
    assert status_of(tracked("t", waits, state=known), AS_OF, PLAIN).timing == "in-time"
    assert status_of(tracked("t", waits, state=known), AS_OF + timedelta(days=3), PLAIN).timing == "overdue"


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_a_day_is_overdue_exactly_from_the_next_day_on(due: date, as_of: date) -> None:
    task = tracked("t", {"due": due.isoformat()}, issued_on=None)
    assert (status_of(task, as_of, PLAIN).timing == "overdue") == (as_of > due)
    report = due_list([task], as_of, PLAIN, days=366)
    assert bool(report.overdue) == (as_of > due) and bool(report.today) == (as_of == due)
    listed = sum(map(len, (report.overdue, report.today, report.week, report.soon)))
    assert listed == (1 if (due - as_of).days <= 366 else 0)


def test_units_are_counted_and_parted() -> None:
    tasks = [
        tracked("a", {"due": "2026-06-09"}),
        tracked("b", {"due": "2026-06-10"}, leads=("Sở Tài chính",)),
        tracked("c", {"due": "2026-06-08"}, {"due": "2026-06-11"}),
        tracked("d", {"due": "2026-06-12"}, leads=()),
    ]
    report = due_list(tasks, AS_OF, PLAIN)
    assert [(u.name, u.overdue, u.today, u.week) for u in report.units] == [("Sở Y tế", 2, 0, 1), ("Sở Tài chính", 0, 1, 0), ("", 0, 0, 1)]
    assert names(for_unit(report, "sở-y-tế").overdue) == ["c", "a"] and not for_unit(report, "sở-y-tế").today
    assert names(for_unit(report, "").week) == ["d"]


def test_the_same_day_said_twice_is_listed_once() -> None:
    assert len(due_list([tracked("t", {"due": "2026-06-10"}, {"due": "2026-06-10"})], AS_OF, PLAIN).today) == 1


# --- the command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for name, made in (("kh", result()), ("dự thảo", result(draft=True, number=""))):
        folder = tmp_path / "kết quả" / name
        folder.mkdir(parents=True)
        (folder / "result.json").write_text(made.model_dump_json(), encoding="utf-8")
    return tmp_path / "kết quả"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("GIAOVIEC_LANG", "GIAOVIEC_STORE_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_words_behind_a_deadline_are_taken_along() -> None:
    third = track(result())[2]
    assert third.following == (" 03/6/2026.",) and third.document == "Kế hoạch số 12/KH-UBND ngày 05/01/2026"
    report = due_list([third], date(2026, 6, 13), PLAIN)
    assert [(item.occurrence.named, item.occurrence.last, item.occurrence.rolled) for item in report.soon] == [
        (date(2026, 6, 13), date(2026, 6, 15), True)
    ]


def test_due_prints_lists_by_unit(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", str(results), "--as-of", "10/6/2026"]) == Exit.DONE
    out, err = capsys.readouterr()
    assert "Nhắc việc ngày 10/06/2026" in out and "Đến hạn hôm nay (1)" in out and "Quá hạn (1)" in out
    assert "Văn bản không nêu ngày" in out
    assert "Tình trạng của 3 việc: 2 chưa thực hiện, trong hạn; 1 chưa thực hiện, quá hạn." in out
    assert "Theo đơn vị chủ trì" in out and "Phòng Nội vụ" in out
    assert "Bỏ qua 1 bản dự thảo" in err
    assert main(["due", str(results), "--as-of", "2026-06-10", "--lang", "en"]) == Exit.DONE
    assert "Due today (1)" in capsys.readouterr().out


def test_due_as_json_for_one_unit(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", str(results), "--as-of", "2026-06-10", "--unit", "phong y te", "--json"]) == Exit.DONE
    record = json.loads(capsys.readouterr().out)
    assert (record["as_of"], record["tasks"], len(record["today"]), len(record["overdue"])) == ("2026-06-10", 2, 1, 0)
    assert record["today"][0]["occurrence"]["last"] == "2026-06-10" and record["calendar"].startswith("holidays ")
    assert main(["due", str(results), "--unit", "Sở Y tế"]) == Exit.WRONG_USE
    assert "Phòng Nội vụ; Phòng Y tế" in capsys.readouterr().err
    assert main(["due", str(results), "--unit", "phòng"]) == Exit.WRONG_USE
    assert "có thể là" in capsys.readouterr().err


def test_due_follows_the_settings(results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "giaoviec.toml").write_text('[time]\nbefore = "day-before"\nsoon_days = 3\n', encoding="utf-8")
    assert main(["due", str(results), "--as-of", "2026-06-10", "--json"]) == Exit.DONE
    record = json.loads(capsys.readouterr().out)
    assert [item["occurrence"]["last"] for item in record["overdue"] if item["deadline"] == 1] == ["2026-05-31", "2026-06-09"]
    assert record["until"] == "2026-06-13"
    (tmp_path / "giaoviec.toml").write_text("[time]\nbefor = 1\n", encoding="utf-8")
    assert main(["due", str(results)]) == Exit.WRONG_USE
    assert "dòng 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--as-of", "31/6/2026"], Exit.WRONG_USE, "không phải là ngày"),
        (["nowhere"], Exit.SOME_FAILED, "không có tệp hoặc thư mục này"),
        (["."], Exit.SOME_FAILED, "không có kết quả nào"),
        ([], Exit.SOME_FAILED, "Chưa có kho dữ liệu"),
        (["--settings", "nowhere.toml"], Exit.WRONG_USE, "không có tệp thiết lập này"),
        (["--days", "-1"], Exit.WRONG_USE, "--days"),
    ],
)
def test_due_says_what_is_wrong(arguments: list[str], code: Exit, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", *arguments]) == code
    assert words in capsys.readouterr().err


def test_a_file_that_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "result.json").write_text("{}", encoding="utf-8")
    assert main(["due", "result.json"]) == Exit.SOME_FAILED
    assert "không phải kết quả của giaoviec" in capsys.readouterr().err
