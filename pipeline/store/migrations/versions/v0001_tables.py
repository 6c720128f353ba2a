"""The tables of the store, as first released."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("retry_at", sa.DateTime(timezone=True)),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("target", name="pk_deliveries"),
    )
    op.create_table(
        "documents",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text()),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_from", sa.Text()),
        sa.Column("envelope", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fault_code", sa.Text()),
        sa.Column("fault_message", sa.Text()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker", sa.Text()),
        sa.Column("lease", sa.Text()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("status", sa.Text()),
        sa.Column("rulebook", sa.Text()),
        sa.Column("kind_code", sa.Text()),
        sa.Column("kind_name", sa.Text()),
        sa.Column("number", sa.Text()),
        sa.Column("number_key", sa.Text()),
        sa.Column("issuer", sa.Text()),
        sa.Column("issuer_id", sa.Text()),
        sa.Column("issued_on", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("draft", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("text_key", sa.Text()),
        sa.Column("duplicate_of", KEY),
        sa.Column("family_id", KEY),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("latest", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("signed_off_at", sa.DateTime(timezone=True)),
        sa.Column("signed_off_by", sa.Text()),
        sa.CheckConstraint("state IN ('received', 'working', 'review', 'done', 'failed', 'duplicate')", name="ck_documents_state"),
        sa.ForeignKeyConstraint(["duplicate_of"], ["documents.id"], name="fk_documents_duplicate_of"),
        sa.ForeignKeyConstraint(["family_id"], ["documents.id"], name="fk_documents_family_id"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("sha256", name="uq_documents_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_documents_family_id", "documents", ["family_id"], unique=False)
    op.create_index("ix_documents_issuer_id_kind_code", "documents", ["issuer_id", "kind_code"], unique=False)
    op.create_index("ix_documents_number_key", "documents", ["number_key"], unique=False)
    op.create_index(
        "ix_documents_queue",
        "documents",
        ["attempts", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('received', 'working')"),
        postgresql_where=sa.text("state IN ('received', 'working')"),
    )
    op.create_index("ix_documents_state", "documents", ["state"], unique=False)
    op.create_index("ix_documents_text_key", "documents", ["text_key"], unique=False)
    op.create_table(
        "unit_names",
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "name", name="pk_unit_names"),
    )
    op.create_table(
        "changes",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text()),
        sa.CheckConstraint("kind IN ('created', 'changed', 'withdrawn')", name="ck_changes_kind"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_changes_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_task_id", "changes", ["task", "id"], unique=False)
    op.create_table(
        "document_texts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_document_texts_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document_texts"),
    )
    op.create_index("ix_document_texts_document_id", "document_texts", ["document_id"], unique=False)
    op.create_table(
        "links",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("date", sa.Text()),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("target_id", KEY),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_links_document_id"),
        sa.ForeignKeyConstraint(["target_id"], ["documents.id"], name="fk_links_target_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
    )
    op.create_index("ix_links_document_id", "links", ["document_id"], unique=False)
    op.create_index("ix_links_number_key", "links", ["number_key"], unique=False)
    op.create_index("ix_links_target_id", "links", ["target_id"], unique=False)
    op.create_table(
        "results",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_results_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_results"),
        sa.UniqueConstraint("document_id", "rulebook", name="uq_results_document_id_rulebook"),
    )
    op.create_index(
        "uq_results_current", "results", ["document_id"], unique=True, sqlite_where=sa.text("current"), postgresql_where=sa.text("current")
    )
    op.create_table(
        "review_events",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("task", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("undoes", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_review_events_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_review_events_document_id_task", "review_events", ["document_id", "task"], unique=False)
    op.create_index("ix_review_events_step", "review_events", ["step"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Float(), nullable=False),
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("due_on", sa.Text()),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("started_on", sa.Date()),
        sa.Column("done_on", sa.Date()),
        sa.Column("done_times", sa.Text()),
        sa.Column("events", sa.Text()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.Text()),
        sa.Column("parents", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.CheckConstraint("review IN ('open', 'approved', 'edited', 'rejected', 'unclear')", name="ck_tasks_review"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_tasks_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("document_id", "uid", name="uq_tasks_document_id_uid"),
    )
    op.create_index("ix_tasks_document_id_place", "tasks", ["document_id", "place"], unique=False)
    op.create_index("ix_tasks_due_on", "tasks", ["due_on"], unique=False)
    op.create_index("ix_tasks_uid", "tasks", ["uid"], unique=False)
    op.create_table(
        "task_deadlines",
        sa.Column("task_key", KEY, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start", sa.Text()),
        sa.Column("due", sa.Text()),
        sa.Column("repeat", sa.Text()),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task_key"], ["tasks.id"], name="fk_task_deadlines_task_key"),
        sa.PrimaryKeyConstraint("task_key", "n", name="pk_task_deadlines"),
    )
    op.create_table(
        "task_targets",
        sa.Column("task_key", KEY, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("comparator", sa.Text(), nullable=False),
        sa.Column("total", sa.Float()),
        sa.Column("measured", sa.Text()),
        sa.ForeignKeyConstraint(["task_key"], ["tasks.id"], name="fk_task_targets_task_key"),
        sa.PrimaryKeyConstraint("task_key", "n", name="pk_task_targets"),
    )
    op.create_table(
        "task_texts",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["tasks.id"], name="fk_task_texts_id"),
        sa.PrimaryKeyConstraint("id", name="pk_task_texts"),
    )
    op.create_table(
        "task_units",
        sa.Column("task_key", KEY, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task_key"], ["tasks.id"], name="fk_task_units_task_key"),
        sa.PrimaryKeyConstraint("task_key", "n", name="pk_task_units"),
    )
    op.create_index("ix_task_units_unit_id_role", "task_units", ["unit_id", "role"], unique=False)
