"""How much memory every export takes as tasks grow, and how long: ``python -m benchmarks.exports [TASKS ...] [--format NAME ...]``.

A store of directives of 100 tasks each is made for each number of tasks. Each format is written in a process of its own. Memory is the most
that the process held (peak resident set) above what it had held once the same format had been written for one directive of one task:
libraries, rules and fonts are not counted, what grows with the tasks is.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from pipeline.handover import export, formats, from_store, read_changes

_DOCUMENT: Final = 100
"""tasks of a directive"""
_UNITS: Final = ("Giáo dục và Đào tạo", "Nội vụ", "Tài chính", "Y tế", "Xây dựng", "Công Thương", "Tư pháp", "Nông nghiệp và Môi trường")
_SIZES: Final = (500, 5_000, 20_000)
_FOLDERS: Final = ("html", "ics/")
"""formats written into a folder; "ics/" are the calendars of units, "ics" is one calendar"""
_FEED: Final = "feed"


def _text(number: int, tasks: int) -> str:
    head = f"ỦY BAN NHÂN DÂN\nTỈNH BẮC HÀ\nSố: {number}/KH-UBND\nBắc Hà, ngày 10 tháng 01 năm 2024\n\nKẾ HOẠCH\nNhiệm vụ năm 2024\n\n"
    lines = [
        f"{n}. Sở {_UNITS[n % 8]} chủ trì, phối hợp với Sở {_UNITS[(n + 3) % 8]}, Sở {_UNITS[(n + 5) % 8]} rà soát nội dung số {n} "
        f"về công tác chuyên môn trên địa bàn tỉnh, hoàn thành trước ngày {n % 28 + 1}/{n % 9 + 3}/2024."
        for n in range(1, tasks + 1)
    ]
    return head + "\n".join(lines) + "\n"


def fill(folder: Path, tasks: int, document: int = _DOCUMENT) -> Path:
    """Make a store in ``folder`` with so many tasks, all approved, ``document`` in each directive; return its file."""
    from models import Decision
    from pipeline.rulebook import rulebook
    from pipeline.run import process
    from pipeline.store import Store

    folder.mkdir(parents=True, exist_ok=True)
    with Store.open(folder / "giaoviec.db", publish="approved") as store:
        for number in range(1, max(1, tasks // document) + 1):
            path = folder / f"{number}.txt"
            path.write_text(_text(number, document), encoding="utf-8")
            store.receive(path)
        while claim := store.claim("benchmark", 600):
            store.finish(claim, process(store.original(claim.document.id), rulebook()))
            document = claim.document.id
            approved = [Decision(task=uid, version=version, kind="approve") for uid, version in store.task_versions(document)]
            store.decide(document, "benchmark", approved)
    return folder / "giaoviec.db"


def _peak() -> float:
    """Return the most memory (MB) that this process held. Linux hands ru_maxrss down to a child, so it is asked of /proc there."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _write(store: Path, name: str, out: Path) -> tuple[Path, ...]:
    if name == _FEED:
        from pipeline.handover import line, open_store

        with open_store(f"sqlite:///{store}") as opened, out.open("w", encoding="utf-8") as stream:
            cursor, more = None, True
            while more:
                page = read_changes(opened, cursor)
                stream.writelines(line(change) + "\n" for change in page.changes)
                cursor, more = page.cursor, page.more
        return (out,)
    return export(from_store(f"sqlite:///{store}"), name.rstrip("/"), out).files


def _one(warm: Path, store: Path, name: str, folder: Path) -> None:
    suffix = "" if name in _FOLDERS else {**formats(), _FEED: ".jsonl"}[name]
    _write(warm, name, folder / f"warm{suffix}")
    before, begin = _peak(), time.perf_counter()
    files = _write(store, name, folder / f"out{suffix}")
    seconds = time.perf_counter() - begin
    written = sum(path.stat().st_size for path in files) / 1e6
    print(json.dumps({"memory": _peak() - before, "seconds": seconds, "written": written, "before": before}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", type=int, nargs="*", default=_SIZES)
    parser.add_argument("--format", action="append", metavar="NAME", help="only these")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the stores stay for another run")
    parser.add_argument("--one", nargs=4, metavar=("WARM", "STORE", "FORMAT", "OUT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _one(Path(given.one[0]), Path(given.one[1]), given.one[2], Path(given.one[3]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        place = given.keep or Path(temporary)
        stores = {}
        for tasks in (1, *given.tasks):
            there = place / str(tasks) / "giaoviec.db"
            stores[tasks] = there if there.exists() else fill(place / str(tasks), tasks, min(tasks, _DOCUMENT))
        print("| format | " + " | ".join(f"{tasks:,} tasks: MB | s | file MB" for tasks in given.tasks) + " |")
        print("| --- |" + " ---: |" * 3 * len(given.tasks), flush=True)
        for name in given.format or [*formats(), "ics/", _FEED]:
            cells = []
            for tasks in given.tasks:
                with tempfile.TemporaryDirectory() as out:
                    told = subprocess.run(
                        [sys.executable, "-m", "benchmarks.exports", "--one", str(stores[1]), str(stores[tasks]), name, out],
                        check=False, stdout=subprocess.PIPE,
                    )  # fmt: skip
                if told.returncode:
                    cells.append("failed | |")
                    continue
                made = json.loads(told.stdout)
                cells.append(f"{made['memory']:.0f} | {made['seconds']:.1f} | {made['written']:.1f}")
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
