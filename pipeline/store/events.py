"""The events of review as rows: written once, never changed (the database refuses it)."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select

from models import ReviewEvent
from pipeline.store.tables import review_events

_IN_CHUNKS = 500


def new_step() -> str:
    """Return a name for a step of review."""
    return secrets.token_hex(8)


def add_events(connection: Connection, step: str, at: datetime, who: str, events: Sequence[Mapping[str, Any]]) -> list[ReviewEvent]:
    """Write the events of one step and return them. Each has kind and document_id, and what else it needs."""
    if not events:
        return []
    blank = {"task": None, "reason": None, "undoes": None, "source": None, "before": None, "after": None}
    rows = [{**blank, **event, "step": step, "at": at, "who": who} for event in events]
    keys = connection.execute(insert(review_events).returning(review_events.c.id, sort_by_parameter_order=True), rows).scalars().all()
    return [event_of({**row, "id": key}) for key, row in zip(keys, rows, strict=True)]


def load_events(connection: Connection, *where: ColumnElement[bool]) -> list[ReviewEvent]:
    """Return events in the order in which they were written."""
    return [event_of(row) for row in connection.execute(select(review_events).where(*where).order_by(review_events.c.id)).mappings()]


def events_by_task(connection: Connection, document: int, uids: Iterable[str] | None = None) -> dict[str, list[ReviewEvent]]:
    """Return the events of tasks of a document (all of them where ``uids`` is None), in order, by uid."""
    found: dict[str, list[ReviewEvent]] = {}
    wanted = None if uids is None else list(dict.fromkeys(uids))
    for at in range(0, 1 if wanted is None else len(wanted), _IN_CHUNKS):
        some = review_events.c.task.is_not(None) if wanted is None else review_events.c.task.in_(wanted[at : at + _IN_CHUNKS])
        for event in load_events(connection, review_events.c.document_id == document, some):
            found.setdefault(event.task or "", []).append(event)
    return found


def event_of(row: RowMapping | Mapping[str, Any]) -> ReviewEvent:
    """Return the event of a row of ``review_events``."""
    return ReviewEvent(
        id=row["id"],
        step=row["step"],
        at=row["at"],
        who=row["who"],
        kind=row["kind"],
        document=row["document_id"],
        task=row["task"],
        reason=row["reason"],
        undoes=row["undoes"],
        source=row["source"],
        before=row["before"],
        after=row["after"],
    )
