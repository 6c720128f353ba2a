"""Due lists out of the store: as people left the tasks, last versions only."""

import json
from datetime import date
from pathlib import Path

import pytest
from due_samples import result

from models import Decision, Result, SourceError, StoreError, TaskState
from pipeline.cli import Exit, main
from pipeline.due.stored import read_store
from pipeline.settings import database_url
from pipeline.store import Store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kho dữ liệu" / "giaoviec.db"


def enter(store: Store, folder: Path, name: str, made: Result) -> int:
    path = folder / name
    path.write_text(name, encoding="utf-8")
    store.receive(path)
    claim = store.claim("w", 60)
    assert claim
    return store.finish(claim, made).id


def test_tasks_come_as_people_left_them(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.parent.mkdir()
    with Store.open(file) as store:
        document = enter(store, tmp_path, "a.txt", result())
        enter(store, tmp_path, "b.txt", result(draft=True, number="99/KH-UBND"))
        first, second, third = store.tasks(document)
        done = TaskState(started_on=date(2026, 5, 1), done_times={"2026-05": date(2026, 5, 30)})
        store.decide(document, "Lan", [
            Decision(task=first.uid, version=first.version, kind="reject", reason="không phải nhiệm vụ"),
            Decision(task=second.uid, version=second.version, kind="status", work=done),
        ])  # fmt: skip
    found = read_store(database_url(file))
    assert [(tracked.task.id, tracked.state.done_times) for tracked in found.tasks] == [(second.uid, done.done_times), (third.uid, {})]
    assert found.tasks[0].state.version > found.tasks[1].state.version and found.tasks[0].leads == (("phòng-nội-vụ", "Phòng Nội vụ"),)
    assert len(found.drafts) == 1 and found.documents == 2
    assert main(["due", "--store", str(file), "--as-of", "2026-06-10", "--json", "--ics", str(tmp_path / "lịch")]) == Exit.DONE
    record = json.loads(capsys.readouterr().out)
    assert not record["overdue"] and [item["task_id"] for item in record["soon"]] == [third.uid]
    assert record["statuses"] == {"in-progress/in-time": 1, "not-started/in-time": 1} and len(record["files"]) == 6


def test_an_earlier_version_orders_nothing_any_more(file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    changed = result()
    first = changed.tasks[0]
    moved = first.deadlines[0].model_copy(update={"due": "2026-06-20"})
    newer = changed.model_copy(
        update={"tasks": (first.model_copy(update={"deadlines": (moved,)}), *changed.tasks[1:]), "text": changed.text + " "}
    )
    with Store.open(file) as store:
        one = enter(store, tmp_path, "a.txt", result())
        two = enter(store, tmp_path, "b.txt", newer)
        latest = [document.id for document in store.documents() if document.latest and document.state == "review"]
        assert latest in ([two], [one])
    found = read_store(str(file))
    assert len(found.tasks) == 3


def test_results_and_a_store_at_once_are_refused(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", str(tmp_path), "--store", str(file)]) == Exit.WRONG_USE
    assert "không dùng cả hai" in capsys.readouterr().err


def test_no_store_is_made_by_looking(file: Path) -> None:
    with pytest.raises(SourceError, match="Chưa có kho dữ liệu"):
        read_store(str(file))
    assert not file.parent.exists()
    with pytest.raises(StoreError):
        read_store("postgresql://nobody@127.0.0.1:1/none", file.parent)
