"""The register of all tasks: filters, orders and pages over every document, read from an index of its own.

Days are those that the words name in full (``tasks.due_on``, the earliest of a task's). What falls due again and again, or so long after an
event, has no such day: it is ``dated`` "recurring" or "none" here; pipeline.due counts these on the calendar.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, cast, exists, func, literal, not_, or_, select

from models import ReviewedTask, StoredDocument
from models.outline import Role
from models.review import ReviewState
from pipeline.store.database import Database
from pipeline.store.projection import task_of
from pipeline.store.query import parse_query
from pipeline.store.rows import document_of
from pipeline.store.search import count_rows, read_page, stands_in, texts_of, tiers_of, units_named
from pipeline.store.tables import documents, task_deadlines, task_texts, task_units, tasks
from pipeline.store.words import searchable

Stage = Literal["not-started", "in-progress", "done", "done-in-time", "done-late", "open", "open-in-time", "open-late"]
Dated = Literal["day", "recurring", "counted", "none"]
Order = Literal["relevance", "newest", "due", "-due", "document", "-document", "unit", "-unit", "confidence", "-confidence"]

PERIODS: Final = ("daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "school-yearly")
_MOST: Final = 10_000
"""rows are counted up to here"""
_FEW: Final = 2000
_CHUNK: Final = 500
_DAY: Final = "____-__-__%"


@dataclass(frozen=True)
class RegisterFilter:
    """Which tasks are wanted; what is None or empty does not matter. Tasks of earlier versions and tasks that are gone are never found.

    ``unit`` is a unit's id or words of its name, in ``role``; ``partner`` another one in the same task, in ``partner_role``. ``led``: with
    a lead unit, or without. Days are ISO dates, both ends in. ``dated``: with a day; without one, but coming back ("recurring"; "counted":
    also those so long after an event), or neither. ``stage`` is the state of the work as of ``as_of``. ``review``: without it, all but
    what was rejected. ``number`` is a document's number, or parts of one that stand together. Drafts order nothing yet: they are left out
    unless ``drafts`` or ``document`` asks for them.
    """

    words: str = ""
    unit: str | None = None
    role: Role | None = None
    partner: str | None = None
    partner_role: Role | None = None
    led: bool | None = None
    due_from: str | None = None
    due_to: str | None = None
    dated: Dated | None = None
    stage: Stage | None = None
    as_of: date | None = None
    review: tuple[ReviewState, ...] = ()
    document: int | None = None
    number: str | None = None
    issuer: str | None = None
    kind: str | None = None
    issued_from: str | None = None
    issued_to: str | None = None
    drafts: bool = False


@dataclass(frozen=True)
class RegisterPage:
    """A page of the register, with the documents of its tasks by id. ``total`` counts up to 10,000; ``more``: there are more than that."""

    tasks: tuple[ReviewedTask, ...]
    documents: dict[int, StoredDocument]
    total: int
    more: bool


class Register:
    """The register of one store. Raises as Store does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: RegisterFilter, order: Order = "newest", limit: int = 50, offset: int = 0) -> RegisterPage:
        """Return the tasks that are ``wanted`` from ``offset`` on; "relevance" is the order of search, and without words "newest"."""
        with self._database.read() as connection:
            found = _Found(connection, wanted, order)
            keys, total = found.page(limit, offset)
            return _page(connection, keys, min(total, _MOST), total > _MOST)

    def count(self, wanted: RegisterFilter) -> int:
        """Return how many tasks are wanted, all of them."""
        with self._database.read() as connection:
            return _Found(connection, wanted, "newest").count(None)

    def each(self, wanted: RegisterFilter, order: Order = "newest", limit: int | None = None) -> Iterator[RegisterPage]:
        """Yield all tasks that are wanted (the first ``limit``), some at a time, so that memory does not grow with their number.

        They are those that were there when the first was read; what became of them since shows.
        """
        with self._database.read() as connection:
            keys = _Found(connection, wanted, order).keys(limit, 0, None)
        for at in range(0, len(keys), _CHUNK):
            with self._database.read() as connection:
                yield _page(connection, keys[at : at + _CHUNK], len(keys), more=False)

    def issuers(self, limit: int = 500) -> list[tuple[str, str]]:
        """Return (id, name) of those who issued the documents, by name."""
        name = func.max(documents.c.issuer)
        found = select(documents.c.issuer_id, name).where(documents.c.issuer_id.is_not(None), documents.c.latest)
        return self._pairs(found.group_by(documents.c.issuer_id).order_by(documents.c.issuer_id).limit(limit))

    def kinds(self) -> list[tuple[str, str]]:
        """Return (code, name) of the kinds of documents that are there."""
        found = select(documents.c.kind_code, func.max(documents.c.kind_name)).where(documents.c.kind_code.is_not(None), documents.c.latest)
        return self._pairs(found.group_by(documents.c.kind_code).order_by(documents.c.kind_code))

    def _pairs(self, query: Select[Any]) -> list[tuple[str, str]]:
        with self._database.read() as connection:
            return [(key, name) for key, name in connection.execute(query)]


class _Found:
    """What a filter leaves, in an order."""

    def __init__(self, connection: Connection, wanted: RegisterFilter, order: Order) -> None:
        self._connection = connection
        self._tiers: list[ColumnElement[bool] | None] = [None]
        self._anywhere: ColumnElement[bool] | None = None
        held = list(_units(wanted))
        few = wanted.document is not None or any(count_rows(connection, one, None, most=_FEW) < _FEW for one in held)
        key: ColumnElement[int] = tasks.c.id
        query = parse_query(wanted.words)
        texts, text_key = texts_of(connection, task_texts)
        ways = [] if query.is_empty else tiers_of(query, texts is not task_texts, exact=False)
        joined = bool(ways) and order in ("relevance", "newest")  # the index of words gives its rows in that order
        if ways and not joined:
            held.append(select(text_key).where(stands_in(texts, ways[-1])))
            few = few or count_rows(connection, held[-1], None, most=_FEW) < _FEW
        # "+ 0" keeps a database from going row by row where all of them have to be looked at: it reads the register's index then
        own, document = (tasks.c.id, tasks.c.document_id) if few or joined else (tasks.c.id + 0, tasks.c.document_id + 0)
        rows = select(tasks.c.id).where(*_conditions(wanted), document.in_(_documents(wanted)), *(own.in_(one) for one in held))
        if joined:
            key = text_key
            rows = rows.join_from(tasks, texts, key == tasks.c.id)
            self._anywhere = stands_in(texts, ways[-1])
            self._tiers = [stands_in(texts, way, ways[:n]) for n, way in enumerate(ways)] if order == "relevance" else [self._anywhere]
        if order in ("document", "-document"):
            rows = rows.join_from(tasks, documents, documents.c.id == document)
        self._costly = bool(held) and not few
        self._rows = rows
        self._order = _order(order, key)

    def count(self, most: int | None) -> int:
        """Return the number of rows, ``most`` where there are more."""
        if most is not None:
            return count_rows(self._connection, self._rows, self._anywhere, most)
        rows = (self._rows if self._anywhere is None else self._rows.where(self._anywhere)).subquery()
        return int(self._connection.execute(select(func.count()).select_from(rows)).scalar_one())

    def page(self, limit: int, offset: int) -> tuple[list[int], int]:
        """Return the ids of the rows from ``offset`` on, and the number of all (as far as they are counted)."""
        if self._costly and self._anywhere is None:
            # whom the tasks are for, or what words they hold, is looked up once for both
            rows = self._rows.add_columns(func.count().over()).order_by(*self._order).limit(limit).offset(offset)
            if found := self._connection.execute(rows).all():
                return [row[0] for row in found], found[0][1]
        total = self.count(_MOST + 1)
        return self.keys(limit, offset, total), total

    def keys(self, limit: int | None, offset: int, total: int | None) -> list[int]:
        """Return the ids of the rows from ``offset`` on; ``total`` is their number as far as it is known."""
        if limit is None:
            total = limit = self.count(None)
        enough = total if total is not None and total <= _MOST else 1 << 40
        return read_page(self._connection, self._rows, self._tiers, self._order, limit, offset, enough)


def _page(connection: Connection, keys: Sequence[int], total: int, more: bool) -> RegisterPage:
    rows = {row["id"]: row for row in connection.execute(select(tasks).where(tasks.c.id.in_(keys))).mappings()}
    found = tuple(task_of(rows[key]) for key in keys if key in rows)
    holders = select(documents).where(documents.c.id.in_({task.document for task in found}))
    named = {row["id"]: document_of(row) for row in connection.execute(holders).mappings()}
    return RegisterPage(found, named, total, more)


def _order(order: Order, key: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    newest = key.desc()
    if order in ("relevance", "newest"):
        return (newest,)
    columns: dict[str, ColumnElement[Any]] = {
        "due": tasks.c.due_on,
        "unit": tasks.c.lead_id,
        "confidence": tasks.c.confidence,
        "document": documents.c.issued_on,
    }
    column = columns[order.removeprefix("-")]
    return (column.is_(None), column.desc() if order.startswith("-") else column, newest)


def in_force() -> ColumnElement[bool]:
    """Return that a task counts: it stands, nobody rejected it. Its document: see ``documents_in_force``."""
    return and_(tasks.c.gone.is_(None), tasks.c.review != "rejected")


def documents_in_force() -> ColumnElement[bool]:
    """Return that a document orders something: the last version of it, no draft."""
    return and_(documents.c.latest, not_(documents.c.draft))


def is_late(as_of: date) -> ColumnElement[bool]:
    """Return that the day of a task passed without its being done."""
    return and_(tasks.c.done_on.is_(None), tasks.c.due_on < as_of.isoformat())


def standing(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the ids of the tasks that count (``in_force``, of documents in force), all looked at in the register's index."""
    holders = select(documents.c.id).where(documents_in_force())
    return select(tasks.c.id).where(in_force(), (tasks.c.document_id + 0).in_(holders), *conditions)


def recurs() -> ColumnElement[bool]:
    """Return that a deadline of the task comes back."""
    return exists().where(task_deadlines.c.task_key == tasks.c.id, task_deadlines.c.repeat.in_(PERIODS))


def is_counted() -> ColumnElement[bool]:
    """Return that a deadline of the task comes back, or is so long after an event: its day is to be counted."""
    again = task_deadlines.c.repeat.in_(PERIODS)
    return exists().where(task_deadlines.c.task_key == tasks.c.id, or_(again, task_deadlines.c.due.is_not(None)))


def _conditions(wanted: RegisterFilter) -> Iterator[ColumnElement[bool]]:
    yield tasks.c.gone.is_(None)
    yield tasks.c.review.in_(wanted.review) if wanted.review else tasks.c.review != "rejected"
    if wanted.document is not None:
        yield tasks.c.document_id == wanted.document
    if wanted.led is not None:
        yield tasks.c.lead_id.is_not(None) if wanted.led else tasks.c.lead_id.is_(None)
    if wanted.due_from:
        yield tasks.c.due_on >= wanted.due_from
    if wanted.due_to:
        yield tasks.c.due_on <= wanted.due_to
    if wanted.dated == "day":
        yield tasks.c.due_on.is_not(None)
    elif wanted.dated:
        yield tasks.c.due_on.is_(None)
        yield is_counted() if wanted.dated == "counted" else recurs() if wanted.dated == "recurring" else not_(recurs())
    if wanted.stage:
        yield from _stage(wanted.stage, (wanted.as_of or date.today()))


def _stage(stage: Stage, as_of: date) -> Iterator[ColumnElement[bool]]:
    """Yield that the work stands so; in time or late only where a day is known (done: the last of a task's days counts)."""
    yield tasks.c.done_on.is_not(None) if stage.startswith("done") else tasks.c.done_on.is_(None)
    if stage in ("not-started", "in-progress"):
        some_times = tasks.c.id.in_(select(tasks.c.id).where(tasks.c.done_times.is_not(None)))
        begun = or_(tasks.c.started_on.is_not(None), some_times)
        yield begun if stage == "in-progress" else not_(begun)
    elif stage == "open-late":
        yield is_late(as_of)
    elif stage == "open-in-time":
        yield or_(tasks.c.due_on >= as_of.isoformat(), and_(tasks.c.due_on.is_(None), recurs()))
    elif stage in ("done-in-time", "done-late"):
        once = (task_deadlines.c.task_key == tasks.c.id, task_deadlines.c.due.like(_DAY))
        not_again = or_(task_deadlines.c.repeat.is_(None), task_deadlines.c.repeat == "continuous")
        last = select(func.max(func.substr(task_deadlines.c.due, 1, 10))).where(*once, not_again).scalar_subquery()
        done = cast(tasks.c.done_on, Text)
        yield done > last if stage == "done-late" else or_(done <= last, and_(last.is_(None), recurs()))


def _documents(wanted: RegisterFilter) -> Select[Any]:
    found = select(documents.c.id).where(documents.c.latest)
    if not wanted.drafts and wanted.document is None:
        found = found.where(not_(documents.c.draft))
    if wanted.issuer:
        found = found.where(documents.c.issuer_id == wanted.issuer)
    if wanted.kind:
        found = found.where(documents.c.kind_code == wanted.kind)
    if wanted.issued_from:
        found = found.where(documents.c.issued_on >= wanted.issued_from)
    if wanted.issued_to:
        found = found.where(documents.c.issued_on <= wanted.issued_to)
    if wanted.number and (words := searchable(wanted.number).folded.split()):
        part = "-".join((words[0].lstrip("0") or "0", *words[1:]))
        found = found.where(literal("-").concat(documents.c.number_key).contains(f"-{part}", autoescape=True))
    return found


def _units(wanted: RegisterFilter) -> Iterator[Select[Any]]:
    """Yield the tasks that hold the wanted unit, and those that hold its partner."""
    for unit, role in ((wanted.unit, wanted.role), (wanted.partner, wanted.partner_role)):
        if unit or role:
            held = select(task_units.c.task_key)
            if unit:
                held = held.where(task_units.c.unit_id.in_(units_named(unit)))
            yield held.where(task_units.c.role == role) if role else held
