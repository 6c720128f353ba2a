"""Tasks to follow out of rows of the store, without reading the results of their documents: for pages that show some of very many."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from models import ReviewedTask, StoredDocument, Task, TaskDeadline, TrackedTask
from pipeline.due.normal import read_period
from pipeline.emit.words import plain, say_issued, say_place, unlisted
from pipeline.store import Store

_FOLLOWING: Final = 160
_ALIKE: Final = 24
_LONGEST_MARKER: Final = 12


def track_rows(tasks: Iterable[ReviewedTask], documents: Mapping[int, StoredDocument], store: Store) -> list[TrackedTask]:
    """Return ``tasks``, as people left them, with what is recorded of their work; a task's id is the one it has in the whole store.

    The words behind a deadline are those of the task; where a period is counted from an event that the task's own words do not hold, the
    document in ``store`` is read for them.
    """
    texts: dict[int, str] = {}
    return [_tracked(one, documents[one.document], store, texts) for one in tasks]


def name_of(document: StoredDocument) -> str:
    """Return a document's name as others would cite it; else the file's name."""
    if not (document.kind_name or document.number):
        return plain(document.name)
    kind = document.kind_name or "Văn bản"
    parts = (
        f"Dự thảo {kind[0].lower()}{kind[1:]}" if document.draft else kind,
        f"số {document.number}" if document.number else "",
        say_issued(document.issued_on) if document.issued_on else "",
    )
    return plain(" ".join(filter(None, parts)))


def words_of(task: Task) -> str:
    """Return the words of a task without the number or letter of its clause: its title begins behind that."""
    text, title = unlisted(task.text), plain(task.title)
    at = text.find(title[:_ALIKE])
    return text[at:] if 0 < at <= _LONGEST_MARKER else text


def _tracked(one: ReviewedTask, document: StoredDocument, store: Store, texts: dict[int, str]) -> TrackedTask:
    task = one.task
    leads = dict.fromkeys((a.unit_id, plain(a.name)) for a in task.assignments if a.role == "lead")
    return TrackedTask(
        task=task.model_copy(update={"id": one.uid}),
        document=name_of(document),
        title=plain(document.title or ""),
        issued_on=document.issued_on,
        place=say_place(task.clause_id),
        text=words_of(task),
        leads=tuple({unit: (unit, name) for unit, name in leads}.values()),
        coordinators=tuple(dict.fromkeys(plain(a.name) for a in task.assignments if a.role == "coordinate")),
        following=tuple(_following(one, store, texts)),
        state=one.work.model_copy(update={"version": one.version}),
    )


def _following(one: ReviewedTask, store: Store, texts: dict[int, str]) -> Iterator[str]:
    for deadline in one.task.deadlines:
        _, words, behind = one.task.text.partition(deadline.text)
        if words or not _is_counted(deadline):
            yield behind[:_FOLLOWING]
            continue
        if one.document not in texts:
            texts[one.document] = store.result(one.document).text
        yield texts[one.document][deadline.span.end : deadline.span.end + _FOLLOWING]


def _is_counted(deadline: TaskDeadline) -> bool:
    return deadline.due is not None and read_period(deadline.due) is not None
