"""One row a task: what the tables, the workbook and the checklists show alike."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from models import Clause, Order, Origin, Result, Task, TaskDeadline
from models.outline import Role
from pipeline.emit.words import plain, read_day, say_citation, say_deadline, say_document, say_place, say_target, shorten, unlisted

_HOW = {
    "heading": "theo đề mục",
    "field": "theo dòng",
    "lead-in": "theo câu dẫn",
    "opening": "theo câu giao việc chung",
    "addressee": "theo phần Kính gửi",
    "stated": "theo",
}
_ROLE = {"lead": "chủ trì", "coordinate": "phối hợp", "implement": "thực hiện", "report_to": "báo cáo"}
_NUMBER = re.compile(r"[0-9]+")
_QUOTED = 50  # characters of a clause that a remark quotes


@dataclass(frozen=True)
class Deadlines:
    """When a task is due. ``printed`` and ``meant`` belong together: the document's words and their normal form in words."""

    printed: tuple[str, ...]
    meant: tuple[str, ...]
    due: date | datetime | None  # the first day that is named in full

    def lines(self) -> list[str]:
        """Return one line a deadline: the printed words, and what they mean where that says more."""
        return [deadline_line(printed, meant) for printed, meant in zip(self.printed, self.meant, strict=True)]


def deadline_line(printed: str, meant: str) -> str:
    """Return the printed words of a deadline, and what they mean where that says more."""
    if not printed:
        return meant
    return printed if _says_all(printed, meant) else f"{printed} ({meant})"


def _says_all(printed: str, meant: str) -> bool:
    """Whether the printed words already hold every number (every word, where there is no number) of their normal form."""
    numbers = set(map(int, _NUMBER.findall(meant)))
    if numbers:
        return numbers <= set(map(int, _NUMBER.findall(printed)))
    return meant in printed.casefold().replace("hàng ", "hằng ")


_NO_DEADLINES = Deadlines((), (), None)


@dataclass(frozen=True)
class Part:
    """One of several orders of a row, with what is its own."""

    text: str
    leads: tuple[str, ...]
    coordinators: tuple[str, ...]
    implementers: tuple[str, ...]
    receivers: tuple[str, ...]
    deadlines: Deadlines

    def line(self) -> str:
        """Return the order on one line: its words, who leads it, by when."""
        told = "; ".join(filter(None, (", ".join(self.leads), *self.deadlines.lines())))
        return f"{self.text} ({told})" if told else self.text


@dataclass(frozen=True)
class Row:
    """A task as a clerk reads it; unit names are those of the unit register, so that one unit filters as one.

    ``parts`` are its orders where there are several, ``left_open`` the deadlines that the words give to none of them. ``whole`` is set
    where the row was cut down to some of its parts: all words of its clause. ``confidence`` is that of the task.
    """

    task_id: str
    number: int
    place: str
    text: str
    leads: tuple[str, ...]
    coordinators: tuple[str, ...]
    implementers: tuple[str, ...]
    receivers: tuple[str, ...]
    deadlines: Deadlines
    targets: tuple[str, ...]
    products: tuple[str, ...]
    basis: tuple[str, ...]
    notes: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    left_open: Deadlines = _NO_DEADLINES
    whole: str | None = None
    confidence: float | None = None

    def led_by(self, unit: str) -> "Row":
        """Return the row as it is for ``unit``: without the orders that others lead.

        Orders that name no lead and deadlines left open stay: they may be meant for it.
        """
        own = [part for part in self.parts if unit in part.leads or not part.leads]
        if len(own) == len(self.parts) or not any(part.leads for part in own):
            return self
        return replace(
            self,
            text=" … ".join(part.text for part in own),
            leads=_distinct(name for part in own for name in part.leads),
            coordinators=_distinct(name for part in own for name in part.coordinators),
            implementers=_distinct(name for part in own for name in part.implementers),
            receivers=_distinct(name for part in own for name in part.receivers),
            deadlines=_joined([*(part.deadlines for part in own), self.left_open]),
            whole=self.text,
        )


def build_rows(result: Result) -> list[Row]:
    """Return the rows of ``result``, in the order of its tasks, numbered from 1."""
    names = {unit.id: plain(unit.name) for unit in result.units}
    clauses = {clause.id: clause for clause in result.clauses}
    document = say_document(result.header, result.source)
    remarks = _remarks(result)
    return [_row(result, task, number, names, clauses, document, remarks.get(task.id, [])) for number, task in enumerate(result.tasks, 1)]


def _row(
    result: Result, task: Task, number: int, names: dict[str, str], clauses: dict[str, Clause], document: str, remarks: list[str]
) -> Row:
    def units(held: Task | Order, role: Role) -> tuple[str, ...]:
        return _distinct(names.get(a.unit_id) or plain(a.name) for a in held.assignments if a.role == role)

    clause = clauses.get(task.clause_id)
    leads = units(task, "lead")
    notes = [*_inherited(result.text, task, clauses), *remarks]
    if not leads:
        notes.insert(0, "Văn bản không nêu đơn vị chủ trì.")
    return Row(
        task_id=task.id,
        number=number,
        place=say_place(task.clause_id),
        text=unlisted(task.text, clause.marker if clause else ""),
        leads=leads,
        coordinators=units(task, "coordinate"),
        implementers=units(task, "implement"),
        receivers=units(task, "report_to"),
        deadlines=_deadlines(task.deadlines),
        targets=_distinct(say_target(target) for target in task.targets),
        products=_distinct(plain(product.text) for product in task.products),
        basis=_distinct([document, *(say_citation(citation) for citation in task.citations)]),
        notes=tuple(notes),
        parts=tuple(
            Part(
                unlisted(order.text), units(order, "lead"), units(order, "coordinate"), units(order, "implement"),
                units(order, "report_to"), _deadlines(order.deadlines),
            )
            for order in task.orders
        ),
        left_open=_deadlines([d for d in task.deadlines if not any(d in order.deadlines for order in task.orders)] if task.orders else ()),
        confidence=task.confidence,
    )  # fmt: skip


def _deadlines(deadlines: Sequence[TaskDeadline]) -> Deadlines:
    said = dict.fromkeys((plain(d.text), plain(say_deadline(d))) for d in deadlines)
    days = [day for d in deadlines if (day := read_day(d.due)) is not None]
    return Deadlines(
        printed=tuple(printed for printed, _ in said),
        meant=tuple(meant for _, meant in said),
        due=min(days, key=lambda d: d.isoformat(), default=None),
    )


def _joined(several: Sequence[Deadlines]) -> Deadlines:
    said = dict.fromkeys(pair for one in several for pair in zip(one.printed, one.meant, strict=True))
    return Deadlines(
        printed=tuple(printed for printed, _ in said),
        meant=tuple(meant for _, meant in said),
        due=min((one.due for one in several if one.due is not None), key=lambda day: day.isoformat(), default=None),
    )


def _inherited(text: str, task: Task, clauses: dict[str, Clause]) -> list[str]:
    """Return a sentence for each place outside the task's clause that gave it units or deadlines."""
    sources: dict[tuple[str, str | None], tuple[Origin, dict[str, None]]] = {}
    values = [*((a.origin, _ROLE[a.role]) for a in task.assignments), *((d.origin, "thời hạn") for d in task.deadlines)]
    for origin, what in values:
        if origin.how != "stated" and origin.clause_id != task.clause_id:
            sources.setdefault((origin.how, origin.clause_id), (origin, {}))[1].setdefault(what)
    return [_source(text, origin, list(whats), clauses) for origin, whats in sources.values()]


def _source(text: str, origin: Origin, whats: list[str], clauses: dict[str, Clause]) -> str:
    said = ", ".join(whats)
    sentence = f"{said[0].upper()}{said[1:]} {_HOW[origin.how]}"
    clause = clauses.get(origin.clause_id) if origin.clause_id else None
    if clause is None:
        return f"{sentence}." if origin.how == "addressee" else f"{sentence} “{shorten(plain(origin.span.cut(text)), _QUOTED)}”."
    words = unlisted(clause.body.cut(text), clause.marker)
    if origin.how == "field":
        words = words.partition(":")[0]  # the value behind the label stands in a column of the row
    quoted = shorten(words.rstrip(" .:;,"), _QUOTED)
    return f"{sentence} {say_place(clause.id)} “{quoted}”."


def _remarks(result: Result) -> dict[str, list[str]]:
    """Return the messages of the findings that point into a task, by task id."""
    remarks: dict[str, list[str]] = {}
    tasks = sorted(result.tasks, key=lambda task: task.span)
    ends = [task.span.end for task in tasks]
    for finding in result.findings:
        if finding.code == "task-without-lead":
            continue  # the row says so itself
        for span in finding.spans:
            for task in tasks[bisect_right(ends, span.start) :]:
                if task.span.start >= span.end:
                    break
                said = remarks.setdefault(task.id, [])
                if plain(finding.message) not in said:
                    said.append(plain(finding.message))
    return remarks


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
