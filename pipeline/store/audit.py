"""The audit trail: what people and programs did beside deciding on tasks. Entries are added and read, never changed (triggers stand)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from models import AuditEntry
from pipeline.store.database import Database
from pipeline.store.tables import audit_entries


class Audit:
    """The trail of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, who: str, action: str, target: str | None = None, address: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        """Enter that ``who`` did ``action`` (a short English name, such as "sign-in") to ``target``, asking from ``address``.

        ``details`` is what else is worth knowing, as JSON values; never a password or a token.
        """
        with self._database.write() as connection:
            write_entry(self._database, connection, who, action, target, address, details)

    def entries(self, limit: int = 100, before: int | None = None, action: str | None = None, who: str | None = None) -> list[AuditEntry]:
        """Return the newest entries, newest first; ``before``: only those older than the entry of that id."""
        wanted = select(audit_entries).order_by(audit_entries.c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(audit_entries.c.id < before)
        if action:
            wanted = wanted.where(audit_entries.c.action == action)
        if who:
            wanted = wanted.where(audit_entries.c.who == who)
        with self._database.read() as connection:
            return [AuditEntry.model_validate(dict(row)) for row in connection.execute(wanted).mappings()]

    def actions(self) -> list[str]:
        """Return the names of all actions that were ever entered."""
        return self._all(audit_entries.c.action)

    def people(self) -> list[str]:
        """Return the names of all who are in the trail."""
        return self._all(audit_entries.c.who)

    def _all(self, column: Any) -> list[str]:
        with self._database.read() as connection:
            return sorted(connection.execute(select(column).distinct()).scalars())


def write_entry(
    database: Database,
    connection: Connection,
    who: str,
    action: str,
    target: str | None = None,
    address: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Enter it within the transaction of ``connection``, so that what is done and its entry stand or fall together."""
    values = {"at": database.now(connection), "who": who, "action": action, "target": target, "address": address}
    connection.execute(insert(audit_entries).values(**values, details=dict(details) if details else None))
