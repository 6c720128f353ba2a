"""Sign-ins: who holds the token of one is its account, until it ends. Only the token's fingerprint is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, update

from models import Account
from pipeline.store.database import Database
from pipeline.store.tables import accounts, sessions

SEEN_EVERY: Final = timedelta(minutes=5)
"""how often it is noted that somebody is there: not at every request, which would make each of them write"""
_BYTES: Final = 32


class Sessions:
    """The sign-ins of one store. They end by their time, by ``end``, and with the account's password, role and activity (Accounts)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, account: int, password_hash: str, hours: float) -> str | None:
        """Return the token of a new sign-in that lasts ``hours``.

        None where the account was switched off, or given another password than that of ``password_hash``, since it was looked at.
        """
        token = new_secret()
        with self._database.write() as connection:
            wanted = select(accounts.c.password_hash).where(accounts.c.id == account, accounts.c.active).with_for_update()
            if connection.execute(wanted).scalar_one_or_none() != password_hash:
                return None
            now = self._database.now(connection)
            connection.execute(delete(sessions).where(sessions.c.ends_at <= now))
            values = {"account_id": account, "created_at": now, "seen_at": now, "ends_at": now + timedelta(hours=hours)}
            connection.execute(insert(sessions).values(token_hash=fingerprint(token), **values))
        return token

    def account(self, token: str) -> Account | None:
        """Return whose sign-in ``token`` is, None where it ended or never was."""
        key = fingerprint(token)
        with self._database.read() as connection:
            now = self._database.now(connection)
            wanted = select(accounts, sessions.c.seen_at).join(sessions, sessions.c.account_id == accounts.c.id)
            wanted = wanted.where(sessions.c.token_hash == key, sessions.c.ends_at > now, accounts.c.active)
            row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            return None
        if now - row["seen_at"] > SEEN_EVERY:
            with self._database.write() as connection:
                connection.execute(update(sessions).where(sessions.c.token_hash == key).values(seen_at=now))
        return Account.model_validate({name: row[name] for name in Account.model_fields})

    def end(self, token: str) -> None:
        """End the sign-in of ``token``, if it is one."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == fingerprint(token)))

    def seen(self) -> dict[int, datetime]:
        """Return when each account that is signed in was last there, to within some minutes."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            wanted = select(sessions.c.account_id, func.max(sessions.c.seen_at)).where(sessions.c.ends_at > now)
            return {row[0]: row[1] for row in connection.execute(wanted.group_by(sessions.c.account_id))}


def new_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(_BYTES)


def fingerprint(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256. Nothing slower is needed for one that nobody can guess."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
