"""How fast is the way from a file to its result? Prints a table and keeps it in docs/benchmarks.md.

Everything is measured in one run, on one core and on the same texts (corpus/*.txt), so that the ratios hold on any machine.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

from pipeline.rulebook import rulebook
from pipeline.run import process

ROOT = Path(__file__).parent.parent
ROUNDS = 5
TIMES = (1, 3, 10)
# The child prints its own peak, so that what this process loads is not counted. It reads the file itself, not in a child of its own.
_PEAK = """
import resource, sys
from pathlib import Path
from pipeline.read import read
from pipeline.rulebook import rulebook
from pipeline.run import take_apart
take_apart(read(Path(sys.argv[1])), rulebook())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@dataclass(frozen=True)
class Row:
    """A measured figure; ``met`` is None where no goal is set."""

    what: str
    value: str
    goal: str = ""
    met: bool | None = None


def main() -> int:
    """Measure, print, keep; return 1 where a goal is missed."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = [*_speed(), *_growth(), *_memory(), *_start()]
    table = _markdown(rows)
    print(table)
    target = ROOT / "docs" / "benchmarks.md"
    target.parent.mkdir(exist_ok=True)
    others = target.read_text(encoding="utf-8").partition("\n## ")[1:] if target.exists() else ()  # tables of other benchmarks
    target.write_text(_page(table) + "".join(others), encoding="utf-8")
    return int(any(row.met is False for row in rows))


def _speed() -> list[Row]:
    from underthesea import word_tokenize

    paths = sorted((ROOT / "corpus").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    size = sum(map(len, texts))
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    book = rulebook()

    def ours() -> None:
        for path in paths:
            process(path, book)

    def by_line() -> None:
        for line in lines:
            word_tokenize(line)

    def by_document() -> None:
        for text in texts:
            word_tokenize(text)

    first = _seconds(ours)
    word_tokenize("Giao việc")  # loads the model
    own, line, document = _alternate(ours, by_line, by_document)
    tokenizer = min(line, document)
    speed, other = size / own, size / tokenizer
    return [
        Row("texts", f"{len(paths)} directives, {size:,} characters"),
        Row("the whole text path, first time in a process", f"{size / first:,.0f} characters/s"),
        Row("the whole text path, with reading in a process of its own", f"{speed:,.0f} characters/s", "1,000,000 (hoped for)"),
        Row("underthesea.word_tokenize alone, by line or by document, the faster", f"{other:,.0f} characters/s"),
        Row("ratio", f"{speed / other:.1f} x", ">= 2 x", speed / other >= 2),
    ]


def _growth() -> list[Row]:
    largest = max((ROOT / "corpus").glob("*.txt"), key=lambda path: path.stat().st_size)
    text, book = largest.read_text(encoding="utf-8"), rulebook()
    with tempfile.TemporaryDirectory() as folder:
        paths = [_written(Path(folder) / f"{n}.txt", text * n) for n in TIMES]
        seconds = _alternate(*(partial(process, path, book) for path in paths), rounds=3)
    ratio = seconds[-1] / seconds[0]
    rows = [Row(f"the largest directive x {n} ({n * len(text):,} characters)", f"{s:.3f} s") for n, s in zip(TIMES, seconds, strict=True)]
    return [*rows, Row(f"time x {TIMES[-1]} / time x 1", f"{ratio:.1f}", "<= 12", ratio <= 12)]


def _memory() -> list[Row]:
    if sys.platform == "win32":
        return [Row("peak memory", "not measured on Windows")]
    largest = max((ROOT / "corpus").glob("*.txt"), key=lambda path: path.stat().st_size)
    command = [sys.executable, "-c", _PEAK, str(largest)]
    peak = int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    megabytes = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return [Row("peak memory, the largest directive", f"{megabytes:.0f} MB", "< 400 MB", megabytes < 400)]


def _start() -> list[Row]:
    command = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())", "--help"]
    seconds = statistics.median(_seconds(lambda: subprocess.run(command, cwd=ROOT, capture_output=True, check=True)) for _ in range(ROUNDS))
    return [Row("giaoviec --help", f"{seconds:.2f} s", "<= 1 s", seconds <= 1)]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _alternate(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Return the shortest time of each: taken in turns, so that a slow moment of the machine hits all of them."""
    times = [[_seconds(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _markdown(rows: Sequence[Row]) -> str:
    marks = {None: "", True: "met", False: "MISSED"}
    lines = ["| what | measured | goal | |", "| --- | ---: | ---: | --- |"]
    return "\n".join(lines + [f"| {row.what} | {row.value} | {row.goal} | {marks[row.met]} |" for row in rows])


def _page(table: str) -> str:
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        cpu = next((line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")), cpu)
    names = ("underthesea", "spacy", "pydantic")
    return (
        "# Benchmarks\n\n"
        "The last run of `make bench`, which rewrites this page. One core; the shortest of several runs taken in turns.\n\n"
        f"{table}\n\n"
        f"{date.today().isoformat()}, {cpu}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in names)}.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
