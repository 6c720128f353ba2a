"""Those who may sign in: accounts are made, changed and switched off, never removed, so that a name in the trail is one person for ever."""

import re
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from models import Account, OfficeRole, StoreError
from pipeline.messages import say
from pipeline.store.audit import write_entry
from pipeline.store.database import Database
from pipeline.store.sessions import Sessions
from pipeline.store.tables import accounts, sessions
from pipeline.store.tokens import Tokens

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
PROGRAM: Final = "giaoviec"
"""who did what nobody asked for just then: no account has this name"""
_LONGEST: Final = 200
_PUBLIC: Final = tuple(Account.model_fields)
_TURN: Final = 0x61_0A_AC_C7


class Accounts:
    """The accounts of one store; ``sessions`` are their sign-ins, ``tokens`` the rights of programs.

    ``by`` is who does it, ``address`` where they ask from: every change is in the audit trail, in the same transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sessions: Final = Sessions(database)
        self.tokens: Final = Tokens(database)

    def create(
        self,
        name: str,
        full_name: str,
        role: OfficeRole,
        password_hash: str,
        *,
        must_change: bool,
        by: str,
        address: str | None = None,
    ) -> Account:
        """Make an account. Raises StoreError ("refused") where ``name`` is taken or cannot be one."""
        name, full_name = account_name(name), _full_name(full_name)
        if not _NAME.fullmatch(name) or name == PROGRAM:
            raise StoreError("refused", say("people.bad-name", name=_CONTROL.sub("?", name)[:80]))
        values = {"name": name, "full_name": full_name, "role": role, "password_hash": password_hash, "must_change": must_change}
        try:
            with self._database.write() as connection:
                key = connection.execute(
                    insert(accounts).values(**values, created_at=self._database.now(connection)).returning(accounts.c.id)
                ).scalar_one()
                write_entry(self._database, connection, by, "account-create", name, address, {"role": role, "full_name": full_name})
                return _account(_load(connection, key))
        except IntegrityError as error:
            raise StoreError("refused", say("people.name-taken", name=name)) from error

    def all(self) -> list[Account]:
        """Return all accounts, those switched off last, by name."""
        with self._database.read() as connection:
            wanted = select(accounts).order_by(accounts.c.active.desc(), accounts.c.name)
            return [_account(row) for row in connection.execute(wanted).mappings()]

    def get(self, account: int) -> Account:
        """Return an account. Raises StoreError ("unknown")."""
        with self._database.read() as connection:
            return _account(_load(connection, account))

    def find(self, name: str) -> Account | None:
        """Return the account of that name, None where there is none."""
        found = self.credentials(name)
        return found[0] if found else None

    def credentials(self, name: str) -> tuple[Account, str] | None:
        """Return the account of that name and the hash of its password, also of one that is switched off; None where there is none."""
        with self._database.read() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == account_name(name))).mappings().one_or_none()
            return (_account(row), row["password_hash"]) if row else None

    def has_admin(self) -> bool:
        """Say whether somebody who administers can sign in."""
        with self._database.read() as connection:
            return _admins(connection) > 0

    def change(
        self,
        account: int,
        *,
        by: str,
        address: str | None = None,
        role: OfficeRole | None = None,
        full_name: str | None = None,
        active: bool | None = None,
    ) -> Account:
        """Give an account what is named. Its sign-ins end with a new role and when it is switched off.

        Raises StoreError "unknown", "refused" (it is the last that administers).
        """
        given = {"role": role, "full_name": None if full_name is None else _full_name(full_name), "active": active}
        with self._database.write() as connection:
            self._database.take_turn(connection, _TURN)  # two administrators may switch each other off at the same moment
            was = _load(connection, account)
            new = {key: value for key, value in given.items() if value is not None and value != was[key]}
            if not new:
                return _account(was)
            connection.execute(update(accounts).where(accounts.c.id == account).values(**new))
            if was["role"] == "admin" and was["active"] and not _admins(connection):
                raise StoreError("refused", say("people.last-admin", name=was["name"]))
            if "role" in new or new.get("active") is False:
                _end_sessions(connection, account)
            action = "account-change" if "active" not in new else "account-on" if new["active"] else "account-off"
            details = {key: {"from": was[key], "to": value} for key, value in new.items() if key != "active"}
            write_entry(self._database, connection, by, action, was["name"], address, details)
            return _account(_load(connection, account))

    def set_password(self, account: int, password_hash: str, *, must_change: bool, by: str, address: str | None = None) -> None:
        """Give an account another password; all its sign-ins end. ``must_change``: it is somebody else's choice, to be used once.

        Raises StoreError ("unknown").
        """
        with self._database.write() as connection:
            name = _load(connection, account)["name"]
            values = {"password_hash": password_hash, "must_change": must_change}
            connection.execute(update(accounts).where(accounts.c.id == account).values(**values))
            _end_sessions(connection, account)
            write_entry(self._database, connection, by, "password" if by == name else "password-reset", name, address)


def account_name(name: str) -> str:
    """Return a name as accounts have it: small letters, no blanks around."""
    return name.strip().lower()


def _full_name(words: str) -> str:
    cleaned = " ".join(_CONTROL.sub(" ", words).split())
    if not cleaned or len(cleaned) > _LONGEST:
        raise StoreError("refused", say("people.bad-full-name", longest=_LONGEST))
    return cleaned


def _account(row: RowMapping) -> Account:
    return Account.model_validate({name: row[name] for name in _PUBLIC})


def _load(connection: Connection, account: int) -> RowMapping:
    row = connection.execute(select(accounts).where(accounts.c.id == account).with_for_update()).mappings().one_or_none()
    if row is None:
        raise StoreError("unknown", say("people.no-account", account=account))
    return row


def _admins(connection: Connection) -> int:
    found: Any = select(func.count()).select_from(accounts).where(accounts.c.role == "admin", accounts.c.active)
    return int(connection.execute(found).scalar_one())


def _end_sessions(connection: Connection, account: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.account_id == account))
