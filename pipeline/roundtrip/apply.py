"""What an edited workbook asks for becomes decisions in the store: one step a document, which one undo takes back."""

from dataclasses import dataclass

from models import StoreError
from pipeline.messages import say
from pipeline.roundtrip.plan import Plan, Problem
from pipeline.store import Store


@dataclass(frozen=True)
class Taken:
    """What was taken over: the step of each document, the number of events; and the documents that could not take it."""

    steps: dict[int, str]
    events: int
    problems: tuple[Problem, ...]


def apply(store: Store, plan: Plan, who: str) -> Taken:
    """Write the changes and additions of ``plan`` into ``store`` as decisions of ``who``.

    A document where somebody decided meanwhile, or that was signed off, takes nothing; that is among the problems. Raises StoreError where
    the store cannot be used.
    """
    steps: dict[int, str] = {}
    problems: list[Problem] = []
    count = 0
    documents = {change.document for change in plan.changes} | {one.document for one in plan.additions}
    for document in sorted(documents):
        decisions = [change.decision for change in plan.changes if change.document == document]
        additions = [(one.span, one.fields) for one in plan.additions if one.document == document]
        try:
            step = store.decide(document, who, decisions, additions)
        except StoreError as error:
            if error.code not in ("stale", "refused", "unknown"):
                raise
            told = say("import.refused", document=plan.names.get(document, str(document)), reason=str(error))
            problems.append(Problem("refused", None, told))
            continue
        steps[document] = step.id
        count += len(step.events)
    return Taken(steps, count, tuple(problems))
