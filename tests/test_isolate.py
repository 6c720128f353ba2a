"""Whatever happens to the child that reads, the program goes on, says what it was, and leaves no process behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models import SourceError
from pipeline import isolate
from pipeline.isolate import MEGABYTE, Limits, Reader, ReaderFault, read_isolated
from pipeline.messages import speak
from pipeline.read import read

CORPUS = Path(__file__).parent.parent / "corpus"
TEXT = "Số: 12/KH-UBND\n\n1. Giao Phòng Nội vụ chủ trì, hoàn thành trước ngày 30/6/2025.\n"

# a reader that does what the name of the file says
_MISCHIEF = """
import sys
_, root, told = sys.argv
root in sys.path or sys.path.insert(0, root)
import ctypes, os, subprocess, time
import pipeline.isolate_child as child
from pipeline.pulse import beat
good = child.read
def read(path):
    does = path.stem.split("-")[0]
    if does in ("hang", "grandchild"):
        if does == "grandchild":
            other = subprocess.Popen(["sleep", "300"])
            path.with_suffix(".pids").write_text(f"{os.getpid()} {other.pid}")
        time.sleep(300)
    if does == "spin":
        ctypes.pythonapi.PyRun_SimpleString(b"while True: pass")
    if does == "slow":
        for _ in range(12):
            time.sleep(0.25)
            beat()
    if does == "segv":
        ctypes.string_at(0)
    if does == "memory":
        bytearray(10**13)
    if does == "killed":
        os.kill(os.getpid(), 9)
    if does == "raise":
        raise KeyError("w:p")
    if does == "deep":
        def deeper(n): return deeper(n + 1)
        deeper(0)
    if does == "long":
        found = good(path)
        return found.model_copy(update={"text": "a" * 10_000_000})
    if does == "blocks":
        found = good(path)
        return found.model_copy(update={"blocks": found.blocks * 6000})
    if does == "fills":
        path.with_suffix(".big").write_bytes(bytes(20_000_000))
    if does == "prints":
        print("noise" * 1000)
        os.write(1, b"noise" * 1000)
        assert sys.stdin.read() == ""
    return good(path)
child.read = read
child.serve(told)
"""
LIMITS = Limits(silence=2.5, seconds=20.0, memory=1000 * MEGABYTE, written=10 * MEGABYTE, output=2 * MEGABYTE, blocks=10_000)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setattr(isolate, "_START", _MISCHIEF)
    reader = Reader(LIMITS)
    yield reader
    reader.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        path = tmp_path / f"{name}.txt"
        path.write_text(TEXT, encoding="utf-8")
        return path

    return make


def _gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z" and os.getppid() != os.getpid()  # an orphan that its new parent has yet to bury


def _wait_until(done: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


# --- the same as in this process -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_file_reads_the_same(path: Path) -> None:
    assert read_isolated(path) == read(path)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_refusal_is_the_same_in_the_language_of_now(tmp_path: Path, language: str) -> None:
    (tmp_path / "trống.txt").write_text(" \n")
    (tmp_path / "ảnh.txt").write_bytes(b"GIF89a")
    try:
        speak(language)
        for name in ("trống.txt", "không có.txt", "nix\udc80.txt", "a\0b.txt", "."):
            with pytest.raises(SourceError) as here:
                read(tmp_path / name)
            with pytest.raises(SourceError) as there:
                read_isolated(tmp_path / name)
            assert (there.value.code, str(there.value)) == (here.value.code, str(here.value))
    finally:
        speak("vi")


def test_a_relative_path_is_meant_from_where_we_stand_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(f"thư mục {folder}", encoding="utf-8")
        monkeypatch.chdir(tmp_path / folder)
        assert read_isolated(Path("x.txt")).text == f"thư mục {folder}"


def test_nothing_is_imported_from_where_we_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    (tmp_path / "x.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    reader = Reader()
    assert reader.read(Path("x.txt")).text == TEXT
    reader.close()


# --- faults ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("hang", "over-time", "2.5 giây"),
        ("spin", "over-time", "2.5 giây"),
        ("segv", "crashed", "SIGSEGV"),
        ("killed", "over-memory", "1000 MB"),
        ("memory", "over-memory", "1000 MB"),
        ("long", "over-output", "2 MB"),
        ("blocks", "over-output", "10000 dòng"),
    ],
)
def test_a_fault_costs_that_file_alone(reader: Reader, file: Callable[[str], Path], name: str, code: str, told: str) -> None:
    assert reader.read(file("good")).text == TEXT
    begin = time.monotonic()
    with pytest.raises(SourceError) as fault:
        reader.read(file(name))
    assert fault.value.code == code
    assert told in str(fault.value)
    assert f"{name}.txt" in str(fault.value)
    assert time.monotonic() - begin < 8
    assert reader.read(file("good")).text == TEXT


@pytest.mark.parametrize(("name", "what"), [("raise", "KeyError: 'w:p'"), ("deep", "RecursionError"), ("fills", "OSError")])
def test_a_fault_of_ours_comes_with_its_traceback(reader: Reader, file: Callable[[str], Path], name: str, what: str) -> None:
    with pytest.raises(ReaderFault, match=what) as fault:
        reader.read(file(name))
    assert "in read" in fault.value.__notes__[0]
    assert reader.read(file("good")).text == TEXT


def test_a_sign_of_life_is_waited_for(reader: Reader, file: Callable[[str], Path]) -> None:
    assert reader.read(file("slow")).text == TEXT  # 3 seconds


def test_what_libraries_print_does_not_disturb(reader: Reader, file: Callable[[str], Path]) -> None:
    assert reader.read(file("prints")).text == TEXT


def test_one_child_reads_many_files_and_a_lost_one_is_replaced(reader: Reader, file: Callable[[str], Path]) -> None:
    path = file("good")
    reader.read(path)
    child = reader._child
    assert child
    for _ in range(20):
        reader.read(path)
    assert reader._child is child
    os.kill(child._process.pid, signal.SIGKILL)
    assert _wait_until(lambda: os.waitid(os.P_PID, child._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None)
    assert reader.read(path).text == TEXT
    assert reader._child is not child


def test_a_child_that_has_grown_is_replaced(file: Callable[[str], Path]) -> None:
    reader = Reader(Limits(idle=1))
    reader.read(file("good"))
    assert reader._child is None


# --- nothing stays behind --------------------------------------------------------------------------------------------------


def test_what_the_child_started_ends_with_it(reader: Reader, file: Callable[[str], Path]) -> None:
    path = file("grandchild")
    with pytest.raises(SourceError):
        reader.read(path)
    pids = [int(pid) for pid in path.with_suffix(".pids").read_text().split()]
    assert _wait_until(lambda: all(map(_gone, pids)))


def test_the_folder_for_temporary_files_goes_with_the_child(reader: Reader, file: Callable[[str], Path]) -> None:
    reader.read(file("good"))
    assert reader._child
    folder = Path(reader._child.folder)
    assert folder.is_dir()
    reader.close()
    assert not folder.exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_no_process_outlives_ours(file: Callable[[str], Path], sent: signal.Signals) -> None:
    path = file("grandchild")
    script = "import sys, pathlib; from pipeline import isolate as i; i._START = sys.argv[2]; i.read_isolated(pathlib.Path(sys.argv[1]))"
    parent = subprocess.Popen([sys.executable, "-c", script, str(path), _MISCHIEF], stderr=subprocess.PIPE, cwd=CORPUS.parent)
    assert _wait_until(lambda: path.with_suffix(".pids").exists() and len(path.with_suffix(".pids").read_text().split()) == 2)
    parent.send_signal(sent)
    _, errors = parent.communicate(timeout=10)
    assert (b"KeyboardInterrupt" in errors) == (sent == signal.SIGINT)
    pids = [int(pid) for pid in path.with_suffix(".pids").read_text().split()]
    assert _wait_until(lambda: all(map(_gone, pids)))
