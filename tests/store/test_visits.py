"""Who has a page open, and how many tasks of a document were handed over."""

from datetime import timedelta
from pathlib import Path

from samples import directive, read, write

from models import Decision
from pipeline.store import Store

MINUTE = timedelta(minutes=1)


def enter(store: Store, folder: Path) -> int:
    document = store.receive(write(folder, directive())).document.id
    claim = store.claim("w", 60)
    assert claim
    store.finish(claim, read(directive()))
    return document


def test_others_who_have_the_page_open_are_told(store: Store, tmp_path: Path) -> None:
    document = enter(store, tmp_path)
    assert store.visits.note(document, "Lan", MINUTE) == []
    assert [visit.who for visit in store.visits.note(document, "Minh", MINUTE)] == ["Lan"]
    assert [visit.who for visit in store.visits.note(document, "An", MINUTE)] == ["Minh", "Lan"]  # the latest first
    assert [visit.who for visit in store.visits.note(document, "Lan", MINUTE)] == ["An", "Minh"]
    assert store.visits.note(document, "Lan", timedelta(0)) == []  # who was silent for so long has left
    store.visits.end(document, "An")
    store.visits.end(document, "nobody")
    assert [visit.who for visit in store.visits.note(document, "Lan", MINUTE)] == ["Minh"]


def test_what_the_feed_handed_over_is_counted(store: Store, tmp_path: Path) -> None:
    document = enter(store, tmp_path)
    first, second, *others = store.tasks(document)
    assert store.released(document) == 0
    decisions = [Decision(task=task.uid, version=1, kind="approve") for task in others]
    decisions += [Decision(task=first.uid, version=1, kind="reject", reason="trùng"), Decision(task=second.uid, version=1, kind="unclear")]
    store.decide(document, "Lan", decisions)
    store.sign_off(document, "Lan", store.document(document).revision)
    assert store.released(document) == len(others)
    store.withdraw_sign_off(document, "Lan")
    store.decide(document, "Lan", [Decision(task=others[0].uid, version=2, kind="reject", reason="thừa")])
    store.sign_off(document, "Lan", store.document(document).revision)
    assert store.released(document) == len(others) - 1


def test_parts_of_a_split_row_may_have_places_of_their_own(store: Store, tmp_path: Path) -> None:
    document = enter(store, tmp_path)
    one, two, *_ = store.tasks(document)
    start, end = one.task.span
    step = store.split(document, "Lan", one.uid, 1, [{"text": "a", "span": [start, start + 20]}, {"text": "b"}])
    made = [task for task in step.tasks if not task.gone]
    assert [tuple(task.task.span) for task in made] == [(start, start + 20), (start, end)]
    step = store.merge(document, "Lan", {made[1].uid: made[1].version, two.uid: 1})
    merged = next(task for task in step.tasks if not task.gone)
    assert tuple(merged.task.span) == (start, two.task.span.end)  # nothing but blanks stood between
    step = store.merge(document, "Lan", {merged.uid: merged.version, store.tasks(document)[-1].uid: 1})
    assert next(task for task in step.tasks if not task.gone).task.span == merged.task.span  # other tasks stand between
