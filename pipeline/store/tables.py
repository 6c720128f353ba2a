"""The tables of the store. How they came to be is in migrations/; docs/store.md says what is in each."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)

dumps: Final = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class Words(TypeDecorator[str]):
    """Text from anywhere: without NUL, which PostgreSQL refuses, and halves of surrogate pairs, which UTF-8 does."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Values(TypeDecorator[Any]):
    """A JSON value, kept as text on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dumps(value).encode("utf-8", "replace").decode("utf-8")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[datetime]):
    """A time with its zone, UTC on both databases; SQLite knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Key: Final = BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[int]:
    return Column("id", Key, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, **options: Any) -> Column[int]:
    return Column(name, Key, ForeignKey(target), **options)


documents = Table(
    "documents",
    metadata,
    _key(),
    Column("sha256", Text, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("media_type", Words),
    Column("size", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("received_from", Words),
    Column("envelope", Values),
    Column("state", Text, nullable=False),
    Column("fault_code", Text),
    Column("fault_message", Words),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("worker", Words),
    Column("lease", Text),
    Column("lease_until", Moment),
    Column("finished_at", Moment),
    Column("status", Text),
    Column("rulebook", Text),
    Column("kind_code", Words),
    Column("kind_name", Words),
    Column("number", Words),
    Column("number_key", Words),
    Column("issuer", Words),
    Column("issuer_id", Words),
    Column("issued_on", Text),
    Column("title", Words),
    Column("draft", Boolean, nullable=False, server_default=false()),
    Column("text_key", Text),
    _ref("duplicate_of", "documents.id"),
    _ref("family_id", "documents.id"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("latest", Boolean, nullable=False, server_default=true()),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("signed_off_at", Moment),
    Column("signed_off_by", Words),
    CheckConstraint("state IN ('received', 'working', 'review', 'done', 'failed', 'duplicate')", name="state"),
    Index(None, "state"),
    Index(
        "ix_documents_queue",
        "attempts",
        "id",
        sqlite_where=text("state IN ('received', 'working')"),
        postgresql_where=text("state IN ('received', 'working')"),
    ),
    Index(None, "number_key"),
    Index(None, "text_key"),
    Index(None, "family_id"),
    Index(None, "issuer_id", "kind_code"),
    sqlite_autoincrement=True,
)

results = Table(
    "results",
    metadata,
    _key(),
    _ref("document_id", "documents.id", nullable=False),
    Column("rulebook", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("document_id", "rulebook"),
    Index("uq_results_current", "document_id", unique=True, sqlite_where=text("current"), postgresql_where=text("current")),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=False),
    _ref("document_id", "documents.id", nullable=False),
    Column("uid", Text, nullable=False),
    Column("task_id", Words, nullable=False),
    Column("place", Float, nullable=False),
    Column("clause_id", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("confidence", Float),
    Column("due_on", Text),
    Column("review", Text, nullable=False),
    Column("reason", Words),
    Column("started_on", Date),
    Column("done_on", Date),
    Column("done_times", Values),
    Column("events", Values),
    Column("changed_at", Moment, nullable=False),
    Column("gone", Text),
    Column("parents", Values),
    Column("version", Integer, nullable=False),
    Column("base", Words),
    Column("body", Words),
    Column("lead_id", Words),
    UniqueConstraint("document_id", "uid"),
    CheckConstraint("review IN ('open', 'approved', 'edited', 'rejected', 'unclear')", name="review"),
    Index(None, "uid"),
    Index(None, "document_id", "place"),
    # rows are wide: all that the register filters and sorts by stands in this index, so that it need not read them
    Index(
        "ix_tasks_register",
        *("due_on", "document_id", "gone", "review", "started_on", "done_on", "lead_id", "confidence"),
    ),
    Index("ix_tasks_times", "id", sqlite_where=text("done_times IS NOT NULL"), postgresql_where=text("done_times IS NOT NULL")),
)

task_units = Table(
    "task_units",
    metadata,
    _ref("task_key", "tasks.id", primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Column("unit_id", Words, nullable=False),
    Column("name", Words, nullable=False),
    Index(None, "unit_id", "role", "task_key"),
    Index(None, "task_key", "role", "unit_id"),
)

unit_names = Table(
    "unit_names",
    metadata,
    Column("unit_id", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("folded", Words, nullable=False),
)

task_deadlines = Table(
    "task_deadlines",
    metadata,
    _ref("task_key", "tasks.id", primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("text", Words, nullable=False),
    Column("start", Text),
    Column("due", Text),
    Column("repeat", Text),
    Column("bound", Text, nullable=False),
)

task_targets = Table(
    "task_targets",
    metadata,
    _ref("task_key", "tasks.id", primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("text", Words, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("unit", Words, nullable=False),
    Column("comparator", Text, nullable=False),
    Column("total", Float),
    Column("measured", Words),
)

task_texts = Table(
    "task_texts",
    metadata,
    Column("id", Key, ForeignKey("tasks.id"), primary_key=True, autoincrement=False),
    Column("exact", Text, nullable=False),
    Column("folded", Text, nullable=False),
)

document_texts = Table(
    "document_texts",
    metadata,
    _key(),
    _ref("document_id", "documents.id", nullable=False, index=True),
    Column("exact", Text, nullable=False),
    Column("folded", Text, nullable=False),
)

review_events = Table(
    "review_events",
    metadata,
    _key(),
    Column("step", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("who", Words, nullable=False),
    Column("kind", Text, nullable=False),
    _ref("document_id", "documents.id", nullable=False),
    Column("task", Text),
    Column("reason", Words),
    Column("undoes", Text),
    Column("source", Values),
    Column("before", Values),
    Column("after", Values),
    Index(None, "document_id", "task"),
    sqlite_autoincrement=True,
)

changes = Table(
    "changes",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("task", Text, nullable=False),
    _ref("document_id", "documents.id", nullable=False),
    Column("version", Integer, nullable=False),
    Column("payload", Values),
    CheckConstraint("kind IN ('created', 'changed', 'withdrawn')", name="kind"),
    Index(None, "task", "id"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    _ref("document_id", "documents.id", nullable=False),
    Column("task", Text),
    _ref("change_id", "changes.id"),
    Column("data", Values),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("target", Words, primary_key=True),
    Column("cursor", BigInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_error", Words),
    Column("retry_at", Moment),
    Column("delivered_at", Moment),
)

links = Table(
    "links",
    metadata,
    _key(),
    _ref("document_id", "documents.id", nullable=False, index=True),
    Column("relation", Text, nullable=False),
    Column("kind", Words),
    Column("number", Words, nullable=False),
    Column("number_key", Words, nullable=False, index=True),
    Column("date", Text),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("rule", Words, nullable=False),
    _ref("target_id", "documents.id", index=True),
)

# --- people and what they do beside deciding on tasks --------------------------------------------------------------------------

accounts = Table(
    "accounts",
    metadata,
    _key(),
    Column("name", Words, nullable=False, unique=True),
    Column("full_name", Words, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("role IN ('clerk', 'reviewer', 'leader', 'admin', 'integrator')", name="role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    _ref("account_id", "accounts.id", nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    _key(),
    Column("name", Words, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    CheckConstraint("role IN ('clerk', 'reviewer', 'leader', 'admin', 'integrator')", name="role"),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    Column("who", Words, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Words),
    Column("address", Words),
    Column("details", Values),
    Index(None, "action"),
    Index(None, "who"),
    sqlite_autoincrement=True,
)

saved_views = Table(
    "saved_views",
    metadata,
    _key(),
    Column("owner", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("query", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("owner", "name"),
)

visits = Table(
    "visits",
    metadata,
    _ref("document_id", "documents.id", primary_key=True),
    Column("who", Words, primary_key=True),
    Column("seen_at", Moment, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    _key(),
    Column("url", Words, nullable=False),
    Column("secret", Text, nullable=False),
    Column("kinds", Values, nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("ended", Text),
    Column("cursor", BigInteger, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("wait_until", Moment),
    Column("lease", Text),
    Column("lease_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Words, nullable=False),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    _key(),
    _ref("webhook_id", "webhooks.id", nullable=False),
    Column("message", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("payload", Values, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("refusals", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment),
    Column("delivered_at", Moment),
    Column("given_up_at", Moment),
    UniqueConstraint("webhook_id", "message"),
    Index(None, "webhook_id", "id"),
    Index(
        "ix_webhook_messages_waiting",
        "webhook_id",
        "subject",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    _key(),
    _ref("message_id", "webhook_messages.id", nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("status", Integer),
    Column("error", Words),
    Column("milliseconds", Integer),
)
