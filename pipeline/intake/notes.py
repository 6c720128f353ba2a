"""The note beside each file that was dealt with: what became of it, why, and what to do, in words for a clerk."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from models import Difference, Result, StoredDocument, StoreError
from pipeline.emit.words import say_issued
from pipeline.messages import printable, say
from pipeline.store import Store


def say_stored(document: StoredDocument) -> str:
    """Return a document as others would cite it ("Kế hoạch số 12/KH-UBND ngày 05/03/2026"), by its file where nothing is known of it."""
    if not (document.kind_name or document.number):
        return document.name
    parts = (
        document.kind_name or say("watch.a-document"),
        say("watch.number", number=document.number) if document.number else "",
        say_issued(document.issued_on) if document.issued_on else "",
        f"({document.issuer})" if document.issuer else "",
    )
    return " ".join(filter(None, parts))


def say_time(at: datetime) -> str:
    """Return a moment as the clock on the wall shows it."""
    return f"{at.astimezone():%H:%M %d/%m/%Y}"


def say_reason(document: StoredDocument) -> str:
    """Return why ``document`` could not be read, without the name of its file: that stands beside it."""
    return _without_name(document.fault_message or say("watch.unknown-reason"), document.name)


def note_done(store: Store, document: StoredDocument, file: str, out: Path | None) -> str:
    """Return the note of a document that was read."""
    result = store.result(document.id)
    unassigned = sum(not task.names("lead") for task in result.tasks)
    lines = [
        say("watch.note-read", document=say_stored(document)),
        say("watch.note-tasks", count=len(result.tasks)) + (say("watch.note-no-lead", count=unassigned) if unassigned else ""),
        *_findings(result),
        *_version(store, document),
        *_places(store, document, out),
    ]
    return _note(file, document, "watch.title-done", lines, say("watch.todo-review"))


def note_duplicate(store: Store, document: StoredDocument, file: str, out: Path | None) -> str:
    """Return the note of a file whose bytes, or whose words, are those of ``document``."""
    same = store.document(document.duplicate_of) if document.duplicate_of else document
    key = "watch.note-same-words" if document.duplicate_of else "watch.note-same-bytes"
    lines = [
        say(key, document=say_stored(same), name=same.name, at=say_time(same.received_at)),
        say(f"watch.state-{same.state}"),
        *_places(store, same, out),
    ]
    return _note(file, document, "watch.title-duplicate", lines, say("watch.todo-nothing"))


def note_failed(document: StoredDocument, file: str) -> str:
    """Return the note of a document that could not be read."""
    return _note(file, document, "watch.title-failed", [say("watch.note-reason", reason=say_reason(document))], say("watch.todo-failed"))


def note_refused(reason: str, file: str) -> str:
    """Return the note of a file that was never whole, or could not be taken."""
    lines = [say("watch.note-reason", reason=_without_name(reason, file))]
    return _note(file, None, "watch.title-failed", lines, say("watch.todo-refused"))


def note_workbook(told: str, file: str) -> str:
    """Return the note of an edited workbook: ``told`` is what was taken over from it, and what was not."""
    return _note(file, None, "watch.title-workbook", [told], say("watch.todo-workbook"))


def say_difference(difference: Difference) -> str:
    """Return "3 nhiệm vụ thay đổi, 1 nhiệm vụ mới, …", without what there is none of."""
    counts = (
        ("watch.changed", len(difference.changed)),
        ("watch.added", len(difference.new)),
        ("watch.dropped", len(difference.dropped)),
    )
    return ", ".join(say(key, count=count) for key, count in counts if count) or say("watch.unchanged")


def _version(store: Store, document: StoredDocument) -> Iterable[str]:
    earlier = [one for one in store.versions(document.id) if one.version < document.version]
    if not earlier:
        return
    before = earlier[-1]
    yield say("watch.note-version", document=say_stored(before), name=before.name, at=say_time(before.received_at))
    try:
        difference = store.difference(before.id, document.id)
    except StoreError:  # the earlier one has no result any more
        return
    yield say("watch.note-difference", difference=say_difference(difference))


def _findings(result: Result) -> Iterable[str]:
    count = sum(finding.severity != "note" for finding in result.findings)
    if count:
        yield say("watch.note-findings", count=count)


def _places(store: Store, document: StoredDocument, out: Path | None) -> Iterable[str]:
    yield say("watch.note-number", document=document.id)
    if out is not None and document.state in ("review", "done"):
        yield say("watch.note-out", folder=printable(out))
    try:
        yield say("watch.note-original", file=printable(store.original(document.id)))
    except StoreError:
        return


def _without_name(reason: str, name: str) -> str:
    reason = reason.removeprefix(f"{name}: ")
    return reason[:1].upper() + reason[1:]


def _note(file: str, document: StoredDocument | None, title: str, lines: Iterable[str], todo: str) -> str:
    head = [say(title), "", say("watch.note-file", file=file)]
    if document is not None:
        head.append(say("watch.note-received", at=say_time(document.received_at)))
    return "\n".join([*head, *lines, "", say("watch.note-todo", todo=todo), ""])
