"""The rows of the task table: each value with the words it was read from, where it was inherited from, and what people made of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from models import Clause, Finding, Order, Origin, ReviewedTask, ReviewEvent, Span, Task
from models.outline import Role
from models.review import ReviewState
from pipeline.emit.rows import deadline_line
from pipeline.emit.words import plain, say_citation, say_deadline, say_place, say_target, shorten, unlisted
from pipeline.emit.workbook_register import PROGRESS, REVIEWS, progress_of
from pipeline.review.times import names_event
from pipeline.review.view import DocumentView, Reading

Field = Literal["title", "lead", "coordinate", "implement", "report_to", "deadlines", "targets", "products"]
Need = Literal["words", "lead", "made", "findings", "unclear", "confidence", "new"]

DOUBTFUL: Final = 0.8
"""Below it a row or value wants a look: confidences are calibrated, of those at 0.8 four in five are right as they are."""
NEEDS: Final[Mapping[Need, str]] = {
    "words": "không có chỗ trong văn bản",
    "lead": "chưa có chủ trì",
    "made": "mới do người làm ra",
    "findings": "có lời nhắc",
    "unclear": "chưa rõ",
    "confidence": "độ tin cậy thấp",
    "new": "mới ở bản này",
}
"""Why a row needs attention, most urgent first."""
_ROLES: Final[tuple[Role, ...]] = ("lead", "coordinate", "implement", "report_to")
_HOW: Final = {
    "stated": "",
    "heading": "đề mục",
    "field": "dòng",
    "lead-in": "câu dẫn",
    "opening": "câu giao việc chung",
    "addressee": "phần Kính gửi",
}
_REVIEWED: Final = "review"  # the rule of a value that a person set
_QUOTED: Final = 48
_MADE: Final = {"split": "tách ra", "merge": "gộp lại", "add": "người thêm"}
_JUST_MADE: Final = {"tách ra": "mới tách", "gộp lại": "mới gộp", "người thêm": "mới thêm"}


@dataclass(frozen=True)
class Value:
    """One value of a cell. ``spans`` are the places of its words ("120-140", several with blanks between), "" where it has none.

    ``meant`` is what printed words mean, where that says more; ``source`` says where an inherited value comes from, ``typed`` that a
    person set it without showing words for it; ``doubt`` is its confidence where that is low.
    """

    text: str
    kind: str
    spans: str = ""
    meant: str = ""
    source: str = ""
    typed: bool = False
    doubt: str = ""


@dataclass(frozen=True)
class Change:
    """A cell that people changed: who last, when, and what the program had found there."""

    who: str
    when: Any
    was: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """The values of one field of a task."""

    values: tuple[Value, ...] = ()
    change: Change | None = None


@dataclass(frozen=True)
class Part:
    """One of several orders of a row."""

    text: Value
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Row:
    """A task as the table shows it. ``needs`` say why somebody should look at it; ``rank`` sorts by how much (smallest first)."""

    uid: str
    number: int
    version: int
    review: ReviewState
    order: float
    place: str
    title: Cell
    text: str
    cells: Mapping[str, Cell]
    parts: tuple[Part, ...]
    citations: tuple[Value, ...]
    remarks: tuple[tuple[int, Finding], ...]
    needs: tuple[Need, ...]
    rank: float
    confidence: float | None
    made: str
    decided: ReviewEvent | None
    reason: str | None
    progress: str

    @property
    def says_review(self) -> str:
        """The state of review in words."""
        return REVIEWS[self.review]

    @property
    def says_needs(self) -> str:
        """Why it needs attention, in words."""
        return ", ".join(_JUST_MADE.get(self.made, NEEDS[need]) if need == "made" else NEEDS[need] for need in self.needs)

    @property
    def has_more(self) -> bool:
        """Whether the second line of the row (who carries out, who is reported to, targets, products) shows anything."""
        return any(self.cells[name].values or self.cells[name].change for name in ("implement", "report_to", "targets", "products"))

    @property
    def spans(self) -> str:
        """The task's own words."""
        return self.title.values[0].spans if self.title.values else ""


def task_rows(view: DocumentView, uids: Iterable[str] | None = None) -> list[Row]:
    """Return the rows of the tasks ``uids`` of a view (of all where None), in the order of the document."""
    wanted = None if uids is None else set(uids)
    return [_row(view, task) for task in view.tasks if wanted is None or task.uid in wanted]


def _row(view: DocumentView, task: ReviewedTask) -> Row:
    key = (task.version, task.uid in view.new)
    kept = view.kept.rows.get(task.uid)
    if kept is None or kept[0] != key:
        kept = (key, _made(view, task))
        view.kept.rows[task.uid] = kept
    row: Row = kept[1]
    number = view.numbers[task.uid]
    return row if row.number == number else replace(row, number=number)


def _made(view: DocumentView, one: ReviewedTask) -> Row:
    task, reading, events = one.task, view.reading, view.events(one.uid)
    clause = reading.clauses.get(task.clause_id)
    span = _span(task.span, reading)
    own = _Values(reading, task)
    remarks = reading.findings_in(task.span) if span else ()
    # a note asks nothing of who reviews: a letter mended in a scan, a sentence that is set otherwise than its neighbours
    needs = _needs(one, bool(span), any(finding.severity != "note" for _, finding in remarks), one.uid in view.new)
    rank = min((list(NEEDS).index(need) for need in needs), default=len(NEEDS))
    decided = next((event for event in reversed(events) if event.after and "review" in event.after), None)
    progress, _ = progress_of(one.work), None
    made = next((_MADE[event.kind] for event in events if event.kind in _MADE), "") if one.base is None else ""
    title = Value(plain(task.title), "title", span)
    return Row(
        uid=one.uid,
        number=view.numbers[one.uid],
        version=one.version,
        review=one.review,
        order=one.order,
        place=say_place(task.clause_id),
        title=Cell((title,), _change(one, events, ("title", "text"), lambda t: (plain(t.title),))),
        text=unlisted(task.text, clause.marker if clause else ""),
        cells={
            **{role: Cell(own.units(task, role), _units_change(one, events, role)) for role in _ROLES},
            "deadlines": Cell(own.deadlines(task), _change(one, events, ("deadlines",), lambda t: tuple(map(_say_deadline, t.deadlines)))),
            "targets": Cell(own.targets(task), _change(one, events, ("targets",), lambda t: tuple(map(say_target, t.targets)))),
            "products": Cell(own.products(one), _change(one, events, ("products",), lambda t: tuple(plain(p.text) for p in t.products))),
        },
        parts=tuple(
            Part(
                Value(unlisted(order.text), "title", _span(order.span, reading)),
                {**{role: Cell(own.units(order, role)) for role in _ROLES}, "deadlines": Cell(own.deadlines(order))},
            )
            for order in task.orders
        ),
        citations=tuple(Value(plain(say_citation(c)), "citation", _span(c.span, reading)) for c in task.citations),
        remarks=remarks,
        needs=needs,
        rank=rank + (task.confidence if task.confidence is not None else 1.0) / 2,
        confidence=task.confidence if one.base is not None and not one.edits else None,
        made=made,
        decided=decided,
        reason=one.reason,
        progress=PROGRESS[progress] if progress != "not-started" else "",
    )


def _needs(one: ReviewedTask, has_words: bool, has_remarks: bool, is_new: bool) -> tuple[Need, ...]:
    """Return why somebody should look at a task: nothing more once a person approved, edited or rejected it."""
    if one.review not in ("open", "unclear"):
        return ()
    doubtful = one.task.confidence is not None and one.task.confidence < DOUBTFUL
    reasons: Mapping[Need, bool] = {
        "words": not has_words,
        "lead": not one.task.names("lead"),
        "made": one.base is None,
        "findings": has_remarks,
        "unclear": one.review == "unclear",
        "confidence": doubtful,
        "new": is_new,
    }
    return tuple(need for need, holds in reasons.items() if holds)


class _Values:
    """Makes the values of one task: a typed value has no place of its own, it carries the words of the whole task."""

    def __init__(self, reading: Reading, task: Task) -> None:
        self._reading = reading
        self._whole = task.span
        self._clause = task.clause_id

    def units(self, held: Task | Order, role: Role) -> tuple[Value, ...]:
        found: dict[str, Value] = {}
        for one in held.assignments:
            if one.role == role:
                registered = self._reading.units.get(one.unit_id) if one.origin.rule != _REVIEWED else None
                name = registered or plain(one.name)
                value = self._value(name, role, one.origin.span, one.origin.rule, one.confidence, self._source(one.origin))
                found[name] = _joined(found[name], value) if name in found else value
        return tuple(found.values())

    def deadlines(self, held: Task | Order) -> tuple[Value, ...]:
        found = []
        for one in held.deadlines:
            printed, meant = plain(one.text), self._reading.meaning(one, self._whole)
            behind = self._reading.behind(one, self._whole)
            says_all = deadline_line(printed, meant) == printed and names_event(one, self._reading.result.header.issued_on, behind)
            value = self._value(printed or meant, "deadline", one.span, one.rule, one.confidence, self._source(one.origin))
            found.append(replace(value, meant=meant if printed and not says_all else ""))
        return tuple(found)

    def targets(self, held: Task) -> tuple[Value, ...]:
        return tuple(self._value(say_target(one), "target", one.span, one.rule, one.confidence, "") for one in held.targets)

    def products(self, one: ReviewedTask) -> tuple[Value, ...]:
        found = one.base.products if one.base else ()
        return tuple(
            self._value(plain(product.text), "product", product.span, None if product in found else _REVIEWED, None, "")
            for product in one.task.products
        )

    def _value(self, text: str, kind: str, span: Span, rule: str | None, confidence: float | None, source: str) -> Value:
        typed = rule == _REVIEWED and span == self._whole
        doubt = f"{confidence:.0%}" if confidence is not None and confidence < DOUBTFUL else ""
        place = "" if typed else _span(span, self._reading)
        return Value(text, kind, place, source="" if typed else source, typed=typed, doubt=doubt)

    def _source(self, origin: Origin) -> str:
        """Return where a value comes from that does not stand in the task's own words, "" for others."""
        if origin.how == "stated" or origin.clause_id == self._clause:
            return ""
        clause = self._reading.clauses.get(origin.clause_id) if origin.clause_id else None
        how = _HOW[origin.how]
        if clause is None:
            return how if origin.how == "addressee" else f"{how} “{shorten(plain(origin.span.cut(self._reading.result.text)), _QUOTED)}”"
        return f"{how} {say_place(clause.id)}{self._quoted(clause, origin)}"

    def _quoted(self, clause: Clause, origin: Origin) -> str:
        words = unlisted(clause.body.cut(self._reading.result.text), clause.marker)
        if origin.how == "field":
            words = words.partition(":")[0]  # what stands behind the label is the value itself
        said = shorten(words.rstrip(" .:;,"), _QUOTED)
        return f" “{said}”" if said else ""


def _joined(one: Value, other: Value) -> Value:
    """Return a value that stands in two places."""
    spans = " ".join(dict.fromkeys([*one.spans.split(), *other.spans.split()]))
    return replace(one, spans=spans, source=one.source or other.source, typed=one.typed and other.typed)


def _span(span: Span, reading: Reading) -> str:
    """Return a place as the page names it, "" where it holds no words."""
    return f"{span.start}-{span.end}" if 0 <= span.start < span.end <= len(reading.result.text) else ""


def _say_deadline(deadline: Any) -> str:
    return deadline_line(plain(deadline.text), plain(say_deadline(deadline)))


def _units_change(one: ReviewedTask, events: Sequence[ReviewEvent], role: Role) -> Change | None:
    def of_role(task: Task) -> tuple[str, ...]:
        return tuple(plain(name) for name in dict.fromkeys(task.names(role)))

    return _change(one, events, ("assignments",), of_role)


def _change(
    one: ReviewedTask, events: Sequence[ReviewEvent], names: Sequence[str], told: Callable[[Task], tuple[str, ...]]
) -> Change | None:
    """Return how people changed what ``told`` tells of a task (held in its fields ``names``), None where they did not."""
    if one.base is None or (was := told(one.base)) == told(one.task):
        return None
    last = next((e for e in reversed(events) if any(name in ((e.after or {}).get("task") or {}) for name in names)), None)
    return Change(last.who if last else "", last.at if last else None, was)


def summary(view: DocumentView) -> list[tuple[str, str, int]]:
    """Return the filters of the table, each with its name and how many tasks it shows."""
    rows = task_rows(view)
    reviews = Counter(row.review for row in rows)
    return [
        ("tat-ca", "Tất cả", len(rows)),
        ("can-xem", "Cần xem", sum(bool(row.needs) for row in rows)),
        ("chua-duyet", "Chưa duyệt", reviews["open"] + reviews["unclear"]),
        ("da-duyet", "Đã duyệt", reviews["approved"] + reviews["edited"]),
        ("bo", "Bỏ", reviews["rejected"]),
    ]
