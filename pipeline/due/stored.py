"""Tasks to follow out of the store: as people left them, with what was recorded of their work."""

from collections.abc import Collection
from pathlib import Path

from models import SourceError, Task, TaskState, TrackedTask
from pipeline.due.tracking import Gathered, track
from pipeline.emit.words import say_document
from pipeline.messages import printable, say
from pipeline.settings import database_file
from pipeline.store import Store


def read_store(address: str, originals: Path | None = None) -> Gathered:
    """Return the tasks of the store at ``address``: of each document its last version, without tasks that were rejected.

    A task's id is the one it has in the whole store. Drafts are left out and named. Raises SourceError ("no-store") where there is no such
    file (nothing is made), StoreError where the database cannot be read.
    """
    file = database_file(address)
    if file is not None and not file.is_file():
        raise SourceError("no-store", say("due.no-store", file=printable(file)))
    with Store.open(address, originals) as store:
        return read_open(store)


def read_open(store: Store, only: Collection[int] | None = None) -> Gathered:
    """Return the tasks of a store that is open, as ``read_store`` does; ``only``: those of these documents."""
    tasks: list[TrackedTask] = []
    drafts: dict[str, None] = {}
    found = [document for document in store.in_force() if only is None or document.id in only]
    for document in found:
        result = store.result(document.id)
        if document.draft or result.header.draft:
            drafts.setdefault(say_document(result.header, result.source))
            continue
        kept = [one for one in store.tasks(document.id) if one.review != "rejected"]
        tasks += track(result, [(_named(one.task, one.uid), _versioned(one.work, one.version)) for one in kept])
    return Gathered(tuple(tasks), tuple(drafts), len(found))


def _named(task: Task, uid: str) -> Task:
    return task.model_copy(update={"id": uid})


def _versioned(work: TaskState, version: int) -> TaskState:
    return work.model_copy(update={"version": version})
