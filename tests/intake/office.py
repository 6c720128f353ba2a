"""An office for tests: small directives, an inbox, and watchers in processes of their own that can be killed."""

import atexit
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver, resource_tracker
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil

from models import StoreError
from pipeline.intake import Bell, Event, Orders, Watch, drain
from pipeline.settings import InboxSettings
from pipeline.store import Store

_MARK = "GIAOVIEC_TEST_OFFICE"
# before anything is started: whatever bears the mark was started by us; what is killed leaves its temporary files in a folder of ours
os.environ[_MARK] = uuid.uuid4().hex
os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="office-")
atexit.register(shutil.rmtree, os.environ["TMPDIR"], ignore_errors=True)
NAMES = ("Tài chính", "Nội vụ", "Y tế", "Xây dựng", "Công Thương", "Tư pháp")


def text_of(number: int, tasks: int = 2) -> str:
    """Return a small directive; each number gives another one."""
    orders = "\n".join(
        f"{n + 1}. Sở {NAMES[(number + n) % len(NAMES)]} chủ trì, phối hợp với các cơ quan liên quan rà soát hồ sơ số {number}, "
        f"báo cáo trước ngày {number % 27 + 1}/{number % 12 + 1}/2027."
        for n in range(tasks)
    )
    return f"""ỦY BAN NHÂN DÂN
TỈNH LÂM VIÊN

Số: {number}/KH-UBND

Lâm Viên, ngày {number % 27 + 1:02} tháng 3 năm 2026

KẾ HOẠCH
Thực hiện nhiệm vụ số {number}

{orders}

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
"""


def drop(inbox: Path, number: int, name: str | None = None) -> Path:
    """Put a directive into the inbox, at once and whole."""
    return put(inbox / (name or f"văn bản {number}.txt"), text_of(number).encode())


def put(file: Path, content: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{hashlib.sha256(file.name.encode()).hexdigest()[:20]}")
    part.write_bytes(content)
    part.replace(file)
    return file


def _share_server() -> None:
    """Have this process use the fork server that it came from itself, as long as that lives: rules are loaded once for all tests."""
    own, start, server = forkserver._forkserver, forkserver._forkserver.ensure_running, os.getppid()

    def ensure_running() -> None:
        if os.getppid() != server:  # it is no more: who is killed while asking it for a process takes it along
            start()

    own.ensure_running = ensure_running


def run_watch(folder: Path, settings: InboxSettings, orders: Orders, jobs: int, staging: Path, log: Path, once: bool, share: bool) -> None:
    """Watch in this process; each event is a line of ``log``."""
    if share:
        _share_server()

    def tell(event: Event) -> None:
        with log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({**event.record(), "trace": event.trace}, ensure_ascii=False) + "\n")

    bell = Bell()
    signal.signal(signal.SIGTERM, bell.stop)
    Watch(folder, settings, orders, jobs, staging, tell, bell, once).run()


QUICK = InboxSettings(stable_seconds=0.05, listing_seconds=1, give_up_minutes=0.05, polling="no")


@dataclass
class Office:
    """A store, an inbox, and whoever watches it."""

    folder: Path
    address: str
    settings: InboxSettings = QUICK
    lease: float = 2.0
    jobs: int = 2
    out: Path | None = None
    originals: Path | None = None
    share: bool = True
    log: Path = Path()
    processes: list[BaseProcess] = field(default_factory=list)
    strangers: frozenset[psutil.Process] = frozenset()

    def __post_init__(self) -> None:
        self.strangers = frozenset(_marked())  # what other tests of this run keep, as their browser and its driver
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.staging.mkdir(exist_ok=True)
        self.log = self.log if self.log.name else self.folder / "log.jsonl"

    @property
    def inbox(self) -> Path:
        return self.folder / "Văn bản đến"

    @property
    def staging(self) -> Path:
        return self.folder / "staging"

    @property
    def orders(self) -> Orders:
        return Orders(self.address, self.originals or self.folder / "originals", self.out, lease=self.lease)

    def open(self) -> Store:
        """Open the store; on a loaded machine whoever makes its tables may keep it longer than SQLite waits."""
        for _ in range(8):
            with suppress(StoreError):
                return self.orders.open()
        return self.orders.open()

    def start(self, *, once: bool = False) -> BaseProcess:
        """Start a watcher: forked, as its workers, from a process that has the rules loaded, so that nobody waits for them twenty times."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipeline.intake.preload", "pipeline.intake", "office"])
        arguments = (self.inbox, self.settings, self.orders, self.jobs, self.staging, self.log, once, self.share)
        for _ in range(20):
            process = context.Process(target=run_watch, args=arguments)
            try:
                process.start()
            except (OSError, EOFError):  # the fork server is just going down
                time.sleep(0.1)
                continue
            self.processes.append(process)
            return process
        raise AssertionError("no fork server")

    def finish(self, seconds: float = 120) -> None:
        """Do what is left to do."""
        process = self.start(once=True)
        process.join(seconds)
        assert process.exitcode == 0, self.told()[-5:]

    def stop(self) -> None:
        """End all watchers as the system does, and wait for them."""
        for process in self.processes:
            if process.is_alive():
                process.terminate()
        for process in self.processes:
            process.join(30)
            if process.is_alive():
                process.kill()

    def told(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the events so far."""
        try:
            lines = self.log.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        events = []
        for line in lines:
            try:
                events.append(json.loads(line))
            except ValueError:  # the teller was killed in the middle of it
                continue
        return [event for event in events if not kinds or event["kind"] in kinds]

    def wait_for(self, kind: str, count: int = 1, seconds: float = 60) -> list[dict[str, Any]]:
        wait_until(
            lambda: len(self.told(kind)) >= count, seconds, lambda: f"{kind} x {count}, not {len(self.told(kind))}: {self.told()[-4:]}"
        )
        return self.told(kind)

    def files(self) -> dict[Path, str]:
        """Return the documents in the inbox and its folders, by path relative to it, with their hashes; notes are none."""
        found = {}
        for file in self.inbox.rglob("*"):
            path = file.relative_to(self.inbox)
            if file.is_file() and not any(part.startswith(".") for part in path.parts) and not _is_note(file):
                found[path] = hashlib.sha256(file.read_bytes()).hexdigest()
        return found

    def check(self, contents: dict[str, str]) -> None:
        """See that of ``contents`` (hash → name) all were read, none twice, and each file is in one place, with its note."""
        with self.open() as store:
            documents = {document.id: document for document in iter_documents(store)}
            assert {document.sha256 for document in documents.values()} == set(contents)
            assert len(documents) == len(contents)
            states = {document.state for document in documents.values()}
            assert states == {"review"}, [one for one in documents.values() if one.state != "review"]
            for number in documents:
                assert len(store.rulebooks(number)) == 1
                assert len(store.tasks(number)) == len(store.result(number).tasks) == 2
            for document in documents.values():
                assert hashlib.sha256(store.original(document.id).read_bytes()).hexdigest() == document.sha256
        files = self.files()
        assert sorted(files.values()) == sorted(contents)
        for path in files:
            assert path.parts[0] == self.settings.done, path
            note = (self.inbox / f"{path}.txt").read_bytes()
            assert note.startswith(b"\xef\xbb\xbf") and b"\r\n" in note
        left = [file for file in self.inbox.rglob("*") if file.is_file() and ".giaoviec" not in str(file.relative_to(self.inbox))]
        assert len(left) == 2 * len(contents), left
        assert not list((self.inbox / ".giaoviec").glob("entries/*"))


def _is_note(file: Path) -> bool:
    return file.suffix == ".txt" and file.read_bytes().startswith("\ufeffGIAO VIỆC".encode())


def iter_documents(store: Store) -> Iterator[Any]:
    offset = 0
    while page := store.documents(limit=500, offset=offset):
        yield from page
        offset += len(page)


def wait_until(condition: Callable[[], bool], seconds: float = 60, message: Callable[[], str] = lambda: "") -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, message()
        time.sleep(0.02)


def processes_of(office: Office) -> list[psutil.Process]:
    """Return the watchers, their workers and their readers: what bears the mark of these tests and came after the office."""
    return [one for one in _marked() if one not in office.strangers]


def _marked() -> list[psutil.Process]:
    spared = {os.getpid(), forkserver._forkserver._forkserver_pid, resource_tracker._resource_tracker._pid}
    found = []
    for one in psutil.process_iter():
        try:
            if one.pid not in spared and one.name() != "postgres" and one.environ().get(_MARK) == os.environ[_MARK]:
                found.append(one)
        except (psutil.Error, OSError):
            continue
    return found


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def work_with(executor: Any, orders: Orders, width: int) -> list[Event]:
    """Drain the store with an engine; return the events."""
    told: list[Event] = []
    with orders.open() as store:
        drain(executor, orders, store, lambda: width, told.append, Bell(), seconds=1.0)
    return told
