"""What somebody has to do: the rows of the finished table."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.outline import Citation, Deadline, Role, Target
from models.span import Span

How = Literal["stated", "heading", "field", "lead-in", "opening", "addressee"]


class Origin(BaseModel):
    """How a value of a task came to be: the clause (None: the head of the document), the words, the rule."""

    model_config = ConfigDict(frozen=True)

    how: How
    clause_id: str | None = None
    span: Span
    rule: str | None = None


class Assignment(BaseModel):
    """A unit in a role in a task, stated there or inherited (see ``origin``)."""

    model_config = ConfigDict(frozen=True)

    role: Role
    name: str
    unit_id: str
    origin: Origin


class TaskDeadline(Deadline):
    """A deadline as it holds for a task, stated there or inherited (see ``origin``)."""

    origin: Origin


class Product(BaseModel):
    """What a task is to yield (sản phẩm, kết quả đầu ra), as the column or field of that name says it."""

    model_config = ConfigDict(frozen=True)

    text: str
    span: Span


class Task(BaseModel):
    """One task clause with everything that holds for it.

    ``text`` is the clause on one line; of a table's row, the cell that says what is to be done. ``id`` is unique over
    all documents; ``confidence`` is None until it is calibrated against reviewed work.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    clause_id: str
    title: str
    text: str
    span: Span
    assignments: tuple[Assignment, ...] = ()
    deadlines: tuple[TaskDeadline, ...] = ()
    targets: tuple[Target, ...] = ()
    citations: tuple[Citation, ...] = ()
    products: tuple[Product, ...] = ()
    confidence: float | None = None

    def names(self, role: Role) -> list[str]:
        """Return the names of the units that hold ``role`` in this task, in the order of the text."""
        return [a.name for a in self.assignments if a.role == role]
