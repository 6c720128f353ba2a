"""Who keeps tasks in memory learns from the store which ones changed."""

from pathlib import Path

from samples import directive, read, write

from models import Decision
from pipeline.store import Store


def test_versions_tell_which_tasks_changed(store: Store, tmp_path: Path) -> None:
    document = store.receive(write(tmp_path, directive(), "a.txt")).document.id
    claim = store.claim("w", 60)
    assert claim
    store.finish(claim, read(directive(), "a.txt"))
    tasks = store.tasks(document)
    assert store.task_versions(document) == [(task.uid, 1) for task in tasks]
    store.decide(document, "An", [Decision(task=tasks[1].uid, version=1, kind="approve")])
    parts = store.split(document, "An", tasks[0].uid, 1, [{"text": "Một"}, {"text": "Hai"}]).tasks
    made = [task.uid for task in parts if task.gone is None]
    now = store.task_versions(document)
    assert [uid for uid, _ in now] == [*made, *(task.uid for task in tasks[1:])]
    assert dict(now)[tasks[1].uid] == 2
    assert [uid for uid, _ in store.task_versions(document, gone=True)] == [tasks[0].uid, *made, *(task.uid for task in tasks[1:])]
    assert [task.uid for task in store.tasks(document, uids=[tasks[2].uid, made[0]])] == [made[0], tasks[2].uid]
    assert store.tasks(document, uids=[tasks[0].uid]) == []
