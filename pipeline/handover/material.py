"""What is handed on: directives with their tasks as they stand, one after the other, so that memory does not grow with their number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from models import Result, ReviewedTask, SourceError, Task, TaskState
from models.review import ReviewState
from pipeline.coordinate import coordinate
from pipeline.due.tracking import read_result, result_files
from pipeline.emit.words import plain, say_document
from pipeline.messages import printable, say
from pipeline.roundtrip import notes_of, standing_of
from pipeline.settings import database_file
from pipeline.store import Store
from pipeline.units import ascii_fold

_NAMED = 8


@dataclass(frozen=True)
class Held:
    """A task as it stands. ``task.id`` is its name in the whole store (that of its result where there is no store), ``found_id`` the one
    in its result; ``review`` is None where nobody could decide on it; ``note`` is what a person wrote about it.
    """

    task: Task
    found_id: str
    review: ReviewState | None = None
    work: TaskState = field(default_factory=TaskState)
    version: int = 1
    note: str = ""


@dataclass(frozen=True)
class Directive:
    """A directive with the tasks that are handed on: ``result`` has exactly the tasks of ``held``. ``number`` is its row in the store."""

    result: Result
    held: tuple[Held, ...]
    number: int | None = None

    @property
    def name(self) -> str:
        """The directive's name as others would cite it."""
        return say_document(self.result.header, self.result.source)

    def keep(self, wanted: Callable[[Held], bool]) -> "Directive":
        """Return the directive with those of its tasks that are ``wanted``."""
        held = tuple(one for one in self.held if wanted(one))
        return self if len(held) == len(self.held) else _directive(self.result, held, self.number)


@dataclass(frozen=True)
class Wanted:
    """Which tasks are handed on; what is None does not matter.

    ``unit`` is a lead unit's id or (part of) its name, with or without marks; with ``helps`` the tasks in which it helps count
    too. ``since`` and ``until`` bound the day the directive was issued (both ends in, as far as the day is printed); ``document`` is its
    number, or its row in the store; ``approved`` asks for tasks that a person approved or edited.
    """

    unit: str | None = None
    since: date | None = None
    until: date | None = None
    document: str | None = None
    approved: bool = False
    helps: bool = False


class Material:
    """Directives to hand on. Each pass over it reads them anew and counts what was there.

    ``seen`` are the directives read, ``leaders`` the lead units met: what to say where a filter leaves nothing.
    """

    def __init__(self, read: Callable[[], Iterator[Directive]], wanted: Wanted) -> None:
        self._read = read
        self._wanted = wanted
        self.seen = 0
        self.leaders: dict[str, None] = {}

    def __iter__(self) -> Iterator[Directive]:
        self.seen, self.leaders = 0, {}
        unit = ascii_fold(self._wanted.unit) if self._wanted.unit is not None else None
        for directive in self._read():
            self.seen += 1
            if not self._names(directive) or not self._in_time(directive):
                continue
            if unit is not None:
                directive = directive.keep(partial(self._led, unit, {u.id: plain(u.name) for u in directive.result.units}))
            if self._wanted.approved:
                directive = directive.keep(lambda one: one.review in ("approved", "edited"))
            yield directive

    def _names(self, directive: Directive) -> bool:
        wanted = self._wanted.document
        if wanted is None:
            return True
        header = directive.result.header
        return wanted == str(directive.number) or ascii_fold(wanted) in (ascii_fold(header.number or ""), ascii_fold(directive.name))

    def _in_time(self, directive: Directive) -> bool:
        since, until = self._wanted.since, self._wanted.until
        if since is None and until is None:
            return True
        day = directive.result.header.issued_on
        if day is None:
            return False
        return (since is None or day >= since.isoformat()[: len(day)]) and (until is None or day <= until.isoformat()[: len(day)])

    def _led(self, unit: str, names: dict[str, str], one: Held) -> bool:
        found = False
        for assignment in one.task.assignments:
            if assignment.role == "lead" or (self._wanted.helps and assignment.role in ("coordinate", "implement")):
                name = names.get(assignment.unit_id) or plain(assignment.name)
                if len(self.leaders) < _NAMED:
                    self.leaders.setdefault(name)
                found = found or ascii_fold(assignment.unit_id) == unit or is_named(name, unit)
        return found


def is_named(name: str, wanted: str) -> bool:
    """Return whether ``wanted`` is ``name`` or words of it, with or without marks."""
    return f"-{ascii_fold(wanted)}-" in f"-{ascii_fold(name)}-"


def from_results(paths: Iterable[Path], wanted: Wanted | None = None) -> Material:
    """Return the directives of all results under ``paths``: folders (at any depth) that ``giaoviec run`` wrote, or files result.json.

    A directive that is there twice counts once. Reading raises SourceError where there is no result, or one cannot be read.
    """
    listed = list(paths)

    def read() -> Iterator[Directive]:
        seen: set[str] = set()
        for file in dict.fromkeys(file for path in listed for file in result_files(path)):
            result = read_result(file)
            if result.source.sha256 not in seen:
                seen.add(result.source.sha256)
                yield _directive(result, tuple(Held(task, task.id) for task in result.tasks), None, as_found=True)

    return Material(read, wanted or Wanted())


def from_store(address: str, originals: Path | None = None, wanted: Wanted | None = None) -> Material:
    """Return the directives of the store at ``address``: of each document its last version, without tasks that were rejected.

    Reading raises SourceError ("no-store") where there is no such file (nothing is made), StoreError where it cannot be read.
    """

    def read() -> Iterator[Directive]:
        with open_store(address, originals) as store:
            yield from _directives(store)

    return Material(read, wanted or Wanted())


def from_open(store: Store, wanted: Wanted | None = None) -> Material:
    """Return the directives of a store that is open, as ``from_store`` does. Reading raises StoreError."""
    return Material(lambda: _directives(store), wanted or Wanted())


def _directives(store: Store) -> Iterator[Directive]:
    for document in store.in_force():
        yield from_document(store, document.id)


def from_document(store: Store, document: int) -> Directive:
    """Return one document of the store, without the tasks that were rejected. Raises StoreError ("unknown") where it has no result."""
    kept = (one for one in store.tasks(document) if one.review != "rejected")
    notes = notes_of(store.events(document))
    held = tuple(_held(one, standing_of(one, notes.get(one.uid, "")).note) for one in kept)
    return _directive(store.result(document), held, document)


def open_store(address: str, originals: Path | None = None) -> Store:
    """Return the store at ``address``. Raises SourceError ("no-store") where there is none: asking for its tasks makes no empty one."""
    file = database_file(address)
    if file is not None and not file.is_file():
        raise SourceError("no-store", say("export.no-store", file=printable(file)))
    return Store.open(address, originals)


def _held(one: ReviewedTask, note: str) -> Held:
    return Held(one.task.model_copy(update={"id": one.uid}), one.task.id, one.review, one.work, one.version, note)


def _directive(result: Result, held: tuple[Held, ...], number: int | None, *, as_found: bool = False) -> Directive:
    """Return the directive whose result has the tasks of ``held``, with the graph that they make."""
    if not as_found:
        tasks = tuple(one.task for one in held)
        result = result.model_copy(update={"tasks": tasks, "graph": coordinate(tasks, result.units)})
    return Directive(result, held, number)


def without_drafts(material: Iterable[Directive], drafts: dict[str, None]) -> Iterator[Directive]:
    """Yield the directives that order something, for trackers and calendars; the names of the others go into ``drafts``."""
    for directive in material:
        if directive.result.header.draft:
            drafts.setdefault(directive.name)
        else:
            yield directive
