"""How long every export takes for 5,000 tasks, and how much memory it holds: ``python -m benchmarks.exports [TASKS]``.

Each format is written in a process of its own, so that the peaks of one do not hide in another's.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from models import Block, Document, Result, Source, Span
from pipeline.handover import export, formats, from_results

_DOCUMENT: Final = 100
"""tasks of a directive"""
_UNITS: Final = ("Giáo dục và Đào tạo", "Nội vụ", "Tài chính", "Y tế", "Xây dựng", "Công Thương", "Tư pháp", "Nông nghiệp và Môi trường")


def _text(number: int, tasks: int) -> str:
    head = f"ỦY BAN NHÂN DÂN\nTỈNH BẮC HÀ\nSố: {number}/KH-UBND\nBắc Hà, ngày 10 tháng 01 năm 2024\n\nKẾ HOẠCH\nNhiệm vụ năm 2024\n\n"
    lines = [
        f"{n}. Sở {_UNITS[n % 8]} chủ trì, phối hợp với Sở {_UNITS[(n + 3) % 8]}, Sở {_UNITS[(n + 5) % 8]} rà soát nội dung số {n} "
        f"về công tác chuyên môn trên địa bàn tỉnh, hoàn thành trước ngày {n % 28 + 1}/{n % 9 + 3}/2024."
        for n in range(1, tasks + 1)
    ]
    return head + "\n".join(lines) + "\n"


def _result(text: str, name: str) -> Result:
    from pipeline.rulebook import rulebook
    from pipeline.run import take_apart

    at, blocks = 0, []
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(Block(span=Span(at, at + len(line.rstrip("\n")))))
        at += len(line)
    source = Source(name=name, sha256=name.rjust(64, "0"), media_type="text/plain")
    return take_apart(Document(text=text, source=source, blocks=tuple(blocks)), rulebook())


def _make(folder: Path, tasks: int) -> int:
    made = 0
    for number in range(1, tasks // _DOCUMENT + 1):
        result = _result(_text(number, _DOCUMENT), str(number))
        made += len(result.tasks)
        place = folder / str(number)
        place.mkdir()
        (place / "result.json").write_text(result.model_dump_json(), encoding="utf-8")
    return made


def _peak() -> float:
    """Return the most memory (MB) that this process held. Linux hands ru_maxrss down to a child, so it is asked of /proc there."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _one(folder: Path, name: str, out: Path) -> None:
    before = _peak()
    begin = time.perf_counter()
    made = export(from_results([folder]), name, out)
    seconds = time.perf_counter() - begin
    size = sum(path.stat().st_size for path in made.files) / 1e6
    print(f"| {name} | {made.tasks:,} | {seconds:.1f} | {size:.1f} | {len(made.files)} | {before:.0f} | {_peak():.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", type=int, nargs="?", default=5_000)
    parser.add_argument("--one", nargs=3, metavar=("FOLDER", "FORMAT", "OUT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _one(Path(given.one[0]), given.one[1], Path(given.one[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results"
        results.mkdir()
        made = _make(results, given.tasks)
        print(f"{made:,} tasks of {given.tasks // _DOCUMENT:,} directives\n")
        print(
            "| format | tasks | seconds | MB written | files | MB before | MB at most |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
        )
        for name, suffix in formats().items():
            out = Path(folder) / "out" / (name if name == "html" else f"{name}{suffix}")  # of many documents, pages are files in a folder
            subprocess.run([sys.executable, "-m", "benchmarks.exports", "--one", str(results), name, str(out)], check=True)


if __name__ == "__main__":
    main()
