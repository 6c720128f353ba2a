"""How fast the review page is with a document of 500 tasks: python -m benchmarks.review_page

The document is made of the bodies of the seeds in corpus/, one after the other, and read as any other. The page is opened in Debian's
Chromium; it is usable when a key moves the selection. Times are what the browser measures, in milliseconds; medians count.
"""

import argparse
import shutil
import socket
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from pipeline.review import Site, build_app
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.settings import Settings
from pipeline.store import Store

CORPUS = Path(__file__).parent.parent / "corpus"

_USABLE = """() => new Promise((done) => {
  const look = () => { if (document.querySelector('.task.selected')) done(performance.now()); else requestAnimationFrame(look); };
  look();
})"""
_NAVIGATION = "(() => { const one = performance.getEntriesByType('navigation')[0]; return [one.responseEnd, one.domInteractive]; })()"
_MOVE = """async (times) => {
  const taken = [];
  for (let n = 0; n < times; n += 1) {
    const start = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }));
    document.body.getBoundingClientRect();
    taken.push(performance.now() - start);
    await new Promise((done) => requestAnimationFrame(done));
  }
  return taken;
}"""
_APPROVE = """async ([times, to]) => {
  const rows = [...document.querySelectorAll('.task')].slice(0, times), taken = [];
  for (const row of rows) {
    const body = new URLSearchParams({ hang: `${row.dataset.uid}:${row.dataset.version}` });
    const start = performance.now();
    const answer = await fetch(to, { method: 'POST', body, headers: { 'HX-Request': 'true' } });
    await answer.text();
    if (!answer.ok) throw new Error(`${answer.status}`);
    taken.push(performance.now() - start);
  }
  return taken;
}"""


def long_text(tasks: int) -> str:
    """Return the text of a directive of at least so many tasks: the bodies of the seeds behind the head of one of them."""
    seeds = [process(path, rulebook()) for path in sorted(CORPUS.glob("*.txt"))]
    first = max(seeds, key=lambda seed: len(seed.tasks))
    parts, count, at = [first.text[: first.clauses[0].span.start]], 0, seeds.index(first)
    while count < tasks:
        seed = seeds[at % len(seeds)]
        parts.append(seed.text[seed.clauses[0].span.start : seed.clauses[-1].span.end] + "\n")
        count, at = count + len(seed.tasks), at + 1
    return "".join(parts)


def enter(store: Store, path: Path) -> int:
    """Read the file at ``path`` into the store; return its document."""
    document = store.receive(path).document.id
    claim = store.claim("benchmark", 600)
    assert claim
    store.finish(claim, process(path, rulebook()))
    return document


@contextmanager
def served(store: Store) -> Iterator[str]:
    """Serve the store on a free port of this machine; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listener.getsockname()[1]}"
    app = build_app(Site(store, Settings(), login=False, hosts=frozenset({host})))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield f"http://{host}"
    finally:
        server.should_exit = True
        thread.join()


def usable(page: Page, address: str) -> tuple[float, float, float]:
    """Open the page and press a key; return when the answer was there, when it was parsed, and when the selection stood (ms)."""
    page.goto(address, wait_until="domcontentloaded")
    page.keyboard.press("ArrowDown")
    ready: float = page.evaluate(_USABLE)
    answered, parsed = page.evaluate(_NAVIGATION)
    return answered, parsed, ready


def measure(tasks: int, times: int) -> dict[str, float]:
    """Return the figures by name."""
    with tempfile.TemporaryDirectory(prefix="giaoviec-") as folder:
        path = Path(folder) / "dai.txt"
        path.write_text(long_text(tasks), encoding="utf-8")
        with Store.open(Path(folder) / "store" / "giaoviec.db") as store:
            document = enter(store, path)
            found = len(store.tasks(document))
            with served(store) as url, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN").new_page()
                address = f"{url}/van-ban/{document}"
                first = usable(page, address)
                again = [usable(page, address) for _ in range(times)]
                moves: list[float] = page.evaluate(_MOVE, 40)
                approvals: list[float] = page.evaluate(_APPROVE, [100, f"{address}/duyet"])
                browser.close()
            done = sum(task.review == "approved" for task in store.tasks(document))
    return {
        "tasks": found,
        "usable, first time after start of the server": first[2],
        "usable": statistics.median(one[2] for one in again),
        "  of it until the answer is there": statistics.median(one[0] for one in again),
        "  of it until it is parsed": statistics.median(one[1] for one in again),
        "a key moves the selection": statistics.median(moves),
        "an approval is answered": statistics.median(approvals),
        "an approval, slowest of 20": sorted(approvals)[int(len(approvals) * 0.95)],
        "approved": done,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=500)
    parser.add_argument("--times", type=int, default=7)
    chosen = parser.parse_args()
    for name, value in measure(chosen.tasks, chosen.times).items():
        print(f"{name:<48} {value:8.0f}")


if __name__ == "__main__":
    main()
