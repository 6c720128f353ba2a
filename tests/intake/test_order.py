"""The process ends between any two steps of a file's way: the next one goes on from there."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from office import Office, drop, put, text_of

from pipeline.intake import Event, inbox, work_once
from pipeline.intake.inbox import Inbox
from pipeline.intake.journal import Journal
from pipeline.intake.listing import AwayError
from pipeline.intake.lock import InboxLock
from pipeline.settings import InboxSettings
from pipeline.store import Store


class Ended(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


class Watcher:
    """An inbox in this process, without a loop."""

    def __init__(self, office: Office, store: Store) -> None:
        self.told: list[Event] = []
        settings = InboxSettings(stable_seconds=0, give_up_minutes=0.001)
        self.inbox = Inbox(office.inbox, settings, store, office.staging, None, self.told.append)
        self.inbox.open()
        self._office, self._store = office, store

    def go(self) -> None:
        """Do all that is to be done now."""
        for _ in range(3):
            self.inbox.look()
            self.inbox.take(10)
            while work_once(self._store, self._office.orders, "test"):
                pass
            self.inbox.put_away(ask=True)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.told]


def _ends(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, *, after: bool, call: int = 1) -> None:
    """Have the process end before, or after, the ``call``-th call of a function."""
    true: Callable[..., Any] = getattr(where, name)
    calls = 0

    def ending(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != call:
            return true(*arguments, **options)
        if after:
            true(*arguments, **options)
        raise Ended

    monkeypatch.setattr(where, name, ending)


STEPS = [
    (Journal, "put", False, 1),  # before anything is written down
    (Journal, "put", True, 1),  # the intent is written down
    (Store, "receive", True, 1),  # the store has it, the journal does not say so
    (Journal, "put", True, 2),  # the journal says so
    (inbox, "make_place", True, 1),
    (Journal, "put", True, 3),  # where it goes is written down
    (inbox, "hold", True, 1),  # an empty file holds its place
    (inbox, "move", True, 1),
    (inbox, "write_note", True, 1),
    (Journal, "drop", True, 1),
]


@pytest.mark.parametrize(("where", "name", "after", "call"), STEPS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_ended_anywhere(office: Office, where: Any, name: str, after: bool, call: int) -> None:
    file = drop(office.inbox, 1)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    with office.open() as store:
        with pytest.MonkeyPatch.context() as patch:
            _ends(patch, where, name, after=after, call=call)
            first = Watcher(office, store)
            with pytest.raises(Ended):
                first.go()
        second = Watcher(office, store)
        second.go()
        assert len(store.documents()) == 1 and store.counts()["review"] == 1
        files = office.files()
        assert list(files.values()) == [sha256]
        place = next(iter(files))
        assert place.parts[0] == "đã xử lý" and (office.inbox / f"{place}.txt").exists()
        assert not list(Journal(office.inbox).load())
        # and it is the end of it: the same file again is a copy
        put(file, text_of(1).encode())
        second.go()
        assert second.kinds()[-1] == "duplicate"


@pytest.mark.parametrize(("name", "after"), [("_put", True), ("_hold_place", True)])
def test_ended_while_a_failed_file_is_tried_again(office: Office, name: str, after: bool) -> None:
    letter = "Chào các bạn.\n".encode()
    with office.open() as store:
        put(office.inbox / "thư.txt", letter)
        first = Watcher(office, store)
        first.go()
        assert first.kinds() == ["taken", "failed"]
        put(office.inbox / "thư.txt", letter)
        with pytest.MonkeyPatch.context() as patch:
            _ends(patch, Inbox, name, after=after)
            with pytest.raises(Ended):
                first.go()
        before = store.documents()[0].finished_at
        second = Watcher(office, store)
        second.go()
        assert second.kinds()[-1] == "failed" and len(office.files()) == 2
        assert (store.documents()[0].finished_at == before) == (name == "_hold_place")  # read again once, not twice


def test_the_own_folder_was_removed(office: Office) -> None:
    """Somebody tidies up: what is under way is written down anew. A bare place on another disk is no inbox."""
    import shutil

    with office.open() as store:
        drop(office.inbox, 1)
        watcher = Watcher(office, store)
        watcher.inbox.look()
        watcher.inbox.take(10)
        shutil.rmtree(office.inbox / ".giaoviec")
        with pytest.raises(AwayError):
            watcher.inbox.look()
        watcher.inbox.reopen()
        watcher.go()
        assert watcher.kinds() == ["taken", "done"]


def test_taken_away_by_hand(office: Office) -> None:
    with office.open() as store:
        file = drop(office.inbox, 1)
        watcher = Watcher(office, store)
        watcher.inbox.look()
        watcher.inbox.take(10)
        file.unlink()
        watcher.go()
        assert watcher.kinds() == ["taken", "gone"] and store.counts()["review"] == 1
        assert not list(Journal(office.inbox).load())


def test_the_folder_names_were_changed(office: Office) -> None:
    """What was put away under the old names does not come in again."""
    with office.open() as store:
        drop(office.inbox, 1)
        watcher = Watcher(office, store)
        watcher.go()
        (office.inbox / "đã xử lý").replace(office.inbox / "năm ngoái")
        drop(office.inbox, 2)
        watcher.go()
        assert watcher.kinds() == ["taken", "done"] * 2


def test_too_large_a_file_is_not_copied(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.open() as store, (office.inbox / "phim.mp4").open("wb") as stream:
        stream.truncate(201_000_000)
        watcher = Watcher(office, store)
        watcher.go()
        assert watcher.kinds() == ["refused"] and not store.documents()
        assert (office.inbox / "lỗi" / "phim.mp4").stat().st_size == 201_000_000
        assert "201 MB" in (office.inbox / "lỗi" / "phim.mp4.txt").read_text(encoding="utf-8-sig")


def test_touched_but_not_changed(office: Office) -> None:
    """A virus scanner or a share changes the time of a file that waits: it is still the same file."""
    import os

    with office.open() as store:
        file = drop(office.inbox, 1)
        watcher = Watcher(office, store)
        watcher.inbox.look()
        watcher.inbox.take(10)
        os.utime(file, (time.time() + 60, time.time() + 60))
        watcher.go()
        assert watcher.kinds() == ["taken", "done"]


def test_locks_end_with_their_stream(tmp_path: Path) -> None:
    lock = InboxLock(tmp_path / "lock")
    lock.acquire()
    assert lock.is_held()
    (tmp_path / "lock").unlink()
    assert not lock.is_held()
    lock.acquire()
    assert lock.is_held()
    lock.release()
    assert not lock.is_held()
