"""What people decided, laid over what the program found: the present state of a task out of its events."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from models import ReviewedTask, ReviewEvent, Task, TaskState

WORK: Final = ("started_on", "done_on", "done_times", "events")


class Trace(Protocol):
    """What of an event says which steps hold."""

    @property
    def step(self) -> str: ...
    @property
    def undoes(self) -> str | None: ...


def undone_steps(events: Sequence[Trace]) -> frozenset[str]:
    """Return the steps that do not hold: an undo takes its step away, unless the undo is undone itself (which is a redo)."""
    dead: set[str] = set()
    for event in reversed(events):
        if event.undoes and event.step not in dead:
            dead.add(event.undoes)
    return frozenset(dead)


def present(first: ReviewedTask, events: Sequence[ReviewEvent]) -> ReviewedTask:
    """Return ``first``, the task as it came to be, after all of its ``events`` in order.

    Events of steps that were undone do not count, but every event makes the version grow. Where the step that made the task (its
    event has no ``before``) is undone, the task is gone: "undone".
    """
    dead = undone_steps(events)
    task = first
    for event in events:
        if event.step not in dead:
            task = apply(task, event.after or {})
        elif event.before is None and event.after:
            task = task.model_copy(update={"gone": "undone"})
    version = first.version + len(events)
    last = events[-1].at.date() if events else first.work.changed_on
    return task.model_copy(update={"version": version, "work": task.work.model_copy(update={"version": version, "changed_on": last})})


def after_event(task: ReviewedTask, event: ReviewEvent) -> ReviewedTask:
    """Return ``task``, as it stands, after one more event that is no undo."""
    changed = apply(task, event.after or {})
    version = task.version + 1
    work = changed.work.model_copy(update={"version": version, "changed_on": event.at.date()})
    return changed.model_copy(update={"version": version, "work": work})


def apply(task: ReviewedTask, after: Mapping[str, Any]) -> ReviewedTask:
    """Return ``task`` with the values that an event sets."""
    update: dict[str, Any] = {key: after[key] for key in ("review", "reason", "gone") if key in after}
    if "work" in after:
        update["work"] = TaskState.model_validate(after["work"])
    if "task" in after:
        update["task"] = with_fields(task.task, after["task"])
    return task.model_copy(update=update)


def with_fields(task: Task, fields: Mapping[str, Any]) -> Task:
    """Return ``task`` with ``fields`` (in JSON form). Raises ValueError where they do not make a task."""
    return Task.model_validate({**task.model_dump(mode="json"), **fields})


def work_values(work: TaskState) -> dict[str, Any]:
    """Return what people recorded of the work, in JSON form."""
    return work.model_dump(mode="json", include=set(WORK))


def values_of(task: ReviewedTask, keys: Iterable[str], fields: Iterable[str] = ()) -> dict[str, Any]:
    """Return the present values of ``keys`` and of the task's ``fields``, in JSON form: the ``before`` of an event."""
    values: dict[str, Any] = {key: work_values(task.work) if key == "work" else getattr(task, key) for key in keys}
    return {**values, "task": task.task.model_dump(mode="json", include=set(fields))} if fields else values
