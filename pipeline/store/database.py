"""The way to SQLite and PostgreSQL: connections, transactions, what faults mean."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models import StoreError
from pipeline.messages import say
from pipeline.store.tables import dumps

_BUSY_SECONDS: Final = 15
_FULL: Final = ("disk is full", "no space left", "disk i/o error", "disk full")
_UNWRITABLE: Final = ("readonly database", "unable to open database", "permission denied")
_DAMAGED: Final = ("malformed", "not a database")
_BUSY: Final = ("database is locked", "database table is locked", "deadlock detected", "could not serialize")


class Database:
    """One database, SQLite by default or PostgreSQL by address. Every use is a transaction: ``read`` or ``write``."""

    def __init__(self, address: str) -> None:
        url = _url(address)
        self.address = url.render_as_string(hide_password=True)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.path = Path(url.database) if self.is_sqlite and url.database else None
        if self.path:
            self._engine = _sqlite(url, self.path)
        else:
            self._engine = create_engine(url, pool_pre_ping=True, pool_size=5, json_serializer=dumps, connect_args={"connect_timeout": 10})

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing. Raises StoreError where it cannot be had."""
        with self._faults(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is done wholly or not at all. On SQLite there is one at a time, so none fails half-way for another's sake."""
        with self._faults(), self._engine.connect().execution_options(giaoviec_write=True) as connection, connection.begin():
            yield connection

    def take_turn(self, connection: Connection, key: int) -> None:
        """Wait until no other transaction has the turn ``key``, and keep it to the end of this one. On SQLite writers always take turns."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def now(self, connection: Connection) -> datetime:
        """Return the time by the clock that all users of the database share, so that leases do not depend on the clocks of workers."""
        if self.is_sqlite:
            return datetime.now(UTC)
        now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return now.astimezone(UTC)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            if fault := self._fault(error):
                raise fault from error
            raise

    def _fault(self, error: DBAPIError | PoolTimeout) -> StoreError | None:
        """Return what ``error`` means to a clerk; None for a fault of the program."""
        if isinstance(error, PoolTimeout):
            return StoreError("busy", say("store.busy", store=self.address))
        words = str(error.orig).lower()
        for code, signs in (("full", _FULL), ("unwritable", _UNWRITABLE), ("damaged", _DAMAGED), ("busy", _BUSY)):
            if any(sign in words for sign in signs):
                return StoreError(code, say(f"store.{code}", store=self.address, reason=str(error.orig)))
        if self.is_sqlite or not (error.connection_invalidated or type(error).__name__ in ("OperationalError", "InterfaceError")):
            return None
        reason = " ".join(str(error.orig).split())  # the driver's words are several lines
        return StoreError("unreachable", say("store.unreachable", store=self.address, reason=reason))


def _url(address: str) -> URL:
    """Return ``address`` (a file, "sqlite:///…", "postgresql://…") as SQLAlchemy takes it. Raises StoreError ("address")."""
    if "://" not in address:
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address)
        if url.get_backend_name() in ("postgres", "postgresql"):
            return url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() == "sqlite" and url.database:
            return url.set(drivername="sqlite")
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass
    raise StoreError("address", say("store.address", store=address.split("@")[-1]))


def _sqlite(url: URL, path: Path) -> Engine:
    engine = create_engine(url, json_serializer=dumps, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in ("foreign_keys = ON", "synchronous = FULL", f"busy_timeout = {_BUSY_SECONDS * 1000}", "cache_size = -32000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("giaoviec_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def make_wal(database: Database) -> None:
    """Let readers and a writer of a SQLite file work at the same time (it stays so). Raises StoreError where that cannot be had."""
    if database.path is None:
        return
    try:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("unwritable", say("store.unwritable", store=database.address, reason=error.strerror or error)) from error
    for _ in range(100):
        try:
            connection = sqlite3.connect(database.path, timeout=_BUSY_SECONDS)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            finally:
                connection.close()
        except sqlite3.Error as error:
            reason = str(error)
            if "locked" not in reason:
                code = "damaged" if any(sign in reason for sign in _DAMAGED) else "unwritable"
                raise StoreError(code, say(f"store.{code}", store=database.address, reason=reason)) from error
            time.sleep(0.1)  # the switch takes the whole file for a moment and does not wait for others by itself
    raise StoreError("busy", say("store.busy", store=database.address))
