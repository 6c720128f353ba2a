"""How fast the pages across documents get their numbers: python -m benchmarks.overview [--tasks 100000] [--store postgresql://…]

The store is that of benchmarks.search, with deadlines from two years ago to one ahead, most of the past ones done, as in an office that
notes progress. Wall time and processor time of each question, medians.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import bindparam, insert, select, update

from benchmarks.search import fill
from pipeline.review.graph_layout import elements
from pipeline.store import Store
from pipeline.store.edges import EdgeFilter
from pipeline.store.tables import documents, task_deadlines, tasks
from pipeline.store.timeline import TimelineFilter

TODAY = date.today()
FIRST, LAST, MIDDLE = -700, 360, -60  # days from today: the earliest deadline, the latest, most of them
DATED = 0.45
PAST_DONE, COMING_DONE = 0.85, 0.1
STATES = {"open": 20, "approved": 60, "edited": 12, "rejected": 6, "unclear": 2}


def vary(store: Store) -> None:
    """Give tasks days around today, and most of what is past its end."""
    chance = random.Random(3)
    rows, deadlines = [], []
    with store._database.write() as connection:
        for key in connection.execute(select(tasks.c.id).order_by(tasks.c.id)).scalars().all():
            day = TODAY + timedelta(days=int(chance.triangular(FIRST, LAST, MIDDLE))) if chance.random() < DATED else None
            done = None
            if day and chance.random() < (PAST_DONE if day < TODAY else COMING_DONE):
                done = min(TODAY, day - timedelta(days=chance.randint(-9, 20)))
            review = chance.choices(list(STATES), list(STATES.values()))[0]
            rows.append({"key": key, "due": day.isoformat() if day else None, "done": done, "review": review})
            if day:
                deadlines.append(
                    {"task_key": key, "n": 100, "text": f"trước ngày {day:%d/%m/%Y}", "due": day.isoformat(), "bound": "before"}
                )
        changed = update(tasks).where(tasks.c.id == bindparam("key"))
        connection.execute(changed.values(due_on=bindparam("due"), done_on=bindparam("done"), review=bindparam("review")), rows)
        connection.execute(insert(task_deadlines), deadlines)
        connection.execute(update(documents).values(finished_at=documents.c.received_at))
    if not store._database.is_sqlite:
        with store._database.write() as connection:
            connection.exec_driver_sql("ANALYZE")


def measure(name: str, ask: Callable[[], object], rounds: int) -> None:
    walls, works = [], []
    for _ in range(rounds):
        wall, work = time.perf_counter(), time.process_time()
        ask()
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - work) * 1000)
    print(f"{statistics.median(walls):7.1f} ms  (processor {statistics.median(works):6.1f})  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--store", help="address of an empty store; a SQLite file by default")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="giaoviec-overview-") as folder:
        place = Path(folder)
        with Store.open(options.store or place / "giaoviec.db", place / "originals") as store:
            fill(store, options.tasks)
            vary(store)
            see, rounds = store.overview, options.rounds
            standing = see.standing(TODAY)
            print(f"{options.tasks:,} tasks, {standing.open:,} of them open, {standing.overdue:,} overdue")
            weeks = TimelineFilter(TODAY - timedelta(weeks=4), TODAY + timedelta(weeks=14))
            network = see.network(EdgeFilter())
            strongest = network.edges[0]
            unit = strongest.target
            measure("the first page", lambda: see.standing(TODAY), rounds)
            measure("timeline of 18 weeks", lambda: see.timeline(weeks), rounds)
            measure("timeline of one unit", lambda: see.timeline(TimelineFilter(weeks.since, weeks.until, unit, "lead")), rounds)
            measure("graph of all", lambda: see.network(EdgeFilter()), rounds)
            measure("graph of one unit", lambda: see.network(EdgeFilter(unit=unit)), rounds)
            measure("graph of one document", lambda: see.network(EdgeFilter(document=7)), rounds)
            measure("where the units of the graph stand", lambda: elements(network.strongest(300)), rounds)
            measure("tasks behind the strongest edge", lambda: see.contact(EdgeFilter(), strongest.source, strongest.target), rounds)


if __name__ == "__main__":
    main()
