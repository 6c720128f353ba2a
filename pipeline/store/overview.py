"""How the office stands on a day, in numbers over all documents: the first page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from models.stored import DocumentState
from pipeline.store.database import Database
from pipeline.store.edges import Contact, EdgeFilter, Network, load_contact, load_network
from pipeline.store.standing import is_standing
from pipeline.store.tables import documents, task_units, tasks
from pipeline.store.timeline import Timeline, TimelineFilter, load_timeline
from pipeline.store.titles import places_of, titles_of

_WEEKS: Final = 8


@dataclass(frozen=True)
class Load:
    """What one unit leads: ``open`` tasks, ``overdue`` of them."""

    unit: str
    name: str
    open: int
    overdue: int


@dataclass(frozen=True)
class Late:
    """A task whose day passed."""

    document: int
    uid: str
    title: str
    due_on: str
    leads: tuple[str, ...]
    number: str | None
    file_name: str


@dataclass(frozen=True)
class Waiting:
    """A document that waits for people since ``since``, with its tasks that nobody has decided on."""

    document: int
    number: str | None
    kind: str | None
    title: str | None
    file_name: str
    since: datetime | None
    tasks: int
    undecided: int


@dataclass(frozen=True)
class Standing:
    """How the office stands on the day ``on``.

    Tasks are those that stand (of the last version of their document, not gone, not rejected) and are not done; they count by the
    earliest day that a deadline names. ``week`` is the rest of the week to Sunday, today among it. ``undated``: no deadline names a day;
    ``leaderless``: no unit leads them. ``loads`` are the units with most tasks, ``latest`` the tasks that are late the longest, ``weeks``
    how many tasks fall due in this and the next weeks (by their Mondays; this week from today on).
    """

    on: date
    documents: Mapping[DocumentState, int]
    open: int
    overdue: int
    today: int
    week: int
    undated: int
    leaderless: int
    units: int
    loads: tuple[Load, ...]
    latest: tuple[Late, ...]
    weeks: tuple[tuple[date, int], ...]
    waiting: tuple[Waiting, ...]


class Overview:
    """What is seen across all documents of one store: numbers, deadlines, who works with whom. It changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self, on: date, most: int = 10) -> Standing:
        """Return how the office stands on the day ``on``; of lists the ``most`` first."""
        with self._database.read() as connection:
            return _standing(connection, on, most)

    def unit_name(self, unit: str) -> str | None:
        """Return what the unit of this id is called, None where no task ever named it."""
        with self._database.read() as connection:
            name = titles_of(connection, [unit])[unit]
        return None if name == unit else name

    def places(self, wanted: Collection[str]) -> Mapping[str, str]:
        """Return how places are written that unit ids end in ("quan-ha-dong" → "quận Hà Đông"), where a document's issuer tells."""
        with self._database.read() as connection:
            return places_of(connection, wanted)

    def timeline(self, wanted: TimelineFilter) -> Timeline:
        """Return the deadlines of ``wanted``."""
        with self._database.read() as connection:
            return load_timeline(connection, wanted)

    def network(self, wanted: EdgeFilter) -> Network:
        """Return which units work with which, and in how many tasks."""
        with self._database.read() as connection:
            return load_network(connection, wanted)

    def contact(self, wanted: EdgeFilter, unit: str, other: str | None = None, limit: int = 50, offset: int = 0) -> Contact:
        """Return the tasks in which ``unit`` leads and ``other`` is asked; without ``other``, those in which it has to do with anybody."""
        with self._database.read() as connection:
            return load_contact(connection, wanted, unit, other, limit, offset)


def _standing(connection: Connection, on: date, most: int) -> Standing:
    here = and_(is_standing(), tasks.c.done_on.is_(None))
    day, sunday = on.isoformat(), on + timedelta(days=6 - on.weekday())
    late = tasks.c.due_on < day
    counts = connection.execute(
        select(
            func.count(),
            func.count(case((late, 1))),
            func.count(case((tasks.c.due_on == day, 1))),
            func.count(case((tasks.c.due_on.between(day, sunday.isoformat()), 1))),
            func.count(case((tasks.c.due_on.is_(None), 1))),
            func.count(case((tasks.c.lead_id.is_(None), 1))),
        )
        .select_from(tasks)
        .where(here)
    ).one()
    held = connection.execute(  # + 0: SQLite would begin with the units and look each task up
        select(task_units.c.unit_id, func.count(), func.count(case((late, 1))))
        .select_from(tasks)
        .join(task_units, and_(task_units.c.task_key == tasks.c.id + 0, task_units.c.role == "lead"))
        .where(here)
        .group_by(task_units.c.unit_id)
    )
    loads = sorted(((unit, n, m) for unit, n, m in held), key=lambda load: (-load[1], -load[2], load[0]))
    first = loads[: most + 2]
    titles = titles_of(connection, (unit for unit, _, _ in first))
    return Standing(
        on=on,
        documents=_states(connection),
        open=counts[0],
        overdue=counts[1],
        today=counts[2],
        week=counts[3],
        undated=counts[4],
        leaderless=counts[5],
        units=len(loads),
        loads=tuple(Load(unit, titles[unit], n, m) for unit, n, m in first),
        latest=_latest(connection, and_(here, late), most),
        weeks=_weeks(connection, here, on),
        waiting=_waiting(connection, most),
    )


def _states(connection: Connection) -> Mapping[DocumentState, int]:
    found: dict[DocumentState, int] = dict.fromkeys(("received", "working", "review", "done", "failed", "duplicate"), 0)
    found.update((state, count) for state, count in connection.execute(select(documents.c.state, func.count()).group_by(documents.c.state)))
    return found


def _latest(connection: Connection, late: ColumnElement[bool], most: int) -> tuple[Late, ...]:
    rows = connection.execute(
        select(tasks.c.id, tasks.c.document_id, tasks.c.uid, tasks.c.title, tasks.c.due_on, documents.c.number, documents.c.name)
        .join(documents, documents.c.id == tasks.c.document_id)
        .where(late)
        .order_by(tasks.c.due_on, tasks.c.document_id, tasks.c.id)
        .limit(most)
    ).all()
    leads: dict[int, list[str]] = {}
    led = select(task_units.c.task_key, task_units.c.unit_id).where(task_units.c.role == "lead")
    led = led.where(task_units.c.task_key.in_([row.id for row in rows]))
    for key, unit in connection.execute(led.order_by(task_units.c.task_key, task_units.c.n)):
        leads.setdefault(key, []).append(unit)
    titles = titles_of(connection, (unit for units in leads.values() for unit in units))
    return tuple(
        Late(r.document_id, r.uid, r.title, r.due_on, tuple(titles[unit] for unit in leads.get(r.id, ())), r.number, r.name) for r in rows
    )


def _weeks(connection: Connection, here: ColumnElement[bool], on: date) -> tuple[tuple[date, int], ...]:
    monday = on - timedelta(days=on.weekday())
    weeks = {monday + timedelta(weeks=n): 0 for n in range(_WEEKS)}
    end = monday + timedelta(weeks=_WEEKS)
    coming = select(tasks.c.due_on, func.count()).where(here, tasks.c.due_on >= on.isoformat(), tasks.c.due_on < end.isoformat())
    for due_on, count in connection.execute(coming.group_by(tasks.c.due_on)):
        try:
            day = date.fromisoformat(due_on)
        except ValueError:  # no day of the calendar
            continue
        weeks[day - timedelta(days=day.weekday())] += count
    return tuple(weeks.items())


def _waiting(connection: Connection, most: int) -> tuple[Waiting, ...]:
    mine = and_(tasks.c.document_id == documents.c.id, tasks.c.gone.is_(None))
    rows = connection.execute(
        select(
            documents.c.id, documents.c.number, documents.c.kind_name, documents.c.title, documents.c.name, documents.c.finished_at,
            select(func.count()).where(mine).scalar_subquery(),
            select(func.count()).where(mine, tasks.c.review == "open").scalar_subquery(),
        )
        .where(documents.c.state == "review")
        .order_by(documents.c.finished_at, documents.c.id)
        .limit(most)
    )  # fmt: skip
    return tuple(Waiting(*row) for row in rows)
