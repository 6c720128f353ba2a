"""The feed for trackers: every task that is released, changed or withdrawn, in an order without gaps that open later."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, RowMapping, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from models import Change, Delivery, ReviewedTask
from pipeline.store.database import Database
from pipeline.store.notices import note_changes, stand_in_line
from pipeline.store.projection import load_tasks
from pipeline.store.rows import load_document
from pipeline.store.tables import changes, deliveries, documents, tasks

Policy = Literal["approved", "signed-off"]
"""what enters the feed: a task as soon as it is approved or edited, or all tasks of a document once it is signed off"""
_IN_CHUNKS: Final = 500
_ERROR: Final = 500


def publish(connection: Connection, document: int, policy: Policy, now: datetime, uids: set[str] | None = None) -> None:
    """Write what receivers must learn of a document's tasks (of ``uids`` only, where given). The last thing a transaction does.

    From here to the end of the transaction others wait (``stand_in_line``), so that sequence numbers become visible in their order.
    """
    row = load_document(connection, document)
    if row["duplicate_of"] is not None or (policy == "signed-off" and not row["signed_off_at"]) or _superseded(connection, row):
        return
    stand_in_line(connection)
    now_there = {task.uid: task for task in load_tasks(connection, tasks.c.document_id == document)}
    if uids is not None:
        now_there = {uid: task for uid, task in now_there.items() if uid in uids}
    earlier = _earlier_uids(connection, row) if row["signed_off_at"] and uids is None else set()
    told = _last(connection, earlier | now_there.keys())
    made: list[dict[str, Any]] = []
    for uid in [*now_there, *sorted(earlier - now_there.keys())]:
        task, last = now_there.get(uid), told.get(uid)
        payload = task_payload(task, row) if task and _released(task, policy) else None
        was = last["payload"] if last and last["kind"] != "withdrawn" else None
        if payload == was:
            continue
        kind = "withdrawn" if payload is None else "changed" if was else "created"
        version = task.version if task else last["version"] if last else 1
        made.append({"at": now, "kind": kind, "task": uid, "document_id": document, "version": version, "payload": payload})
    if made:
        entered = insert(changes).returning(changes.c.id, sort_by_parameter_order=True)
        note_changes(connection, made, connection.execute(entered, made).scalars().all())


def read_feed(database: Database, since: int, limit: int) -> list[Change]:
    """Return the changes after ``since``; see ``Store.feed``."""
    with database.read() as connection:
        rows = connection.execute(select(changes).where(changes.c.id > since).order_by(changes.c.id).limit(limit)).mappings()
        return [
            Change(
                sequence=row["id"],
                at=row["at"],
                kind=row["kind"],
                task=row["task"],
                document=row["document_id"],
                version=row["version"],
                payload=row["payload"],
            )
            for row in rows
        ]


def count_released(connection: Connection, document: int) -> int:
    """Return how many tasks receivers hold of ``document``; see ``Store.released``."""
    newest = select(func.max(changes.c.id)).where(changes.c.document_id == document).group_by(changes.c.task)
    held = select(func.count()).where(changes.c.id.in_(newest), changes.c.kind != "withdrawn")
    return int(connection.execute(held).scalar_one())


def task_payload(task: ReviewedTask, document: RowMapping) -> dict[str, Any]:
    """Return a task as receivers get it: JSON values, no spans. ``id`` is its uid; units are {"id", "name"}.

    ``document_id`` is the document's on the national axis (edXML), where it came with one. Nothing is in it that a new reading of the
    same words may change by itself (places, confidence): what differs was decided or read differently.
    """
    body = task.task

    def units(role: str) -> list[dict[str, str]]:
        return [{"id": a.unit_id, "name": a.name} for a in body.assignments if a.role == role]

    head = ("id", "sha256", "name", "kind_name", "number", "issuer", "issued_on", "title")
    return {
        "id": task.uid,
        "task_id": body.id,
        "document_id": body.document_id,
        "document": {**{name: document[name] for name in head}, "draft": bool(document["draft"]), "envelope": document["envelope"]},
        "clause": body.clause_id,
        "title": body.title,
        "text": body.text,
        **{role: units(role) for role in ("lead", "coordinate", "implement", "report_to")},
        "deadlines": [d.model_dump(mode="json", include={"text", "start", "due", "repeat", "bound"}) for d in body.deadlines],
        "targets": [t.model_dump(mode="json", exclude={"span", "rule", "confidence"}) for t in body.targets],
        "products": [product.text for product in body.products],
        "citations": [c.model_dump(mode="json", include={"kind", "number", "date", "issuer"}) for c in body.citations],
        "review": task.review,
        "started_on": task.work.started_on.isoformat() if task.work.started_on else None,
        "done_on": task.work.done_on.isoformat() if task.work.done_on else None,
    }


def _released(task: ReviewedTask, policy: Policy) -> bool:
    if task.gone or task.review in ("rejected", "unclear"):
        return False
    return policy == "signed-off" or task.review in ("approved", "edited")


def _superseded(connection: Connection, row: RowMapping) -> bool:
    """Return whether a later version of the document was signed off."""
    later = select(documents.c.id).where(
        documents.c.family_id == row["family_id"], documents.c.version > row["version"], documents.c.signed_off_at.is_not(None)
    )
    return row["family_id"] is not None and connection.execute(later.limit(1)).first() is not None


def _earlier_uids(connection: Connection, row: RowMapping) -> set[str]:
    """Return the tasks of the earlier versions: those that are not in the signed one are withdrawn."""
    ids = select(documents.c.id).where(documents.c.family_id == row["family_id"], documents.c.version < row["version"])
    return set(connection.execute(select(tasks.c.uid).where(tasks.c.document_id.in_(ids))).scalars())


def _last(connection: Connection, uids: set[str]) -> dict[str, RowMapping]:
    wanted, found = sorted(uids), dict[str, RowMapping]()
    for at in range(0, len(wanted), _IN_CHUNKS):
        newest = select(func.max(changes.c.id)).where(changes.c.task.in_(wanted[at : at + _IN_CHUNKS])).group_by(changes.c.task)
        found |= {row["task"]: row for row in connection.execute(select(changes).where(changes.c.id.in_(newest))).mappings()}
    return found


def load_delivery(database: Database, target: str) -> Delivery:
    """Return how far ``target`` has come; see ``Store.delivery``."""
    with database.read() as connection:
        row = connection.execute(select(deliveries).where(deliveries.c.target == target)).mappings().one_or_none()
        return Delivery.model_validate(dict(row)) if row else Delivery(target=target)


def record_delivery(database: Database, target: str, cursor: int) -> Delivery:
    """All up to ``cursor`` arrived; see ``Store.delivered``."""
    with database.write() as connection:
        now = database.now(connection)
        values = {"cursor": cursor, "attempts": 0, "last_error": None, "retry_at": None, "delivered_at": now}
        _write_delivery(connection, target, values, moved=deliveries.c.cursor <= cursor)
    return load_delivery(database, target)


def record_failure(database: Database, target: str, error: str, retry_after: timedelta) -> Delivery:
    """The delivery failed; see ``Store.delivery_failed``."""
    with database.write() as connection:
        now = database.now(connection)
        _write_delivery(connection, target, {"last_error": error[:_ERROR], "retry_at": now + retry_after, "attempts": 1})
    return load_delivery(database, target)


def _write_delivery(connection: Connection, target: str, values: Mapping[str, Any], moved: Any = None) -> None:
    entry = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(deliveries).values(target=target, **values)
    again = {**values, **({"attempts": deliveries.c.attempts + 1} if values["attempts"] else {})}
    connection.execute(entry.on_conflict_do_update(index_elements=["target"], set_=again, where=moved))
