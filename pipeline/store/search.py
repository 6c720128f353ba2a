"""Search in tasks and documents, with or without marks, on both databases in the same way and order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    cast,
    column,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from models import ReviewedTask, StoredDocument
from models.outline import Role
from models.review import ReviewState
from models.stored import DocumentState
from pipeline.store.projection import task_of
from pipeline.store.query import Query, parse_query
from pipeline.store.rows import document_of
from pipeline.store.tables import document_texts, documents, task_texts, task_units, tasks, unit_names
from pipeline.store.words import searchable

Sort = Literal["relevance", "due", "-due", "document"]
_Form = Literal["exact", "folded"]
_COUNTED: Final = 1000
_FEW: Final = 2000
_SHORTEST_BEGINNING: Final = 2
"""letters of a word that may be the beginning of another"""


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks are wanted; what is None does not matter.

    ``unit`` is a unit's id or (part of) its name, with or without marks; ``role`` narrows it. Days are ISO dates, both ends in: ``due``
    counts the earliest day that a deadline of the task names, ``issued`` the document's. ``exact`` takes marks at their word.
    ``latest`` leaves out tasks of versions that a later one took the place of. Tasks that are gone (split, merged, dropped) are
    never found.
    """

    document: int | None = None
    unit: str | None = None
    role: Role | None = None
    due_from: str | None = None
    due_to: str | None = None
    issued_from: str | None = None
    issued_to: str | None = None
    review: tuple[ReviewState, ...] = ()
    progress: Literal["not-started", "in-progress", "done"] | None = None
    exact: bool = False
    latest: bool = True


@dataclass(frozen=True)
class DocumentFilter:
    """Which documents are wanted; what is empty does not matter."""

    states: tuple[DocumentState, ...] = ()
    issued_from: str | None = None
    issued_to: str | None = None
    latest: bool = False
    exact: bool = False


@dataclass(frozen=True)
class TaskPage:
    """A page of tasks, with their documents by id. ``total`` counts up to 1,000; ``more``: there are more than that."""

    tasks: tuple[ReviewedTask, ...]
    documents: dict[int, StoredDocument]
    total: int
    more: bool


@dataclass(frozen=True)
class DocumentPage:
    """A page of documents; ``total`` and ``more`` as in TaskPage."""

    documents: tuple[StoredDocument, ...]
    total: int
    more: bool


def search_tasks(connection: Connection, words: str, wanted: TaskFilter, sort: Sort, limit: int, offset: int) -> TaskPage:
    """Return the tasks that hold ``words``; see ``Store.search``."""
    query = parse_query(words)
    pages = select(tasks.c.id).join(documents, documents.c.id == tasks.c.document_id)
    pages = pages.where(*_task_conditions(wanted), *_holders(connection, wanted))
    texts, key = texts_of(connection, task_texts)
    tiers: list[ColumnElement[bool] | None] = [None]
    anywhere: ColumnElement[bool] | None = None
    newest: ColumnElement[int] = tasks.c.id
    if not query.is_empty:
        pages, newest = pages.join_from(tasks, texts, key == tasks.c.id), key
        ways = tiers_of(query, texts is not task_texts, wanted.exact)
        anywhere = stands_in(texts, ways[-1])
        tiers = [stands_in(texts, way, ways[:n]) for n, way in enumerate(ways)] if sort == "relevance" else [anywhere]
    order: tuple[ColumnElement[Any], ...] = (newest.desc(),)
    if sort in ("due", "-due"):
        order = (tasks.c.due_on.is_(None), tasks.c.due_on if sort == "due" else tasks.c.due_on.desc(), *order)
    total = count_rows(connection, pages, anywhere)
    keys = read_page(connection, pages, tiers, order, limit, offset, total)
    rows = {row["id"]: row for row in connection.execute(select(tasks).where(tasks.c.id.in_(keys))).mappings()}
    found = tuple(task_of(rows[key]) for key in keys)
    holders = select(documents).where(documents.c.id.in_({task.document for task in found}))
    named = {row["id"]: document_of(row) for row in connection.execute(holders).mappings()}
    return TaskPage(found, named, min(total, _COUNTED), total > _COUNTED)


def search_documents(connection: Connection, words: str, wanted: DocumentFilter, limit: int, offset: int) -> DocumentPage:
    """Return the documents that hold ``words``, newest first; see ``Store.search_documents``."""
    query = parse_query(words)
    pages = select(documents.c.id).where(*_document_conditions(wanted))
    texts, key = texts_of(connection, document_texts)
    tiers: list[ColumnElement[bool] | None] = [None]
    anywhere: ColumnElement[bool] | None = None
    if not query.is_empty:
        held = select(document_texts.c.document_id)
        if texts is not document_texts:
            held = held.join_from(document_texts, texts, key == document_texts.c.id)
        # a long text is indexed in pieces: a document counts once, and for the best of them
        ways = tiers_of(query, texts is not document_texts, wanted.exact)
        found = [documents.c.id.in_(held.where(stands_in(texts, way))) for way in ways]
        tiers = [and_(way, *(not_(better) for better in found[:n])) for n, way in enumerate(found)]
        anywhere = found[-1]
    total = count_rows(connection, pages, anywhere)
    keys = read_page(connection, pages, tiers, (documents.c.id.desc(),), limit, offset, total)
    rows = {row["id"]: row for row in connection.execute(select(documents).where(documents.c.id.in_(keys))).mappings()}
    return DocumentPage(tuple(document_of(rows[key]) for key in keys), min(total, _COUNTED), total > _COUNTED)


def read_page(
    connection: Connection,
    pages: Select[Any],
    tiers: Sequence[ColumnElement[bool] | None],
    order: tuple[ColumnElement[Any], ...],
    limit: int,
    offset: int,
    total: int,
) -> list[int]:
    """Return the ids from ``offset`` on, the rows of the first tier before those of the second; ``total`` as ``_count`` gave it."""
    keys: list[int] = []
    skip = offset
    for tier in tiers:
        if len(keys) >= limit or (total <= _COUNTED and offset + len(keys) >= total):
            break  # nothing is left to be found
        here = pages if tier is None else pages.where(tier)
        found = connection.execute(here.order_by(*order).limit(limit - len(keys)).offset(skip)).scalars().all()
        keys += found
        skip = 0 if found or not skip else max(0, skip - count_rows(connection, pages, tier, most=skip))
    return keys


def count_rows(connection: Connection, pages: Select[Any], tier: ColumnElement[bool] | None, most: int = _COUNTED + 1) -> int:
    """Return the number of rows, ``most`` where there are more."""
    some = (pages if tier is None else pages.where(tier)).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def texts_of(connection: Connection, texts: Table) -> tuple[FromClause, ColumnElement[int]]:
    """Return where the words of ``texts`` are looked for, and the key of its rows: SQLite keeps its index in a table of its own."""
    if connection.dialect.name != "sqlite":
        return texts, texts.c.id
    index = table(f"{texts.name}_index", column("rowid"))
    return index, index.c.rowid


class _Tier(NamedTuple):
    """Words that must stand in one of the two forms of a text, in the language of the database's own search."""

    form: _Form
    words: str


def tiers_of(query: Query, is_sqlite: bool, exact: bool) -> list[_Tier]:
    """Return the tiers, best first: words as typed in one piece, the same without marks, words as typed anywhere, the same without marks.

    Those that say nothing new are left out; the last one holds wherever one of the others does.
    """
    forms: tuple[_Form, ...] = ("exact",) if exact else ("exact", "folded") if query.is_accented else ("folded",)
    ways = (True, False) if len(query.words.folded.split()) > 1 else (False,)
    return [_Tier(form, _expression(query, form, joined, is_sqlite)) for joined in ways for form in forms]


def _expression(query: Query, form: _Form, joined: bool, is_sqlite: bool) -> str:
    """Return that all phrases and words of a query stand in a text. They are letters and digits only (``searchable``)."""
    groups = [getattr(phrase, form).split() for phrase in query.phrases]
    loose = getattr(query.words, form).split()
    groups += [loose] if joined else [[word] for word in loose]
    last = len(groups) - 1 if query.open_end and len(loose[-1]) >= _SHORTEST_BEGINNING else -1
    if is_sqlite:
        parts = [f'"{" ".join(words)}"{" *" if n == last else ""}' for n, words in enumerate(groups)]
        return f"{form} : ({' AND '.join(parts)})"
    parts = ["(" + " <-> ".join(f"'{word}'" for word in words) + (":*" if n == last else "") + ")" for n, words in enumerate(groups)]
    return " & ".join(parts)


def stands_in(texts: FromClause, tier: _Tier, better: Sequence[_Tier] = ()) -> ColumnElement[bool]:
    """Return that a row of texts fits ``tier`` and none of those that are ``better``."""
    name = str(texts.description)
    if "rowid" in texts.c:
        words = f"({tier.words})" + "".join(f" NOT ({other.words})" for other in better)
        return literal_column(name).op("MATCH", is_comparison=True)(literal(words))
    fits = [literal_column(f"{name}.{one.form}_words").op("@@", is_comparison=True)(cast(one.words, TSQUERY)) for one in (tier, *better)]
    return and_(fits[0], *(not_(other) for other in fits[1:]))


def _task_conditions(wanted: TaskFilter) -> Iterator[ColumnElement[bool]]:
    yield tasks.c.gone.is_(None)
    if wanted.latest:
        yield documents.c.latest
    if wanted.document is not None:
        yield tasks.c.document_id == wanted.document
    for day, low, high in (
        (tasks.c.due_on, wanted.due_from, wanted.due_to),
        (documents.c.issued_on, wanted.issued_from, wanted.issued_to),
    ):
        if low:
            yield day >= low
        if high:
            yield day <= high
    if wanted.review:
        yield tasks.c.review.in_(wanted.review)
    if wanted.progress == "done":
        yield tasks.c.done_on.is_not(None)
    elif wanted.progress:
        yield tasks.c.done_on.is_(None)
        yield tasks.c.started_on.is_(None) if wanted.progress == "not-started" else tasks.c.started_on.is_not(None)


def _holders(connection: Connection, wanted: TaskFilter) -> Iterator[ColumnElement[bool]]:
    """Yield that the wanted unit or role is in a task: of a unit with few tasks these are looked up, else each task is looked at."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.role:
        conditions.append(task_units.c.role == wanted.role)
    if wanted.unit:
        conditions.append(task_units.c.unit_id.in_(units_named(wanted.unit)))
        held = select(task_units.c.task_key).where(*conditions)
        if count_rows(connection, held, None, most=_FEW) < _FEW:
            yield tasks.c.id.in_(held)
            return
    if conditions:
        yield select(literal(1)).where(task_units.c.task_key == tasks.c.id, *conditions).exists()


def units_named(unit: str) -> Select[Any]:
    """Return the ids of the units that ``unit`` names: that of this id, else those with a name in which its words stand together."""
    words = searchable(unit).folded
    padded = literal(" ").concat(unit_names.c.folded).concat(" ")
    one = unit_names.c.unit_id == unit
    if not words:
        return select(unit_names.c.unit_id).where(one)
    others = unit_names.alias()
    named = and_(padded.contains(f" {words} ", autoescape=True), not_(select(literal(1)).where(others.c.unit_id == unit).exists()))
    return select(unit_names.c.unit_id).where(or_(one, named))


def _document_conditions(wanted: DocumentFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.states:
        yield documents.c.state.in_(wanted.states)
    if wanted.latest:
        yield documents.c.latest
    if wanted.issued_from:
        yield documents.c.issued_on >= wanted.issued_from
    if wanted.issued_to:
        yield documents.c.issued_on <= wanted.issued_to
