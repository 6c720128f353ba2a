"""The feed: every change once, in order, whoever writes at the same time and however often the reader dies."""

import random
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from samples import PLAN, directive, read, write

from models import Decision, TaskState
from pipeline.store import Store


def enter(store: Store, folder: Path, text: str, name: str) -> int:
    document = store.receive(write(folder, text, name)).document.id
    claim = store.claim("w", 60)
    assert claim
    store.finish(claim, read(text, name))
    return document


def approve(store: Store, document: int) -> None:
    waiting = [task for task in store.tasks(document) if task.review == "open"]
    store.decide(document, "An", [Decision(task=task.uid, version=task.version, kind="approve") for task in waiting])


def sign_off(store: Store, document: int) -> None:
    store.sign_off(document, "An", store.document(document).revision)


def test_tasks_enter_when_signed_off_and_changes_follow(store: Store, tmp_path: Path) -> None:
    document = enter(store, tmp_path, directive(), "a.txt")
    task = store.tasks(document)[2]
    store.decide(document, "An", [Decision(task=task.uid, version=1, kind="reject", reason="Không phải việc")])
    approve(store, document)
    assert store.feed() == []
    sign_off(store, document)
    feed = store.feed()
    assert [change.kind for change in feed] == ["created"] * 6
    assert [change.sequence for change in feed] == sorted({change.sequence for change in feed})
    assert len({change.key for change in feed}) == 6
    payload = feed[0].payload
    assert payload is not None
    assert payload["lead"] == [{"id": store.tasks(document)[0].task.assignments[0].unit_id, "name": "Phòng Giáo dục và Đào tạo"}]
    assert payload["deadlines"] == [{"text": "trước ngày 15/3/2024", "start": None, "due": "2024-03-15", "repeat": None, "bound": "before"}]
    assert payload["document"]["number"] == "25/KH-UBND"
    first = store.tasks(document)[0]
    done = TaskState(done_on=date(2024, 3, 1))
    store.decide(document, "An", [Decision(task=first.uid, version=first.version, kind="status", work=done)])
    store.withdraw_sign_off(document, "An")
    store.decide(document, "An", [Decision(task=first.uid, version=first.version + 1, kind="reject", reason="Trùng")])
    third = store.task(document, task.uid)
    store.decide(document, "An", [Decision(task=task.uid, version=third.version, kind="approve")])
    assert [change.kind for change in store.feed(feed[-1].sequence)] == ["changed"]
    sign_off(store, document)
    assert [(change.kind, change.task) for change in store.feed(feed[-1].sequence)] == [
        ("changed", first.uid),
        ("withdrawn", first.uid),
        ("created", task.uid),
    ]
    assert store.feed(feed[-1].sequence + 1)[0].payload is None


def test_a_task_may_enter_as_soon_as_it_is_approved(open_store: Any, tmp_path: Path) -> None:
    store: Store = open_store(publish="approved")
    document = enter(store, tmp_path, directive(), "a.txt")
    a, b, *_ = store.tasks(document)
    step = store.decide(document, "An", [Decision(task=task.uid, version=1, kind="approve") for task in (a, b)])
    assert [change.task for change in store.feed()] == [a.uid, b.uid]
    parts = store.split(document, "An", a.uid, 2, [{"text": "Một."}, {"text": "Hai."}])
    made = [task.uid for task in parts.tasks if task.base is None]
    assert [(change.kind, change.task) for change in store.feed(store.feed()[1].sequence)] == [("withdrawn", a.uid)]
    seen = store.decide(document, "An", [Decision(task=uid, version=2, kind="approve") for uid in made])
    assert [(change.kind, change.task) for change in store.feed(store.feed()[2].sequence)] == [("created", uid) for uid in made]
    store.undo(document, "An", seen.id)
    store.undo(document, "An", parts.id)
    store.undo(document, "An", step.id)
    now: dict[str, str] = {}
    for change in store.feed():
        now[change.task] = change.kind
    assert set(now.values()) == {"withdrawn"}


def test_a_signed_version_takes_the_place_of_the_earlier_one(store: Store, tmp_path: Path) -> None:
    first = enter(store, tmp_path, directive(), "a.txt")
    approve(store, first)
    sign_off(store, first)
    last = store.feed()[-1].sequence
    uids = [task.uid for task in store.tasks(first)]
    plan = [PLAN[0], PLAN[1].replace("30/6", "31/7"), *PLAN[2:6], "Bảo hiểm xã hội quận vận động học sinh tham gia bảo hiểm y tế."]
    second = enter(store, tmp_path, directive(*plan), "b.txt")
    assert store.feed(last) == []
    approve(store, second)
    sign_off(store, second)
    changes = store.feed(last)
    assert [change.kind for change in changes if change.task not in uids] == ["created"]
    assert [change.kind for change in changes if change.task == uids[6]] == ["withdrawn"]
    assert [change.kind for change in changes if change.task in uids[:6]] == ["changed"] * 6
    assert {change.document for change in changes} == {second}
    old = store.tasks(first)[0]
    store.decide(first, "An", [Decision(task=old.uid, version=old.version, kind="status", work=TaskState(done_on=date(2024, 1, 1)))])
    assert store.feed(changes[-1].sequence) == []


def test_a_reader_that_dies_at_random_misses_and_doubles_nothing(open_store: Any, tmp_path: Path) -> None:
    """Four writers make 1,000 changes; the reader forgets what it has not confirmed, again and again, and ends with the same tasks."""
    store: Store = open_store(publish="approved")
    documents = [enter(store, tmp_path, directive(number=f"{n}/KH-UBND"), f"{n}.txt") for n in range(1, 5)]
    faults: list[Exception] = []

    def write_changes(document: int) -> None:
        own = open_store(publish="approved")
        try:
            uids = [task.uid for task in own.tasks(document)]
            for n in range(250):
                task = own.task(document, uids[n % 7])
                decision = Decision(task=task.uid, version=task.version, kind="edit", fields={"title": f"Lần {n}"})
                own.decide(document, "An", [decision])
        except Exception as error:  # a thread's fault would be lost
            faults.append(error)

    chance = random.Random(7)
    there: dict[str, tuple[int, Any]] = {}
    seen: set[str] = set()
    sequences: list[int] = []

    def take() -> bool:
        reader = open_store()
        cursor = reader.delivery("tracker").cursor
        changes = reader.feed(cursor, chance.randint(1, 40))
        for change in changes:
            if chance.random() < 0.02:
                return True  # dies here: nothing more is confirmed
            if change.key not in seen:
                seen.add(change.key)
                sequences.append(change.sequence)
                assert change.sequence > there.get(change.task, (0, None))[0]
                there[change.task] = (change.sequence, change.payload)
            if chance.random() < 0.3:
                reader.delivered("tracker", change.sequence)
        reader.delivered("tracker", changes[-1].sequence if changes else cursor)
        reader.close()
        return bool(changes)

    threads = [threading.Thread(target=write_changes, args=(document,)) for document in documents]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        take()
    while take():
        pass
    assert not faults
    assert len(sequences) == 1000
    assert sequences == sorted(sequences)
    assert {uid: payload["title"] for uid, (_, payload) in there.items()} == {
        task.uid: task.task.title for document in documents for task in store.tasks(document)
    }


def test_deliveries_are_remembered_and_never_go_back(store: Store) -> None:
    assert store.delivery("x").cursor == 0
    failed = store.delivery_failed("x", "503", timedelta(minutes=5))
    assert (failed.attempts, failed.last_error) == (1, "503")
    assert store.delivery_failed("x", "504", timedelta(minutes=5)).attempts == 2
    there = store.delivered("x", 12)
    assert (there.cursor, there.attempts, there.last_error, there.retry_at) == (12, 0, None, None)
    assert store.delivered("x", 5).cursor == 12
    assert store.delivery("y").cursor == 0


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_pages_of_the_feed_follow_one_another(store: Store, tmp_path: Path, limit: int) -> None:
    document = enter(store, tmp_path, directive(), "a.txt")
    approve(store, document)
    sign_off(store, document)
    cursor, got = 0, []
    while page := store.feed(cursor, limit):
        assert len(page) <= limit
        got += page
        cursor = page[-1].sequence
    assert got == store.feed()
