"""How fast search answers over many tasks: python -m benchmarks.search [--tasks 100000] [--store postgresql://…]

Documents are made from the seeds in corpus/: their tasks, with names of places and numbers varied, so that words are as frequent
as in life. The store is made in a temporary folder; each query is asked several times, the median counts.
"""

import argparse
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, text

from models import ReviewedTask, Task, TaskState
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.store import Store, TaskFilter
from pipeline.store.identity import task_uid
from pipeline.store.projection import add_tasks
from pipeline.store.tables import documents

CORPUS = Path(__file__).parent.parent / "corpus"
PLACES = (
    "Hà Đông",
    "Ba Đình",
    "Long Biên",
    "Hoàn Kiếm",
    "Tây Hồ",
    "Đống Đa",
    "Cầu Giấy",
    "Thanh Xuân",
    "Bình Thạnh",
    "Gò Vấp",
    "Thủ Đức",
    "Hải Châu",
)
OF_A_DOCUMENT = 50
QUERIES = (
    "dao tao ha dong",
    "đào tạo",
    "đào tạo Hà Đông",
    "phòng giáo dục và đào tạo",
    '"cơ sở vật chất" Cầu Giấy',
    "thực hiện",
    "thuc hien",
    "báo cáo kết quả trước ngày",
    "t",
    "không có chữ này đâu",
    "an toàn thực phẩm bếp ăn bán trú",
    "267/KH-UBND",
    "chủ tịch ủy ban nhân dân",
    "tuyên tr",
)


FILTERED = (
    ("dao tao", TaskFilter(unit="phong giao duc", role="lead")),
    ("", TaskFilter(unit="phong giao duc", role="lead")),
    ("", TaskFilter(unit="Thanh tra")),
    ("kiểm tra", TaskFilter(unit="Thanh tra")),
    ("", TaskFilter(due_from="2021-01-01", due_to="2021-12-31")),
    ("", TaskFilter()),
)


def fill(store: Store, count: int) -> None:
    """Enter ``count`` tasks, ``OF_A_DOCUMENT`` a document."""
    seeds = [task for path in sorted(CORPUS.glob("*.txt")) for task in process(path, rulebook()).tasks]
    chance = random.Random(1)
    now = datetime.now(UTC)
    with store._database.write() as connection:
        for number in range(1, count // OF_A_DOCUMENT + 1):
            head = {"sha256": f"{number:064x}", "name": f"{number}.docx", "size": 1, "received_at": now, "state": "review", "latest": True}
            head |= {"number": f"{number}/KH-UBND", "issued_on": f"{2015 + number % 12}-{number % 12 + 1:02d}-10"}
            document = connection.execute(insert(documents).values(head).returning(documents.c.id)).scalar_one()
            rows = [_varied(chance.choice(seeds), document, n, chance) for n in range(OF_A_DOCUMENT)]
            add_tasks(connection, rows, now)
    if not store._database.is_sqlite:
        with store._database.write() as connection:
            connection.execute(text("ANALYZE"))  # the server does so by itself, a minute later


def _varied(task: Task, document: int, n: int, chance: random.Random) -> ReviewedTask:
    words = f"{task.text} ({chance.choice(PLACES)}, {chance.randint(1, 999)}/KH-UBND)"
    own = task.model_copy(update={"id": f"{document}:{n}", "text": words})
    return ReviewedTask(
        uid=task_uid(str(document), str(n)), document=document, order=float(n), base=own, task=own, work=TaskState(version=1)
    )


def _said(wanted: TaskFilter) -> str:
    return "  ".join(("", *(f"{key}={value}" for key, value in vars(wanted).items() if value not in (None, (), False, True))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--store", help="address of an empty store; a SQLite file by default")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="giaoviec-search-") as folder:
        place = Path(folder)
        with Store.open(options.store or place / "giaoviec.db", place / "originals") as store:
            start = time.perf_counter()
            fill(store, options.tasks)
            size = f", {(place / 'giaoviec.db').stat().st_size / 1e6:.0f} MB" if not options.store else ""
            print(f"{options.tasks:,} tasks entered in {time.perf_counter() - start:.0f} s{size}")
            medians = []
            for words, wanted in [*((words, TaskFilter()) for words in QUERIES), *FILTERED]:
                times = []
                for _ in range(options.rounds):
                    start = time.perf_counter()
                    page = store.search(words, wanted)
                    times.append((time.perf_counter() - start) * 1000)
                medians.append(statistics.median(times))
                more = "+" if page.more else ""
                print(f"{medians[-1]:7.1f} ms  {page.total:5}{more:1}  {words}{_said(wanted)}")
            print(f"{statistics.median(medians):7.1f} ms  median of all queries; slowest {max(medians):.1f} ms")


if __name__ == "__main__":
    main()
