"""Who works on what: documents are received, claimed for a while, finished or failed. The lease is the document's own row."""

import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from models import Claim, LeaseLostError, Received, StoreError
from pipeline.messages import say
from pipeline.store.database import Database
from pipeline.store.notices import note_document
from pipeline.store.originals import Originals
from pipeline.store.rows import called, document_of, load_document
from pipeline.store.tables import document_texts, documents
from pipeline.store.words import searchable

ATTEMPTS: Final = 3
"""claims that may end without a word (the worker died) before a document is given up as poison"""
_FREE: Final[Mapping[str, Any]] = {"worker": None, "lease": None, "lease_until": None}


def receive(
    database: Database,
    originals: Originals,
    path: Path,
    name: str,
    media_type: str | None,
    received_from: str | None,
    envelope: Mapping[str, Any] | None,
) -> Received:
    """Keep the file, then enter it; see ``Store.receive``."""
    name = unicodedata.normalize("NFC", name)
    sha256, size = originals.keep(path, name)
    with database.write() as connection:
        known = select(documents).where(documents.c.sha256 == sha256)
        if row := connection.execute(known).mappings().one_or_none():
            return Received(document=document_of(row), new=False)
        values = {
            "sha256": sha256,
            "name": name,
            "media_type": media_type,
            "size": size,
            "received_at": database.now(connection),
            "received_from": received_from,
            "envelope": dict(envelope) if envelope else None,
            "state": "received",
        }
        # between the two statements another machine may have received the same bytes
        entry = (sqlite if database.is_sqlite else postgresql).insert(documents).values(values)
        entered = connection.execute(entry.on_conflict_do_nothing(index_elements=["sha256"]).returning(documents.c.id)).scalar_one_or_none()
        row = connection.execute(known).mappings().one()
        if entered is not None:
            # until it is read, and where it cannot be, its file's name is all that people can look for
            connection.execute(insert(document_texts).values(document_id=entered, **searchable(name)._asdict()))
            note_document(connection, "document.received", row, row["received_at"])
        return Received(document=document_of(row), new=entered is not None)


def claim(database: Database, worker: str, seconds: float) -> Claim | None:
    """Give a document that waits, or whose worker died, to ``worker``; see ``Store.claim``.

    What was tried before comes last: a machine that goes down again and again does not make one document look like poison.
    """
    with database.write() as connection:
        now = database.now(connection)
        while True:
            free = or_(documents.c.state == "received", and_(documents.c.state == "working", documents.c.lease_until < now))
            waiting = select(documents).where(text("state IN ('received', 'working')"), free)
            waiting = waiting.order_by(documents.c.attempts, documents.c.id).limit(1)
            row = connection.execute(waiting.with_for_update(skip_locked=True)).mappings().one_or_none()
            if row is None:
                return None
            if row["attempts"] >= ATTEMPTS:
                message = say("store.poison", name=row["name"], attempts=row["attempts"])
                _give_up(connection, row["id"], "poison", message, now)
                continue
            token, until = secrets.token_hex(16), now + timedelta(seconds=seconds)
            taken = {"state": "working", "worker": worker, "lease": token, "lease_until": until, "attempts": row["attempts"] + 1}
            connection.execute(update(documents).where(documents.c.id == row["id"]).values(taken))
            document = document_of(load_document(connection, row["id"]))
            return Claim(document=document, worker=worker, token=token, attempt=document.attempts, until=until)


def renew(database: Database, claim: Claim, seconds: float) -> Claim:
    """Give the worker more time; see ``Store.renew``."""
    with database.write() as connection:
        hold(connection, claim)
        until = database.now(connection) + timedelta(seconds=seconds)
        connection.execute(update(documents).where(documents.c.id == claim.document.id).values(lease_until=until))
    return claim.model_copy(update={"until": until})


def release(database: Database, claim: Claim) -> None:
    """Put the document back untried; see ``Store.release``."""
    with database.write() as connection:
        row = hold(connection, claim)
        close(connection, row["id"], {"state": "received", "attempts": row["attempts"] - 1})


def fail(database: Database, claim: Claim, code: str, message: str) -> None:
    """Close the document as failed; see ``Store.fail``."""
    with database.write() as connection:
        hold(connection, claim)
        _give_up(connection, claim.document.id, code, message, database.now(connection))


def _give_up(connection: Connection, document: int, code: str, message: str, now: datetime) -> None:
    close(connection, document, {"state": "failed", "fault_code": code, "fault_message": message, "finished_at": now})
    note_document(connection, "document.failed", load_document(connection, document), now)


def hold(connection: Connection, claim: Claim) -> RowMapping:
    """Return the row of the claimed document, locked. Raises LeaseLostError where it is another's now."""
    row = load_document(connection, claim.document.id, lock=True)
    if row["state"] != "working" or row["lease"] != claim.token:
        raise LeaseLostError("lease-lost", say("store.lease-lost", name=called(row)))
    return row


def close(connection: Connection, document: int, values: Mapping[str, Any]) -> None:
    """End the lease on a document and write ``values`` into its row."""
    connection.execute(update(documents).where(documents.c.id == document).values({**_FREE, **values}))


def requeue(database: Database, document: int) -> None:
    """Let a document be read again; see ``Store.requeue``."""
    with database.write() as connection:
        row = load_document(connection, document, lock=True)
        if row["state"] in ("received", "working"):
            raise StoreError("refused", say("store.not-to-requeue", name=called(row)))
        close(connection, document, {"state": "received", "attempts": 0, "fault_code": None, "fault_message": None})
