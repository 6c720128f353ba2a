"""What changed between two versions of a directive, task by task."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.task import Task

Aspect = Literal["text", "lead", "coordinate", "implement", "report_to", "deadline", "target", "product"]


class AspectChange(BaseModel):
    """One side of a task that changed, in the words of the two versions. ``text`` leaves out words that another aspect tells."""

    model_config = ConfigDict(frozen=True)

    aspect: Aspect
    before: tuple[str, ...]
    after: tuple[str, ...]


class TaskChange(BaseModel):
    """A task that is new (``old`` is None), dropped (``new`` is None), or stands in both and differs in ``aspects``."""

    model_config = ConfigDict(frozen=True)

    old: Task | None = None
    new: Task | None = None
    aspects: tuple[AspectChange, ...] = ()


class Difference(BaseModel):
    """The tasks that differ, in the order of the new version (dropped ones where they stood). ``same`` pairs the ids of all others."""

    model_config = ConfigDict(frozen=True)

    changes: tuple[TaskChange, ...] = ()
    same: tuple[tuple[str, str], ...] = ()

    @property
    def new(self) -> tuple[Task, ...]:
        return tuple(c.new for c in self.changes if c.old is None and c.new is not None)

    @property
    def dropped(self) -> tuple[Task, ...]:
        return tuple(c.old for c in self.changes if c.new is None and c.old is not None)

    @property
    def changed(self) -> tuple[TaskChange, ...]:
        return tuple(c for c in self.changes if c.old is not None and c.new is not None)
