"""Each tracker's file against that tracker's own documented rules (the addresses are in rules/trackers/*.toml)."""

import csv
import io
import json
import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from handed import HOSTILE, TASKS, directive, read, save
from lxml import etree
from python_calamine import CalamineWorkbook

from models import OutputError, SettingsError
from pipeline.handover import export, formats, from_results, load_mapping, trackers
from pipeline.handover.fields import FIELDS
from pipeline.messages import speak

COUNT = 5 + 5 + len(HOSTILE)  # the draft orders nothing yet
FIRST = "Sở Giáo dục và Đào tạo chủ trì, phối hợp với Sở Nội vụ, Sở Tài chính rà soát đội ngũ giáo viên"


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    speak("vi")
    yield
    speak("vi")


def made(folder: Path, name: str, out: Path) -> list[Path]:
    result = export(from_results([folder]), name, out / f"viec{formats()[name]}")
    assert result.tasks == COUNT and len(result.drafts) == 1
    return list(result.files)


def table(path: Path) -> list[list[str]]:
    """The cells as the tracker's own parser (Ruby, Java, Python: all RFC 4180) sees them."""
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True))
    assert len({len(one) for one in lines}) == 1, "no comma may be left out for an empty value"
    return lines


def column(lines: list[list[str]], name: str) -> list[str]:
    return [one[lines[0].index(name)] for one in lines[1:]]


def all_units_told(descriptions: list[str]) -> None:
    """Who coordinates and where it is written must not be lost in a tracker that has one assignee."""
    assert all(
        part in descriptions[0] for part in ("Sở Nội vụ; Sở Tài chính", "Kế hoạch số 25/KH-UBND ngày 10/01/2024", "trước ngày 15/3/2024")
    )


def test_jira(folder: Path, tmp_path: Path) -> None:
    (path,) = made(folder, "jira", tmp_path)
    lines = table(path)
    head = lines[0]
    assert head[0] == "Summary" and all(column(lines, "Summary"))
    assert all(re.fullmatch(r"[A-Za-z ]+", name) for name in head), "no punctuation in the header row"
    assert max(map(len, column(lines, "Summary"))) <= 255
    assert not any("\n" in summary for summary in column(lines, "Summary"))
    assert set(column(lines, "Status")) <= {"To Do", "In Progress", "Done"}
    assert all(not day or date.fromisoformat(day) for day in column(lines, "Due date"))
    labels = [one[n] for one in lines[1:] for n, name in enumerate(head) if name == "Labels"]
    assert head.count("Labels") > 1 and all(" " not in label for label in labels) and "so-giao-duc-va-dao-tao" in labels
    all_units_told(column(lines, "Description"))


def test_jira_takes_250_issues_from_those_who_are_no_administrators(tmp_path: Path) -> None:
    folder = save(tmp_path / "k", *(read(directive(*(TASKS * 11), number=f"{n}/KH-UBND")) for n in range(1, 11)))
    result = export(from_results([folder]), "jira", tmp_path / "ra" / "viec.csv")
    assert [path.name for path in result.files] == ["viec-1.csv", "viec-2.csv", "viec-3.csv"]
    sizes = [len(table(path)) - 1 for path in result.files]
    assert sizes == [250, 250, 50] and result.tasks == 550
    ids = [task for path in result.files for task in column(table(path), "Task id")]
    assert len(set(ids)) == 550
    assert sorted(path.name for path in (tmp_path / "ra").iterdir()) == [path.name for path in result.files]


def test_gitlab(folder: Path, tmp_path: Path) -> None:
    (path,) = made(folder, "gitlab", tmp_path)
    lines = table(path)
    assert lines[0] == ["title", "description", "due_date", "milestone"]
    assert all(column(lines, "title")) and all(column(lines, "description")) and max(map(len, column(lines, "title"))) <= 255
    assert all(not day or re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in column(lines, "due_date"))
    assert column(lines, "due_date")[:2] == ["2024-03-15", "2024-06-30"]
    for one in column(lines, "description"):
        assert not re.search(r"(?m)^\s*/", one), "a line that begins with / is a quick action"
        assert "@" not in one, "@name tells somebody"
    all_units_told(column(lines, "description"))
    assert path.stat().st_size < 10_000_000


def test_redmine(folder: Path, tmp_path: Path) -> None:
    (path,) = made(folder, "redmine", tmp_path)
    lines = table(path)
    known = {"unique_id", "subject", "description", "status", "category", "start_date", "due_date", "done_ratio"}
    assert set(lines[0]) == known  # names of AUTO_MAPPABLE_FIELDS
    assert all(column(lines, "subject")) and max(map(len, column(lines, "subject"))) <= 255
    assert max(map(len, column(lines, "category"))) <= 60
    assert len(set(column(lines, "unique_id"))) == COUNT and not any(one.startswith("#") for one in column(lines, "unique_id"))
    assert set(column(lines, "done_ratio")) == {"0"}
    assert column(lines, "start_date")[3] == "2024-06-01"
    all_units_told(column(lines, "description"))


def test_todoist(folder: Path, tmp_path: Path) -> None:
    (path,) = made(folder, "todoist", tmp_path)
    lines = table(path)
    wanted = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE"
    assert ",".join(lines[0]) == wanted
    assert set(column(lines, "TYPE")) == {"task"}
    assert all(column(lines, "CONTENT")) and max(map(len, column(lines, "CONTENT"))) <= 500
    assert set(column(lines, "PRIORITY")) == {"4"}, "an empty priority becomes the highest"
    assert not any("@" in one for one in column(lines, "CONTENT")), "@x becomes a label"
    all_units_told(column(lines, "DESCRIPTION"))


@pytest.mark.parametrize(
    ("name", "sheet", "head"),
    [
        ("openproject", "Work packages", ["Updatestatus", "Lock Version", "ID", "Subject"]),
        ("planner", "Tasks", ["Task Name", "Bucket Name", "Progress", "Priority", "Start date", "Due date", "Labels", "Description"]),
    ],
)
def test_workbooks(folder: Path, tmp_path: Path, name: str, sheet: str, head: list[str]) -> None:
    (path,) = made(folder, name, tmp_path)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == [sheet]
    lines = book.get_sheet_by_name(sheet).to_python()
    assert lines[0][: len(head)] == head and len(lines) == COUNT + 1
    subjects = [str(one[lines[0].index("Subject" if name == "openproject" else "Task Name")]) for one in lines[1:]]
    assert all(subjects) and max(map(len, subjects)) <= 255 and subjects[0].startswith(FIRST)
    assert HOSTILE[0] in subjects, "text stays text"
    due = [one[lines[0].index("Finish date" if name == "openproject" else "Due date")] for one in lines[1:]]
    assert due[0] == ("2024-03-15" if name == "openproject" else date(2024, 3, 15))
    all_units_told([str(one[lines[0].index("Description")]) for one in lines[1:]])


def test_taskwarrior(folder: Path, tmp_path: Path) -> None:
    (path,) = made(folder, "taskwarrior", tmp_path)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    assert len(tasks) == COUNT
    for task in tasks:
        assert {"uuid", "status", "entry", "description"} <= task.keys()
        assert str(uuid.UUID(task["uuid"])) == task["uuid"] and task["status"] in {"pending", "completed"}
        assert "\n" not in task["description"]
        for name in ("entry", "due", "start", "end"):
            assert name not in task or re.fullmatch(r"\d{8}T\d{6}Z", task[name])
        assert all(re.fullmatch(r"[a-z0-9-]+", tag) for tag in task.get("tags", ()))
    assert len({task["uuid"] for task in tasks}) == COUNT
    assert tasks[0]["due"] == "20240315T165959Z"  # the end of the day in Vietnam
    assert tasks[1]["due"] == "20240630T090000Z"  # 16 giờ
    all_units_told([task["description"] for task in tasks])


# --- Microsoft Project -------------------------------------------------------------------------------------------------------

# The order of elements that the schema fixes (mspdi_pj12.xsd), as far as they are written.
PROJECT = [
    "Title", "ScheduleFromStart", "StartDate", "CalendarUID", "DefaultStartTime", "DefaultFinishTime", "MinutesPerDay", "Calendars",
    "Tasks", "Resources", "Assignments",
]  # fmt: skip
TASK = [
    "UID", "ID", "Name", "Type", "IsNull", "Contact", "WBS", "OutlineLevel", "Priority", "Start", "Finish", "Duration", "DurationFormat",
    "Estimated", "Milestone", "Summary", "PercentComplete", "ActualStart", "ActualFinish", "ConstraintType", "ConstraintDate", "Deadline",
    "Notes",
]  # fmt: skip


def in_order(element: Any, order: list[str]) -> bool:
    names = [etree.QName(child).localname for child in element]
    return names == sorted(names, key=order.index)


def test_microsoft_project(folder: Path, tmp_path: Path) -> None:
    (path,) = made(folder, "msproject", tmp_path)
    project = etree.parse(path).getroot()
    name = etree.QName(project)
    assert (name.namespace, name.localname) == ("http://schemas.microsoft.com/project", "Project")
    space = {"p": name.namespace}
    assert in_order(project, PROJECT)
    tasks = project.findall("p:Tasks/p:Task", space)
    assert len(tasks) == COUNT + 2  # two directives above them

    def text(element: Any, child: str) -> str:
        return str(element.findtext(f"p:{child}", namespaces=space) or "")

    for task in tasks:
        assert in_order(task, TASK)
        assert 0 < len(text(task, "Name")) <= 512
        for day in ("Start", "Finish", "ActualStart", "ActualFinish", "ConstraintDate", "Deadline"):
            assert not text(task, day) or datetime.fromisoformat(text(task, day))
        assert text(task, "Duration") in ("PT8H0M0S", "")
    uids = [int(text(task, "UID")) for task in tasks]
    assert uids == list(range(1, len(tasks) + 1))
    assert [text(task, "OutlineLevel") for task in tasks][:7] == ["1", "2", "2", "2", "2", "2", "1"]
    assert [text(task, "Summary") for task in tasks].count("1") == 2
    assert text(tasks[1], "Deadline") == "2024-03-15T17:00:00" and text(tasks[2], "Deadline") == "2024-06-30T16:00:00"
    assert (text(tasks[4], "ConstraintType"), text(tasks[4], "ConstraintDate")) == ("4", "2024-06-01T08:00:00")
    assert project.findtext("p:StartDate", namespaces=space) == "2024-06-01T08:00:00"
    resources = {int(text(one, "UID")): text(one, "Name") for one in project.findall("p:Resources/p:Resource", space)}
    assert "Sở Giáo dục và Đào tạo" in resources.values() and not any(set(",;[]") & set(unit) - set("[]") for unit in resources.values())
    assigned = [(int(text(one, "TaskUID")), int(text(one, "ResourceUID"))) for one in project.findall("p:Assignments/p:Assignment", space)]
    assert assigned and {task for task, _ in assigned} <= set(uids) and {unit for _, unit in assigned} <= resources.keys()
    all_units_told([text(tasks[1], "Notes")])


# --- mappings ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(trackers()))
def test_shipped_mappings_name_their_source_and_tell_people_what_to_do(name: str) -> None:
    mapping = load_mapping(trackers()[name])
    assert mapping.name == name and mapping.says
    assert mapping.documentation and all(re.match(r"https?://", address) for address in mapping.documentation)
    assert set(mapping.hint or {}) == {"vi", "en"}


GOOD = '[[column]]\nname = "a"\nfield = "text"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[column]]\nname = "Hạn"\nfield = "han"\n', "«Hạn»: không có trường «han»"),
        ('[[column]]\nname = "a"\nlines = ["{text} {deadline}"]\n', "không có trường «deadline»"),
        ('[[column]]\nname = "a"\nfield = "text"\nlenght = 5\n', "không có khóa «lenght»"),
        ("rows = true\n" + GOOD, "rows"),
        ("rows = 0\n" + GOOD, "rows"),
        ('kind = "excel"\n' + GOOD, "«excel»"),
        ('[[column]]\nname = "a"\nfield = "due"\ndate = "YYYY-MM-DD"\n', "«YYYY-MM-DD» không phân biệt"),
        ('[[column]]\nname = "a"\nfield = "text"\ndate = "%Y"\n', "chỉ dùng với trường ngày"),
        ('[[column]]\nname = "a"\nfield = "text"\nvalue = "x"\n', "đúng một trong ba"),
        ('[[column]]\nname = "a"\n', "đúng một trong ba"),
        (GOOD + GOOD, "có hai lần"),
        ("", "chưa có cột"),
        ("[[column]]\nfield = 'text'\n", "thiếu name"),
        ("x = [", "TOML"),
        ("sai = 1\n" + GOOD, "không có khóa «sai»"),
        ('[csv]\nseparator = ";;"\n' + GOOD, "separator"),
        ('[[column]]\nname = "a"\nfield = "progress"\nvalues = { done = 1 }\n', "values"),
        ('[[column]]\nname = "a"\nfield = "due"\ntime = "25:00"\n', "25:00"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_place_and_what_is_known(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "cua-toi.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_mapping(file)
    assert "cua-toi.toml" in str(caught.value) and says in str(caught.value)
    if "trường «" in says:
        assert all(field in str(caught.value) for field in ("text", "leads", "due"))


def test_an_unknown_mapping_file_and_a_wrong_element_of_project(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="khong-co"):
        load_mapping(tmp_path / "khong-co.toml")
    file = tmp_path / "m.toml"
    file.write_text('kind = "mspdi"\n[[column]]\nname = "Ten"\nfield = "text"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="Ten"):
        export(from_results([folder]), "", tmp_path / "x.xml", mapping=load_mapping(file))


def test_a_mapping_of_ones_own(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "so-theo-doi.toml"
    file.write_text(
        """
rows = 10
date = "%d/%m/%Y"
[csv]
separator = ";"
bom = true
[[column]]
name = "TT"
field = "number"
[[column]]
name = "Chủ trì"
field = "leads"
join = ", "
times = 2
[[column]]
name = "Hạn"
field = "due"
default = "không có hạn"
[[column]]
name = "Tình trạng"
field = "progress"
values = { not-started = "Chưa làm" }
""",
        encoding="utf-8",
    )
    result = export(from_results([folder]), "", tmp_path / "so.csv", mapping=load_mapping(file))
    assert [path.name for path in result.files] == ["so-1.csv", "so-2.csv", "so-3.csv"]
    raw = result.files[0].read_text(encoding="utf-8-sig")
    assert raw.splitlines()[:4] == [
        "TT;Chủ trì;Chủ trì;Hạn;Tình trạng",
        "1;Sở Giáo dục và Đào tạo;;15/03/2024;Chưa làm",
        "2;Sở Tài chính;;30/06/2024;Chưa làm",
        "3;Sở Y tế;;không có hạn;Chưa làm",
    ]
    assert result.files[0].read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_required_column_that_stays_empty_is_a_clear_fault(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text('[[column]]\nname = "Hạn"\nfield = "due"\nrequired = true\n', encoding="utf-8")
    with pytest.raises(OutputError, match="«Hạn»"):
        export(from_results([folder]), "", tmp_path / "ra" / "x.csv", mapping=load_mapping(file))
    assert list((tmp_path / "ra").iterdir()) == []


def test_no_task_makes_a_file_with_its_head_only(tmp_path: Path) -> None:
    folder = save(tmp_path / "k", read(directive()).model_copy(update={"tasks": ()}))
    for name in trackers():
        result = export(from_results([folder]), name, tmp_path / f"{name}{formats()[name]}")
        assert result.tasks == 0 and len(result.files) == 1 and result.files[0].stat().st_size > 0
    assert json.loads((tmp_path / "taskwarrior.json").read_text()) == []


def test_the_guide_lists_every_field() -> None:
    guide = (Path(__file__).parent.parent.parent / "docs" / "exports.md").read_text(encoding="utf-8")
    assert [name for name in FIELDS if f"`{name}`" not in guide] == []
