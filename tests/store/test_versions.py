"""Duplicates, versions of one directive, readings with newer rules: what people decided stands where the task is the same."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from samples import PLAN, directive, read, write

from models import Decision, Result, ReviewedTask, Span, StoredDocument, TaskState
from pipeline.store import Store, TaskFilter

DRAFT = directive(number=None, draft=True, day="ngày      tháng 01 năm 2024")
SIGNED = directive()


def enter(store: Store, folder: Path, text: str, name: str) -> StoredDocument:
    received = store.receive(write(folder, text, name))
    assert received.new
    return work(store, read(text, name))


def work(store: Store, result: Result) -> StoredDocument:
    claim = store.claim("w", 60)
    assert claim
    return store.finish(claim, result)


def decide(store: Store, task: ReviewedTask, kind: Any, **values: Any) -> None:
    store.decide(task.document, "An", [Decision(task=task.uid, version=task.version, kind=kind, **values)])


def changed_plan() -> list[str]:
    """Five changes: a deadline moved, another unit, other words, one dropped, one new."""
    plan = list(PLAN)
    plan[1] = plan[1].replace("30/6/2024", "31/7/2024")
    plan[2] = plan[2].replace("Phòng Y tế", "Trung tâm Y tế")
    plan[4] = plan[4].replace("đến từng tổ dân phố", "đến từng hộ gia đình, cơ quan, trường học đóng trên địa bàn")
    del plan[5]
    return [*plan, "Bảo hiểm xã hội quận vận động học sinh tham gia bảo hiểm y tế."]


def test_the_same_words_in_another_file_are_a_duplicate(store: Store, tmp_path: Path) -> None:
    first = enter(store, tmp_path, SIGNED, "a.txt")
    again = enter(store, tmp_path, SIGNED.replace(". ", ".  ").replace("Ủy ban", "Uỷ ban"), "b.txt")
    assert (again.state, again.duplicate_of, again.latest) == ("duplicate", first.id, False)
    assert store.tasks(again.id) == []
    assert store.search("bếp ăn").total == 1
    assert [d.id for d in store.versions(first.id)] == [first.id]
    assert store.counts()["duplicate"] == 1


def test_a_draft_and_its_signed_form_are_versions_with_five_changes(store: Store, tmp_path: Path) -> None:
    draft = enter(store, tmp_path, DRAFT, "du-thao.txt")
    assert (draft.draft, draft.version, draft.latest) == (True, 1, True)
    old = store.tasks(draft.id)
    decide(store, old[0], "approve")
    decide(store, old[1], "approve")
    decide(store, old[3], "edit", fields={"assignments": [{"role": "lead", "name": "Công an Quận Ngô Quyền"}]})
    decide(store, old[6], "reject", reason="Không thuộc quận")
    decide(store, store.task(draft.id, old[6].uid), "status", work=TaskState(started_on=date(2024, 1, 15)))
    signed = enter(store, tmp_path, directive(*changed_plan()), "ke-hoach.txt")
    assert (signed.family_id, signed.version, signed.latest) == (draft.id, 2, True)
    assert not store.document(draft.id).latest
    assert [d.id for d in store.versions(draft.id)] == [draft.id, signed.id]

    difference = store.difference(draft.id, signed.id)
    assert (len(difference.new), len(difference.dropped), len(difference.changed)) == (1, 1, 3)
    assert [change.aspects[0].aspect for change in difference.changed] == ["deadline", "lead", "text"]

    new = {task.uid: task for task in store.tasks(signed.id)}
    assert len(new) == 7
    assert [new[old[n].uid].review for n in (0, 3, 6)] == ["approved", "edited", "rejected"]
    assert [new[old[n].uid].review for n in (1, 2, 4)] == ["open", "open", "open"]
    assert old[5].uid not in new
    carried = new[old[3].uid]
    assert carried.task.names("lead") == ["Công an Quận Ngô Quyền"]
    assert carried.task.assignments[0].origin.span == carried.task.span
    assert (new[old[6].uid].reason, new[old[6].uid].work.started_on) == ("Không thuộc quận", date(2024, 1, 15))
    events = store.events(signed.id)
    assert {event.kind for event in events} == {"carried"}
    assert {event.source["document"] for event in events if event.source} == {draft.id}
    assert len(events) == 3
    assert store.search("bếp ăn").total == 1
    assert store.search("bếp ăn", TaskFilter(latest=False)).total == 2


def test_what_people_made_is_carried_where_its_origin_is_the_same(store: Store, tmp_path: Path) -> None:
    draft = enter(store, tmp_path, DRAFT, "du-thao.txt")
    a, b, c, d, *_ = store.tasks(draft.id)
    store.split(draft.id, "An", a.uid, 1, [{"text": "Rà soát đội ngũ."}, {"text": "Báo cáo."}])
    store.split(draft.id, "An", b.uid, 1, [{"text": "Một."}, {"text": "Hai."}])
    store.merge(draft.id, "An", {c.uid: 1, d.uid: 1}, {"text": "Kiểm tra và bảo đảm."})
    at = store.result(draft.id).text.index("Nguyễn Văn An")
    store.add(draft.id, "An", Span(at, at + 13))
    plan = [PLAN[0], PLAN[1].replace("30/6/2024", "31/7/2024"), *PLAN[2:]]
    signed = enter(store, tmp_path, directive(*plan), "ke-hoach.txt")
    texts = [task.task.text for task in store.tasks(signed.id)]
    assert texts[:2] == ["Rà soát đội ngũ.", "Báo cáo."]
    assert texts[2].endswith("31/7/2024.")
    assert "Kiểm tra và bảo đảm." in texts
    assert "Nguyễn Văn An" in texts
    assert "Một." not in texts
    result = store.result(signed.id)
    for task in store.tasks(signed.id, gone=True):
        assert task.task.span.cut(result.text)
    added = next(task for task in store.tasks(signed.id) if task.task.text == "Nguyễn Văn An")
    assert added.task.span.cut(result.text) == "Nguyễn Văn An"


def test_a_draft_that_comes_after_its_signed_form_is_an_earlier_version(store: Store, tmp_path: Path) -> None:
    signed = enter(store, tmp_path, SIGNED, "a.txt")
    draft = enter(store, tmp_path, DRAFT, "b.txt")
    assert (draft.family_id, draft.version, draft.latest) == (signed.id, 1, False)
    now = store.document(signed.id)
    assert (now.version, now.latest) == (2, True)


def test_a_corrected_copy_with_the_same_number_is_a_version(store: Store, tmp_path: Path) -> None:
    first = enter(store, tmp_path, SIGNED, "a.txt")
    again = enter(store, tmp_path, directive(PLAN[0].replace("15/3", "20/3"), *PLAN[1:]), "b.txt")
    assert (again.family_id, again.version) == (first.id, 2)


def test_versions_that_enter_at_the_same_time_see_each_other(open_store: Any, tmp_path: Path) -> None:
    store = open_store()
    results = []
    for name, text in (("a.txt", DRAFT), ("b.txt", SIGNED), ("c.txt", SIGNED + " ")):
        store.receive(write(tmp_path, text, name))
        results.append((store.claim("w", 60), read(text, name)))
    threads = [threading.Thread(target=open_store().finish, args=pair) for pair in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted((document.state, document.version, document.latest) for document in store.documents())
    assert states == [("duplicate", 1, False), ("review", 1, False), ("review", 2, True)]
    assert store.search("bếp ăn").total == 1


@pytest.mark.parametrize(
    "other",
    [
        directive(number="26/KH-UBND"),
        directive(day="ngày 10 tháng 01 năm 2025"),
        directive(number=None, draft=True, title="Phòng, chống thiên tai và tìm kiếm cứu nạn"),
        directive(
            "Phòng Kinh tế kiểm tra giá cả.", "Phòng Tư pháp phổ biến pháp luật.", "Công an quận kiểm tra tạm trú.", number=None, draft=True
        ),
        SIGNED.replace("QUẬN NGÔ QUYỀN", "QUẬN HOÀN KIẾM"),
    ],
    ids=["number", "year", "title", "tasks", "issuer"],
)
def test_what_only_looks_alike_is_no_version(store: Store, tmp_path: Path, other: str) -> None:
    enter(store, tmp_path, SIGNED, "a.txt")
    document = enter(store, tmp_path, other, "b.txt")
    assert (document.family_id, document.version, document.state) == (document.id, 1, "review")


def rulebook(result: Result, name: str) -> Result:
    return result.model_copy(update={"rulebook": name})


def test_reading_again_with_newer_rules_keeps_decisions_on_what_is_the_same(store: Store, tmp_path: Path) -> None:
    document = enter(store, tmp_path, SIGNED, "a.txt").id
    result = store.result(document)
    old = store.tasks(document)
    decide(store, old[0], "approve")
    decide(store, old[1], "approve")
    decide(store, old[2], "edit", fields={"title": "Kiểm tra bếp ăn"})
    decide(store, old[4], "approve")
    tasks = list(result.tasks)
    tasks[1] = tasks[1].model_copy(update={"deadlines": ()})  # the newer rules read task 2 otherwise
    found = [tasks[n] for n in (0, 1, 2, 3, 6)]  # and find neither task 5, which was approved, nor task 6, which was not
    newer = rulebook(
        result.model_copy(update={"tasks": (*found, tasks[0].model_copy(update={"id": "new", "text": "Việc mới hoàn toàn."}))}), "r2"
    )
    store.requeue(document)
    assert store.outdated("r2") == []
    again = work(store, newer)
    assert (again.state, again.rulebook, store.rulebooks(document)) == ("review", "r2", [result.rulebook, "r2"])
    now = {task.uid: task for task in store.tasks(document)}
    assert now[old[0].uid].review == "approved"
    assert (now[old[1].uid].review, now[old[1].uid].task.deadlines) == ("open", ())
    assert (now[old[2].uid].review, now[old[2].uid].task.title) == ("edited", "Kiểm tra bếp ăn")
    assert now[old[4].uid].review == "approved"
    assert store.task(document, old[5].uid).gone == "dropped"
    assert [task.task.text for task in now.values() if task.uid not in {one.uid for one in old}] == ["Việc mới hoàn toàn."]
    assert [event.task for event in store.events(document) if event.kind == "processed"] == [old[1].uid, old[5].uid]
    store.requeue(document)
    work(store, rulebook(result, "r3"))
    assert store.task(document, old[5].uid).gone is None
    assert len({task.uid for task in store.tasks(document, gone=True)}) == 8


def test_reading_again_without_a_change_keeps_the_sign_off(store: Store, tmp_path: Path) -> None:
    document = enter(store, tmp_path, SIGNED, "a.txt").id
    store.decide(document, "An", [Decision(task=task.uid, version=1, kind="approve") for task in store.tasks(document)])
    store.sign_off(document, "An", 1)
    result = store.result(document)
    assert store.outdated("r2") == [document]
    store.requeue(document)
    assert work(store, rulebook(result, "r2")).state == "done"
    store.requeue(document)
    less = rulebook(result.model_copy(update={"tasks": tuple(t.model_copy(update={"deadlines": ()}) for t in result.tasks)}), "r3")
    again = work(store, less)
    assert (again.state, again.signed_off_at) == ("review", None)
    store.requeue(document)
    claim = store.claim("w", 60)
    assert claim
    store.fail(claim, "x", "x")
    assert store.tasks(document)
