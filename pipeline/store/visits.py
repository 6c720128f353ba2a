"""Who has the page of a document open: told to the others, binding nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.store.database import Database
from pipeline.store.rows import load_document
from pipeline.store.tables import visits

PRESENT: Final = timedelta(seconds=50)
"""who has been silent for longer is told to nobody"""
_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True)
class Visit:
    """``who`` had the page open at ``seen_at`` (UTC)."""

    who: str
    seen_at: datetime


class Visits:
    """The visits of one store. A page that is open says so again and again; who is silent for a while has left."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, document: int, who: str, within: timedelta) -> Sequence[Visit]:
        """Remember that ``who`` has the page of ``document`` open, and return the others seen ``within`` so long, the latest first.

        Raises StoreError ("unknown").
        """
        with self._database.write() as connection:
            load_document(connection, document)
            now = self._database.now(connection)
            entry = (sqlite if self._database.is_sqlite else postgresql).insert(visits).values(document_id=document, who=who, seen_at=now)
            connection.execute(entry.on_conflict_do_update(index_elements=["document_id", "who"], set_={"seen_at": now}))
            connection.execute(delete(visits).where(visits.c.document_id == document, visits.c.seen_at < now - _KEPT))
            others = select(visits.c.who, visits.c.seen_at).where(
                visits.c.document_id == document, visits.c.who != who, visits.c.seen_at > now - within
            )
            return [Visit(other, at) for other, at in connection.execute(others.order_by(visits.c.seen_at.desc()))]

    def end(self, document: int, who: str) -> None:
        """``who`` has left the page."""
        with self._database.write() as connection:
            connection.execute(delete(visits).where(visits.c.document_id == document, visits.c.who == who))
