"""Tasks of a store as they stand in a workbook."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from models import Result, ReviewedTask, ReviewEvent, StoredDocument
from pipeline.coordinate import coordinate
from pipeline.emit.rows import build_rows
from pipeline.emit.sheets import Cell
from pipeline.emit.workbook import Workbook
from pipeline.emit.workbook_register import Standing, row_cells
from pipeline.store import Store
from pipeline.store.replay import undone_steps
from pipeline.text import TextView, fold


def standings(store: Store, document: int) -> dict[str, Standing]:
    """Return how people left the tasks of a document, by uid: what ``write_workbook`` shows of it."""
    return _standings(store.tasks(document), store.events(document))


def _standings(tasks: Sequence[ReviewedTask], events: Sequence[ReviewEvent]) -> dict[str, Standing]:
    notes = notes_of(events)
    return {one.uid: standing_of(one, notes.get(one.uid, "")) for one in tasks}


def standing_of(one: ReviewedTask, note: str) -> Standing:
    """Return how people left a task; a reason why it was rejected or is unclear goes before other notes."""
    reason = one.reason if one.review in ("rejected", "unclear") else None
    return Standing(one.version, one.review, one.work, reason or note)


def notes_of(events: Sequence[ReviewEvent]) -> dict[str, str]:
    """Return the last note on each task (uid): notes are kept as the reasons of events that record how the work stands."""
    dead = undone_steps(events)
    return {e.task: e.reason for e in events if e.task and e.kind == "status" and e.reason is not None and e.step not in dead}


def write_store_workbook(store: Store, documents: Iterable[int]) -> bytes:
    """Return the workbook of some documents of the store, one or many, with their tasks as people left them.

    Raises StoreError where one of them is not there or was not read.
    """
    workbook = Workbook()
    for document in documents:
        tasks = store.tasks(document)
        result = _as_left(store.result(document), tasks)
        workbook.add(result, build_rows(result), _standings(tasks, store.events(document)))
    buffer = io.BytesIO()
    workbook.write(buffer)
    return buffer.getvalue()


def _as_left(result: Result, tasks: Sequence[ReviewedTask]) -> Result:
    """Return ``result`` with the tasks as people left them, each named by its uid."""
    left = tuple(one.task.model_copy(update={"id": one.uid}) for one in tasks)
    kept = tuple(one.task.model_copy(update={"id": one.uid}) for one in tasks if one.review != "rejected")
    return result.model_copy(update={"tasks": left, "graph": coordinate(kept, result.units)})


@dataclass(frozen=True)
class Office:
    """A document of the store with all that is asked of it while a workbook is compared."""

    store: Store
    document: StoredDocument

    @cached_property
    def result(self) -> Result:
        return self.store.result(self.document.id)

    @cached_property
    def tasks(self) -> list[ReviewedTask]:
        """All tasks, also those that are gone."""
        return self.store.tasks(self.document.id, gone=True)

    @cached_property
    def notes(self) -> dict[str, str]:
        return notes_of(self.store.events(self.document.id))

    @cached_property
    def _by_id(self) -> dict[str, ReviewedTask]:
        found: dict[str, ReviewedTask] = {}
        for one in sorted(self.tasks, key=lambda one: one.gone is not None):
            for name in (one.uid, one.task.id, one.base.id if one.base else one.uid):
                found.setdefault(name, one)
        return found

    def find(self, name: str) -> ReviewedTask | None:
        """Return the task of that uid, or of that id in the result."""
        return self._by_id.get(name)

    @cached_property
    def cells(self) -> dict[str, dict[str, Cell]]:
        """What stands in the register of the tasks as they are now, by uid."""
        here = [one for one in self.tasks if one.gone is None]
        rows = build_rows(self.result.model_copy(update={"tasks": tuple(one.task for one in here)}))
        told = (standing_of(one, self.notes.get(one.uid, "")) for one in here)
        return {one.uid: row_cells(row, standing) for one, row, standing in zip(here, rows, told, strict=True)}

    @cached_property
    def view(self) -> TextView:
        """The words of the document, folded."""
        return fold(self.result.text)

    @cached_property
    def units(self) -> dict[str, str]:
        """The names of the units that the document knows, by id."""
        return {unit.id: unit.name for unit in self.result.units}
