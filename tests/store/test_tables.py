"""Migrations and views: the tables are those the program knows, the views those that others build on, the same on both databases."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from samples import directive, read, write
from sqlalchemy import inspect, text

import pipeline.store.migrations as migrations
from models import Decision, StoreError
from pipeline.coordinate import coordinate
from pipeline.store import Store
from pipeline.store.tables import metadata

VIEWS = {
    "v_documents": (
        "document_id sha256 file_name state kind_code kind number issuer issued_on title draft family_id version latest duplicate_of "
        "received_at finished_at signed_off_at signed_off_by fault_code fault_message task_count open_count"
    ),
    "v_tasks": (
        "task_uid task_id document_id document_number document_kind issuer issued_on document_title clause_id title text lead_units "
        "coordinating_units implementing_units receiving_units deadlines due_on review reason started_on done_on version "
        "document_latest signed_off_at"
    ),
    "v_assignments": "task_uid document_id role unit_id unit_name title due_on review done_on document_latest",
    "v_deadlines": "task_uid document_id words starts_on due_on repeats bound title review done_on document_latest",
    "v_targets": "task_uid document_id words low high unit comparator total measured document_latest",
    "v_edges": "source_id source_name target_id target_name relation task_uid document_id document_latest",
}


def rows(store: Store, query: str) -> list[dict[str, Any]]:
    with store._database.read() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    store.receive(write(tmp_path, directive()))
    claim = store.claim("w", 60)
    assert claim
    store.finish(claim, read(directive()))
    return store


def test_the_last_step_is_the_one_the_program_waits_for() -> None:
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head() == migrations.HEAD


def test_migrating_gives_the_tables_that_the_program_knows(store: Store) -> None:
    def ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        beside = kind == "table" and "_index" in (name or "")  # SQLite keeps its index of words in tables
        made_here = kind in ("column", "index") and (name or "").endswith("_words")
        return not (reflected and (beside or made_here))

    with store._database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []


def test_a_store_made_by_a_later_version_is_left_alone(store: Store, open_store: Any) -> None:
    with store._database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '99'"))
    with pytest.raises(StoreError) as fault:
        open_store()
    assert fault.value.code == "newer"
    assert "99" in str(fault.value)


def test_a_migration_that_breaks_off_leaves_nothing(new_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alembic.operations.Operations.create_index", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Store.open(new_address, tmp_path)
    monkeypatch.undo()
    with Store.open(new_address, tmp_path) as store:
        assert store.counts()["received"] == 0
        with store._database.read() as connection:
            assert inspect(connection).has_table("tasks")


@pytest.mark.parametrize("view", VIEWS)
def test_the_columns_of_views_are_those_documented(filled: Store, view: str) -> None:
    with filled._database.read() as connection:
        columns = list(connection.execute(text(f"SELECT * FROM {view}")).keys())
    assert columns == VIEWS[view].split()
    docs = (Path(__file__).parents[2] / "docs" / "store.md").read_text(encoding="utf-8")
    for name in (view, *columns):
        assert f"`{name}`" in docs, f"docs/store.md does not tell of {view}.{name}"


def test_views_say_what_the_result_says(filled: Store) -> None:
    result = filled.result(1)
    tasks = rows(filled, "SELECT * FROM v_tasks ORDER BY task_id")
    assert [task["task_id"] for task in tasks] == sorted(task.id for task in result.tasks)
    assert tasks[0]["lead_units"] == "Phòng Giáo dục và Đào tạo"
    assert tasks[0]["deadlines"] == "trước ngày 15/3/2024"
    assert tasks[0]["due_on"] == "2024-03-15"
    assert len(rows(filled, "SELECT * FROM v_assignments")) == sum(len(task.assignments) for task in result.tasks)
    assert len(rows(filled, "SELECT * FROM v_deadlines")) == sum(len(task.deadlines) for task in result.tasks)
    edges = {(row["relation"], row["source_id"], row["target_id"]) for row in rows(filled, "SELECT * FROM v_edges")}
    assert edges == {(edge.relation, edge.source, edge.target) for edge in coordinate(result.tasks, result.units).edges}
    (document,) = rows(filled, "SELECT * FROM v_documents")
    assert (document["number"], document["task_count"], document["open_count"]) == ("25/KH-UBND", 7, 7)


def test_views_show_what_people_decided(filled: Store) -> None:
    task, other, *_ = filled.tasks(1)
    fields = {"assignments": [{"role": "lead", "name": "A"}, {"role": "lead", "name": "B"}]}
    filled.decide(1, "An", [Decision(task=task.uid, version=1, kind="edit", fields=fields)])
    filled.split(1, "An", other.uid, 1, [{"text": "Một"}, {"text": "Hai"}])
    (row,) = rows(filled, f"SELECT * FROM v_tasks WHERE task_uid = '{task.uid}'")
    assert (row["lead_units"], row["review"], row["version"]) == ("A; B", "edited", 2)
    assert rows(filled, f"SELECT * FROM v_tasks WHERE task_uid = '{other.uid}'") == []
    (document,) = rows(filled, "SELECT * FROM v_documents")
    assert (document["task_count"], document["open_count"]) == (8, 7)  # the two parts wait to be looked at
