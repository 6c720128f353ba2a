"""What happened, for those who are told of it: written in the transaction in which it happens, read in its order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select, text

from models import Change, Notice, ReviewedTask, ReviewEvent
from models.webhooks import NoticeKind
from pipeline.store.rows import document_of
from pipeline.store.tables import changes, notices

_LINE: Final = 0x61_0A_FE_ED
_OWN: Final = {"worker", "lease_until", "attempts"}


def stand_in_line(connection: Connection) -> None:
    """Hold the feed to the end of the transaction: only then does a reader that saw number N never miss a smaller one that is committed
    later. The last thing that a transaction waits for, so that two cannot wait for each other. SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LINE})


def note_document(connection: Connection, kind: NoticeKind, row: RowMapping, now: datetime, **more: Any) -> None:
    """Write that something happened to the document of ``row``, as it is after that."""
    stand_in_line(connection)
    data = {"document": document_of(row).model_dump(mode="json", exclude=_OWN), **more}
    connection.execute(insert(notices).values(at=now, kind=kind, document_id=row["id"], data=data))


def note_reviews(connection: Connection, document: int, events: Sequence[ReviewEvent], tasks: Sequence[ReviewedTask]) -> None:
    """Write what people decided about tasks; ``tasks`` are these as they stand after it."""
    now_there = {task.uid: task for task in tasks}
    made = [
        {
            "at": event.at,
            "kind": "task.reviewed",
            "document_id": document,
            "task": event.task,
            "data": {
                "task": event.task,
                "document": document,
                "version": now_there[event.task].version,
                "decision": event.kind,
                "review": now_there[event.task].review,
                "gone": now_there[event.task].gone,
                "who": event.who,
                "reason": event.reason,
                "step": event.step,
            },
        }
        for event in events
        if event.task in now_there
    ]
    if made:
        stand_in_line(connection)
        connection.execute(insert(notices), made)


def note_changes(connection: Connection, made: Sequence[dict[str, Any]], keys: Sequence[int]) -> None:
    """Write that entries of the feed were ``made``, whose numbers are ``keys``."""
    rows = [
        {"at": c["at"], "kind": f"task.{c['kind']}", "document_id": c["document_id"], "task": c["task"], "change_id": key}
        for c, key in zip(made, keys, strict=True)
    ]
    connection.execute(insert(notices), rows)


def read_notices(connection: Connection, since: int, limit: int) -> list[Notice]:
    """Return what happened after the notice of number ``since``, in order."""
    told = [changes.c[name].label(f"change_{name}") for name in ("at", "kind", "document_id", "version", "payload")]
    wanted = select(notices, *told).outerjoin(changes, changes.c.id == notices.c.change_id)
    rows = connection.execute(wanted.where(notices.c.id > since).order_by(notices.c.id).limit(limit)).mappings()
    return [_notice(row) for row in rows]


def last_notice(connection: Connection) -> int:
    """Return the number of the last notice, 0 where there is none."""
    return connection.execute(select(func.max(notices.c.id))).scalar_one() or 0


def _notice(row: RowMapping) -> Notice:
    change = None
    if row["change_id"] is not None:
        change = Change(
            sequence=row["change_id"],
            at=row["change_at"],
            kind=row["change_kind"],
            task=row["task"],
            document=row["change_document_id"],
            version=row["change_version"],
            payload=row["change_payload"],
        )
    values = {"sequence": row["id"], "document": row["document_id"], **{name: row[name] for name in ("at", "kind", "task", "data")}}
    return Notice(**values, change=change)
