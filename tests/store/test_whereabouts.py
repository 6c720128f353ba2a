"""How far the documents of a list have come, asked for all at once."""

from pathlib import Path

from samples import PLAN, directive, read, write

from models import Decision, StoredDocument
from pipeline.store import Store, Whereabouts


def enter(store: Store, folder: Path, text: str, name: str) -> StoredDocument:
    store.receive(write(folder, text, name))
    claim = store.claim("w", 60)
    assert claim
    return store.finish(claim, read(text, name))


def test_tasks_hands_versions_and_duplicates(store: Store, tmp_path: Path) -> None:
    draft = enter(store, tmp_path, directive(draft=True), "dự thảo.txt")
    signed = enter(store, tmp_path, directive(), "ký.txt")
    other = enter(store, tmp_path, directive(*PLAN[:3], number="99/KH-UBND", title="Việc khác hẳn của quận"), "khác.txt")
    copy = enter(store, tmp_path, directive() + "\n\n", "ký lại.txt")
    waiting = store.receive(write(tmp_path, "chờ", "chờ.txt")).document
    first, second, *_ = store.tasks(other.id)
    store.decide(other.id, "Lan", [Decision(task=first.uid, version=1, kind="approve")])
    store.decide(other.id, "Hùng", [Decision(task=second.uid, version=1, kind="unclear")])

    found = store.whereabouts([draft.id, signed.id, other.id, copy.id, waiting.id])
    assert (found[other.id].decided, found[other.id].tasks, found[other.id].last_by) == (2, len(store.tasks(other.id)), "Hùng")
    assert found[other.id].last_at == store.events(other.id)[-1].at
    assert [one.id for one in found[draft.id].versions] == [signed.id] and [one.id for one in found[signed.id].versions] == [draft.id]
    assert found[signed.id].duplicates + found[draft.id].duplicates == (copy.id,)
    assert found[signed.id].last_by is None, "what was carried over from a version is nobody's hand"
    assert found[waiting.id] == found[copy.id] == Whereabouts()
    assert store.whereabouts([]) == {}
