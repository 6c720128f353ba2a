"""Drafts of orders → the orders of a task: which of the row's units, deadlines and targets are each one's own."""

from collections.abc import Callable, Iterator, Sequence

from models import Assignment, Order, Origin, Task
from models.outline import Role
from pipeline.extract.orders import OrderDraft
from pipeline.extract.roles import RoleMention
from pipeline.text import TextView

_ROLES: tuple[Role, ...] = ("lead", "coordinate", "implement", "report_to")


def build_orders(
    task: Task, drafts: Sequence[OrderDraft], view: TextView, text: str, identify: Callable[[RoleMention], str]
) -> tuple[Order, ...]:
    """Return the orders of ``task`` that the ``drafts`` of its clause come to; ``view`` is the clause, ``text`` the document.

    An order takes nothing that the row has not; what the row inherits holds for each of its orders. But a unit that leads one order may
    coordinate another ("Sở A phối hợp với Sở B …; Sở B …"), of which the row only tells that it leads.
    """
    clause_id, assignments, deadlines = task.clause_id, task.assignments, task.deadlines
    inherited = {role: [a for a in assignments if a.role == role and not _stated(a.origin, clause_id)] for role in _ROLES}
    held = {(a.role, a.unit_id) for a in assignments}

    def own(draft: OrderDraft) -> Iterator[Assignment]:
        for role in _ROLES:
            seen = set() if role == "lead" else {identify(lead) for lead in draft.leads}
            for mention in draft.leads if role == "lead" else draft.others:
                unit_id = identify(mention)
                known = (role, unit_id) in held or (role != "lead" and ("lead", unit_id) in held)
                if mention.role == role and known and not inherited[role] and unit_id not in seen:
                    seen.add(unit_id)
                    span = view.span(mention.unit.start, mention.unit.end)
                    origin = Origin(how="stated", clause_id=clause_id, span=span, rule=mention.rule)
                    yield Assignment(role=role, name=mention.unit.name, unit_id=unit_id, origin=origin)
            yield from inherited[role]

    stated = [d for d in deadlines if _stated(d.origin, clause_id)]
    orders = []
    for number, draft in enumerate(drafts, 1):
        orders.append(
            Order(
                id=f"{task.id}#{number}",
                text=" ".join(draft.span.cut(text).split()),
                span=draft.span,
                assignments=tuple(own(draft)),
                deadlines=tuple(stated[n] for n in draft.deadlines) if stated else tuple(deadlines),
                targets=tuple(t for t in task.targets if draft.span.start <= t.span.start < draft.span.end),
            )
        )
    return tuple(orders)


def _stated(origin: Origin, clause_id: str) -> bool:
    return origin.how == "stated" and origin.clause_id == clause_id
