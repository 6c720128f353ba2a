"""What somebody has to do: the rows of the finished table."""

from typing import Literal

from models.frozen import Frozen
from models.outline import Citation, Deadline, Role, Target
from models.span import Span

How = Literal["stated", "heading", "field", "lead-in", "opening", "addressee"]


class Origin(Frozen):
    """How a value of a task came to be: the clause (None: the head of the document), the words, the rule."""

    how: How
    clause_id: str | None = None
    span: Span
    rule: str | None = None


class Assignment(Frozen):
    """A unit in a role in a task, stated there or inherited (see ``origin``). ``confidence``: the probability that it is right."""

    role: Role
    name: str
    unit_id: str
    origin: Origin
    confidence: float | None = None


class TaskDeadline(Deadline):
    """A deadline as it holds for a task, stated there or inherited (see ``origin``). ``confidence``: the probability that it is right."""

    origin: Origin
    confidence: float | None = None


class Product(Frozen):
    """What a task is to yield (sản phẩm, kết quả đầu ra), as the column or field of that name says it."""

    text: str
    span: Span


class Order(Frozen):
    """One of several orders in the clause of a task: "Sở A chủ trì …; Sở B phối hợp …; báo cáo trước ngày …".

    Its fields are named like those of a task, so that ``task.orders or (task,)`` reads any row order by order. ``id`` is that
    of the task with "#" and the number of the order, from 1. ``assignments`` and ``deadlines`` are a part of the task's: what
    stands in the order's own words, the lead of an earlier order where it names none, and what the whole task inherits. (A
    unit that leads one order may coordinate another; the task lists it as lead only.) A deadline of the task that no order has
    is left open by the words: nobody can tell which order it is for. An order without a lead is not for those who lead the
    others, and the task does not say for whom.
    """

    id: str
    text: str
    span: Span
    assignments: tuple[Assignment, ...] = ()
    deadlines: tuple[TaskDeadline, ...] = ()
    targets: tuple[Target, ...] = ()

    def names(self, role: Role) -> list[str]:
        """Return the names of the units that hold ``role`` in this order, in the order of the text."""
        return [a.name for a in self.assignments if a.role == role]


class Task(Frozen):
    """One task clause with everything that holds for it.

    ``text`` is the clause on one line; of a table's row, the cell that says what is to be done. ``id`` is unique over
    all documents; ``confidence`` is the calibrated probability that nothing in the row is to be corrected: its type, leads,
    coordinators and deadlines (None: not estimated). ``orders`` are its single orders
    where there are several, in the order of the text; empty where the clause is one order, which then is the task itself.
    The clause stays the row: what the task holds is what all its orders hold together. ``document_id`` is the DocumentId of the edXML
    envelope that the directive came in: by it systems on the national axis know the document.
    """

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
    orders: tuple[Order, ...] = ()
    confidence: float | None = None
    document_id: str | None = None

    def names(self, role: Role) -> list[str]:
        """Return the names of the units that hold ``role`` in this task, in the order of the text."""
        return [a.name for a in self.assignments if a.role == role]
