"""giaoviec watch, work and status as a person or a scheduler starts them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from office import Office, drop, put, wait_until

from models import StoreError
from pipeline.cli import Exit
from pipeline.intake import Event, Orders, Watch
from pipeline.settings import InboxSettings

PROJECT = Path(__file__).parent.parent.parent
SETTINGS = "[store]\nurl = 'giaoviec.db'\n[inbox]\nfolder = 'đến'\nstable_seconds = 0.1\ngive_up_minutes = 0.02\n[jobs]\nworkers = 1\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings and an inbox, to stand in."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    for name in ("GIAOVIEC_LANG", "GIAOVIEC_STORE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "giaoviec.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "đến").mkdir()
    return tmp_path


def _start(place: Path, *arguments: str) -> "subprocess.Popen[str]":
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )


def _run(place: Path, *arguments: str) -> tuple[int, str, str]:
    process = _start(place, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_once(place: Path) -> None:
    assert _run(place, "watch", "--once")[0] == Exit.NOTHING_TO_DO
    drop(place / "đến", 1)
    put(place / "đến" / "thư.txt", "Chào các bạn.\n".encode())
    code, out, err = _run(place, "watch", "--once", "--json", "--out", "kết quả")
    events = [json.loads(line) for line in out.splitlines()]
    assert code == Exit.SOME_FAILED, err
    assert [event["kind"] for event in events].count("done") == 1 and [event["kind"] for event in events].count("failed") == 1
    assert events[-1]["kind"] == "stopped" and events[-1]["done"] == 1
    assert (place / "kết quả" / "văn bản 1-1" / "result.json").exists() or (place / "kết quả" / "văn bản 1-2" / "result.json").exists()
    assert {json.loads(line)["kind"] for line in (place / "giaoviec.log").read_text(encoding="utf-8").splitlines()} >= {"taken", "done"}
    code, out, _ = _run(place, "status", "--json")
    status = json.loads(out)
    assert code == Exit.DONE and status["counts"]["review"] == 1 and status["failed"][0]["fault_code"] == "not-a-directive"
    code, out, _ = _run(place, "status")
    assert out.count("thư.txt") == 1 and "Chờ rà soát" in out
    note = (place / "đến" / "lỗi" / "thư.txt.txt").read_text(encoding="utf-8-sig")
    assert note.count("thư.txt") == 1 and "Lý do: Không thấy" in note


def test_status_makes_no_store(place: Path) -> None:
    code, _, err = _run(place, "status", "--store", "kho nhầm/giaoviec.db")
    assert code == Exit.SOME_FAILED and "Chưa có kho dữ liệu" in err and not (place / "kho nhầm").exists()


def test_a_second_watcher_is_kept_out(place: Path) -> None:
    first = _start(place, "watch", "-q")
    try:
        wait_until(lambda: (place / "đến" / ".giaoviec" / "lock").exists() and (place / "đến" / ".giaoviec" / "lock").stat().st_size > 0)
        code, _, err = _run(place, "watch", "--once")
        assert code == Exit.LOCKED == 6
        assert "đã có một tiến trình khác" in err and str(first.pid) in err
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.communicate()
    drop(place / "đến", 1)
    assert _run(place, "watch", "--once", "-q")[0] == Exit.DONE  # the lock died with its process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, Exit.DONE), (signal.SIGINT, Exit.INTERRUPTED)])
def test_signals_end_it_cleanly(place: Path, number: signal.Signals, code: Exit) -> None:
    process = _start(place, "watch", "--json")
    drop(place / "đến", 1)
    assert process.stdout
    for line in process.stdout:
        if json.loads(line)["kind"] == "done":
            break
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code and "Traceback" not in err


def test_wrong_use(place: Path) -> None:
    code, _, err = _run(place, "watch", "không có", "--once")
    assert code == Exit.WRONG_USE and "không thấy thư mục" in err
    code, _, err = _run(place, "watch", "--once", "--out", "đến/kết quả")
    assert code == Exit.WRONG_USE and "nằm trong thư mục văn bản đến" in err
    (place / "giaoviec.toml").write_text("[store]\nurl = 'giaoviec.db'\n", encoding="utf-8")
    code, _, err = _run(place, "watch", "--once")
    assert code == Exit.WRONG_USE and "[inbox] folder" in err


@pytest.mark.skipif(sys.platform != "linux", reason="mounts")
def test_a_folder_that_cannot_be_written_to(place: Path) -> None:
    inbox = place / "đến"
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(inbox)], capture_output=True, check=False).returncode:
        inbox.chmod(0o500)
        if os.geteuid() == 0:
            pytest.skip("root writes everywhere, and may not mount here")
    try:
        drop(inbox, 1)
        subprocess.run(["mount", "-o", "remount,ro", str(inbox)], capture_output=True, check=False)
        code, _, err = _run(place, "watch", "--once")
        assert code == Exit.WRONG_USE and "không ghi được vào thư mục này" in err
    finally:
        subprocess.run(["umount", "-l", str(inbox)], capture_output=True, check=False)


def test_work_without_an_inbox(place: Path) -> None:
    for number in range(3):
        drop(place / "kho cũ", number)
    code, out, err = _run(place, "work", "kho cũ", "--once", "--json", "-o", "kết quả")
    assert code == Exit.DONE, err
    assert [json.loads(line)["kind"] for line in out.splitlines()].count("done") == 3
    assert len(list((place / "kết quả").iterdir())) == 3
    code, out, _ = _run(place, "work", "kho cũ", "--once", "--json")
    assert code == Exit.NOTHING_TO_DO and json.loads(out)["kind"] == "stopped"


def test_two_machines_one_store(any_office: Office) -> None:
    """A watcher, and workers elsewhere: what others read is moved too."""
    from pipeline.intake import Bell, Event, work

    office = any_office
    office.start()
    office.wait_for("mode")
    told: list[Event] = []
    bell = Bell()
    for number in range(30):
        drop(office.inbox, number)
    with office.open() as store:

        def tell(event: Event) -> None:
            told.append(event)

        import threading

        threading.Timer(20, bell.stop).start()
        wait_until(lambda: store.counts()["received"] > 0)
        work(office.orders, store, 1, tell, bell, once=True)
    office.wait_for("done", 30)
    office.stop()
    assert 0 < len([event for event in told if event.kind == "done"]) <= 30
    assert len(office.files()) == 30


def test_help_is_fast(place: Path) -> None:
    began = time.process_time()
    code = (
        "import sys; from pipeline.cli import main; main(['watch', '--help']); print(sum(n.startswith('pipeline.') for n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, encoding="utf-8", check=True)
    assert int(done.stdout.split()[-1]) < 30 and time.process_time() - began < 5


def test_a_server_that_is_away_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [StoreError("unreachable", "máy chủ tắt")] * 3 + [StoreError("damaged", "kho hỏng")]
    monkeypatch.setattr(Orders, "open", lambda _: (_ for _ in ()).throw(answers.pop(0)))
    monkeypatch.setattr(Watch, "sleep", lambda *_: None)
    told: list[Event] = []
    orders = Orders("postgresql://lan@máy/kho", tmp_path, None)
    with pytest.raises(StoreError, match="kho hỏng"):
        Watch(tmp_path, InboxSettings(), orders, 1, tmp_path / "tạm", told.append).run()
    assert [event.message for event in told] == ["máy chủ tắt"] and not answers
