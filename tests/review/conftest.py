"""The site for real: a store with two seeds in it, uvicorn on a free port, Debian's Chromium.

A test fails on anything that the browser complains of.
"""

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page
from served import SEEDS, OpenPage, Serve, Served

from models import Result
from pipeline.review import Site, build_app
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.settings import Settings
from pipeline.store import Store


@pytest.fixture(scope="session")
def results() -> tuple[Result, ...]:
    """What the program makes of the first two seeds."""
    return tuple(process(path, rulebook()) for path in SEEDS[:2])


@pytest.fixture(scope="session")
def filled_once(results: tuple[Result, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that has the first two seeds, read and to be reviewed."""
    folder = tmp_path_factory.mktemp("filled")
    with Store.open(folder / "giaoviec.db") as store:
        for path, result in zip(SEEDS, results, strict=False):
            store.receive(path)
            claim = store.claim("test", 60)
            assert claim
            store.finish(claim, result)
    return folder


@pytest.fixture
def site(filled_once: Path, tmp_path: Path) -> Iterator[Site]:
    """A site of its own, without login, on a copy of the store."""
    folder = Path(shutil.copytree(filled_once, tmp_path / "store"))
    with Store.open(folder / "giaoviec.db") as store:
        yield Site(store, Settings(), login=False, hosts=frozenset({"testserver"}))


@pytest.fixture
def serve_site() -> Iterator[Serve]:
    """Serve a site on a free port of this machine; returns its address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(site: Site) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        app = build_app(replace(site, hosts=site.hosts | {host}))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        running.append((server, thread))
        return f"http://{host}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def served(site: Site, serve_site: Serve) -> Served:
    """The site, answering."""
    return Served(serve_site(site), site, tuple(document.id for document in reversed(site.store.documents())))


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open an address in a browser of its own (1366 × 768). The test fails on any error of the console, a script or the policy."""
    complaints: list[str] = []
    contexts = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):  # a status such as 409 is no error of ours
            complaints.append(message.text)

    def open_one(address: str, *, again: Page | None = None) -> Page:
        context = again.context if again else browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        if not again:
            contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(served: Served, open_page: OpenPage) -> Page:
    """The first page of the site."""
    return open_page(served.url)
