"""The feed over HTTP: a consumer that dies and comes back at random misses nothing and doubles nothing; waiting holds nobody up."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count

import httpx2
import pytest
from asking import Asker
from served import Serve

from models import Decision
from pipeline.handover.feed import open_cursor
from pipeline.review import Site
from pipeline.store import Store

CHANGES = 1_000


@dataclass
class Feed:
    """A served site whose tasks are released as soon as they are approved."""

    client: httpx2.Client
    store: Store

    def ask(self, **query: object) -> dict[str, object]:
        answer = self.client.get("/feed", params={name: value for name, value in query.items() if value is not None})
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found


@pytest.fixture
def feed(site: Site, serve_site: Serve) -> Iterator[Feed]:
    with Store.open(site.store.originals.parent / "giaoviec.db", publish="approved") as store:
        _, token = store.accounts.tokens.create("theo dõi", "integrator", by="An")
        url = serve_site(replace(site, store=store, login=True))
        with httpx2.Client(base_url=f"{url}/api/v1", headers={"authorization": f"Bearer {token}"}, timeout=40) as client:
            yield Feed(client, store)


def edit(store: Store, document: int, words: str) -> None:
    task = store.tasks(document)[0]
    store.decide(document, "An", [Decision(task=task.uid, version=task.version, kind="edit", fields={"title": words})])


def test_a_consumer_that_dies_at_random_misses_and_doubles_nothing(feed: Feed) -> None:
    """Two writers decide, in steps of several tasks, while the consumer reads pages, dies in the middle of them, and keeps its cursor
    only sometimes: here, or at the server."""
    numbers, stop, faults = count(), threading.Event(), list[BaseException]()

    def write(document: int) -> None:
        chance = random.Random(document)
        try:
            with Store.open(feed.store.originals.parent / "giaoviec.db", publish="approved") as store:
                while not stop.is_set():
                    tasks = store.tasks(document)
                    some = chance.sample(tasks, chance.randint(1, len(tasks)))
                    kinds = [chance.choice(("edit", "edit", "edit", "reject", "approve")) for _ in some]
                    decisions = [
                        Decision(
                            task=task.uid, version=task.version, kind=kind, reason="thử",
                            fields={"title": f"lần {next(numbers)}"} if kind == "edit" else {},
                        )
                        for task, kind in zip(some, kinds, strict=True)
                    ]  # fmt: skip
                    store.decide(document, f"người {document}", decisions)
        except BaseException as fault:  # a thread's fault would be lost
            faults.append(fault)

    writers = [threading.Thread(target=write, args=(document,)) for document in (1, 2)]
    for thread in writers:
        thread.start()
    chance = random.Random(11)
    worked: dict[str, int] = {}
    order: list[int] = []
    deliveries, kept, at_server = 0, None, chance.random() < 0.5

    def work(page: dict[str, object]) -> Iterator[str]:
        nonlocal deliveries
        for change in page["changes"]:
            deliveries += 1
            if change["key"] not in worked:
                worked[change["key"]] = open_cursor(change["cursor"])
                order.append(worked[change["key"]])
            yield change["cursor"]

    while True:
        at_server = not at_server  # a new life: the cursor comes from here, or from the server
        if at_server and kept is not None:
            feed.client.put("/feed/receivers/theo-doi", json={"cursor": kept})
        page = feed.ask(since=None if at_server else kept, receiver="theo-doi" if at_server else None, limit=chance.choice((1, 7, 50, 200)))
        for _ in range(chance.randint(1, 6)):
            dead = False
            for cursor in work(page):
                if chance.random() < 0.5:
                    kept = cursor
                if dead := chance.random() < 0.02:
                    break
            if dead:
                break
            page = feed.ask(since=page["next"], limit=chance.choice((1, 7, 50, 200)))
        if len(worked) >= CHANGES:
            stop.set()
        if stop.is_set() and not any(thread.is_alive() for thread in writers):
            page = feed.ask(since=kept, limit=5_000)
            list(work(page))
            if not page["more"]:
                break
            kept = page["next"]
    assert faults == []
    everything = feed.store.feed(0, 1_000_000)
    assert len(everything) >= CHANGES and deliveries > len(everything)  # at least once, often twice
    assert worked == {change.key: change.sequence for change in everything}
    assert order == sorted(order)


def test_who_waits_hears_at_once_and_holds_nobody_up(feed: Feed) -> None:
    """More wait than the server has threads: others are answered as ever, and all that wait hear of the change."""
    waiting = 60
    with ThreadPoolExecutor(waiting) as pool:
        begun = time.monotonic()
        limits = httpx2.Limits(max_connections=waiting + 1)
        with httpx2.Client(base_url=feed.client.base_url, headers=feed.client.headers, timeout=40, limits=limits) as many:
            asked = [pool.submit(many.get, "/feed", params={"wait": 25}) for _ in range(waiting)]
            time.sleep(1)
            assert not any(one.done() for one in asked)
            before = time.monotonic()
            assert feed.client.get("/me").json()["role"] == "integrator"
            assert time.monotonic() - before < 3
            edit(feed.store, 1, "mới")
            answers = [one.result() for one in asked]
    assert time.monotonic() - begun < 24  # 25 is what they would wait for nothing
    assert {len(answer.json()["changes"]) for answer in answers} == {1}


def test_waiting_ends_in_time_where_nothing_happens(feed: Feed) -> None:
    begun = time.monotonic()
    page = feed.ask(wait=1)
    assert page["changes"] == [] and not page["more"] and 0.9 < time.monotonic() - begun < 5
    assert feed.ask(since=page["next"])["next"] == page["next"]
    assert feed.client.get("/feed", params={"wait": 31}).status_code == 422


def test_a_kept_cursor_never_goes_back(site: Site) -> None:
    ask = Asker(site, "integrator")
    assert ask("read_feed", query={"receiver": "mới"})["changes"] == []
    nothing = ask("get_receiver", receiver="a")["cursor"]
    site.store.delivered("api:a", 5)
    assert ask("keep_cursor", body={"cursor": nothing}, receiver="a")["cursor"] == ask("get_receiver", receiver="a")["cursor"] != nothing
    assert ask("keep_cursor", 400, body={"cursor": "x"}, receiver="a")["error"]["code"] == "wrong"
    assert ask("keep_cursor", 422, body={"cursor": nothing}, receiver="a b")["error"]["code"] == "wrong"
