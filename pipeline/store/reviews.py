"""What people decide is written down as events, and the tasks as they stand after them, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import pairwise
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, func, select, update

from models import Decision, Result, ReviewedTask, ReviewEvent, Span, StaleError, Step, StoredDocument, StoreError, Task
from pipeline.messages import say
from pipeline.store.database import Database
from pipeline.store.events import add_events, events_by_task, load_events, new_step
from pipeline.store.feed import Policy, publish
from pipeline.store.identity import task_uid
from pipeline.store.notices import note_document, note_reviews
from pipeline.store.projection import add_tasks, load_tasks, update_tasks
from pipeline.store.replay import after_event, apply, present, undone_steps, values_of, with_fields, work_values
from pipeline.store.rows import called, document_of, load_document, load_result
from pipeline.store.tables import documents, review_events, tasks
from pipeline.units import ascii_fold

REVIEWED: Final = "review"
"""the rule of a value that a person set"""
EDITABLE: Final = frozenset(("title", "text", "assignments", "deadlines", "targets", "products"))
_TITLE: Final = 110
Addition = tuple[Span, Mapping[str, Any]]
"""a task that was missed: its words in the document's text, and its fields"""
_PEOPLE: Final = frozenset(("approve", "edit", "reject", "unclear", "reopen", "split", "merge", "add", "status", "undo"))


class _Trace(NamedTuple):
    id: int
    step: str
    who: str
    kind: str
    undoes: str | None


class Review:
    """One step of review on a document that is held: what it changes is collected, then written at once."""

    def __init__(self, connection: Connection, database: Database, document: int, who: str, policy: Policy) -> None:
        self.connection = connection
        self.policy: Policy = policy
        self.row = load_document(connection, document, lock=True)
        self.who = who
        self.now: datetime = database.now(connection)
        self.step = new_step()
        if self.row["state"] not in ("review", "done"):
            raise StoreError("refused", say("store.not-in-review", name=called(self.row)))

    @property
    def document(self) -> int:
        return int(self.row["id"])

    def unsigned(self) -> None:
        """Raises StoreError where the document is signed off: it has to be opened again first."""
        if self.row["signed_off_at"]:
            raise StoreError("refused", say("store.signed-off", name=called(self.row)))

    def seen(self, versions: Mapping[str, int]) -> dict[str, ReviewedTask]:
        """Return the tasks as they stand. Raises StaleError where one is not in the version that was seen."""
        wanted = (tasks.c.document_id == self.document, tasks.c.uid.in_(versions))
        found = {task.uid: task for task in load_tasks(self.connection, *wanted)}
        for uid in versions:
            if uid not in found:
                raise StoreError("unknown", say("store.no-task", name=called(self.row), task=uid))
        newer = tuple(task for task in found.values() if task.version != versions[task.uid] or task.gone)
        if newer:
            raise StaleError("stale", say("store.stale", count=len(newer)), newer)
        return found

    def result(self) -> Result:
        """Return the result under review."""
        result = load_result(self.connection, self.document)
        if result is None:
            raise StoreError("unknown", say("store.no-result", name=called(self.row)))
        return result

    def take(self, made: Sequence[Mapping[str, Any]], was: Mapping[str, ReviewedTask], new: Sequence[ReviewedTask] = ()) -> Step:
        """Write the events ``made`` and the tasks after them; ``was`` holds those that were there, ``new`` those that the step makes."""
        events = add_events(self.connection, self.step, self.now, self.who, [{**event, "document_id": self.document} for event in made])
        by_task: dict[str | None, list[ReviewEvent]] = {}
        for event in events:
            by_task.setdefault(event.task, []).append(event)
        changed = [reduce(after_event, by_task[uid], task) for uid, task in was.items()]
        added = [reduce(after_event, by_task[task.uid], task) for task in new]
        add_tasks(self.connection, added, self.now)
        return self.done(events, changed, added)

    def done(self, events: Sequence[ReviewEvent], changed: Sequence[ReviewedTask], added: Sequence[ReviewedTask] = ()) -> Step:
        """Write tasks as they stand now, tell the feed, and return the step."""
        update_tasks(self.connection, changed, self.now)
        self.connection.execute(update(documents).where(documents.c.id == self.document).values(revision=documents.c.revision + 1))
        tasks_now = (*changed, *added)
        note_reviews(self.connection, self.document, events, tasks_now)
        publish(self.connection, self.document, self.policy, self.now, {task.uid for task in tasks_now})
        return Step(id=self.step, events=tuple(events), tasks=tasks_now)


def decide(review: Review, decisions: Sequence[Decision], additions: Sequence[Addition] = ()) -> Step:
    """Take several decisions as one step, those on one task in their order; see ``Store.decide``."""
    if additions or any(decision.kind != "status" for decision in decisions):
        review.unsigned()
    was = review.seen({decision.task: decision.version for decision in decisions})
    now, made = dict(was), list[dict[str, Any]]()
    for decision in decisions:
        task = now[decision.task]
        after = _after(task, decision)
        before = values_of(task, after.keys() - {"task"}, after.get("task", ()))
        made.append({"kind": decision.kind, "task": task.uid, "reason": decision.reason, "before": before, "after": after})
        now[decision.task] = apply(task, after)
    new = [_added(review, span, fields, number) for number, (span, fields) in enumerate(additions, 1)]
    told = [_made_event(task, "add", decided=bool(fields)) for task, (_, fields) in zip(new, additions, strict=True)]
    return review.take([*made, *told], was, new)


def split(review: Review, uid: str, version: int, parts: Sequence[Mapping[str, Any]]) -> Step:
    """Put several tasks in the place of one; see ``Store.split``."""
    review.unsigned()
    if len(parts) < 2:
        raise StoreError("refused", say("store.split-in-one"))
    was = review.seen({uid: version})
    task = was[uid]
    new = [
        _made(review, task.task, {"id": f"{task.task.id}/{n}", **part}, task.order + n / 1000, (uid,), n) for n, part in enumerate(parts, 1)
    ]
    return review.take([_gone(task, "split"), *(_made_event(one, "split") for one in new)], was, new)


def merge(review: Review, versions: Mapping[str, int], fields: Mapping[str, Any]) -> Step:
    """Put one task in the place of several; see ``Store.merge``."""
    review.unsigned()
    if len(versions) < 2:
        raise StoreError("refused", say("store.merge-of-one"))
    was = review.seen(versions)
    parts = sorted(was.values(), key=lambda task: task.order)
    first = parts[0]
    joined = {
        "id": f"{first.task.id}+{len(parts)}",
        "text": " ".join(part.task.text for part in parts),
        **{name: _union(parts, name) for name in ("assignments", "deadlines", "targets", "products")},
        **_joined_span(review, [part.task.span for part in parts]),
    }
    new = _made(review, first.task, {**joined, **fields}, first.order + 0.0005, tuple(part.uid for part in parts), 1)
    return review.take([*(_gone(part, "merged") for part in parts), _made_event(new, "merge")], was, [new])


def add(review: Review, span: Span, fields: Mapping[str, Any]) -> Step:
    """Make a task of selected words; see ``Store.add``."""
    return decide(review, (), [(span, fields)])


def undo(review: Review, step: str) -> Step:
    """Take a step back (or an undo, which is a redo); see ``Store.undo``."""
    connection, document = review.connection, review.document
    events = load_events(connection, review_events.c.document_id == document, review_events.c.step == step)
    if any(event.kind != "status" for event in events):
        review.unsigned()
    uids = list(dict.fromkeys(event.task for event in events if event.task))
    if not uids or not all(event.kind in _PEOPLE for event in events):
        raise StoreError("refused", say("store.no-step"))
    by_task = events_by_task(connection, document, uids)
    for history in by_task.values():
        dead = undone_steps(history)
        later = [e for e in history if e.id > events[0].id and e.step != step and e.step not in dead and e.kind != "undo"]
        if step in dead or later:
            raise StoreError("refused", say("store.undone" if step in dead else "store.decided-since", who=later[-1].who if later else ""))
    made = [{"kind": "undo", "document_id": document, "task": uid, "undoes": step} for uid in uids]
    told = add_events(connection, review.step, review.now, review.who, made)
    changed = []
    for task in load_tasks(connection, tasks.c.document_id == document, tasks.c.uid.in_(uids)):
        history = [*by_task[task.uid], *(event for event in told if event.task == task.uid)]
        changed.append(present(first_of(task, history), history))
    return review.done(told, changed)


def sign_off(review: Review, revision: int) -> StoredDocument:
    """Close the review of a document; see ``Store.sign_off``."""
    review.unsigned()
    connection, document = review.connection, review.document
    if review.row["revision"] != revision:
        raise StaleError("stale", say("store.document-stale", name=called(review.row)), ())
    here = (tasks.c.document_id == document, tasks.c.gone.is_(None))
    found = connection.execute(select(tasks.c.review, func.count().label("number")).where(*here).group_by(tasks.c.review))
    counts: dict[str, int] = {row["review"]: row["number"] for row in found.mappings()}
    if counts.get("open"):
        raise StoreError("refused", say("store.still-open", count=counts["open"]))
    event = {"kind": "sign-off", "document_id": document, "after": counts}
    add_events(connection, review.step, review.now, review.who, [event])
    values = {"state": "done", "signed_off_at": review.now, "signed_off_by": review.who, "revision": revision + 1}
    connection.execute(update(documents).where(documents.c.id == document).values(values))
    note_document(connection, "document.signed_off", load_document(connection, document), review.now, reviews=counts)
    publish(connection, document, review.policy, review.now)
    return document_of(load_document(connection, document))


def withdraw_sign_off(review: Review, reason: str | None) -> StoredDocument:
    """Open the review of a document again; see ``Store.withdraw_sign_off``."""
    connection, document = review.connection, review.document
    if not review.row["signed_off_at"]:
        raise StoreError("refused", say("store.not-signed-off", name=called(review.row)))
    event = {"kind": "withdraw-sign-off", "document_id": document, "reason": reason}
    add_events(connection, review.step, review.now, review.who, [event])
    values = {"state": "review", "signed_off_at": None, "signed_off_by": None, "revision": documents.c.revision + 1}
    connection.execute(update(documents).where(documents.c.id == document).values(values))
    row = load_document(connection, document)
    note_document(connection, "document.reopened", row, review.now, reason=reason)
    return document_of(row)


def steps_to_undo(connection: Connection, document: int, who: str) -> tuple[str | None, str | None]:
    """Return the step that ``who`` would undo next, and the undo that ``who`` would take back next (redo)."""
    columns = (review_events.c[name] for name in _Trace._fields)  # not what was decided: a document may have thousands of events
    here = (review_events.c.document_id == document, review_events.c.task.is_not(None))
    events = [_Trace(*row) for row in connection.execute(select(*columns).where(*here).order_by(review_events.c.id))]
    dead = undone_steps(events)
    kinds = {event.step: event.kind for event in events}
    own = [e for e in events if e.who == who and e.step not in dead and e.kind in _PEOPLE]
    last = next((e for e in reversed(own) if e.kind != "undo"), None)
    back = next((e for e in reversed(own) if e.undoes and kinds.get(e.undoes) != "undo"), None)
    return last.step if last else None, back.step if back and (last is None or back.id > last.id) else None


def first_of(task: ReviewedTask, events: Sequence[ReviewEvent]) -> ReviewedTask:
    """Return ``task`` as it was before all ``events``: what the program found, or what the event that made it says."""
    body = task.base or Task.model_validate((events[0].after or {})["task"])
    return ReviewedTask(uid=task.uid, document=task.document, order=task.order, base=task.base, task=body, parents=task.parents)


def _after(task: ReviewedTask, decision: Decision) -> dict[str, Any]:
    """Return the values that a decision sets. Raises StoreError where it says too little or what makes no task."""
    match decision.kind:
        case "approve":
            return {"review": "edited" if task.edits or task.base is None else "approved", "reason": None}
        case "edit":
            return {"review": "edited", "reason": None, "task": _checked(task.task, decision.fields)}
        case "reject":
            if not (decision.reason or "").strip():
                raise StoreError("refused", say("store.no-reason"))
            return {"review": "rejected", "reason": decision.reason}
        case "unclear":
            return {"review": "unclear", "reason": decision.reason}
        case "reopen":
            return {"review": "open", "reason": None}
        case "status":
            return {"work": work_values(decision.work or task.work)}


def _checked(task: Task, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``fields`` with what a person does not type: unit ids, and the task's words as the place of what was set by hand."""
    if not fields or fields.keys() - EDITABLE:
        raise StoreError("refused", say("store.no-such-field", fields=", ".join(sorted(fields.keys() - EDITABLE)) or "–"))
    try:
        filled = {name: _filled(task, name, value) for name, value in fields.items()}
        if filled.keys() - {"title"}:
            filled["orders"] = []  # what was read of single orders no longer fits; the task is one order as it stands
        body = with_fields(task, filled).model_dump(mode="json")
    except (ValidationError, TypeError, AttributeError) as error:
        raise StoreError("refused", say("store.not-a-task", reason=str(error).replace("\n", " ")[:300])) from error
    return {name: body[name] for name in filled}


def _filled(task: Task, name: str, value: Any) -> Any:
    span = list(task.span)
    whole = {"how": "stated", "clause_id": task.clause_id, "span": span, "rule": REVIEWED}
    if name == "assignments":
        return [{"origin": whole, "unit_id": ascii_fold(str(one.get("name", ""))) or "khong-ro", **one} for one in value]
    if name == "deadlines":
        return [{"origin": whole, "span": span, "rule": REVIEWED, **one} for one in value]
    if name in ("targets", "products"):
        return [{"span": span, **({"rule": REVIEWED} if name == "targets" else {}), **one} for one in value]
    return value


def _added(review: Review, span: Span, fields: Mapping[str, Any], number: int) -> ReviewedTask:
    result = review.result()
    if not 0 <= span.start < span.end <= len(result.text):
        raise StoreError("refused", say("store.no-words", start=span.start, end=span.end))
    text = " ".join(Span(*span).cut(result.text).split())
    clause = next((c for c in reversed(result.clauses) if c.span.start <= span.start), None)
    order = max((n for n, task in enumerate(result.tasks) if task.span.start <= span.start), default=-1) + 0.5
    clause_id = clause.id if clause else ""
    plain = Task(id=f"{clause_id}@{span.start}", clause_id=clause_id, title=_short(text), text=text, span=span)
    return _made(review, plain, fields, order, (), number)


def _made(review: Review, like: Task, fields: Mapping[str, Any], order: float, parents: tuple[str, ...], number: int) -> ReviewedTask:
    own = {key: value for key, value in fields.items() if key not in ("id", "span")}
    if own.get("text") and "title" not in own:
        own["title"] = _short(own["text"])
    if "span" in fields:
        like = like.model_copy(update={"span": Span(*fields["span"])})
    task = with_fields(like, {"id": fields.get("id", like.id), **(_checked(like, own) if own else {})})
    uid = task_uid(review.row["sha256"], f"{review.step}:{number}")
    return ReviewedTask(uid=uid, document=review.document, order=order, base=None, task=task, parents=parents)


def _joined_span(review: Review, spans: Sequence[Span]) -> dict[str, Any]:
    """Return the place of what stood in several ``spans`` where only blanks are between them, else nothing (it is that of the first)."""
    text, whole = review.result().text, Span(min(span.start for span in spans), max(span.end for span in spans))
    ordered = sorted(spans)
    gaps = [text[one.end : other.start] for one, other in pairwise(ordered)]
    return {} if any(gap.strip() for gap in gaps) else {"span": whole}


def _gone(task: ReviewedTask, how: str) -> dict[str, Any]:
    kind = "split" if how == "split" else "merge"
    return {"kind": kind, "task": task.uid, "before": {"gone": task.gone}, "after": {"gone": how}}


def _made_event(task: ReviewedTask, kind: str, *, decided: bool = False) -> dict[str, Any]:
    """Return the event that makes a task. Only values that a person gave with it are decided on: what a part of a split, a merged task or
    bare words inherit nobody has looked at yet."""
    review = {"review": "edited"} if decided else {}
    return {"kind": kind, "task": task.uid, "after": {"task": task.task.model_dump(mode="json"), **review, "gone": None}}


def _union(parts: Sequence[ReviewedTask], name: str) -> list[dict[str, Any]]:
    """Return the values of all parts, each once."""
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        for value in part.task.model_dump(mode="json")[name]:
            plain = {key: own for key, own in value.items() if key not in ("span", "origin", "rule", "confidence")}
            found.setdefault(str(sorted(plain.items(), key=lambda item: item[0])), value)
    return list(found.values())


def _short(text: str) -> str:
    return text if len(text) <= _TITLE else text[:_TITLE].rsplit(" ", 1)[0] + "…"
