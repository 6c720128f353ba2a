"""What was taken over from an edited workbook, in words."""

from datetime import date
from pathlib import Path

from pipeline.messages import say
from pipeline.roundtrip.apply import Taken, apply
from pipeline.roundtrip.compare import compare
from pipeline.roundtrip.plan import Plan
from pipeline.roundtrip.workbook import TITLES
from pipeline.store import Store

_LINES = 200


def take_back(store: Store, path: Path, name: str, today: date) -> str:
    """Take over what an edited workbook asks for and return what became of it, for a clerk: the first line is the sum of it.

    ``name`` is what people call the file; it stands for who edited it. Raises SourceError where it cannot be read, StoreError.
    """
    plan = compare(store, path, today, name)
    taken = apply(store, plan, say("import.by-file", file=name))
    return "\n".join(say_taken(plan, taken, name))


def say_taken(plan: Plan, taken: Taken, name: str) -> list[str]:
    """Return the sum, then a line for each change, added task, problem and note (the first 200 of them)."""
    problems = (*plan.problems, *taken.problems)
    if not (plan.changes or plan.additions or problems or plan.notes):
        return [say("import.nothing", file=name)]
    counts = {"changes": len(plan.changes), "additions": len(plan.additions), "problems": len(problems)}
    lines = [
        *(say("import.line-change", row=c.row, column=TITLES[c.field], before=c.before or "–", after=c.after or "–") for c in plan.changes),
        *(say("import.line-added", row=one.row, text=one.text) for one in plan.additions),
    ]
    lines += [say("import.line-told", title=say("import.problems"), message=one.message) for one in problems]
    lines += [say("import.line-told", title=say("import.notes"), message=one.message) for one in plan.notes]
    more = [say("import.line-more", count=len(lines) - _LINES)] if len(lines) > _LINES else []
    heading = say("import.heading", file=name, same=plan.same, rows=plan.rows, **counts)
    return [heading, *lines[:_LINES], *more]
