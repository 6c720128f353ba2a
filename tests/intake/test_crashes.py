"""kill -9 at any moment, a full disk, a database that is gone: nothing is lost, nothing is done twice."""

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
import pytest
from office import Office, drop, kill, processes_of, text_of, wait_until
from postgresql_server import Server

ROUNDS = 20
FILES = 200


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _strike(office: Office, process: BaseProcess, chance: random.Random) -> bool:
    """Kill the watcher, a worker, or all; return whether the watcher is dead.

    Three deaths of one document are poison by design: it is not struck a third time.
    """
    while True:
        alive = processes_of(office)
        for one in alive:
            one.suspend()
        with office.open() as store:
            at_risk = any(document.attempts >= 3 for document in store.documents("working"))
        if not at_risk:
            break
        for one in alive:
            one.resume()
        time.sleep(0.05)
    others = [one for one in alive if one.pid != process.pid]
    watcher = [one for one in alive if one.pid == process.pid]
    victims = chance.choice((alive, alive, watcher, others[:1] or alive))
    kill(victims)
    for one in alive:
        if one.is_running():
            one.resume()
    process.join(5 if watcher[0] in victims else 0)
    return watcher[0] in victims


def test_only_what_is_of_the_office_is_killed(tmp_path: Path) -> None:
    """The process of another test of this run, as its browser, is no watcher, though it bears the same mark."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        office = Office(tmp_path, str(tmp_path / "giaoviec.db"))
        process = office.start()
        wait_until(lambda: process.pid in [one.pid for one in processes_of(office)])
        kill(processes_of(office))
        process.join(30)
        assert process.exitcode == -signal.SIGKILL and stranger.poll() is None
        stranger.communicate(b"\n")
    assert stranger.returncode == 0


def test_killed_at_twenty_moments(any_office: Office) -> None:
    office, chance = any_office, random.Random(20261121)
    office.open().close()  # whoever is held while it makes the tables would keep us, too, from opening the store
    contents: dict[str, str] = {}
    process = None
    for _ in range(ROUNDS):
        for _ in range(FILES // ROUNDS):
            file = drop(office.inbox, len(contents) + 1)
            contents[_hash(file)] = file.name
        process = process or office.start()
        time.sleep(chance.uniform(0.02, 0.8))
        if _strike(office, process, chance):
            process = None
    if process:
        kill(processes_of(office))
    office.finish()
    office.check(contents)
    assert len(contents) == FILES


def test_database_gone_for_a_while_postgresql(server: Server, tmp_path: Path) -> None:
    office = Office(tmp_path, server.url())
    contents = {_hash(drop(office.inbox, number)): "" for number in range(40)}
    process = office.start()
    try:
        office.wait_for("done", 3)
        server.stop()
        office.wait_for("fault")
        for number in range(40, 60):
            contents[_hash(drop(office.inbox, number))] = ""
        time.sleep(1)
        server.start()
        office.wait_for("mended")
        office.wait_for("done", 60)
    finally:
        office.stop()
    assert process.exitcode == 0
    office.check(contents)


def test_database_locked_for_a_while_sqlite(office: Office) -> None:
    contents = {_hash(drop(office.inbox, number)): "" for number in range(20)}
    office.start()
    office.wait_for("done", 3)
    blocker = sqlite3.connect(office.address, isolation_level=None, timeout=30)
    blocker.execute("BEGIN EXCLUSIVE")
    before = len(office.told("done"))
    for number in range(20, 30):
        contents[_hash(drop(office.inbox, number))] = ""
    office.wait_for("fault", seconds=40)  # when a transaction has waited for as long as it may
    assert len(office.told("done")) <= before + 2
    blocker.execute("ROLLBACK")
    blocker.close()
    office.wait_for("done", 30)
    office.stop()
    office.check(contents)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("a file system of one's own needs root: the disk is filled with the limit of file sizes instead, see below")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts")
def test_full_disk(small_disk: Path) -> None:
    """Database, originals, copies and inbox lie on one disk, which is full, and not full any more."""
    office = Office(small_disk, str(small_disk / "giaoviec.db"), log=small_disk.parent / "log")
    contents = {_hash(drop(office.inbox, number)): "" for number in range(20)}
    office.start()
    try:
        office.wait_for("done", 2)
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as stream, suppress(OSError):
            while True:
                stream.write(b"\0" * 65_536)
        outside = [drop(small_disk.parent / "outside", number) for number in range(20, 40)]
        for file in outside:  # they come when there is no space: the copy fails, and is tried again later
            contents[_hash(file)] = ""
        wait_until(lambda: bool(office.told("fault", "stuck")), 60, lambda: str(office.told()[-4:]))
        time.sleep(3)
        ballast.unlink()
        for file in outside:
            drop(office.inbox, int(file.stem.split()[-1]))
        office.wait_for("done", 40)
    finally:
        office.stop()
    office.check(contents)


def _limit(office: Office, size: int | None) -> None:
    """Let files of the office's processes grow to ``size`` at most, None: as far as they may."""
    import resource

    for one in processes_of(office):
        with suppress(ProcessLookupError):
            hard = resource.prlimit(one.pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


@pytest.mark.skipif(sys.platform != "linux", reason="limits of other processes")
def test_full_disk_for_the_store(office: Office) -> None:
    """A limit of file sizes stands for the full disk where none can be mounted: the store cannot grow, then it can."""
    contents = {_hash(drop(office.inbox, number)): "" for number in range(20)}
    office.start()
    office.wait_for("done", 2)
    # a written file may not grow beyond what the database's log has by now: EFBIG, as from a quota
    size = (Path(office.address + "-wal").stat().st_size // 4096 + 2) * 4096
    _limit(office, size)
    for number in range(20, 40):
        contents[_hash(drop(office.inbox, number))] = ""
    wait_until(lambda: bool(office.told("fault")), 60, lambda: str(office.told()[-4:]))
    time.sleep(2)
    _limit(office, None)
    office.wait_for("done", 40)
    office.stop()
    office.check(contents)


def test_processes_die_one_by_one(office: Office) -> None:
    """The process that workers are forked from, a reader, a worker that hangs: each is replaced."""
    office.share = False
    contents = {_hash(drop(office.inbox, number)): "" for number in range(40)}
    process = office.start()
    office.wait_for("done", 3)
    watcher = psutil.Process(process.pid)
    servers = [one for one in watcher.children() if "forkserver" in " ".join(one.cmdline())]
    assert len(servers) == 1
    workers = servers[0].children()
    readers = [reader for worker in workers for reader in worker.children()]
    assert len(workers) == 2 and readers
    kill([servers[0], readers[0], workers[0]])
    office.wait_for("done", 6)
    workers[1].suspend()
    office.wait_for("done", 40, seconds=90)
    office.stop()
    assert process.exitcode == 0
    office.check(contents)


def test_a_document_that_kills_its_workers_is_poison(office: Office) -> None:
    """Three deaths: then it is given up, in words, and the others are read."""
    office.jobs = 1  # of several workers, each dies with it, and so might another document three times
    poison = drop(office.inbox, 1, "độc.txt")
    poison.write_bytes(text_of(1, tasks=6000).encode())  # long enough to be met at work
    contents = {_hash(drop(office.inbox, number)): "" for number in range(2, 12)}
    process = office.start()
    deaths = 0
    while not office.told("failed"):
        with office.open() as store:
            working = [document for document in store.documents("working") if document.name == poison.name]
        if working and working[0].attempts > deaths:
            kill([one for one in processes_of(office) if "-P" not in one.cmdline() and one.pid != process.pid])  # the workers
            deaths += 1
        time.sleep(0.02)
        assert deaths <= 3
    office.wait_for("done", 10)
    office.stop()
    assert deaths == 3
    with office.open() as store:
        counts = store.counts()
        failed = store.documents("failed")
    assert (counts["failed"], counts["review"]) == (1, len(contents)) and failed[0].fault_code == "poison"
    note = (office.inbox / "lỗi" / "độc.txt.txt").read_text(encoding="utf-8-sig")
    assert "3" in note and "độc.txt" in note
    assert (office.inbox / "lỗi" / "độc.txt").exists()


def test_ends_cleanly_when_told(office: Office) -> None:
    contents = {_hash(drop(office.inbox, number)): "" for number in range(30)}
    process = office.start()
    office.wait_for("done", 3)
    os.kill(process.pid or 0, signal.SIGTERM)
    process.join(20)
    assert process.exitcode == 0
    with office.open() as store:
        assert store.counts()["working"] == 0  # nobody waits for a lease of ours
        assert all(document.attempts == 0 for document in store.documents("received"))
    office.finish()
    office.check(contents)
