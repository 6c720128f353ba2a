"""How long a workbook takes to write and to read back, and the memory it takes: ``python -m benchmarks.workbook [TASKS]``.

One store, directives of 100 tasks; each step in a process of its own, so that the peak is that of the step.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.exports import _peak, fill

_BOOK: Final = "nhiem-vu.xlsx"


def _write(folder: Path) -> str:
    from pipeline.roundtrip import write_store_workbook
    from pipeline.store import Store

    with Store.open(folder / "giaoviec.db") as store:
        documents = sorted(document.id for document in store.documents("review", limit=10_000))
        content = write_store_workbook(store, documents)
    (folder / _BOOK).write_bytes(content)
    return f"{len(documents)} documents, {len(content) / 1e6:.1f} MB"


def _compare(folder: Path) -> str:
    from pipeline.roundtrip import compare
    from pipeline.store import Store

    with Store.open(folder / "giaoviec.db") as store:
        plan = compare(store, folder / _BOOK, date(2024, 2, 1))
    return f"{plan.rows:,} rows, {plan.same:,} as they were"


_STEPS: Final[dict[str, Callable[[Path], str]]] = {"write": _write, "compare": _compare}


def _one(folder: Path, name: str) -> None:
    before, begin = _peak(), time.perf_counter()
    told = _STEPS[name](folder)
    print(f"| {name} | {told} | {time.perf_counter() - begin:.1f} | {before:.0f} | {_peak():.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", type=int, nargs="?", default=5_000)
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "STEP"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _one(Path(given.one[0]), given.one[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), given.tasks)
        print("| step | what | seconds | MB before | MB at most |\n| --- | --- | ---: | ---: | ---: |", flush=True)
        for name in _STEPS:
            subprocess.run([sys.executable, "-m", "benchmarks.workbook", "--one", folder, name], check=True)


if __name__ == "__main__":
    main()
