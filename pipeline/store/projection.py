"""Tasks as rows: what queries, search and views see. A projection of base and events, never the truth itself."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models import AlignmentError, ReviewedTask, Task, TaskState
from pipeline.store.replay import WORK
from pipeline.store.tables import task_deadlines, task_targets, task_texts, task_units, tasks, unit_names
from pipeline.store.words import searchable

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTS = (task_units, task_deadlines, task_targets)
TASKS_OF_A_DOCUMENT: Final = 1 << 20
"""Row numbers of tasks fall from document to document in steps of this, and by one from task to task of a document: in falling order,
which an index reads without sorting, the newest document comes first and its tasks stand as in its text."""
_IN_CHUNKS: Final = 500  # values of one IN: databases limit the parameters of a statement


def add_tasks(connection: Connection, rows: Sequence[ReviewedTask], now: datetime) -> None:
    """Write tasks that are not in the store yet."""
    if not rows:
        return
    newest = connection.execute(select(func.min(tasks.c.id)).where(tasks.c.document_id == rows[0].document)).scalar_one()
    last = (rows[0].document + 1) * TASKS_OF_A_DOCUMENT if newest is None else newest
    pairs = [(last - n, row) for n, row in enumerate(rows, 1)]
    connection.execute(insert(tasks), [{"id": key, **_values(row, now), "base": _json(row.base)} for key, row in pairs])
    _add_parts(connection, pairs, with_texts=True)


def update_tasks(connection: Connection, rows: Sequence[ReviewedTask], now: datetime, *, with_base: bool = False) -> None:
    """Write tasks as they stand now over their rows; ``with_base`` also what the program found."""
    if not rows:
        return
    keys = keys_of(connection, rows[0].document, [row.uid for row in rows])
    pairs = [(keys[row.uid], row) for row in rows]
    values = [{**_values(row, now), **({"base": _json(row.base)} if with_base else {}), "task_key": key} for key, row in pairs]
    connection.execute(update(tasks).where(tasks.c.id == bindparam("task_key")), values)
    for table in _PARTS:
        connection.execute(delete(table).where(table.c.task_key == bindparam("key")), [{"key": key} for key, _ in pairs])
    _add_parts(connection, pairs, with_texts=False)
    texts = [{"key": key, **_texts(row.task)} for key, row in pairs]
    changed = update(task_texts).where(task_texts.c.id == bindparam("key"))
    connection.execute(changed.values(exact=bindparam("exact"), folded=bindparam("folded")), texts)


def keys_of(connection: Connection, document: int, uids: Iterable[str]) -> dict[str, int]:
    """Return the row numbers of tasks of a document by uid."""
    wanted = list(uids)
    found: dict[str, int] = {}
    for at in range(0, len(wanted), _IN_CHUNKS):
        some = select(tasks.c.uid, tasks.c.id).where(tasks.c.document_id == document, tasks.c.uid.in_(wanted[at : at + _IN_CHUNKS]))
        found.update((uid, key) for uid, key in connection.execute(some))
    return found


def load_tasks(connection: Connection, *where: ColumnElement[bool]) -> list[ReviewedTask]:
    """Return tasks in the order of their document."""
    return [task_of(row) for row in connection.execute(task_rows().where(*where).order_by(tasks.c.place, tasks.c.id)).mappings()]


def task_rows() -> Select[Any]:
    """Return the query whose rows ``task_of`` takes."""
    return select(tasks)


def task_of(row: RowMapping) -> ReviewedTask:
    """Return the task of a row of ``tasks``."""
    work = TaskState(
        started_on=row["started_on"],
        done_on=row["done_on"],
        done_times=row["done_times"] or {},
        events=row["events"] or {},
        version=row["version"],
        changed_on=row["changed_at"].date(),
    )
    base = Task.model_validate_json(row["base"]) if row["base"] else None
    task = Task.model_validate_json(row["body"]) if row["body"] else base
    if task is None:
        raise AlignmentError(f"task {row['uid']} of document {row['document_id']} has neither base nor body")
    return ReviewedTask(
        uid=row["uid"],
        document=row["document_id"],
        order=row["place"],
        base=base,
        task=task,
        review=row["review"],
        reason=row["reason"],
        work=work,
        gone=row["gone"],
        parents=tuple(row["parents"] or ()),
        version=row["version"],
    )


def _values(row: ReviewedTask, now: datetime) -> dict[str, Any]:
    work = row.work.model_dump(include=set(WORK))
    return {
        "document_id": row.document,
        "uid": row.uid,
        "task_id": row.task.id,
        "place": row.order,
        "clause_id": row.task.clause_id,
        "title": row.task.title,
        "text": row.task.text,
        "confidence": row.task.confidence,
        "due_on": min((d.due[:10] for d in row.task.deadlines if d.due and _DAY.match(d.due)), default=None),
        "review": row.review,
        "reason": row.reason,
        "started_on": work["started_on"],
        "done_on": work["done_on"],
        "done_times": {key: day.isoformat() for key, day in work["done_times"].items()} or None,
        "events": {words: day.isoformat() for words, day in work["events"].items()} or None,
        "changed_at": now,
        "gone": row.gone,
        "parents": list(row.parents) or None,
        "version": row.version,
        "body": None if row.task == row.base else row.task.model_dump_json(),
        "lead_id": next((a.unit_id for a in row.task.assignments if a.role == "lead"), None),
    }


def _json(task: Task | None) -> str | None:
    return task.model_dump_json() if task else None


def _texts(task: Task) -> dict[str, str]:
    names = dict.fromkeys(assignment.name for assignment in task.assignments)
    words = searchable(" · ".join((task.text, *(name for name in names if name not in task.text))))
    return {"exact": words.exact, "folded": words.folded}


def _add_parts(connection: Connection, pairs: Sequence[tuple[int, ReviewedTask]], *, with_texts: bool) -> None:
    units: list[dict[str, Any]] = []
    deadlines: list[dict[str, Any]] = []
    targets: list[dict[str, Any]] = []
    for key, row in pairs:
        for n, a in enumerate(row.task.assignments):
            place = {"task_key": key, "n": n}
            units.append({**place, "role": a.role, "unit_id": a.unit_id, "name": a.name})
        for n, d in enumerate(row.task.deadlines):
            deadlines.append({"task_key": key, "n": n, **d.model_dump(include={"text", "start", "due", "repeat", "bound"})})
        for n, t in enumerate(row.task.targets):
            low, high = t.value if isinstance(t.value, tuple) else (t.value, t.value)
            values = t.model_dump(include={"text", "unit", "comparator", "total"})
            targets.append({"task_key": key, "n": n, "low": low, "high": high, "measured": t.of, **values})
    for table, rows in zip(_PARTS, (units, deadlines, targets), strict=True):
        if rows:
            connection.execute(insert(table), rows)
    _name_units(connection, sorted({(unit["unit_id"], unit["name"]) for unit in units}))
    if with_texts:
        connection.execute(insert(task_texts), [{"id": key, **_texts(row.task)} for key, row in pairs])


def _name_units(connection: Connection, names: Sequence[tuple[str, str]]) -> None:
    """Remember the names of units; always in the same order, so that two writers cannot wait for each other."""
    if names:
        rows = [{"unit_id": unit, "name": name, "folded": searchable(name).folded} for unit, name in names]
        entry = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(unit_names)
        connection.execute(entry.on_conflict_do_nothing(), rows)
