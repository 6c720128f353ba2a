"""The feed: a consumer that dies and comes back at random misses nothing and, by key, doubles nothing, while others write."""

import itertools
import json
import random
import threading
from pathlib import Path
from typing import Any

import pytest
from handed import TASKS, directive, read
from jsonschema import Draft202012Validator

from models import Decision, Envelope, SourceError, StaleError
from pipeline.handover import MOST, line, read_changes
from pipeline.handover.feed import make_cursor, open_cursor
from pipeline.store import Store

ROOT = Path(__file__).parent.parent.parent
WRITERS, CHANGES = 3, 1_000


def enter(store: Store, folder: Path, number: int, *tasks: str) -> int:
    """Put a directive into the store and return its row."""
    text = directive(*tasks, number=f"{number}/KH-UBND")
    path = folder / f"{number}.txt"
    path.write_text(text, encoding="utf-8")
    store.receive(path)
    claim = store.claim("w", 60)
    assert claim
    return store.finish(claim, read(text, path.name)).id


def decide(store: Store, document: int, words: str) -> int:
    """Edit all tasks of a document, in one step; return how many changes that makes."""
    tasks = store.tasks(document)
    decisions = [Decision(task=t.uid, version=t.version, kind="edit", fields={"title": f"{words} {n}"}) for n, t in enumerate(tasks)]
    store.decide(document, "người duyệt", decisions)
    return len(decisions)


def test_a_consumer_that_dies_at_random_misses_and_doubles_nothing(address: str, tmp_path: Path) -> None:
    """Writers edit, reject and take back tasks of documents of their own, all at once, while the consumer reads, dies between pages and
    in the middle of them, and remembers its cursor only sometimes."""
    originals = tmp_path / "goc"
    with Store.open(address, originals, publish="approved") as store:
        documents = [enter(store, tmp_path, n, *(TASKS * 3)) for n in range(1, WRITERS + 1)]
    written = threading.Semaphore(0)
    counted, stop, faults = itertools.count(), threading.Event(), list[BaseException]()

    def write(document: int) -> None:
        chance = random.Random(document)
        try:
            with Store.open(address, originals, publish="approved") as store:
                while not stop.is_set():
                    tasks = store.tasks(document)
                    some = chance.sample(tasks, chance.randint(1, len(tasks)))
                    kinds = [chance.choice(("edit", "edit", "edit", "reject", "approve")) for _ in some]
                    fields = [{"title": f"lần {next(counted)}"} if kind == "edit" else {} for kind in kinds]
                    decisions = [
                        Decision(task=task.uid, version=task.version, kind=kind, reason="thử", fields=told)
                        for task, kind, told in zip(some, kinds, fields, strict=True)
                    ]
                    store.decide(document, f"người {document}", decisions)
        except BaseException as fault:
            faults.append(fault)
        finally:
            written.release()

    threads = [threading.Thread(target=write, args=(document,)) for document in documents]
    for thread in threads:
        thread.start()
    chance = random.Random(7)
    worked: dict[str, int] = {}
    deliveries = 0
    kept: str | None = None  # what survives the death of the consumer
    order: list[int] = []
    while True:
        with Store.open(address, originals) as store:  # a new life
            cursor = kept
            for _ in range(chance.randint(1, 6)):
                page = read_changes(store, cursor, chance.choice((1, 7, 50, 200)))
                for change in page.changes:
                    deliveries += 1
                    if change.key not in worked:
                        worked[change.key] = open_cursor(change.cursor)
                        order.append(open_cursor(change.cursor))
                    cursor = change.cursor
                    if chance.random() < 0.5:
                        kept = cursor
                    if chance.random() < 0.02:
                        break
                else:
                    cursor = page.cursor
                    continue
                break  # died in the middle of a page
        if len(worked) >= CHANGES:
            stop.set()
        if stop.is_set() and not any(thread.is_alive() for thread in threads):
            page = read_changes(store := Store.open(address, originals), kept, MOST)
            store.close()
            for change in page.changes:
                if change.key not in worked:
                    worked[change.key] = open_cursor(change.cursor)
                    order.append(open_cursor(change.cursor))
            if not page.more:
                break
            kept = page.cursor
    assert faults == []
    with Store.open(address, originals) as store:
        everything = store.feed(0, 1_000_000)
    assert len(everything) >= CHANGES and deliveries > len(everything)  # at least once, often twice
    assert worked == {change.key: change.sequence for change in everything}
    assert order == sorted(order)


def test_what_the_consumer_builds_is_what_the_store_holds(address: str, tmp_path: Path) -> None:
    with Store.open(address, tmp_path / "goc", publish="approved") as store:
        document = enter(store, tmp_path, 1)
        decide(store, document, "một")
        first = store.tasks(document)[0]
        store.decide(document, "ai", [Decision(task=first.uid, version=first.version, kind="reject", reason="không phải nhiệm vụ")])
        held: dict[str, Any] = {}
        cursor, kinds = None, []
        while True:
            page = read_changes(store, cursor, 3)
            for change in page.changes:
                kinds.append(change.kind)
                held.pop(change.task, None)
                if change.payload:
                    held[change.task] = change.payload
            cursor = page.cursor
            if not page.more:
                break
        assert kinds == ["created"] * 5 + ["withdrawn"]
        assert held.keys() == {task.uid for task in store.tasks(document) if task.review != "rejected"}
        assert {payload.title for payload in held.values()} == {f"một {n}" for n in range(1, 5)}
        assert read_changes(store, cursor).changes == () and read_changes(store, cursor).cursor == cursor
        with pytest.raises(StaleError):
            store.decide(document, "ai", [Decision(task=first.uid, version=first.version, kind="approve")])


def test_lines_keep_the_published_schema_and_never_change(address: str, tmp_path: Path) -> None:
    checker = Draft202012Validator(json.loads((ROOT / "docs/schema/change-1.0.json").read_text(encoding="utf-8")))
    with Store.open(address, tmp_path / "goc", publish="approved") as store:
        document = enter(store, tmp_path, 1)
        decide(store, document, "một")
        page = read_changes(store)
        for change in page.changes:
            checker.validate(json.loads(line(change)))
        assert [line(change) for change in read_changes(store).changes] == [line(change) for change in page.changes]
        assert page.changes[0].payload and page.changes[0].payload.lead[0].name == "Sở Giáo dục và Đào tạo"
        assert len({change.key for change in page.changes}) == 5


def test_the_document_id_of_the_envelope_reaches_receivers(address: str, tmp_path: Path) -> None:
    told = Envelope(document_id="000.00.00.H11,2024/01/10,25/KH-UBND", number="25", notation="KH-UBND")
    result = read(directive())
    source = result.source.model_copy(update={"envelope": told})
    tasks = tuple(task.model_copy(update={"document_id": told.document_id}) for task in result.tasks)
    (tmp_path / "a.edxml").write_text("x", encoding="utf-8")
    with Store.open(address, tmp_path / "goc", publish="approved") as store:
        store.receive(tmp_path / "a.edxml")
        claim = store.claim("w", 60)
        assert claim
        document = store.finish(claim, result.model_copy(update={"source": source, "tasks": tasks})).id
        assert store.document(document).envelope == told.model_dump(mode="json", exclude_none=True)
        decide(store, document, "một")
        payloads = [change.payload for change in read_changes(store).changes]
    assert {payload.document_id for payload in payloads if payload} == {told.document_id}
    assert payloads[0] and payloads[0].document.envelope and payloads[0].document.envelope["document_id"] == told.document_id


@pytest.mark.parametrize("number", [0, 1, 254, 10**12])
def test_a_cursor_leads_back(number: int) -> None:
    assert open_cursor(make_cursor(number)) == number
    assert make_cursor(number).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("cursor", ["12", "x" * 20, "MTE", make_cursor(5)[:-1], make_cursor(5) + "A", "đ", "=", make_cursor(5).swapcase()])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_cursor(cursor)
    assert caught.value.code == "bad-cursor"
