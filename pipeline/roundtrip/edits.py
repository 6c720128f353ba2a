"""Edited cells of one row → decisions on its task, one a cell, each on the task as the one before leaves it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from models import Decision, ReviewedTask, Task, TaskState
from models.outline import Role
from pipeline.emit.rows import deadline_line
from pipeline.emit.words import plain, say_day, say_deadline, say_target, shorten
from pipeline.emit.workbook_register import PROGRESS, REVIEWS, plain_cell, progress_of
from pipeline.messages import say
from pipeline.roundtrip.plan import Note, Problem, ProblemCode
from pipeline.roundtrip.values import (
    day_value,
    earliest,
    lines_of,
    read_cell_day,
    read_deadline,
    read_progress,
    read_review,
    read_target,
    read_units,
)
from pipeline.roundtrip.workbook import TITLES
from pipeline.store.replay import with_fields
from pipeline.store.reviews import REVIEWED
from pipeline.units import ascii_fold

_TITLE: Final = 110
_NO_ID: Final = "khong-ro"
_SEEN: Final = ("approved", "edited")
_ROLES: Final[Mapping[str, Role]] = {"lead": "lead", "coordinate": "coordinate", "implement": "implement", "report_to": "report_to"}
Resolve = Callable[[str], tuple[str, str] | None]
"""the name of a unit as a person typed it → (its id, its name) where it is known"""


@dataclass
class RowEdits:
    """Reads the cells of one row. ``decisions`` are (column, decision) pairs; what cannot be read goes to ``problems``."""

    one: ReviewedTask
    row: int
    cells: Mapping[str, Any]
    resolve: Resolve
    names: Mapping[str, str]
    issued_on: str | None
    today: date
    decisions: list[tuple[str, Decision]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def read(self, edited: Sequence[str]) -> None:
        """Read the cells of the ``edited`` columns, in the order in which they take effect."""
        task = self.one.task
        for column in edited:
            if (fields := self.fields_of(column, task)) is not None and with_fields(task, fields) != task:
                task = with_fields(task, fields)
                self._decide(column, "edit", fields=fields)
        noted = "note" in edited
        if "review" in edited and self._review():
            noted = False
        elif noted and self.one.review in ("rejected", "unclear"):
            noted = False
            self._take_review("note", self.one.review)
        if "progress" in edited or "done" in edited:
            self._work(edited)
        if noted:
            self._decide("note", "status", reason=plain_cell(self.cells["note"]), work=self._work_now)

    def fields_of(self, column: str, task: Task) -> dict[str, Any] | None:
        """Return the fields of ``task`` that the cell of a column sets; None where it sets none, or cannot be read."""
        value = self.cells.get(column, "")
        if column == "text":
            text = " ".join(plain_cell(value).split())
            if not text:
                self._problem("no-text", column)
                return None
            return {"text": text, "title": shorten(text, _TITLE)}
        if column in _ROLES:
            return {"assignments": self._assignments(_ROLES[column], value, task)}
        if column == "deadline":
            return {"deadlines": self._deadlines(value, task)}
        if column == "due":
            return self._due(value, task)
        if column == "product":
            return self._products(value, task)
        return None

    # --- what the task says --------------------------------------------------------------------------------------------------

    def _assignments(self, role: Role, value: object, task: Task) -> list[dict[str, Any]]:
        held = [a.model_dump(mode="json") for a in task.assignments]
        shown = [plain(self.names.get(a["unit_id"]) or a["name"]) for a in held]
        made: list[dict[str, Any]] = []
        for name in read_units(value, lambda said: self.resolve(said) is not None):
            kept = [a for a, said in zip(held, shown, strict=True) if a["role"] == role and said == name]
            if kept:
                made += kept
                continue
            known = self.resolve(name)
            if known is None:
                self.notes.append(Note("new-unit", self.row, say("import.new-unit", row=self.row, unit=name)))
            unit = {"unit_id": known[0], "name": known[1]} if known else {"unit_id": ascii_fold(name) or _NO_ID, "name": name}
            made.append({"role": role, "origin": self._whole(task), **unit})
        first = next((i for i, a in enumerate(held) if a["role"] == role), 0 if role == "lead" else len(held))
        others = [a for a in held if a["role"] != role]
        at = sum(a["role"] != role for a in held[:first])
        return [*others[:at], *made, *others[at:]]

    def _deadlines(self, value: object, task: Task) -> list[dict[str, Any]]:
        held: dict[str, list[dict[str, Any]]] = {}
        for deadline in task.deadlines:
            line = deadline_line(plain(deadline.text), plain(say_deadline(deadline)))
            held.setdefault(line, []).append(deadline.model_dump(mode="json"))
        was = list(held)
        # a sheet makes a day of "30/6/2025", wherever it is typed
        lines = [say_day(day_value(value))] if isinstance(value, date) else lines_of(value)
        made: list[dict[str, Any]] = []
        for i, line in enumerate(lines):
            if line in held:
                made += held[line]
            else:
                made.append(self._own(read_deadline(line, was[i] if i < len(was) else "", self.issued_on), task))
        return made

    def _due(self, value: object, task: Task) -> dict[str, Any] | None:
        try:
            day = read_cell_day(value, self.issued_on)
        except ValueError:
            self._problem("not-a-day", "due")
            return None
        held = [deadline.model_dump(mode="json") for deadline in task.deadlines]
        at = earliest(task.deadlines)
        if at is None and held and day is not None:
            at = next((i for i, deadline in enumerate(held) if deadline["due"] is None), 0)
        if at is None:
            if day is None:
                return None
            held.append(self._own({"text": say_day(day_value(day)), "due": day_value(day), "bound": "by"}, task))
        else:
            start = held[at]["start"]
            kept = start if day is not None and start is not None and start <= day_value(day) else None
            due = day_value(day) if day is not None else None
            held[at] = {**held[at], "start": kept, "due": due, "rule": REVIEWED, "confidence": None}
        return {"deadlines": held}

    def _products(self, value: object, task: Task) -> dict[str, Any]:
        products = {plain(product.text): product.model_dump(mode="json") for product in task.products}
        targets = {say_target(target): target for target in task.targets}
        gone = [target for said, target in targets.items() if said not in lines_of(value)]
        made: dict[str, list[dict[str, Any]]] = {"products": [], "targets": []}
        for line in lines_of(value):
            if line in products:
                made["products"].append(products[line])
            elif line in targets:
                made["targets"].append(targets[line].model_dump(mode="json"))
            elif (target := read_target(line, gone)) is not None:
                made["targets"].append({**target.model_dump(mode="json"), "rule": REVIEWED})
            else:
                made["products"].append({"text": line, "span": list(task.span)})
        was = {"products": list(task.products), "targets": list(task.targets)}
        return {name: values for name, values in made.items() if values or was[name]}

    # --- what people decide about it -----------------------------------------------------------------------------------------

    def _review(self) -> bool:
        """Read the state of review; return whether the note went with it, as its reason."""
        try:
            state = read_review(self.cells["review"])
        except ValueError:
            self._problem("not-a-state", "review", choices=", ".join(REVIEWS.values()))
            return False
        return self._take_review("review", state)

    def _take_review(self, column: str, state: str) -> bool:
        note = plain_cell(self.cells.get("note", ""))
        if state == "rejected" and not note:
            self._problem("no-reason", column)
            return False
        match state:
            case "rejected":
                self._decide(column, "reject", reason=note)
            case "unclear":
                self._decide(column, "unclear", reason=note or None)
            case "open":
                self._decide(column, "reopen")
            case _ if self.one.review not in _SEEN:
                self._decide(column, "approve")
            case _:  # what was edited is approved as it is
                pass
        return state in ("rejected", "unclear")

    def _work(self, edited: Sequence[str]) -> None:
        was, cells = self.one.work, self.cells
        before = progress_of(was)
        try:
            progress = read_progress(cells["progress"]) if "progress" in edited else before
        except ValueError:
            self._problem("not-a-state", "progress", choices=", ".join(PROGRESS.values()))
            return
        try:
            found = read_cell_day(cells["done"], None) if "done" in edited else was.done_on
        except ValueError:
            self._problem("not-a-day", "done")
            return
        day = date(found.year, found.month, found.day) if found else None
        if "progress" not in edited:
            progress = "done" if day else "in-progress" if was.started_on else "not-started"
        elif progress != "done" and day is not None and "done" in edited:
            self._problem("contradiction", "progress")
            return
        if progress == "done":
            work = was.model_copy(update={"done_on": day or self.today})
        else:
            started = (was.started_on or self.today) if progress == "in-progress" else None
            work = was.model_copy(update={"started_on": started, "done_on": None})
        if (work.started_on, work.done_on) != (was.started_on, was.done_on):
            self._decide("progress" if "progress" in edited else "done", "status", work=work)

    @property
    def _work_now(self) -> TaskState:
        """The work as an earlier cell of the row leaves it."""
        return next((d.work for _, d in reversed(self.decisions) if d.work is not None), self.one.work)

    # --- in common -----------------------------------------------------------------------------------------------------------

    def _decide(self, column: str, kind: str, **values: Any) -> None:
        decision = Decision.model_validate({"task": self.one.uid, "version": self.one.version, "kind": kind, **values})
        self.decisions.append((column, decision))

    def _problem(self, code: ProblemCode, column: str, **values: object) -> None:
        told = {"row": self.row, "column": TITLES[column], "value": plain_cell(self.cells.get(column, "")), **values}
        self.problems.append(Problem(code, self.row, say(f"import.{code}", **told)))

    def _own(self, fields: Mapping[str, Any], task: Task) -> dict[str, Any]:
        return {**fields, "origin": self._whole(task), "span": list(task.span), "rule": REVIEWED}

    def _whole(self, task: Task) -> dict[str, Any]:
        return {"how": "stated", "clause_id": task.clause_id, "span": list(task.span), "rule": REVIEWED}
