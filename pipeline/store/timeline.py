"""Deadlines over all documents: those that name a day of a period, and those that have to be counted on the calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Select, func, or_, select

from models.outline import Role
from pipeline.store.search import units_named
from pipeline.store.standing import is_standing
from pipeline.store.tables import documents, task_deadlines, task_units, tasks
from pipeline.store.titles import titles_of

_OFTEN: Final = ("continuous", "daily", "weekly")  # they would fill every day of the picture
_IN_CHUNKS: Final = 500  # values of one IN: databases limit the parameters of a statement
_DAY: Final = "____-__-__%"
_MOST: Final = 3000
_COUNTED: Final = 1000


@dataclass(frozen=True)
class TimelineFilter:
    """Which deadlines are wanted: of the days ``since`` to ``until``, both in.

    ``unit`` is a unit's id or words of its name, in ``role`` (any, where None) of the task; ``document`` a row of the store, a draft too.
    """

    since: date
    until: date
    unit: str | None = None
    role: Role | None = None
    document: int | None = None


@dataclass(frozen=True)
class TimelineEntry:
    """A deadline of a task, the ``number``-th of it. ``leads`` are (unit id, name)."""

    document: int
    uid: str
    title: str
    number: int
    text: str
    start: str | None
    due: str | None
    repeat: str | None
    bound: str
    issued_on: str | None
    document_number: str | None
    file_name: str
    review: str
    started_on: date | None
    done_on: date | None
    done_times: Mapping[str, str]
    events: Mapping[str, str]
    leads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Timeline:
    """The deadlines of a filter, in the order of their days.

    ``dated`` name a day of the period; ``more``: there are more of them than were read, the later ones are missing. ``counted`` come back,
    or run from an event: on which days of the period they fall due has to be counted (``more_counted``: the older documents are missing).
    """

    dated: tuple[TimelineEntry, ...]
    counted: tuple[TimelineEntry, ...]
    more: bool = False
    more_counted: bool = False


def load_timeline(connection: Connection, wanted: TimelineFilter) -> Timeline:
    """Return the deadlines of ``wanted``; see ``Overview.timeline``."""
    due, repeat = task_deadlines.c.due, task_deadlines.c.repeat
    once = or_(repeat.is_(None), repeat == "continuous")
    day = func.substr(due, 1, 10)
    dated = _rows(wanted).where(once, due >= wanted.since.isoformat(), day <= wanted.until.isoformat(), due.like(_DAY))
    dated = dated.order_by(due, tasks.c.document_id, tasks.c.place, task_deadlines.c.n).limit(_MOST + 1)
    comes_back = repeat.is_not(None) & repeat.not_in(_OFTEN)
    counted = _rows(wanted).where(tasks.c.done_on.is_(None), or_(comes_back, once & or_(due.like("P%"), due.like("--%"))))
    counted = counted.order_by(tasks.c.document_id.desc(), tasks.c.place, task_deadlines.c.n).limit(_COUNTED + 1)
    first, second = list(connection.execute(dated)), list(connection.execute(counted))
    leads = _leads(connection, [row.id for row in (*first, *second)])
    return Timeline(_entries(first[:_MOST], leads), _entries(second[:_COUNTED], leads), len(first) > _MOST, len(second) > _COUNTED)


def _rows(wanted: TimelineFilter) -> Select[Any]:
    rows = (
        select(
            tasks.c.id, tasks.c.document_id, tasks.c.uid, tasks.c.title, task_deadlines.c.n, task_deadlines.c.text, task_deadlines.c.start,
            task_deadlines.c.due, task_deadlines.c.repeat, task_deadlines.c.bound, documents.c.issued_on, documents.c.number,
            documents.c.name, tasks.c.review, tasks.c.started_on, tasks.c.done_on, tasks.c.done_times, tasks.c.events,
        )
        .join_from(task_deadlines, tasks, tasks.c.id == task_deadlines.c.task_key)
        .join(documents, documents.c.id == tasks.c.document_id)
        .where(is_standing(wanted.document))
    )  # fmt: skip
    if wanted.unit or wanted.role:
        held = select(task_units.c.task_key)
        held = held.where(task_units.c.unit_id.in_(units_named(wanted.unit))) if wanted.unit else held
        rows = rows.where(tasks.c.id.in_(held.where(task_units.c.role == wanted.role) if wanted.role else held))
    return rows


def _leads(connection: Connection, keys: Sequence[int]) -> Mapping[int, tuple[tuple[str, str], ...]]:
    wanted = sorted(set(keys))
    found: dict[int, dict[str, None]] = {}
    for at in range(0, len(wanted), _IN_CHUNKS):
        led = select(task_units.c.task_key, task_units.c.unit_id).where(
            task_units.c.role == "lead", task_units.c.task_key.in_(wanted[at : at + _IN_CHUNKS])
        )
        for key, unit in connection.execute(led.order_by(task_units.c.task_key, task_units.c.n)):
            found.setdefault(key, {})[unit] = None
    titles = titles_of(connection, (unit for units in found.values() for unit in units))
    return {key: tuple((unit, titles[unit]) for unit in units) for key, units in found.items()}


def _entries(rows: Sequence[Any], leads: Mapping[int, tuple[tuple[str, str], ...]]) -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(
            row.document_id, row.uid, row.title, row.n + 1, row.text, row.start, row.due, row.repeat, row.bound, row.issued_on, row.number,
            row.name, row.review, row.started_on, row.done_on, row.done_times or {}, row.events or {}, leads.get(row.id, ()),
        )
        for row in rows
    )  # fmt: skip
