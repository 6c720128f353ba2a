"""What people decide: events that nobody can change, rows that are their projection, undo and redo, no lost saves."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import PLAN, directive, read, write
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import Decision, ReviewedTask, Span, StaleError, StoreError, TaskState
from pipeline.store import Store
from pipeline.store.events import events_by_task
from pipeline.store.replay import present, undone_steps
from pipeline.store.reviews import first_of


def enter(store: Store, folder: Path, plain: str = "", name: str = "a.txt") -> int:
    plain = plain or directive()
    document = store.receive(write(folder, plain, name)).document.id
    claim = store.claim("w", 60)
    assert claim and claim.document.id == document
    store.finish(claim, read(plain, name))
    return document


@pytest.fixture
def one(store: Store, tmp_path: Path) -> Store:
    """A store with document 1 of seven tasks."""
    enter(store, tmp_path)
    return store


def by_uid(store: Store) -> dict[str, ReviewedTask]:
    return {task.uid: task for task in store.tasks(1, gone=True)}


def decide(store: Store, task: ReviewedTask, kind: Any, who: str = "An", **values: Any) -> ReviewedTask:
    step = store.decide(1, who, [Decision(task=task.uid, version=task.version, kind=kind, **values)])
    return step.tasks[0]


def replayed_equals_rows(store: Store) -> None:
    """The rows are what replaying base and events gives."""
    with store._database.read() as connection:
        events = events_by_task(connection, 1)
    for task in store.tasks(1, gone=True):
        history = events.get(task.uid, [])
        again = present(first_of(task, history), history)
        assert again.model_copy(update={"work": again.work.model_copy(update={"changed_on": task.work.changed_on})}) == task


def refused(use: Any) -> str:
    with pytest.raises(StoreError) as fault:
        use()
    assert fault.value.code == "refused"
    return str(fault.value)


def test_decisions_of_every_kind(one: Store) -> None:
    a, b, c, d, *_ = one.tasks(1)
    assert decide(one, a, "approve").review == "approved"
    edited = decide(one, b, "edit", fields={"title": "Bố trí kinh phí"})
    assert (edited.review, edited.task.title, edited.edits, edited.version) == ("edited", "Bố trí kinh phí", ("title",), 2)
    assert edited.base == b.task
    assert "lý do" in refused(lambda: decide(one, c, "reject"))
    rejected = decide(one, c, "reject", reason="Không phải việc")
    assert (rejected.review, rejected.reason) == ("rejected", "Không phải việc")
    assert decide(one, d, "unclear", reason="Ai làm?").review == "unclear"
    assert decide(one, one.task(1, d.uid), "reopen").review == "open"
    assert decide(one, edited, "approve").review == "edited"
    assert [event.kind for event in one.events(1)] == ["approve", "edit", "reject", "unclear", "reopen", "approve"]
    assert one.events(1, b.uid)[0].before == {"review": "open", "reason": None, "task": {"title": b.task.title}}
    replayed_equals_rows(one)


def test_values_set_by_hand_point_at_the_words_of_the_task(one: Store) -> None:
    task = one.tasks(1)[2]
    fields = {
        "assignments": [{"role": "lead", "name": "Trung tâm Y tế quận"}],
        "deadlines": [{"text": "Quý II/2024", "start": "2024-04-01", "due": "2024-06-30"}],
        "targets": [{"text": "100%", "value": 100, "unit": "%"}],
        "products": [{"text": "Báo cáo"}],
    }
    edited = decide(one, task, "edit", fields=fields).task
    assert edited.assignments[0].unit_id == "trung-tam-y-te-quan"
    assert edited.assignments[0].origin.span == task.task.span
    assert (edited.deadlines[0].origin.rule, edited.targets[0].rule) == ("review", "review")
    assert [
        found.uid
        for found in one.search(
            "",
        ).tasks
        if found.task.deadlines and found.task.deadlines[0].due == "2024-06-30"
    ]
    replayed_equals_rows(one)


@pytest.mark.parametrize(
    "fields", [{}, {"id": "x"}, {"text": 5}, {"assignments": [{"role": "chief", "name": "x"}]}, {"deadlines": ["x"]}, {"targets": 3}]
)
def test_what_makes_no_task_is_refused(one: Store, fields: dict[str, Any]) -> None:
    refused(lambda: decide(one, one.tasks(1)[0], "edit", fields=fields))
    assert one.events(1) == []


def test_progress_is_recorded(one: Store) -> None:
    task = one.tasks(1)[2]
    work = TaskState(started_on=date(2024, 2, 1), done_times={"2024-Q1": date(2024, 3, 5)}, events={"ngày ký": date(2024, 1, 10)})
    now = decide(one, task, "status", work=work)
    assert (now.work.started_on, now.work.done_times, now.work.events) == (work.started_on, work.done_times, work.events)
    assert (now.work.version, now.review) == (2, "open")
    assert one.task(1, task.uid) == now
    replayed_equals_rows(one)


def test_a_stale_save_changes_nothing_and_shows_what_is_there(one: Store) -> None:
    a, b, *_ = one.tasks(1)
    now = decide(one, a, "approve", who="Bình")
    with pytest.raises(StaleError) as fault:
        one.decide(1, "An", [Decision(task=task.uid, version=1, kind="reject", reason="x") for task in (a, b)])
    assert fault.value.newer == (now,)
    assert one.task(1, b.uid) == b
    assert len(one.events(1)) == 1


def test_a_bulk_approval_is_one_step_to_undo(one: Store) -> None:
    step = one.decide(1, "An", [Decision(task=task.uid, version=task.version, kind="approve") for task in one.tasks(1)])
    assert {task.review for task in one.tasks(1)} == {"approved"}
    assert len(step.events) == 7
    one.undo(1, "An", step.id)
    assert {task.review for task in one.tasks(1)} == {"open"}
    assert {task.version for task in one.tasks(1)} == {3}
    replayed_equals_rows(one)


def test_undo_and_redo_go_back_and_forth_also_later(one: Store, open_store: Any) -> None:
    task = one.tasks(1)[0]
    decide(one, task, "edit", fields={"title": "Một"})
    decide(one, one.task(1, task.uid), "edit", fields={"title": "Hai"})
    other = open_store()

    def back() -> str:
        step, _ = other.undoable(1, "An")
        assert step
        return other.undo(1, "An", step).tasks[0].task.title

    def forth() -> str:
        _, step = other.undoable(1, "An")
        assert step
        return other.undo(1, "An", step).tasks[0].task.title

    assert [back(), back()] == ["Một", task.task.title]
    assert other.undoable(1, "An")[0] is None
    assert [forth(), forth()] == ["Một", "Hai"]
    assert other.undoable(1, "An")[1] is None
    assert [back(), forth(), back()] == ["Một", "Hai", "Một"]
    decide(other, other.task(1, task.uid), "approve")
    assert other.undoable(1, "An")[1] is None
    assert other.undoable(1, "Bình") == (None, None)
    replayed_equals_rows(one)


def test_what_others_decided_since_is_not_undone(one: Store) -> None:
    a, b, *_ = one.tasks(1)
    step = one.decide(1, "An", [Decision(task=task.uid, version=1, kind="approve") for task in (a, b)])
    decide(one, one.task(1, a.uid), "edit", who="Bình", fields={"title": "Khác"})
    assert "Bình" in refused(lambda: one.undo(1, "An", step.id))
    assert one.task(1, b.uid).review == "approved"
    refused(lambda: one.undo(1, "An", "không có"))
    latest, _ = one.undoable(1, "Bình")
    assert latest
    one.undo(1, "Bình", latest)
    one.undo(1, "An", step.id)
    refused(lambda: one.undo(1, "An", step.id))
    replayed_equals_rows(one)


def test_messages_call_a_document_as_people_do(store: Store, tmp_path: Path) -> None:
    waiting = store.receive(write(tmp_path, directive(), "Kế hoạch mới.txt")).document.id
    assert refused(lambda: store.sign_off(waiting, "An", 0)).startswith("Kế hoạch mới.txt: ")
    claim = store.claim("w", 60)
    assert claim
    store.finish(claim, read(directive(), "a.txt"))
    assert refused(lambda: store.withdraw_sign_off(waiting, "An")).startswith("Kế hoạch số 25/KH-UBND: ")
    with pytest.raises(StoreError, match="văn bản mã 77"):
        store.document(77)
    with pytest.raises(StoreError, match="Kế hoạch số 25/KH-UBND: không có nhiệm vụ mã xyz"):
        store.task(waiting, "xyz")


def test_what_people_made_of_a_task_is_open_until_somebody_has_looked_at_it(one: Store) -> None:
    """A part inherits the units and deadlines of the whole, and nobody has said that they are its own."""
    a, b, c, *rest = one.tasks(1)
    decide(one, a, "approve")
    parts = [task for task in one.split(1, "An", a.uid, 2, [{"text": "Một."}, {"text": "Hai."}]).tasks if not task.gone]
    merged = one.merge(1, "An", {b.uid: 1, c.uid: 1}).tasks[-1]
    bare = one.add(1, "An", rest[0].task.span).tasks[0]
    given = one.add(1, "An", rest[1].task.span, {"assignments": [{"role": "lead", "name": "Văn phòng"}]}).tasks[0]
    assert [task.review for task in (*parts, merged, bare, given)] == ["open"] * 4 + ["edited"]
    for task in rest:
        decide(one, task, "approve")
    assert "4" in refused(lambda: one.sign_off(1, "An", one.document(1).revision))
    assert (one.whereabouts([1])[1].tasks, one.whereabouts([1])[1].decided) == (9, 5)
    for task in (*parts, merged, bare):
        assert decide(one, task, "approve").review == "edited"
    one.sign_off(1, "An", one.document(1).revision)
    replayed_equals_rows(one)


def test_split_merge_and_add(one: Store) -> None:
    a, b, c, *_ = one.tasks(1)
    parts = one.split(1, "An", a.uid, 1, [{"text": "Rà soát đội ngũ giáo viên."}, {"text": "Báo cáo kết quả.", "assignments": []}])
    made = [task for task in parts.tasks if task.base is None]
    assert [task.uid for task in one.tasks(1)][:3] == [made[0].uid, made[1].uid, b.uid]
    assert made[0].task.assignments == a.task.assignments
    assert (made[1].task.assignments, made[0].parents, made[0].review) == ((), (a.uid,), "open")
    merged = one.merge(1, "An", {b.uid: 1, c.uid: 1}).tasks[-1]
    assert merged.task.text == f"{b.task.text} {c.task.text}"
    assert {unit.name for unit in merged.task.assignments} >= {"Phòng Tài chính - Kế hoạch", "Phòng Y tế"}
    result = one.result(1)
    at = result.text.index("Nguyễn Văn An")
    added = one.add(1, "An", Span(at, at + 13), {"assignments": [{"role": "lead", "name": "Văn phòng"}]}).tasks[0]
    assert (added.task.text, added.task.span, added.task.names("lead")) == ("Nguyễn Văn An", Span(at, at + 13), ["Văn phòng"])
    assert [task.uid for task in one.tasks(1)][-1] == added.uid
    assert len(one.tasks(1)) == 7 - 1 + 2 - 2 + 1 + 1
    replayed_equals_rows(one)
    one.undo(1, "An", parts.id)
    assert parts.id in undone_steps(one.events(1))
    refused(lambda: one.undo(1, "An", parts.id))
    assert a.uid in {task.uid for task in one.tasks(1)}
    assert not {task.uid for task in made} & {task.uid for task in one.tasks(1)}
    redo = one.undoable(1, "An")[1]
    assert redo
    one.undo(1, "An", redo)
    assert {task.uid for task in made} <= {task.uid for task in one.tasks(1)}
    replayed_equals_rows(one)
    refused(lambda: one.split(1, "An", b.uid, 2, [{"text": "x"}]))
    refused(lambda: one.merge(1, "An", {made[0].uid: 2}))
    refused(lambda: one.add(1, "An", Span(5, 5)))
    refused(lambda: one.add(1, "An", Span(0, 10**9)))
    with pytest.raises(StaleError):
        decide(one, a.model_copy(update={"version": by_uid(one)[a.uid].version}), "approve")


def test_sign_off_wants_every_task_decided_and_nobody_in_between(one: Store) -> None:
    tasks = one.tasks(1)
    assert "7" in refused(lambda: one.sign_off(1, "An", 0))
    one.decide(1, "An", [Decision(task=task.uid, version=1, kind="approve") for task in tasks[1:]])
    decide(one, tasks[0], "unclear", reason="Chưa rõ", who="Bình")
    with pytest.raises(StaleError):
        one.sign_off(1, "An", 1)
    document = one.sign_off(1, "An", one.document(1).revision)
    assert (document.state, document.signed_off_by) == ("done", "An")
    assert one.events(1)[-1].after == {"approved": 6, "unclear": 1}
    refused(lambda: decide(one, one.task(1, tasks[1].uid), "reopen"))
    refused(lambda: one.sign_off(1, "An", document.revision))
    done = decide(one, one.task(1, tasks[1].uid), "status", work=TaskState(done_on=date(2024, 3, 1)))
    assert done.work.done_on == date(2024, 3, 1)
    again = one.withdraw_sign_off(1, "Bình", "Sai đơn vị")
    assert (again.state, again.signed_off_at) == ("review", None)
    refused(lambda: one.withdraw_sign_off(1, "Bình"))
    assert decide(one, one.task(1, tasks[1].uid), "reopen").review == "open"


def test_events_cannot_be_changed_or_removed(one: Store) -> None:
    decide(one, one.tasks(1)[0], "approve")
    for statement in (
        "UPDATE review_events SET who = 'x'",
        "DELETE FROM review_events",
        "DELETE FROM changes",
        "UPDATE changes SET version = 0",
    ):
        if "changes" in statement:
            with one._database.write() as connection:
                connection.execute(
                    text("INSERT INTO changes (at, kind, task, document_id, version) VALUES ('2024-01-01', 'created', 'x', 1, 1)")
                )
        with pytest.raises(DBAPIError, match="append-only"), one._database.write() as connection:
            connection.execute(text(statement))
    assert one.events(1)[0].who == "An"


def test_fifty_saves_at_once_lose_none(open_store: Any, tmp_path: Path) -> None:
    store = open_store()
    enter(store, tmp_path)
    tasks = store.tasks(1)
    faults: list[Exception] = []
    saved: list[str] = []

    def reviewer(n: int) -> None:
        own = store if n % 2 else open_store()
        try:
            for _ in range(40):
                task = own.task(1, tasks[n % 7].uid)
                try:
                    decide(own, task, "edit", who=f"người {n}", fields={"title": f"Tiêu đề {n}"})
                    saved.append(f"người {n}")
                    return
                except StaleError as stale:
                    assert stale.newer[0].version > task.version
        except Exception as error:  # a thread's fault would be lost
            faults.append(error)

    threads = [threading.Thread(target=reviewer, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(saved) == len(store.events(1)) == 50
    assert sum(task.version - 1 for task in store.tasks(1)) == 50
    replayed_equals_rows(store)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("approve", "edit", "reject", "unclear", "reopen", "status", "split", "merge", "add", "undo", "redo")),
        st.integers(0, 30),
    ),
    max_size=14,
)


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_rows_are_always_the_replay_of_the_events(one: Store, steps: list[tuple[str, int]]) -> None:
    for kind, n in steps:
        here = one.tasks(1)
        if not here:
            break
        task = here[n % len(here)]
        if kind == "split":
            one.split(1, "An", task.uid, task.version, [{"text": f"Phần {n}"}, {"title": "Phần sau"}])
        elif kind == "merge" and len(here) > 1:
            other = here[(n + 1) % len(here)]
            one.merge(1, "An", {task.uid: task.version, other.uid: other.version})
        elif kind == "add":
            one.add(1, "An", Span(n, n + 20))
        elif kind in ("undo", "redo"):
            step = one.undoable(1, "An")[kind == "redo"]
            if step:
                one.undo(1, "An", step)
        elif kind != "merge":
            work = TaskState(started_on=date(2024, 1, 1 + n % 28)) if kind == "status" else None
            decide(one, task, kind, reason="vì thế", work=work, fields={"title": f"Tiêu đề {n}"} if kind == "edit" else {})
    replayed_equals_rows(one)


def test_all_steps_undone_leave_what_the_program_found(one: Store) -> None:
    before = {task.uid: task.task for task in one.tasks(1)}
    a, b, c, *_ = one.tasks(1)
    decide(one, a, "edit", fields={"text": "Khác."})
    one.split(1, "An", b.uid, 1, [{"text": "x"}, {"text": "y"}])
    one.add(1, "An", Span(0, 30))
    decide(one, c, "status", work=TaskState(done_on=date(2024, 5, 1)))
    while step := one.undoable(1, "An")[0]:
        one.undo(1, "An", step)
    now = one.tasks(1)
    assert {task.uid: task.task for task in now} == before
    assert {(task.review, task.work.done_on) for task in now} == {("open", None)}
    assert len(PLAN) == len(now)


def test_a_step_may_hold_several_decisions_on_one_task_and_tasks_that_were_missed(one: Store) -> None:
    a, b, *_ = one.tasks(1)
    names = [{"role": "lead", "name": "Phòng Tư pháp"}]
    decisions = [
        Decision(task=a.uid, version=a.version, kind="edit", fields={"title": "Rà soát"}),
        Decision(task=a.uid, version=a.version, kind="edit", fields={"assignments": names}),
        Decision(task=b.uid, version=b.version, kind="reject", reason="trùng"),
        Decision(task=a.uid, version=a.version, kind="approve"),
        Decision(task=a.uid, version=a.version, kind="status", work=TaskState(done_on=date(2024, 2, 1))),
    ]
    text_of = one.result(1).text
    at = text_of.index("TỔ CHỨC")
    step = one.decide(1, "An", decisions, [(Span(at, at + 7), {"assignments": names}), (Span(at, at + 17), {})])
    assert len(step.events) == 7
    now = by_uid(one)[a.uid]
    assert (now.task.title, now.task.names("lead"), now.review, now.work.done_on) == (
        "Rà soát", ["Phòng Tư pháp"], "edited", date(2024, 2, 1),
    )  # fmt: skip
    assert (now.version, by_uid(one)[b.uid].version, len(one.tasks(1))) == (5, 2, 9)
    assert one.events(1, a.uid)[1].before == {"review": "edited", "reason": None, "task": {"assignments": [
        assignment.model_dump(mode="json") for assignment in a.task.assignments], "orders": []}}  # fmt: skip
    replayed_equals_rows(one)
    undone = one.undo(1, "An", step.id)
    assert len({event.task for event in undone.events}) == len(undone.events) == 4
    assert [(task.task, task.review) for task in one.tasks(1)] == [(task.base, "open") for task in one.tasks(1)]
    assert len(one.tasks(1)) == 7
    replayed_equals_rows(one)
    one.undo(1, "An", undone.id)
    assert len(one.tasks(1)) == 9
    replayed_equals_rows(one)
