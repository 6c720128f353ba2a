"""What people decide about tasks: events beside the result, never edits in it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from models.status import TaskState
from models.task import Task

ReviewState = Literal["open", "approved", "edited", "rejected", "unclear"]
Gone = Literal["split", "merged", "dropped", "undone"]
EventKind = Literal[
    "approve", "edit", "reject", "unclear", "reopen", "split", "merge", "add", "status", "undo", "sign-off", "withdraw-sign-off",
    "processed", "carried",
]  # fmt: skip


class ReviewedTask(BaseModel):
    """A task as it stands now: what the program found, with the decisions of people over it.

    ``uid`` names it in the whole store and stays the same through re-processing and through versions of its document (the ``task.id`` of
    two documents may be equal). ``base`` is what the program found, None for a task that a person added, split or merged. ``gone``
    says why it is no task any more; ``parents`` are the uids it was split or merged from. ``version`` grows with every event.
    """

    model_config = ConfigDict(frozen=True)

    uid: str
    document: int
    order: float
    base: Task | None
    task: Task
    review: ReviewState = "open"
    reason: str | None = None
    work: TaskState = TaskState()
    gone: Gone | None = None
    parents: tuple[str, ...] = ()
    version: int = 1

    @property
    def edits(self) -> tuple[str, ...]:
        """The fields of the task in which it differs from what the program found."""
        if self.base is None:
            return ()
        return tuple(name for name in type(self.task).model_fields if getattr(self.task, name) != getattr(self.base, name))


class ReviewEvent(BaseModel):
    """One task in one step of review. Steps are never changed or removed: an undo is a step of its own that names the one it undoes.

    ``before`` and ``after`` hold the values that the event changes: ``review``, ``reason``, ``gone``, ``work`` (as a whole), and under
    ``task`` the fields of the task. ``task`` is None for what concerns the whole document (sign-off). ``source`` says where a
    carried decision was made: {"document", "event"}.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    step: str
    at: datetime
    who: str
    kind: EventKind
    document: int
    task: str | None = None
    reason: str | None = None
    undoes: str | None = None
    source: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Decision(BaseModel):
    """What a person decides about one task: ``task`` and the ``version`` of it that they saw.

    ``edit`` wants ``fields`` (of a Task, in JSON form), ``reject`` a ``reason``, ``status`` the ``work`` that holds from now on.
    """

    model_config = ConfigDict(frozen=True)

    task: str
    version: int
    kind: Literal["approve", "edit", "reject", "unclear", "reopen", "status"]
    fields: dict[str, Any] = {}
    reason: str | None = None
    work: TaskState | None = None


class Step(BaseModel):
    """A step of review that was taken, and the tasks that it touched as they stand after it."""

    model_config = ConfigDict(frozen=True)

    id: str
    events: tuple[ReviewEvent, ...]
    tasks: tuple[ReviewedTask, ...]
