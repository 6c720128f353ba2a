"""How many documents an office gets through, with how much memory, and whether twice as many take twice as long.

    python -m benchmarks.office [COUNT ...]     (500 1000 2000 where none is named)

Documents are made from the five seeds (numbers, dates, percentages and places varied, so that no two are one), put into an inbox, and
watched by ``giaoviec watch --once`` with two workers; then the same from a store, by the workers of this machine and by two Dask workers.
Prints a table and keeps it in docs/benchmarks.md, below what is there.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import psutil

from pipeline.intake import Bell, Orders, dask_executor, drain, receive_all, work

ROOT: Final = Path(__file__).parent.parent
COUNTS: Final = (500, 1000, 2000)
JOBS: Final = 2
CARRIED: Final = 200
"""documents for the comparison of what carries the work"""
HEADING: Final = "## The office"
PLACES: Final = ("Hải An", "Thanh Khê", "Cẩm Lệ", "Ninh Kiều", "Bình Thủy", "Cái Răng", "Ô Môn", "Liên Chiểu", "Sơn Trà", "Lê Chân")
NUMBERS: Final = (
    (r"Số: ~~45~~49/UBND-VX", "Số: {n}/UBND-VX"),
    (r"Số: /UBND-GDĐT", "Số: {n}/UBND-GDĐT"),
    (r"(?=THÔNG BÁO\n)", "Số: {n}-TB/QU\n\n"),
    (r"Số: 267/KH-UBND", "Số: {n}/KH-UBND"),
    (r"Số: +- Ctr/QU", "Số: {n}-CTr/QU"),
)
_MARKED: Final = ("Quận 10", "Ba Đình", "Long Biên", "Hà Đông")
_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})/(20\d\d)\b")
_PERCENT = re.compile(r"\b(\d\d)(?=(?:,\d+)? ?%)")


def make(folder: Path, count: int, first: int = 1) -> int:
    """Write ``count`` directives into ``folder``; return how many characters they have."""
    seeds = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus").glob("*.txt"))]
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(first, first + count):
        text = vary(seeds[number % len(seeds)], number % len(seeds), number)
        size += len(text)
        (folder / f"văn bản {number:06}.txt").write_text(text, encoding="utf-8")
    return size


def vary(text: str, seed: int, number: int) -> str:
    """Return a seed with another number, other dates, percentages and places."""
    text, made = re.subn(NUMBERS[seed][0], NUMBERS[seed][1].format(n=number), text, count=1)
    assert made, f"seed {seed} has changed"
    place = PLACES[number % len(PLACES)]
    for name in _MARKED:
        text = text.replace(name, place).replace(name.upper(), place.upper())
    text = re.sub(r"Dự thảo\s", "", text)
    text = _DAY.sub(lambda found: f"{(int(found[1]) + number) % 28 + 1:02}/{(int(found[2]) + number) % 12 + 1:02}/{found[3]}", text)
    return _PERCENT.sub(lambda found: f"{(int(found[1]) + number) % 89 + 10}", text)


def main(arguments: list[str]) -> int:
    counts = [int(argument) for argument in arguments] or list(COUNTS)
    rows = [f"| {count:,} | {seconds:,.0f} | {count / seconds:.1f} | {size / seconds:,.0f} | {memory:,.0f} |"
            for count in counts for seconds, size, memory in [watched(count)]]  # fmt: skip
    count = min(*counts, CARRIED)
    engine = [*carried(count)]
    table = "\n".join([
        "| documents | seconds | documents/s | characters/s | memory, most (MB) |",
        "| ---: | ---: | ---: | ---: | ---: |", *rows, "",
        f"{count:,} documents from a store, by two workers:", "",
        "| carried by | documents/s | ms a document | |", "| --- | ---: | ---: | --- |", *engine,
    ])  # fmt: skip
    print(table)
    keep(table)
    return 0


def watched(count: int) -> tuple[float, int, float]:
    """Put ``count`` documents into an inbox and have them read and moved.

    Return the seconds that took, the characters, and the most memory (MB).
    """
    with tempfile.TemporaryDirectory(prefix="office-") as place:
        folder = Path(place)
        size = make(folder / "đến", count)
        (folder / "giaoviec.toml").write_text("[store]\nurl = 'office.db'\n[inbox]\nstable_seconds = 0\n", encoding="utf-8")
        command = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())"]
        command += ["watch", "đến", "--once", "-q", "--jobs", str(JOBS)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder / "data")}
        began = time.perf_counter()
        with subprocess.Popen(command, cwd=folder, env=environment) as process, _use(process.pid) as memory:
            code = process.wait()
        seconds = time.perf_counter() - began
        assert code == 0, code
        moved = sum(1 for file in (folder / "đến" / "đã xử lý").rglob("*.txt") if not file.name.endswith(".txt.txt"))
        assert moved == count, moved
        return seconds, size, max(memory)


@contextmanager
def _use(process: int) -> Iterator[list[float]]:
    """Give the memory that a process and all that it started use, looked at every half second: MB, what they share counted once (PSS)."""
    memory, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            total = 0.0
            try:
                for one in [psutil.Process(process), *psutil.Process(process).children(recursive=True)]:
                    used = one.memory_full_info()
                    total += getattr(used, "pss", used.rss)
            except psutil.Error:
                continue
            memory.append(total / 1e6)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()


def carried(count: int) -> Iterator[str]:
    """Yield the rows of the comparison: the workers of this machine, an engine with long tasks, with one document a task."""
    local = _timed(count, _local)
    yield _row(f"`giaoviec work --jobs {JOBS}`", count, local, local)
    yield _row("Dask, tasks of 5 s", count, _timed(count, lambda orders, bell: _dask(orders, bell, 5.0)), local)
    yield _row("Dask, one document a task", count, _timed(count, lambda orders, bell: _dask(orders, bell, 0.0)), local)
    yield f"| Dask, a task that does nothing | | {_empty_tasks():.1f} | what the engine itself costs |"


def _row(name: str, count: int, seconds: float, local: float) -> str:
    more = 1000 * (seconds - local) / count
    return f"| {name} | {count / seconds:.1f} | {1000 * seconds / count:.0f} | {f'{more:+.0f} ms a document' if seconds != local else ''} |"


def _timed(count: int, run: Callable[[Orders, Bell], None]) -> float:
    """Return the seconds that ``run`` takes for ``count`` documents in a new store; the workers' start is not counted."""
    with tempfile.TemporaryDirectory(prefix="office-") as place:
        orders = Orders(str(Path(place) / "office.db"), Path(place) / "originals")
        make(Path(place) / "backlog", count)
        with orders.open() as store:
            receive_all(store, [Path(place) / "backlog"], lambda event: None, Bell())
        began = time.perf_counter()
        run(orders, Bell())
        seconds = time.perf_counter() - began
        with orders.open() as store:
            assert store.counts()["review"] == count, store.counts()
        return seconds


def _local(orders: Orders, bell: Bell) -> None:
    with orders.open() as store:
        work(orders, store, JOBS, lambda event: None, bell, once=True)


@contextmanager
def _cluster() -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=JOBS, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1") as cluster:
        yield cluster


def _dask(orders: Orders, bell: Bell, seconds: float) -> None:
    with _cluster() as cluster, dask_executor(cluster.scheduler_address) as (executor, width), orders.open() as store:
        drain(executor, orders, store, width, lambda event: None, bell, seconds=seconds)


def _empty_tasks(count: int = 300) -> float:
    """Return the milliseconds of a round trip through the engine with nothing to do: the median."""
    with _cluster() as cluster, dask_executor(cluster.scheduler_address) as (executor, _):
        times = []
        for number in range(count):
            began = time.perf_counter()
            executor.submit(abs, number).result()
            times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def keep(table: str) -> None:
    """Put the table at the end of the page, in place of an earlier one."""
    page = ROOT / "docs" / "benchmarks.md"
    before = page.read_text(encoding="utf-8").split(f"\n{HEADING}\n")[0].rstrip() if page.exists() else "# Benchmarks"
    said = (
        f"{HEADING}\n\n`python -m benchmarks.office`: directives made from the five seeds (places, dates, numbers varied), from the inbox "
        f"to their places, by two workers; start included. SQLite, local disk. {date.today().isoformat()}, {os.cpu_count()} cores.\n"
    )
    page.write_text(f"{before}\n\n{said}\n{table}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
