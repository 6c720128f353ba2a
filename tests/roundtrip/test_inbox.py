"""An edited workbook that is put into the watched folder is taken back, not read as a directive."""

import os
import time
from pathlib import Path

import pytest
from editing import edit

from pipeline.intake import Event, Orders, Watch
from pipeline.settings import InboxSettings
from pipeline.store import Store


def watch(inbox: Path, store: Store) -> list[Event]:
    """Look after the inbox once; return what happened."""
    events: list[Event] = []
    staging = inbox.parent / "staging"
    staging.mkdir(exist_ok=True)
    orders = Orders(str(inbox.parent / "giaoviec.db"), store.originals)
    Watch(inbox, InboxSettings(stable_seconds=0.1), orders, 1, staging, events.append, once=True).run()
    return events


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "văn bản đến"
    folder.mkdir()
    return folder


def put(path: Path, inbox: Path) -> None:
    target = inbox / path.name
    path.replace(target)
    old = time.time() - 60
    os.utime(target, (old, old))


def test_a_workbook_in_the_inbox_is_taken_back_with_a_note_of_each_change(store: Store, document: int, book: Path, inbox: Path) -> None:
    put(edit(book, {(1, "lead"): "Phòng Y tế", (2, "progress"): "Hoàn thành", (10, "text"): "Người lập biểu: Lò Thị Hoa"}), inbox)
    events = watch(inbox, store)
    done = [event for event in events if event.kind == "done"]
    assert len(done) == 1
    assert "2 chỗ sửa" in done[0].message
    assert not [event for event in events if event.kind in ("taken", "failed", "refused", "program-fault")]
    assert store.tasks(document)[0].task.names("lead") == ["Phòng Y tế"]
    assert {event.who for event in store.events(document)} == {"bảng tính nhiem-vu-sửa.xlsx"}
    assert len(store.documents()) == 1, "it is no document"
    notes = list((inbox / "đã xử lý").rglob("nhiem-vu-sửa.xlsx.txt"))
    assert len(notes) == 1
    told = notes[0].read_text(encoding="utf-8-sig")
    assert all(
        words in told for words in ("NHẬP LẠI BẢNG TÍNH", "«Phòng Nội vụ» thành «Phòng Y tế»", "Hoàn thành", "Dòng 14", "Lò Thị Hoa")
    )
    assert not (inbox / "nhiem-vu-sửa.xlsx").exists()


def test_a_workbook_that_cannot_be_taken_goes_where_faulty_files_go(store: Store, document: int, book: Path, inbox: Path) -> None:
    from editing import Register, move_columns

    put(move_columns(book, [key for key in Register(book).columns if key != "id"]), inbox)
    events = watch(inbox, store)
    assert [event.kind for event in events if event.kind in ("done", "refused", "failed")] == ["refused"]
    note = next((inbox / "lỗi").rglob("*.txt")).read_text(encoding="utf-8-sig")
    assert "nhiem-vu-sửa.xlsx" in note and "Cột ẩn Mã nhiệm vụ đã bị xóa" in note
    assert not store.events(document)
