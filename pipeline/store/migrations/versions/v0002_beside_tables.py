"""What tables need beside them: indexes of words, events that cannot be changed, views for others."""

from alembic import op

revision = "2"
down_revision = "1"

TEXTS = ("task_texts", "document_texts")
APPEND_ONLY = ("review_events", "changes")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TEXTS:
        for statement in _words_of_sqlite(table) if is_sqlite else _words_of_postgresql(table):
            op.execute(statement)
    for statement in _append_only_of_sqlite() if is_sqlite else _append_only_of_postgresql():
        op.execute(statement)
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {_in_order_of_sqlite(query) if is_sqlite else _in_order_of_postgresql(query)}")


def _words_of_sqlite(table: str) -> list[str]:
    """An FTS5 index over the columns of ``table``, kept in step by triggers. The words are folded already: no marks are to be removed."""
    index = f"{table}_index"
    gone = f"INSERT INTO {index} ({index}, rowid, exact, folded) VALUES ('delete', old.id, old.exact, old.folded)"
    new = f"INSERT INTO {index} (rowid, exact, folded) VALUES (new.id, new.exact, new.folded)"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5 (exact, folded, content = '{table}', content_rowid = 'id', "
        "tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')",
        f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN {new}; END",
        f"CREATE TRIGGER {table}_removed AFTER DELETE ON {table} BEGIN {gone}; END",
        f"CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN {gone}; {new}; END",
    ]


def _words_of_postgresql(table: str) -> list[str]:
    """Columns made of the words, and GIN indexes over them. "simple" takes words as they are."""
    return [
        statement
        for form in ("exact", "folded")
        for statement in (
            f"ALTER TABLE {table} ADD COLUMN {form}_words tsvector GENERATED ALWAYS AS (to_tsvector('simple', {form})) STORED",
            f"CREATE INDEX ix_{table}_{form}_words ON {table} USING gin ({form}_words)",
        )
    ]


def _append_only_of_sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for what in ("UPDATE", "DELETE")
    ]


def _append_only_of_postgresql() -> list[str]:
    refuse = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    triggers = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
    return [refuse, *triggers]


def _in_order_of_sqlite(query: str) -> str:
    for role in ("lead", "coordinate", "implement", "report_to"):
        names = f"SELECT name FROM task_units WHERE task_key = t.id AND role = '{role}' ORDER BY n"
        query = query.replace(f"<{role}>", f"(SELECT group_concat(name, '; ') FROM ({names}))")
    words = "SELECT text FROM task_deadlines WHERE task_key = t.id ORDER BY n"
    return query.replace("<deadlines>", f"(SELECT group_concat(text, '; ') FROM ({words}))")


def _in_order_of_postgresql(query: str) -> str:
    for role in ("lead", "coordinate", "implement", "report_to"):
        names = f"SELECT string_agg(name, '; ' ORDER BY n) FROM task_units WHERE task_key = t.id AND role = '{role}'"
        query = query.replace(f"<{role}>", f"({names})")
    return query.replace("<deadlines>", "(SELECT string_agg(text, '; ' ORDER BY n) FROM task_deadlines WHERE task_key = t.id)")


# Columns are only ever added to these: others build on their names (docs/store.md).
VIEWS = {
    "v_documents": """
        SELECT d.id AS document_id, d.sha256, d.name AS file_name, d.state, d.kind_code, d.kind_name AS kind, d.number, d.issuer,
               d.issued_on, d.title, d.draft, d.family_id, d.version, d.latest, d.duplicate_of, d.received_at, d.finished_at,
               d.signed_off_at, d.signed_off_by, d.fault_code, d.fault_message,
               (SELECT count(*) FROM tasks t WHERE t.document_id = d.id AND t.gone IS NULL) AS task_count,
               (SELECT count(*) FROM tasks t WHERE t.document_id = d.id AND t.gone IS NULL AND t.review = 'open') AS open_count
        FROM documents d""",
    "v_tasks": """
        SELECT t.uid AS task_uid, t.task_id, t.document_id, d.number AS document_number, d.kind_name AS document_kind, d.issuer,
               d.issued_on, d.title AS document_title, t.clause_id, t.title, t.text, <lead> AS lead_units,
               <coordinate> AS coordinating_units, <implement> AS implementing_units, <report_to> AS receiving_units,
               <deadlines> AS deadlines, t.due_on, t.review, t.reason, t.started_on, t.done_on, t.version,
               d.latest AS document_latest, d.signed_off_at
        FROM tasks t JOIN documents d ON d.id = t.document_id
        WHERE t.gone IS NULL""",
    "v_assignments": """
        SELECT t.uid AS task_uid, t.document_id, u.role, u.unit_id, u.name AS unit_name, t.title, t.due_on, t.review, t.done_on,
               d.latest AS document_latest
        FROM task_units u JOIN tasks t ON t.id = u.task_key JOIN documents d ON d.id = t.document_id
        WHERE t.gone IS NULL""",
    "v_deadlines": """
        SELECT t.uid AS task_uid, t.document_id, l.text AS words, l.start AS starts_on, l.due AS due_on, l.repeat AS repeats, l.bound,
               t.title, t.review, t.done_on, d.latest AS document_latest
        FROM task_deadlines l JOIN tasks t ON t.id = l.task_key JOIN documents d ON d.id = t.document_id
        WHERE t.gone IS NULL""",
    "v_targets": """
        SELECT t.uid AS task_uid, t.document_id, g.text AS words, g.low, g.high, g.unit, g.comparator, g.total, g.measured,
               d.latest AS document_latest
        FROM task_targets g JOIN tasks t ON t.id = g.task_key JOIN documents d ON d.id = t.document_id
        WHERE t.gone IS NULL""",
    "v_edges": """
        SELECT a.unit_id AS source_id, a.name AS source_name, b.unit_id AS target_id, b.name AS target_name,
               CASE b.role WHEN 'coordinate' THEN 'coordinates' WHEN 'implement' THEN 'directs' ELSE 'reports' END AS relation,
               t.uid AS task_uid, t.document_id, d.latest AS document_latest
        FROM tasks t
        JOIN documents d ON d.id = t.document_id
        JOIN task_units a ON a.task_key = t.id AND a.role = 'lead'
        JOIN task_units b ON b.task_key = t.id AND b.role IN ('coordinate', 'implement', 'report_to') AND b.unit_id <> a.unit_id
        WHERE t.gone IS NULL AND t.review <> 'rejected'""",
}
