"""People who sign in, what they did beside deciding on tasks, webhooks that tell other programs, and the register of tasks."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("audit_entries", "notices", "webhook_attempts")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('clerk', 'reviewer', 'leader', 'admin', 'integrator')", name="ck_accounts_role"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("role IN ('clerk', 'reviewer', 'leader', 'admin', 'integrator')", name="ck_api_tokens_role"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("name", name="uq_api_tokens_name"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("details", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entries_action", "audit_entries", ["action"], unique=False)
    op.create_index("ix_audit_entries_who", "audit_entries", ["who"], unique=False)
    op.create_table(
        "saved_views",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("owner", "name", name="uq_saved_views_owner_name"),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("ended", sa.Text()),
        sa.Column("cursor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True)),
        sa.Column("lease", sa.Text()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sessions_account_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"], unique=False)
    op.create_table(
        "visits",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_visits_document_id"),
        sa.PrimaryKeyConstraint("document_id", "who", name="pk_visits"),
    )
    op.create_table(
        "webhook_messages",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("webhook_id", KEY, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refusals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("given_up_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name="fk_webhook_messages_webhook_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_messages"),
        sa.UniqueConstraint("webhook_id", "message", name="uq_webhook_messages_webhook_id_message"),
    )
    op.create_index("ix_webhook_messages_webhook_id_id", "webhook_messages", ["webhook_id", "id"], unique=False)
    op.create_index(
        "ix_webhook_messages_waiting",
        "webhook_messages",
        ["webhook_id", "subject", "id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.Column("milliseconds", sa.Integer()),
        sa.ForeignKeyConstraint(["message_id"], ["webhook_messages.id"], name="fk_webhook_attempts_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_attempts"),
    )
    op.create_index("ix_webhook_attempts_message_id", "webhook_attempts", ["message_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("task", sa.Text()),
        sa.Column("change_id", KEY),
        sa.Column("data", sa.Text()),
        sa.ForeignKeyConstraint(["change_id"], ["changes.id"], name="fk_notices_change_id"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_notices_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sqlite_autoincrement=True,
    )

    _add_register()
    for table in APPEND_ONLY:
        for statement in _append_only_of_sqlite(table) if op.get_bind().dialect.name == "sqlite" else _append_only_of_postgresql(table):
            op.execute(statement)


def _add_register() -> None:
    """The first unit that leads each task, and the index that the register of tasks is read from."""
    op.add_column("tasks", sa.Column("lead_id", sa.Text()))
    first = "SELECT u.unit_id FROM task_units u WHERE u.task_key = tasks.id AND u.role = 'lead' ORDER BY u.n LIMIT 1"
    op.execute(f"UPDATE tasks SET lead_id = ({first})")
    op.drop_index("ix_tasks_due_on", "tasks")
    columns = ["due_on", "document_id", "gone", "review", "started_on", "done_on", "lead_id", "confidence"]
    op.create_index("ix_tasks_register", "tasks", columns, unique=False)
    op.drop_index("ix_task_units_unit_id_role", "task_units")
    op.create_index("ix_task_units_unit_id_role_task_key", "task_units", ["unit_id", "role", "task_key"], unique=False)
    some = sa.text("done_times IS NOT NULL")
    op.create_index("ix_tasks_times", "tasks", ["id"], unique=False, sqlite_where=some, postgresql_where=some)
    op.create_index("ix_task_units_task_key_role_unit_id", "task_units", ["task_key", "role", "unit_id"], unique=False)


def _append_only_of_sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for what in ("UPDATE", "DELETE")
    ]


def _append_only_of_postgresql(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ]
