"""How fast the register of tasks and the page of units answer over many tasks: python -m benchmarks.register [--tasks 100000]

The store is made as for benchmarks.search; days, progress, reviews and confidence are then spread over the tasks. Each question is asked
several times, the median counts.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.search import fill
from pipeline.store import Store
from pipeline.store.register import Order, RegisterFilter
from pipeline.store.unit_pages import UnitOrder

TODAY = date(2026, 11, 21)
QUESTIONS: tuple[tuple[str, RegisterFilter, Order, int], ...] = (
    ("all", RegisterFilter(), "newest", 0),
    ("all, by deadline", RegisterFilter(), "due", 0),
    ("all, by document", RegisterFilter(), "document", 0),
    ("all, by unit", RegisterFilter(), "unit", 0),
    ("all, by confidence", RegisterFilter(), "confidence", 0),
    ("all, page 150, by deadline", RegisterFilter(), "due", 7450),
    ("late", RegisterFilter(stage="open-late", as_of=TODAY), "due", 0),
    ("late, newest first", RegisterFilter(stage="open-late", as_of=TODAY), "newest", 0),
    ("this week", RegisterFilter(due_from="2026-11-21", due_to="2026-11-22", stage="open"), "due", 0),
    ("no deadline", RegisterFilter(dated="none"), "newest", 0),
    ("recurring", RegisterFilter(dated="recurring"), "newest", 0),
    ("not started", RegisterFilter(stage="not-started"), "newest", 0),
    ("in progress", RegisterFilter(stage="in-progress"), "newest", 0),
    ("done in time", RegisterFilter(stage="done-in-time"), "newest", 0),
    ("done late", RegisterFilter(stage="done-late"), "unit", 0),
    ("open in time", RegisterFilter(stage="open-in-time", as_of=TODAY), "due", 0),
    ("no lead", RegisterFilter(led=False), "newest", 0),
    ("unclear", RegisterFilter(review=("unclear",)), "newest", 0),
    ("unit", RegisterFilter(unit="phong giao duc", role="lead"), "due", 0),
    ("small unit", RegisterFilter(unit="Thanh tra"), "due", 0),
    ("two units", RegisterFilter(unit="phong giao duc", role="lead", partner="phong noi vu"), "due", 0),
    ("words", RegisterFilter(words="dao tao ha dong"), "relevance", 0),
    ("words, by deadline", RegisterFilter(words="dao tao"), "due", 0),
    ("frequent words", RegisterFilter(words="thuc hien"), "newest", 0),
    ("frequent words, by unit", RegisterFilter(words="thuc hien"), "unit", 0),
    ("words and late", RegisterFilter(words="tuyen truyen", stage="open-late", as_of=TODAY), "due", 0),
    ("kind that nobody has", RegisterFilter(kind="XX"), "newest", 0),
    ("issued in a year", RegisterFilter(issued_from="2021-01-01", issued_to="2021-12-31"), "newest", 0),
    ("number", RegisterFilter(number="1234/KH"), "newest", 0),
)
UNIT_ORDERS: tuple[UnitOrder, ...] = ("-lead", "name", "-late")


def spread(store: Store) -> None:
    """Spread days, progress, reviews and confidence over the tasks of the store."""
    first = date(2022, 1, 1)
    with store._database.write() as connection:
        days = [{"key": n, "day": (first + timedelta(days=n)).isoformat()} for n in range(2000)]
        key = "(id / 1048576 * 50 - id % 1048576)"
        connection.execute(text(f"UPDATE tasks SET due_on = :day WHERE abs({key}) % 2000 = :key AND due_on IS NOT NULL"), days)
        for statement in (
            f"UPDATE tasks SET review = 'approved' WHERE abs({key}) % 2 = 0",
            f"UPDATE tasks SET review = 'rejected' WHERE abs({key}) % 31 = 0",
            f"UPDATE tasks SET review = 'unclear' WHERE abs({key}) % 101 = 0",
            f"UPDATE tasks SET confidence = (abs({key}) % 98) / 100.0",
            f"UPDATE tasks SET started_on = '2026-01-15' WHERE abs({key}) % 5 = 0",
            f"UPDATE tasks SET done_on = '2026-05-20' WHERE abs({key}) % 3 = 0",
        ):
            connection.execute(text(statement))
    if not store._database.is_sqlite:
        with store._database.write() as connection:
            connection.execute(text("ANALYZE"))


def median(ask: Callable[[], Any], rounds: int, clock: Callable[[], float]) -> tuple[float, Any]:
    """Return the median time in milliseconds, and the last answer."""
    times, answer = [], None
    for _ in range(rounds):
        start = clock()
        answer = ask()
        times.append((clock() - start) * 1000)
    return statistics.median(times), answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--store", help="address of an empty store; a SQLite file by default")
    parser.add_argument("--keep", type=Path, help="SQLite file to keep: made where it is not there")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--processor", action="store_true", help="count processor time, where others use the machine too (SQLite only)")
    options = parser.parse_args()
    clock = time.process_time if options.processor else time.perf_counter
    with tempfile.TemporaryDirectory(prefix="giaoviec-register-") as folder:
        place = Path(folder)
        is_there = options.keep is not None and options.keep.exists()
        with Store.open(options.store or options.keep or place / "giaoviec.db", place / "originals") as store:
            if not is_there:
                fill(store, options.tasks)
                spread(store)
            medians = []
            for name, wanted, order, offset in QUESTIONS:
                taken, page = median(lambda: store.register.page(wanted, order, offset=offset), options.rounds, clock)  # noqa: B023
                medians.append(taken)
                print(f"{taken:7.1f} ms  {page.total:6}{'+' if page.more else ' '}  {name}")
            for by in UNIT_ORDERS:
                taken, units = median(lambda: store.unit_pages.page("", TODAY, 14, by), options.rounds, clock)  # noqa: B023
                medians.append(taken)
                print(f"{taken:7.1f} ms  {units[1]:6}   units, {by}")
            largest = store.unit_pages.page("", TODAY, 14, "-lead", 1)[0][0].id
            taken, partners = median(lambda: store.unit_pages.partners(largest), options.rounds, clock)
            print(f"{taken:7.1f} ms  {len(partners):6}   partners of the unit with most tasks")
            print(f"{statistics.median(medians):7.1f} ms  median of all questions; slowest {max(medians):.1f} ms")


if __name__ == "__main__":
    main()
