"""What the pages of units show: how much each unit has to do, whom it works with, by which names it goes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, select

from models import StoreError
from models.outline import Role
from pipeline.messages import say
from pipeline.store.database import Database
from pipeline.store.register import standing
from pipeline.store.tables import documents, task_units, tasks, unit_names
from pipeline.store.titles import titles_of
from pipeline.store.words import searchable

UnitOrder = Literal["name", "-name", "lead", "-lead", "coordinate", "-coordinate", "late", "-late", "soon", "-soon", "done", "-done"]
_LETTERS: Final = 200
_KIN: Final = 200


@dataclass(frozen=True)
class UnitLoad:
    """A unit and the numbers of its tasks: in each role; of those that it leads, not done (``open``), past their day (``late``), due within
    the days asked for (``soon``), done. Tasks that were rejected, of drafts and of earlier versions do not count.

    ``name`` tells it apart from the units it stands beside.
    """

    id: str
    name: str
    lead: int = 0
    coordinate: int = 0
    implement: int = 0
    report_to: int = 0
    open: int = 0
    late: int = 0
    soon: int = 0
    done: int = 0


@dataclass(frozen=True)
class Partner:
    """A unit in the same tasks: ``tasks`` where the one asked about is ``own_role`` and the other ``role``."""

    id: str
    name: str
    own_role: Role
    role: Role
    tasks: int


class UnitPages:
    """The units of one store. Raises as Store does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, words: str, as_of: date, soon_days: int, order: UnitOrder = "-lead", limit: int = 50, offset: int = 0
    ) -> tuple[list[UnitLoad], int]:
        """Return the units that have a name with ``words`` (with or without marks), from ``offset`` on, and how many there are."""
        found = _loads(as_of, soon_days).group_by(task_units.c.unit_id)
        folded = searchable(words).folded
        if folded:
            padded = literal(" ").concat(unit_names.c.folded)
            found = found.where(
                task_units.c.unit_id.in_(select(unit_names.c.unit_id).where(padded.contains(f" {folded}", autoescape=True)))
            )
        by = order.removeprefix("-")
        column: ColumnElement[Any] = task_units.c.unit_id if by == "name" else found.selected_columns[by]
        found = found.order_by(column.desc() if order.startswith("-") else column, task_units.c.unit_id)
        with self._database.read() as connection:
            rows = connection.execute(found).mappings().all()  # a line a unit: thousands at most, and all are to be counted
            shown = rows[offset : offset + limit]
            titles = titles_of(connection, (row["id"] for row in shown))
        return [UnitLoad(**row, name=titles[row["id"]]) for row in shown], len(rows)

    def load(self, unit: str, as_of: date, soon_days: int) -> UnitLoad:
        """Return the numbers of a unit. Raises StoreError "unknown" where no task ever named it."""
        with self._database.read() as connection:
            row = connection.execute(_loads(as_of, soon_days).where(task_units.c.unit_id == unit).group_by(task_units.c.unit_id))
            found = row.mappings().one_or_none()
            if not connection.execute(select(unit_names.c.unit_id).where(unit_names.c.unit_id == unit).limit(1)).first():
                raise StoreError("unknown", say("register.no-unit", unit=unit[:_LETTERS]))
            return UnitLoad(**(found or {"id": unit}), name=_title(connection, unit))

    def title(self, unit: str) -> str | None:
        """Return what a unit is called, with its place where units of other places have that name; None where no task ever named it."""
        with self._database.read() as connection:
            title = _title(connection, unit)
            return None if title == unit else title

    def names(self, unit: str) -> list[tuple[str, int]]:
        """Return the names of a unit, each with the number of tasks that use it now, the most used first."""
        count = func.count(task_units.c.task_key)
        same = and_(task_units.c.unit_id == unit_names.c.unit_id, task_units.c.name == unit_names.c.name)
        found = select(unit_names.c.name, count).select_from(unit_names.outerjoin(task_units, same)).where(unit_names.c.unit_id == unit)
        with self._database.read() as connection:
            rows = connection.execute(found.group_by(unit_names.c.name).order_by(count.desc(), unit_names.c.name))
            return [(name, n) for name, n in rows]

    def documents(self, unit: str, limit: int = 500) -> list[tuple[int, str]]:
        """Return (id, number or name) of the documents in which a unit has tasks that are not done, newest first."""
        held = select(task_units.c.task_key).where(task_units.c.unit_id == unit)
        mine = standing(tasks.c.id.in_(held), tasks.c.done_on.is_(None)).with_only_columns(tasks.c.document_id)
        found = select(documents.c.id, func.coalesce(documents.c.number, documents.c.name)).where(documents.c.id.in_(mine))
        with self._database.read() as connection:
            return [(key, name) for key, name in connection.execute(found.order_by(documents.c.id.desc()).limit(limit))]

    def partners(self, unit: str, limit: int = 500) -> list[Partner]:
        """Return the units in the same tasks, those with most tasks first."""
        own, other = task_units.alias(), task_units.alias()
        count = func.count(own.c.task_key.distinct())
        found = (
            select(other.c.unit_id, own.c.role, other.c.role, count)
            .select_from(own.join(other, and_(other.c.task_key == own.c.task_key, other.c.unit_id != unit)))
            .where(own.c.unit_id == unit, (own.c.task_key + 0).in_(standing()))
            .group_by(other.c.unit_id, own.c.role, other.c.role)
            .order_by(count.desc(), other.c.unit_id, own.c.role, other.c.role)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(found).all()
            titles = titles_of(connection, (row[0] for row in rows))
        return [Partner(other_id, titles[other_id], own_role, role, n) for other_id, own_role, role, n in rows]


def _loads(as_of: date, soon_days: int) -> Select[Any]:
    """Return the query for the numbers of units, to be grouped by unit."""
    days = standing().add_columns(tasks.c.due_on, tasks.c.done_on).cte("standing").prefix_with("MATERIALIZED")
    leads = task_units.c.role == "lead"
    undone = days.c.done_on.is_(None)
    until = (as_of + timedelta(days=soon_days)).isoformat()
    sums = {
        **{role: task_units.c.role == role for role in ("lead", "coordinate", "implement", "report_to")},
        "open": and_(leads, undone),
        "late": and_(leads, undone, days.c.due_on < as_of.isoformat()),
        "soon": and_(leads, undone, days.c.due_on >= as_of.isoformat(), days.c.due_on <= until),
        "done": and_(leads, days.c.done_on.is_not(None)),
    }
    columns = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in sums.items()]
    joined = task_units.join(days, days.c.id == task_units.c.task_key)
    return select(task_units.c.unit_id.label("id"), *columns).select_from(joined)


def _title(connection: Connection, unit: str) -> str:
    """Return what a unit is called beside those of other places whose ids begin alike."""
    kin = select(unit_names.c.unit_id).where(unit_names.c.unit_id.startswith(f"{unit.partition('.')[0]}.", autoescape=True)).distinct()
    return titles_of(connection, [unit, *connection.execute(kin.limit(_KIN)).scalars()])[unit]
