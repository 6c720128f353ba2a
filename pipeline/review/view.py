"""A document as its page shows it: what its result says, its tasks as people left them, and what is made of both.

Reading a result and its tasks costs more than a decision on one of them may take. So the last documents that were looked at are kept in
memory: what is made of a result as long as it is the current one, each task as long as it has the same version. Every view asks the
store which ones these are; nothing is shown that the store does not say now.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

from models import Clause, Deadline, Finding, Result, ReviewedTask, ReviewEvent, Span, StoredDocument
from pipeline.emit.words import plain, say_document
from pipeline.review.remarks import say_finding
from pipeline.review.times import FOLLOWING, say_meaning
from pipeline.store import Store
from pipeline.store.replay import undone_steps

_KEPT: Final = 12  # documents of a store; one of 500 tasks takes about 20 MB
_SINGLY: Final = 50  # tasks up to which each is asked for by itself
_LEADLESS: Final = "task-without-lead"


class Reading:
    """A result, with what is looked up in it. It never changes."""

    def __init__(self, result: Result) -> None:
        self.result = result

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        return {clause.id: clause for clause in self.result.clauses}

    @cached_property
    def units(self) -> Mapping[str, str]:
        """The names of units as the document's register has them, by id."""
        return {unit.id: plain(unit.name) for unit in self.result.units}

    @cached_property
    def name(self) -> str:
        """The document's name as others cite it."""
        return say_document(self.result.header, self.result.source)

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """The findings, in words of people."""
        return tuple(finding.model_copy(update={"message": say_finding(finding)}) for finding in self.result.findings)

    def meaning(self, deadline: Deadline, whole: Span) -> str:
        """Return what a deadline of the task at ``whole`` means, with what it is counted from."""
        return say_meaning(deadline, self.result.header.issued_on, self.behind(deadline, whole))

    def behind(self, deadline: Deadline, whole: Span) -> str:
        """Return the words behind a deadline, where its event may stand; none behind one that was typed: ``whole`` is its task."""
        at = deadline.span.end
        return "" if deadline.span == whole else self.result.text[at : at + FOLLOWING]

    @cached_property
    def _pointed(self) -> list[tuple[Span, int]]:
        """Where findings point, with their numbers from 1. That a task has no lead the task says itself."""
        findings = enumerate(self.result.findings, 1)
        return sorted((span, number) for number, finding in findings if finding.code != _LEADLESS for span in finding.spans)

    def findings_in(self, span: Span) -> tuple[tuple[int, Finding], ...]:
        """Return the findings that point into ``span``, with their numbers in the list of findings."""
        numbers = sorted({number for at, number in self._pointed if at.start < span.end and span.start < at.end})
        return tuple((number, self.findings[number - 1]) for number in numbers)


@dataclass(frozen=True)
class Kept:
    """What is kept of one document between requests: its tasks and their events by uid, and what others make of them (``rows`` by uid)."""

    reading: Reading
    tasks: dict[str, ReviewedTask] = field(default_factory=dict)
    events: dict[str, tuple[ReviewEvent, ...]] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class DocumentView:
    """A document as it stands. ``tasks`` are in its order; ``new`` are the uids that its last version before does not have."""

    document: StoredDocument
    reading: Reading
    tasks: Sequence[ReviewedTask]
    versions: Sequence[StoredDocument]
    new: frozenset[str]
    kept: Kept

    @property
    def result(self) -> Result:
        return self.reading.result

    @property
    def is_open(self) -> bool:
        """Whether people may decide on its tasks: it is read, no duplicate, and not signed off."""
        return self.document.state == "review"

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each task in the table, by uid, from 1."""
        return {task.uid: number for number, task in enumerate(self.tasks, 1)}

    def events(self, uid: str) -> tuple[ReviewEvent, ...]:
        """Return what was decided on a task and holds, in order."""
        return self.kept.events.get(uid, ())


_shelves: "WeakKeyDictionary[Store, OrderedDict[tuple[Any, ...], Kept]]" = WeakKeyDictionary()
_lock = threading.Lock()


def open_view(store: Store, document: int) -> DocumentView:
    """Return the document as it stands now. Raises StoreError ("unknown") where it is not there or was not read yet."""
    found = store.document(document)
    kept = _kept(store, found)
    order = store.task_versions(document)
    with kept.lock:
        changed = [uid for uid, version in order if uid not in kept.tasks or kept.tasks[uid].version != version]
        if changed:
            _refresh(store, document, kept, changed, all_of_them=len(changed) > _SINGLY)
        tasks = tuple(kept.tasks[uid] for uid, _ in order if uid in kept.tasks)
    versions = tuple(store.versions(document)) if found.family_id else (found,)
    return DocumentView(found, kept.reading, tasks, versions, _new(store, found, versions, order), kept)


def _kept(store: Store, document: StoredDocument) -> Kept:
    key = (document.id, document.rulebook, document.finished_at)
    with _lock:
        shelf = _shelves.setdefault(store, OrderedDict())
        if key in shelf:
            shelf.move_to_end(key)
            return shelf[key]
    kept = Kept(Reading(store.result(document.id)))
    with _lock:
        kept = shelf.setdefault(key, kept)
        while len(shelf) > _KEPT:
            shelf.popitem(last=False)
    return kept


def _refresh(store: Store, document: int, kept: Kept, uids: Sequence[str], *, all_of_them: bool) -> None:
    tasks = store.tasks(document) if all_of_them else store.tasks(document, uids=uids)
    touched = {task.uid for task in tasks if task.version > 1}
    for task in tasks:
        kept.tasks[task.uid] = task
        kept.events.pop(task.uid, None)
    if touched:
        events = store.events(document) if all_of_them else [event for uid in sorted(touched) for event in store.events(document, uid)]
        for uid, of_task in _by_task(events, touched):
            kept.events[uid] = of_task


def _by_task(events: Iterable[ReviewEvent], uids: Iterable[str]) -> list[tuple[str, tuple[ReviewEvent, ...]]]:
    found: dict[str, list[ReviewEvent]] = {uid: [] for uid in uids}
    for event in events:
        if event.task in found:
            found[event.task].append(event)
    told = []
    for uid, of_task in found.items():
        dead = undone_steps(of_task)
        told.append((uid, tuple(event for event in of_task if event.step not in dead and event.kind != "undo")))
    return told


def _new(store: Store, document: StoredDocument, versions: Sequence[StoredDocument], order: Sequence[tuple[str, int]]) -> frozenset[str]:
    earlier = [one for one in versions if one.version < document.version]
    if not earlier:
        return frozenset()
    before = {uid for uid, _ in store.task_versions(earlier[-1].id, gone=True)}
    return frozenset(uid for uid, _ in order if uid not in before)
