"""Webhooks for real: a receiver that fails at random gets every message, signed, each task's in order; nothing goes where it may not."""

import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from receivers import Receiver, receiving
from served import CORPUS, OpenPage, Serve
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError
from starlette.testclient import TestClient

from models import NOTICE_KINDS, Decision, Webhook
from models.webhooks import NoticeKind
from pipeline.handover.record import ChangeRecord
from pipeline.review import Site, build_app
from pipeline.review.outbox import PAUSES, Outbox
from pipeline.review.sender import check_address, send
from pipeline.store import Store
from pipeline.store.notices import last_notice

HOSTS = ("127.0.0.1",)
SOON = (timedelta(seconds=0.02),) * 12
SAME = {"origin": "http://testserver"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as one:
        yield one


def outbox(store: Store, *, hosts: tuple[str, ...] = HOSTS, pauses: tuple[timedelta, ...] = SOON, seconds: float = 5) -> Outbox:
    return Outbox(store, hosts, pauses=pauses, tick=0.02, seconds=seconds)


def hook_to(store: Store, receiver: Receiver, kinds: tuple[NoticeKind, ...] = NOTICE_KINDS) -> Webhook:
    hook, receiver.secret = store.webhooks.add(receiver.url, kinds, "An")
    return hook


def until(done: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def edit(store: Store, document: int, words: str) -> None:
    """Edit all tasks of a document, one after the other."""
    for task in store.tasks(document):
        store.decide(document, "An", [Decision(task=task.uid, version=task.version, kind="edit", fields={"title": words})])


def settled(store: Store, hook: Webhook) -> bool:
    """Whether everything that has happened was taken up for the webhook, and nothing waits to be sent."""
    with store._database.read() as connection:
        end = last_notice(connection)
    now = store.webhooks.get(hook.id)
    return now.cursor >= end and now.waiting == 0


# --- sending -----------------------------------------------------------------------------------------------------------------


def test_a_receiver_that_fails_at_random_gets_everything_in_order(site: Site, receiver: Receiver) -> None:
    chance = random.Random(5)
    receiver.say = lambda key, n: None if (die := chance.random()) < 0.05 else 503 if die < 0.1 else 500 if die < 0.3 else 200
    store = site.store
    hook = hook_to(store, receiver)
    with outbox(store), outbox(store):  # two servers at once
        for words in ("một", "hai", "ba"):
            for document in (1, 2):
                edit(store, document, words)
        for document in (1, 2):
            store.sign_off(document, "An", store.document(document).revision)
        until(lambda: settled(store, hook))
    assert receiver.faults == [] and receiver.most == 1
    tasks = [task for document in (1, 2) for task in store.tasks(document)]
    told = [message.message for message in store.webhooks.messages(hook.id, 100_000)][::-1]
    assert len(told) == 3 * len(tasks) + 2 + len(tasks)
    assert {one.id for one in receiver.taken} == set(told)
    seen: dict[str, list[int]] = {}
    for one in receiver.taken:
        if one.payload["type"] == "task.reviewed":
            seen.setdefault(one.payload["data"]["task"], []).append(one.payload["data"]["version"])
    assert seen == {task.uid: [2, 3, 4] for task in tasks}
    first_time = {one.id: n for n, one in reversed(list(enumerate(receiver.taken)))}
    for task in tasks:  # what was decided about a task comes before that it was released
        own = [one for one in told if any(g.id == one and g.payload["data"].get("task") == task.uid for g in receiver.taken)]
        assert [first_time[key] for key in own] == sorted(first_time[key] for key in own) and len(own) == 4
    for one in receiver.taken:
        if one.payload["type"] == "task.created":
            change = ChangeRecord.model_validate(one.payload["data"])
            assert change.key == one.id and change.payload and change.payload.title == "ba"
    done = store.webhooks.get(hook.id)
    assert (done.delivered, done.waiting, done.given_up, done.active) == (len(told), 0, 0, True)


def test_a_receiver_that_is_down_gets_all_once_it_is_up(site: Site) -> None:
    store, receiver = site.store, Receiver()
    with receiving(receiver):
        hook = hook_to(store, receiver)
        port = int(receiver.url.split(":")[2].split("/")[0])
    with outbox(store, pauses=(timedelta(seconds=0.2),) * 50):
        edit(store, 1, "một")
        until(lambda: store.webhooks.get(hook.id).failures >= 2)
        assert store.webhooks.get(hook.id).delivered == 0
        waiting = store.webhooks.messages(hook.id)[-1]
        assert waiting.tries[0].status is None and waiting.tries[0].error and "Connection refused" in waiting.tries[0].error
        assert all(message.attempts == 0 for message in store.webhooks.messages(hook.id)[:-1])  # the others were not tried in vain
        with receiving(receiver, port):
            until(lambda: settled(store, hook))
    assert receiver.faults == [] and len(receiver.taken) == len(store.tasks(1)) == store.webhooks.get(hook.id).delivered


def test_a_receiver_that_stays_away_is_left_and_nothing_is_lost(site: Site, receiver: Receiver) -> None:
    store = site.store
    receiver.say = lambda key, n: 503
    hook = hook_to(store, receiver)
    with outbox(store, pauses=SOON[:3]):
        edit(store, 1, "một")
        until(lambda: not store.webhooks.get(hook.id).active)
    left = store.webhooks.get(hook.id)
    assert (left.ended, left.waiting, left.given_up) == ("unreachable", len(store.tasks(1)), 0)
    assert len(receiver.got) == 4  # at once, and after each pause
    (entry,) = store.audit.entries(action="webhook-ended")
    assert entry.details and entry.details["why"] == "unreachable"
    receiver.say = lambda key, n: 200
    edit(store, 1, "hai")
    store.webhooks.switch_on(hook.id)
    with outbox(store):
        until(lambda: settled(store, hook))
    assert len(receiver.taken) == 2 * len(store.tasks(1))


def test_a_message_that_is_never_taken_is_given_up_and_the_others_pass(site: Site, receiver: Receiver) -> None:
    store = site.store
    uid = store.tasks(1)[0].uid
    hook = hook_to(store, receiver, ("task.reviewed",))
    bad = set[str]()

    def refuse(key: str, n: int) -> int:
        bad.update(key for _ in [0] if not bad)
        return 400 if key in bad else 200

    receiver.say = refuse
    with outbox(store, pauses=SOON[:2]):
        edit(store, 1, "một")
        edit(store, 1, "hai")
        until(lambda: settled(store, hook))
    now = store.webhooks.get(hook.id)
    assert (now.given_up, now.active, now.delivered) == (1, True, 2 * len(store.tasks(1)) - 1)
    (given_up,) = [message for message in store.webhooks.messages(hook.id, 1000) if message.given_up_at]
    assert (given_up.attempts, given_up.subject, {one.status for one in given_up.tries}) == (3, uid, {400})
    order = [one.id for one in receiver.got]
    second = next(m for m in store.webhooks.messages(hook.id, 1000)[::-1] if m.subject == uid and m.id != given_up.id)
    assert max(n for n, key in enumerate(order) if key == given_up.message) < order.index(second.message)


def test_a_receiver_that_is_gone_is_asked_no_more(site: Site, receiver: Receiver) -> None:
    receiver.say = lambda key, n: 410
    hook = hook_to(site.store, receiver)
    with outbox(site.store):
        edit(site.store, 1, "một")
        until(lambda: not site.store.webhooks.get(hook.id).active)
        edit(site.store, 1, "hai")
        time.sleep(0.2)
    assert site.store.webhooks.get(hook.id).ended == "gone" and len(receiver.got) == 1


def test_redirects_are_not_followed(site: Site, receiver: Receiver) -> None:
    with receiving(Receiver()) as other:
        receiver.say, receiver.headers = (lambda key, n: 307), {"location": other.url}
        hook = hook_to(site.store, receiver)
        with outbox(site.store, pauses=()):
            site.store.webhooks.send_test(hook.id, {"type": "test"})
            until(lambda: settled(site.store, hook))
        assert other.got == [] and site.store.webhooks.get(hook.id).given_up == 1


def test_a_host_that_is_taken_off_the_list_gets_nothing(site: Site, receiver: Receiver) -> None:
    hook = hook_to(site.store, receiver)
    with outbox(site.store, hosts=("theodoi.coquan.vn",)):
        edit(site.store, 1, "một")
        until(lambda: not site.store.webhooks.get(hook.id).active)
    assert site.store.webhooks.get(hook.id).ended == "not-allowed" and receiver.got == []
    assert "theodoi.coquan.vn" in (site.store.webhooks.messages(hook.id)[-1].tries[0].error or "")


def test_one_slow_receiver_does_not_hold_up_another(site: Site, receiver: Receiver) -> None:
    held = threading.Event()
    with receiving(Receiver()) as quick:
        receiver.pause = lambda: held.wait(10) and None
        slow = hook_to(site.store, receiver)
        hook = hook_to(site.store, quick)
        with outbox(site.store, seconds=10):
            edit(site.store, 1, "một")
            until(lambda: settled(site.store, hook))
            assert site.store.webhooks.get(slow.id).delivered == 0
            held.set()
            until(lambda: settled(site.store, slow))
    assert len(quick.taken) == len(receiver.taken)


# --- one message ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://máy.vn/", ("máy.vn",)),
        ("ftp://127.0.0.1/", HOSTS),
        ("file:///etc/passwd", HOSTS),
        ("http://127.0.0.1@169.254.169.254/", HOSTS),
        ("http://169.254.169.254/#@127.0.0.1", HOSTS),
        ("http://169.254.169.254\\@127.0.0.1/", HOSTS),
        ("http://127.0.0.1.attacker.example/", HOSTS),
        ("http://[::1]/", HOSTS),
        ("http://2130706433/", HOSTS),
        ("http://127.0.0.1:0x50/", HOSTS),
        ("http://127.0.0.1/a b", HOSTS),
        ("http://127.0.0.1/\r\nx: y", HOSTS),
        ("http://127.0.0.1:9/", ("127.0.0.1:8",)),
        ("http://127.0.0.1/", ()),
        ("127.0.0.1", HOSTS),
        ("", HOSTS),
        ("http:///x", HOSTS),
        ("http://127.0.0.1/" + "x" * 2000, HOSTS),
    ],
)
def test_an_address_outside_the_list_is_refused_with_words(url: str, hosts: tuple[str, ...]) -> None:
    assert len(check_address(url, hosts) or "") > 20


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://127.0.0.1:9/x?y=1", HOSTS),
        ("https://TheoDoi.coquan.vn/a", ("theodoi.coquan.vn",)),
        ("https://a.vn/", ("A.vn:443",)),
        ("http://[::1]:81/", ("[::1]:81",)),
        ("http://[::1]:81/", ("::1",)),
    ],
)
def test_an_address_on_the_list_is_taken(url: str, hosts: tuple[str, ...]) -> None:
    assert check_address(url, hosts) is None


def test_a_signature_fits_its_message_only(receiver: Receiver) -> None:
    secret = "whsec_" + "A" * 32
    receiver.secret = secret
    answer = send(receiver.url, secret, "a:1", {"type": "test", "data": {"chữ": "đường\u2028"}})
    assert (answer.status, answer.error, receiver.faults) == (204, None, [])
    assert receiver.got[0].payload["data"]["chữ"] == "đường\u2028"
    receiver.secret = "whsec_" + "B" * 32
    send(receiver.url, secret, "a:1", {"type": "test"})
    assert len(receiver.faults) == 1
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(b"{}", {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"})


def test_the_lines_that_the_docs_give_receivers_work(receiver: Receiver) -> None:
    docs = (CORPUS.parent / "docs" / "api.md").read_text(encoding="utf-8")
    code = docs[docs.rindex("```python") + len("```python") : docs.rindex("```")]
    worked, known = list[str](), set[str]()
    names = {"seen": lambda key: key in known or known.add(key), "work": lambda kind, data: worked.append(kind)}
    exec(code, names)
    secret, got = "whsec_" + "A" * 32, list[tuple[dict[str, str], bytes]]()
    receiver.secret, receiver.keep = secret, got.append
    for _ in range(2):
        assert send(receiver.url, secret, "a:1", {"type": "test", "data": {"chữ": "đường"}}).status == 204
    assert [names["take"](secret, *one) for one in got] == [204, 204] and worked == ["test"]
    assert names["take"](secret, got[0][0], got[0][1] + b" ") == 400
    for kind in NOTICE_KINDS:
        assert f"`{kind}`" in docs


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_a_receiver_that_never_ends_is_left_in_time(drip: bytes) -> None:
    """One that says nothing, and one that sends a line now and then for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def dawdle() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(drip)
            while not stop.wait(0.1):
                try:
                    connection.sendall(b"x-y: z\r\n" if drip else b"")
                except OSError:
                    return

    thread = threading.Thread(target=dawdle)
    thread.start()
    begun = time.monotonic()
    answer = send(f"http://127.0.0.1:{listener.getsockname()[1]}/", "whsec_AAAA", "a", {}, seconds=0.6)
    took = time.monotonic() - begun
    stop.set()
    thread.join()
    listener.close()
    assert answer.status is None and "0.6" in (answer.error or "") and took < 3


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", *name]
    subprocess.run([*new, "-keyout", tmp_path / "key", "-out", tmp_path / "cert"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    listener = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        connection, _ = listener.accept()
        try:
            context.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()

    thread = threading.Thread(target=greet)
    thread.start()
    answer = send(f"https://127.0.0.1:{listener.getsockname()[1]}/", "whsec_AAAA", "a", {})
    thread.join()
    listener.close()
    assert answer.status is None and "Chứng thư số" in (answer.error or "")


# --- a server that is killed -------------------------------------------------------------------------------------------------


def test_a_server_that_is_killed_again_and_again_loses_nothing(site: Site, receiver: Receiver, tmp_path: Path) -> None:
    store = site.store
    settings = tmp_path / "giaoviec.toml"
    folder = store.originals.parent
    settings.write_text(
        f'[store]\nurl = "{(folder / "giaoviec.db").as_posix()}"\n[review]\nport = 0\nwebhook_hosts = ["127.0.0.1"]\n', encoding="utf-8"
    )
    hook = hook_to(store, receiver)
    held = threading.Event()
    receiver.pause = lambda: held.wait(0.05) and None
    command = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())"]
    command += ["serve", "--no-work", "--json", "--settings", str(settings)]
    chance = random.Random(3)
    for words in ("một", "hai", "ba"):
        server = subprocess.Popen(command, cwd=CORPUS.parent, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert server.stdout and "http://127.0.0.1" in "".join(iter(lambda out=server.stdout: out.readline().decode().strip(), "}"))
        before = len(receiver.got)
        edit(store, 2, words)
        until(lambda before=before: len(receiver.got) > before + 2)
        time.sleep(chance.random() * 0.3)
        server.kill()  # in the middle of it
        server.wait()
        server.stdout.close()
        free(store, hook)
    held.set()
    server = subprocess.Popen(command, cwd=CORPUS.parent, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    until(lambda: settled(store, hook))
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0 or os.name != "posix"
    assert server.stdout
    server.stdout.close()
    told = [message.message for message in store.webhooks.messages(hook.id, 10_000)][::-1]
    first_time = list(dict.fromkeys(one.id for one in receiver.taken))
    assert first_time == told and len(told) == 3 * len(store.tasks(2))
    assert receiver.faults == [] and receiver.most == 1


def free(store: Store, hook: Webhook) -> None:
    """Let the lease of a server that is dead run out now, not in a minute."""
    from sqlalchemy import text

    with store._database.write() as connection:
        connection.execute(text(f"UPDATE webhooks SET lease_until = '2020-01-01 00:00:00.000000' WHERE id = {hook.id}"))


# --- the page ------------------------------------------------------------------------------------------------------------------


def with_hosts(site: Site, *hosts: str) -> Site:
    review = site.settings.review.model_copy(update={"webhook_hosts": hosts})
    return replace(site, settings=site.settings.model_copy(update={"review": review}))


def test_an_administrator_sets_one_up_and_sees_how_it_goes(site: Site, receiver: Receiver, serve_site: Serve, open_page: OpenPage) -> None:
    store = site.store
    page = open_page(f"{serve_site(with_hosts(site, '127.0.0.1'))}/quan-tri/webhook")
    page.get_by_label("Địa chỉ").fill("http://169.254.169.254/x")
    page.get_by_role("button", name="Thêm webhook").click()
    assert "169.254.169.254" in page.locator(".fault").inner_text()
    page.get_by_label("Địa chỉ").fill(receiver.url)
    page.get_by_role("button", name="Thêm webhook").click()
    receiver.secret = page.locator("code.secret").inner_text()
    assert receiver.secret.startswith("whsec_")
    (hook,) = store.webhooks.all()
    assert hook.kinds == NOTICE_KINDS
    receiver.say = lambda key, n: 500 if n == 1 else 200
    with outbox(store, pauses=()):
        page.get_by_role("link", name="Nhật ký gửi").click()
        page.get_by_role("button", name="Gửi thử").click()
        until(lambda: store.webhooks.get(hook.id).given_up == 1)
        page.reload()
        assert "thôi gửi" in page.locator("main").inner_text() and "500" in page.locator("main").inner_text()
        page.get_by_role("button", name="Gửi lại 1 tin đã thôi gửi").click()
        until(lambda: store.webhooks.get(hook.id).delivered == 1)
    page.reload()
    assert "đã nhận" in page.locator("main").inner_text() and receiver.faults == []
    assert receiver.secret not in page.content()
    faults = [fault["id"] for fault in Axe().run(page).response["violations"] if fault["impact"] in ("serious", "critical")]
    assert faults == [] and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Tắt").click()
    page.wait_for_selector("text=đã tắt")
    assert not store.webhooks.get(hook.id).active
    page.get_by_role("button", name="Bật lại").click()
    page.wait_for_selector("text=đang gửi")
    assert [entry.action for entry in store.audit.entries()][:5] == [
        "webhook-on", "webhook-off", "webhook-again", "webhook-test", "webhook-add",
    ]  # fmt: skip


def test_what_a_receiver_says_stays_text(site: Site) -> None:
    client = TestClient(build_app(with_hosts(site, "127.0.0.1")))
    hook, _ = site.store.webhooks.add("http://127.0.0.1/<script>alert(1)</script>", ("task.created",), "<b>An</b>")
    message = site.store.webhooks.send_test(hook.id, {"type": "test"})
    site.store.webhooks.refused(message.id, 500, "<img src=x onerror=alert(1)>", 1, None)
    for path in ("/quan-tri/webhook", f"/quan-tri/webhook/{hook.id}"):
        text = client.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text and "<b>An" not in text


def test_the_page_says_where_hosts_are_set_while_there_are_none(site: Site) -> None:
    client = TestClient(build_app(site))
    assert "webhook_hosts" in client.get("/quan-tri/webhook").text
    answer = client.post("/quan-tri/webhook", data={"url": "http://127.0.0.1/", "kinds": "task.created"}, headers=SAME)
    assert answer.status_code == 422 and site.store.webhooks.all() == []
    assert client.get("/quan-tri/webhook/99").status_code == 404


def test_pauses_grow() -> None:
    assert list(PAUSES) == sorted(PAUSES) and PAUSES[0] == timedelta(seconds=5) and PAUSES[-1] == timedelta(days=1)
