"""Webhooks in the store: every notice becomes one message, in order; one sender at a time; nothing is lost where a sender dies."""

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from samples import directive, read, write
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import NOTICE_KINDS, Decision, Notice, StoreError, WebhookMessage
from pipeline.store import Store

NOW = timedelta(0)


def enter(store: Store, folder: Path, number: int = 25) -> int:
    """Receive and read a directive of seven tasks."""
    store.receive(write(folder, directive(number=f"{number}/KH-UBND"), f"{number}.txt"))
    claim = store.claim("w", 60)
    assert claim
    return store.finish(claim, read(directive(number=f"{number}/KH-UBND"), f"{number}.txt")).id


def approve(store: Store, document: int) -> None:
    waiting = [task for task in store.tasks(document) if task.review == "open"]
    store.decide(document, "An", [Decision(task=task.uid, version=task.version, kind="approve") for task in waiting])


def payload(notice: Notice) -> dict[str, Any]:
    return {"n": notice.sequence, "kind": notice.kind, "data": notice.change.payload if notice.change else notice.data}


def collect(store: Store, limit: int = 500) -> int:
    return store.webhooks.collect(payload, limit)


def in_order(store: Store, webhook: int) -> list[WebhookMessage]:
    return store.webhooks.messages(webhook, limit=10_000)[::-1]


def test_what_happens_to_a_document_is_told_in_its_order(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://máy/a", NOTICE_KINDS, "An")
    document = enter(store, tmp_path)
    first, second, *_ = store.tasks(document)
    store.decide(document, "An", [Decision(task=first.uid, version=1, kind="reject", reason="Không phải việc")])
    store.split(document, "Bình", second.uid, 1, [{"text": "Một."}, {"text": "Hai."}])
    approve(store, document)
    store.sign_off(document, "An", store.document(document).revision)
    store.withdraw_sign_off(document, "An", "Xem lại")
    write(tmp_path, "không phải văn bản", "hong.txt")
    store.receive(tmp_path / "hong.txt")
    claim = store.claim("w", 60)
    assert claim
    store.fail(claim, "empty", "Tệp trống.")
    collect(store)
    told = in_order(store, hook.id)
    assert [message.kind for message in told] == [
        "document.received",
        "document.read",
        *["task.reviewed"] * (1 + 3 + 2 + 5),
        "document.signed_off",
        *["task.created"] * 7,
        "document.reopened",
        "document.received",
        "document.failed",
    ]
    assert told[0].payload["data"]["document"]["name"] == "25.txt" and "lease_until" not in told[0].payload["data"]["document"]
    assert told[1].payload["data"]["document"]["state"] == "review"
    rejected = told[2].payload["data"]
    assert (rejected["task"], rejected["decision"], rejected["review"], rejected["reason"], rejected["version"]) == (
        first.uid, "reject", "rejected", "Không phải việc", 2
    )  # fmt: skip
    assert told[3].payload["data"] | {"who": "", "step": ""} == {
        "task": second.uid, "document": document, "version": 2, "decision": "split", "review": "open", "gone": "split", "reason": None,
        "who": "", "step": "",
    }  # fmt: skip
    assert told[13].payload["data"]["reviews"] == {"edited": 2, "approved": 5, "rejected": 1}
    changes = store.feed()
    assert [message.message for message in told if message.kind == "task.created"] == [change.key for change in changes]
    assert [message.payload["data"] for message in told if message.kind == "task.created"] == [change.payload for change in changes]
    assert told[-1].payload["data"]["document"]["fault_code"] == "empty"
    assert {message.subject for message in told if message.kind.startswith("document")} == {"document:1", "document:2"}


def test_a_document_given_up_as_poison_is_told_of(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", ("document.failed",), "An")
    store.receive(write(tmp_path, directive()))
    for _ in range(3):
        assert store.claim("w", -1)
    assert store.claim("w", 60) is None
    collect(store)
    (message,) = in_order(store, hook.id)
    assert message.payload["data"]["document"]["fault_code"] == "poison"


def test_the_same_file_twice_is_received_once(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    path = write(tmp_path, directive())
    store.receive(path)
    store.receive(path)
    collect(store)
    assert [message.kind for message in in_order(store, hook.id)] == ["document.received"]


def test_a_webhook_hears_of_what_it_asked_for_from_now_on(store: Store, tmp_path: Path) -> None:
    enter(store, tmp_path, 1)
    hook, secret = store.webhooks.add("http://x/", ("document.read",), "An")
    assert secret.startswith("whsec_") and len(secret) > 40
    document = enter(store, tmp_path, 2)
    assert collect(store) == 2 and collect(store) == 0
    (message,) = in_order(store, hook.id)
    assert message.payload["data"]["document"]["id"] == document
    found = store.webhooks.get(hook.id)
    assert (found.waiting, found.delivered, found.kinds, found.created_by) == (1, 0, ("document.read",), "An")
    assert secret not in found.model_dump_json()


def test_what_happened_while_it_was_off_is_told_when_it_is_on_again(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    assert store.webhooks.switch_off(hook.id).ended == "person"
    enter(store, tmp_path)
    assert collect(store) == 0
    assert store.webhooks.ready() == []
    assert store.webhooks.switch_on(hook.id).ended is None
    assert collect(store) == 2
    assert store.webhooks.ready() == [hook.id]


def test_notices_are_taken_up_in_pieces(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    approve(store, enter(store, tmp_path))
    taken = [collect(store, limit=4) for _ in range(4)]
    assert taken == [4, 4, 1, 0]
    assert [message.payload["n"] for message in in_order(store, hook.id)] == list(range(1, 10))


def send_all(store: Store, webhook: int) -> list[str]:
    lease = store.webhooks.lease(webhook, 60)
    assert lease
    sent = []
    while found := store.webhooks.next(webhook, lease, 60):
        sent.append(found.message.message)
        store.webhooks.delivered(found.message.id, 200, 3)
    store.webhooks.release(webhook, lease)
    return sent


def test_messages_go_out_in_order_and_leave_a_log(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    approve(store, enter(store, tmp_path))
    collect(store)
    told = in_order(store, hook.id)
    assert send_all(store, hook.id) == [message.message for message in told]
    assert store.webhooks.ready() == []
    done = in_order(store, hook.id)
    assert all(m.delivered_at and m.due_at is None and m.attempts == 1 and m.tries[0].status == 200 for m in done)
    assert (store.webhooks.get(hook.id).delivered, store.webhooks.get(hook.id).waiting) == (9, 0)
    assert store.webhooks.messages(hook.id, limit=2, before=done[5].id) == [done[4], done[3]]


def test_one_sender_at_a_time(store: Store, open_store: Any, tmp_path: Path) -> None:
    other: Store = open_store()
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    enter(store, tmp_path)
    collect(store)
    lease = store.webhooks.lease(hook.id, 60)
    assert lease and other.webhooks.lease(hook.id, 60) is None and other.webhooks.ready() == []
    first = store.webhooks.next(hook.id, lease, 0.05)  # then the sender stands still, and its lease runs out
    time.sleep(0.1)
    taken = other.webhooks.lease(hook.id, 60)
    assert first and taken and store.webhooks.next(hook.id, lease, 60) is None
    again = other.webhooks.next(hook.id, taken, 60)
    assert again and again.message == first.message  # nobody said that it arrived: it goes out again, under the same id
    store.webhooks.delivered(first.message.id, 200, 1)
    store.webhooks.release(hook.id, lease)  # not its own any more
    assert store.webhooks.lease(hook.id, 60) is None


def test_a_refused_message_holds_up_only_what_follows_about_the_same_thing(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    enter(store, tmp_path, 1)
    enter(store, tmp_path, 2)
    collect(store)
    told = in_order(store, hook.id)
    assert [m.subject for m in told] == ["document:1", "document:1", "document:2", "document:2"]
    lease = store.webhooks.lease(hook.id, 60)
    assert lease
    first = store.webhooks.next(hook.id, lease, 60)
    assert first and first.message.id == told[0].id
    store.webhooks.refused(first.message.id, 500, "hỏng", 5, timedelta(hours=1))
    store.webhooks.release(hook.id, lease)
    assert send_all(store, hook.id) == [told[2].message, told[3].message]
    assert store.webhooks.ready() == []
    waiting = store.webhooks.message(told[0].id)
    assert (waiting.refusals, waiting.tries[0].status, waiting.tries[0].error) == (1, 500, "hỏng")
    store.webhooks.send_again(told[0].id)  # not in an hour, but now
    assert send_all(store, hook.id) == [told[0].message, told[1].message]


def test_a_message_that_is_given_up_lets_the_next_pass(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    enter(store, tmp_path)
    collect(store)
    first, second = in_order(store, hook.id)
    store.webhooks.refused(first.id, 400, "không nhận", 5, None)
    assert store.webhooks.message(first.id).given_up_at and store.webhooks.get(hook.id).given_up == 1
    assert send_all(store, hook.id) == [second.message]
    store.webhooks.send_again(first.id)
    assert store.webhooks.get(hook.id).given_up == 0
    assert send_all(store, hook.id) == [first.message]
    store.webhooks.refused(second.id, 400, "không nhận", 5, None)
    store.webhooks.refused(first.id, 400, "không nhận", 5, None)
    assert store.webhooks.send_given_up_again(hook.id) == 2 and store.webhooks.send_given_up_again(hook.id) == 0
    assert send_all(store, hook.id) == [first.message, second.message]


def test_a_receiver_that_is_away_is_left_alone_and_nothing_is_given_up(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    enter(store, tmp_path)
    collect(store)
    first, second = in_order(store, hook.id)
    store.webhooks.unreachable(first.id, None, "không nối được", 5, timedelta(hours=1))
    assert store.webhooks.ready() == [] and store.webhooks.lease(hook.id, 60) is None
    assert store.webhooks.get(hook.id).failures == 1
    store.webhooks.unreachable(first.id, 503, "bận", 5, NOW)
    assert store.webhooks.get(hook.id).failures == 2
    assert send_all(store, hook.id) == [first.message, second.message]
    assert store.webhooks.get(hook.id).failures == 0


def test_a_receiver_that_is_gone_is_switched_off(store: Store, tmp_path: Path) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    enter(store, tmp_path)
    collect(store)
    lease = store.webhooks.lease(hook.id, 60)
    assert lease
    found = store.webhooks.next(hook.id, lease, 60)
    assert found
    store.webhooks.ended(found.message.id, 410, "thôi", 5, "gone")
    assert store.webhooks.next(hook.id, lease, 60) is None
    gone = store.webhooks.get(hook.id)
    assert (gone.active, gone.ended, gone.waiting) == (False, "gone", 2)
    store.webhooks.switch_on(hook.id)
    assert len(send_all(store, hook.id)) == 2


def test_a_webhook_can_be_tried(store: Store) -> None:
    hook, _ = store.webhooks.add("http://x/", ("task.created",), "An")
    made = store.webhooks.send_test(hook.id, {"type": "test"})
    assert made.kind == "test" and send_all(store, hook.id) == [made.message]
    for ask in (store.webhooks.get, store.webhooks.message, store.webhooks.send_again, store.webhooks.switch_off):
        with pytest.raises(StoreError) as fault:
            ask(99)
        assert fault.value.code == "unknown"


@pytest.mark.parametrize("table", ["notices", "webhook_attempts"])
def test_what_was_written_stays(store: Store, tmp_path: Path, table: str) -> None:
    hook, _ = store.webhooks.add("http://x/", NOTICE_KINDS, "An")
    enter(store, tmp_path)
    collect(store)
    send_all(store, hook.id)
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET at = NULL"):
        with pytest.raises(DBAPIError), store._database.write() as connection:
            connection.execute(text(change))


def test_writers_and_two_outboxes_at_once_miss_and_double_nothing(open_store: Any, tmp_path: Path) -> None:
    """Four writers decide on tasks while two outboxes make messages: each decision is one message, in the order of the events."""
    store: Store = open_store()
    documents = [enter(store, tmp_path, n) for n in range(1, 5)]
    hook, _ = store.webhooks.add("http://x/", ("task.reviewed",), "An")
    stop, faults = threading.Event(), list[BaseException]()

    def guarded(work: Any, *arguments: Any) -> None:
        try:
            work(*arguments)
        except BaseException as error:  # a thread's fault would be lost
            faults.append(error)

    def decide(document: int) -> None:
        own: Store = open_store()
        uids = [task.uid for task in own.tasks(document)]
        for n in range(40):
            task = own.task(document, uids[n % 7])
            own.decide(document, "An", [Decision(task=task.uid, version=task.version, kind="edit", fields={"title": f"Lần {n}"})])

    def take() -> None:
        own: Store = open_store()
        while not stop.is_set() or collect(own, 7):
            collect(own, 7)

    writers = [threading.Thread(target=guarded, args=(decide, document)) for document in documents]
    outboxes = [threading.Thread(target=guarded, args=(take,)) for _ in range(2)]
    for thread in (*writers, *outboxes):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in outboxes:
        thread.join()
    assert faults == []
    told = in_order(store, hook.id)
    assert len(told) == 160 == len({message.message for message in told})
    numbers = [message.payload["n"] for message in told]
    assert numbers == sorted(numbers)
    by_task: dict[str, list[int]] = {}
    for message in told:
        by_task.setdefault(message.subject, []).append(message.payload["data"]["version"])
    assert all(versions == sorted(versions) for versions in by_task.values())
