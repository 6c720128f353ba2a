"""The commands export and feed, as a clerk and as a program use them."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from handed import directive, read
from python_calamine import CalamineWorkbook

from models import Decision
from pipeline.cli import Exit, main
from pipeline.messages import speak
from pipeline.roundtrip import compare
from pipeline.store import Store

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("GIAOVIEC_LANG", "GIAOVIEC_TRACE", "GIAOVIEC_STORE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield
    speak("vi")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store with one directive: a task edited and begun, one approved, one rejected, two open; signed off it is not."""
    path = tmp_path / "giaoviec.db"
    file = tmp_path / "ke-hoach.txt"
    file.write_text(directive(), encoding="utf-8")
    with Store.open(path, publish="approved") as store:
        store.receive(file)
        claim = store.claim("w", 60)
        assert claim
        document = store.finish(claim, read(directive(), file.name)).id
        first, second, third, *_ = store.tasks(document)
        words = "Sở Giáo dục và Đào tạo rà soát giáo viên."
        units = [a.model_dump(mode="json") for a in first.task.assignments if a.role == "lead"]
        kept = [
            Decision(task=first.uid, version=first.version, kind="edit", fields={"text": words, "assignments": units}),
            Decision(task=second.uid, version=second.version, kind="approve"),
            Decision(task=third.uid, version=third.version, kind="reject", reason="không phải nhiệm vụ"),
        ]  # fmt: skip
        store.decide(document, "Nguyễn Thị Lan", kept)
    return path


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_from_folders(folder: Path, tmp_path: Path, capsys: Said) -> None:
    out = tmp_path / "viec.csv"
    assert main(["export", str(folder), "--format", "gitlab", "-o", str(out)]) == Exit.DONE
    said = capsys.readouterr()
    assert said.out == "" and "Import CSV" in said.err and f"nhiệm vụ của 2 văn bản vào {out}" in said.err and "1 bản dự thảo" in said.err
    assert main(["export", str(folder), "--format", "gitlab", "-o", str(out), "--json", "--quiet"]) == Exit.DONE
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert said.err == "" and told["files"] == [str(out)] and told["documents"] == 2 and len(told["drafts"]) == 1


def test_from_the_store_as_people_left_it(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "viec.csv"
    assert main(["export", "--store", str(database), "--format", "csv", "-o", str(out)]) == Exit.DONE
    lines = table(out)
    assert [one["review"] for one in lines] == ["edited", "approved", "open", "open"]
    assert lines[0]["text"] == "Sở Giáo dục và Đào tạo rà soát giáo viên." and lines[0]["coordinate"] == ""
    assert all(one["document_number"] == "25/KH-UBND" for one in lines)
    with Store.open(database) as store:
        assert [one["task_id"] for one in lines] == [task.uid for task in store.tasks(1) if task.review != "rejected"]
    assert main(["export", "--store", str(database), "--format", "csv", "-o", str(out), "--approved-only"]) == Exit.DONE
    assert [one["review"] for one in table(out)] == ["edited", "approved"]
    assert main(["export", "--store", str(database), "--format", "graphml", "-o", str(tmp_path / "g.graphml")]) == Exit.DONE
    assert "Sở Nội vụ" not in (tmp_path / "g.graphml").read_text(encoding="utf-8")  # the edit took it out
    assert main(["export", "--store", str(database), "--format", "xlsx", "-o", str(tmp_path / "a.xlsx")]) == Exit.DONE
    assert CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).sheet_names[0] == "Nhiệm vụ"


def test_a_note_of_a_person_stands_in_workbook_and_page_and_asks_for_nothing_when_it_comes_back(database: Path, tmp_path: Path) -> None:
    with Store.open(database) as store:
        *_, last = store.tasks(1)
        work = last.work.model_copy(update={"started_on": date(2024, 2, 1)})
        store.decide(1, "Lan", [Decision(task=last.uid, version=last.version, kind="status", work=work, reason="chờ Sở Tài chính")])
    for name, out in (("xlsx", "a.xlsx"), ("html", "a.html")):
        assert main(["export", "--store", str(database), "--format", name, "-o", str(tmp_path / out)]) == Exit.DONE
    lines = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("Nhiệm vụ").to_python()
    head = next(line for line in lines if "Ghi chú" in line)
    assert lines[-1][head.index("Ghi chú")] == "chờ Sở Tài chính"
    assert "chờ Sở Tài chính" in (tmp_path / "a.html").read_text(encoding="utf-8")
    with Store.open(database) as store:
        plan = compare(store, tmp_path / "a.xlsx", date(2024, 3, 1))
    assert (plan.changes, plan.problems, plan.same) == ((), (), 4)


def test_letters_and_pages_from_the_command(database: Path, tmp_path: Path, capsys: Said) -> None:
    out = tmp_path / "thu"
    assert main(["export", "--store", str(database), "--format", "letters-docx", "-o", str(out), "--unit", "so y te"]) == Exit.NOTHING_TO_DO
    assert not out.exists() and "Sở" in capsys.readouterr().err  # its task was rejected
    assert main(["export", "--store", str(database), "--format", "letters-docx", "-o", str(out), "--unit", "tai chinh"]) == Exit.DONE
    assert [path.name for path in out.iterdir()] == ["so-tai-chinh.docx"]
    assert main(["export", "--store", str(database), "--format", "letters-docx", "-o", str(out / "a.docx")]) == Exit.WRONG_USE
    assert "Hãy viết tên một thư mục" in capsys.readouterr().err


def test_the_store_of_the_settings_is_read(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "giaoviec.toml"
    settings.write_text(f'[store]\nurl = "{database.as_posix()}"\n', encoding="utf-8")
    out = tmp_path / "a.jsonl"
    assert main(["export", "--format", "jsonl", "-o", str(out), "--settings", str(settings), "--document", "1"]) == Exit.DONE
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["X"], Exit.WRONG_USE, "--format KIỂU hoặc --mapping"),
        (["X", "--format", "csv", "--mapping", "a.toml"], Exit.WRONG_USE, "Hãy chọn một"),
        (["X", "--format", "trello"], Exit.WRONG_USE, "không có kiểu «trello». Các kiểu: jsonl, csv"),
        (["X", "--format", "csv", "--store", "a.db"], Exit.WRONG_USE, "không dùng cả hai"),
        (["X", "--format", "csv", "--approved-only"], Exit.WRONG_USE, "chưa qua duyệt"),
        (["X", "--format", "csv", "--from", "31/2/2024"], Exit.WRONG_USE, "--from: «31/2/2024»"),
        (["X", "--mapping", "khong-co.toml"], Exit.WRONG_USE, "khong-co.toml"),
        (["X", "--format", "csv", "--unit", "sở không có"], Exit.NOTHING_TO_DO, "các đơn vị có việc: "),
        (["X", "--format", "csv", "--document", "99/KH"], Exit.NOTHING_TO_DO, "Không có nhiệm vụ nào"),
        (["nowhere", "--format", "csv"], Exit.SOME_FAILED, "không có tệp hoặc thư mục này"),
        (["--format", "csv"], Exit.SOME_FAILED, "Chưa có kho dữ liệu"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    folder: Path, tmp_path: Path, capsys: Said, arguments: list[str], code: Exit, words: str
) -> None:
    given = [str(folder) if argument == "X" else argument for argument in arguments]
    assert main(["export", *given, "-o", str(tmp_path / "a.csv")]) == code
    assert words in capsys.readouterr().err


def test_asking_for_the_tasks_makes_no_store(tmp_path: Path) -> None:
    assert main(["feed", "--store", str(tmp_path / "khong-co.db")]) == Exit.SOME_FAILED
    assert main(["export", "--store", str(tmp_path / "khong-co.db"), "--format", "csv", "-o", str(tmp_path / "a.csv")]) == Exit.SOME_FAILED
    assert list(tmp_path.iterdir()) == []


def test_the_feed_page_by_page(database: Path, capsys: Said) -> None:
    assert main(["feed", "--store", str(database), "--limit", "1"]) == Exit.DONE
    said = capsys.readouterr()
    (first,) = map(json.loads, said.out.splitlines())
    assert first["kind"] == "created" and first["cursor"] in said.err
    assert main(["feed", "--store", str(database), "--since", first["cursor"]]) == Exit.DONE
    said = capsys.readouterr()
    (second,) = map(json.loads, said.out.splitlines())
    assert second["key"] != first["key"] and said.err == ""
    assert main(["feed", "--store", str(database), "--since", second["cursor"], "--json"]) == Exit.NOTHING_TO_DO
    assert json.loads(capsys.readouterr().out) == {"changes": [], "cursor": second["cursor"], "more": False}
    assert main(["feed", "--store", str(database), "--since", "12"]) == Exit.SOME_FAILED
    assert "«12» không phải con trỏ" in capsys.readouterr().err
