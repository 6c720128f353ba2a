"""A document read again, or a new version of it: what people decided stands where the task is the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping

from models import Result, ReviewedTask, Span, Task, TaskState
from pipeline.store.difference import aspects, match_tasks
from pipeline.store.events import add_events, events_by_task, new_step
from pipeline.store.identity import task_uid
from pipeline.store.projection import add_tasks, load_tasks, update_tasks
from pipeline.store.replay import WORK, after_event, present, values_of, with_fields, work_values
from pipeline.store.tables import tasks

PROGRAM: Final = "giaoviec"
"""who is named in events that no person made"""
_SPANS: Final = ("assignments", "deadlines", "targets", "citations", "products")


def process_again(connection: Connection, row: RowMapping, result: Result, now: datetime) -> bool:
    """Lay a new result under the decisions of the document ``row``; return whether a task changed.

    Edits stay. A decision stands while the task says the same with it; else the task is open again. A task that the program no longer finds
    is dropped, unless a person approved it.
    """
    document = row["id"]
    rows = load_tasks(connection, tasks.c.document_id == document)
    found = [task for task in rows if task.base is not None]
    events = events_by_task(connection, document)
    pairs = dict(match_tasks([task.base for task in found if task.base], result.tasks))
    written: list[ReviewedTask] = []
    made: list[dict[str, Any]] = []
    for i, task in enumerate(found):
        if i in pairs:
            base = result.tasks[pairs[i]]
            again = present(_first(task.uid, document, pairs[i], base, task.work), events.get(task.uid, []))
            after = _after_reading(task, again)
            written.append(again)
        else:
            after = {"gone": "dropped"} if task.gone is None and task.review not in ("approved", "edited") else None
            written.append(task)
        if after is not None:
            before = values_of(task, after)
            made.append({"kind": "processed", "document_id": document, "task": task.uid, "before": before, "after": after})
    taken = {task.uid for task in rows}
    new = [_new(row, j, base, taken, now) for j, base in enumerate(result.tasks) if j not in set(pairs.values())]
    told = {event.task: event for event in add_events(connection, new_step(), now, PROGRAM, made)}
    update_tasks(connection, [after_event(task, told[task.uid]) if task.uid in told else task for task in written], now, with_base=True)
    add_tasks(connection, new, now)
    return bool(made or new)


def carry_over(connection: Connection, row: RowMapping, result: Result, before: int | None, now: datetime) -> None:
    """Enter the tasks of a document that is read for the first time; those that its earlier version ``before`` has too keep their uids, and
    those that are the same there the decisions made on them."""
    document, taken = row["id"], set[str]()
    earlier = load_tasks(connection, tasks.c.document_id == before) if before is not None else []
    found = [task for task in earlier if task.base is not None]
    pairs = {j: found[i] for i, j in match_tasks([task.base for task in found if task.base], result.tasks)} if found else {}
    taken |= {task.uid for task in earlier}
    rows: list[ReviewedTask] = []
    carried: list[dict[str, Any]] = []
    moved: dict[str, ReviewedTask] = {}
    latest = {uid: events[-1].id for uid, events in events_by_task(connection, before).items()} if before is not None else {}
    for j, base in enumerate(result.tasks):
        old = pairs.get(j)
        task = _first(old.uid, document, j, base, None, now) if old else _new(row, j, base, taken, now)
        rows.append(task)
        if old and old.base and not aspects(old.base, base):
            moved[old.uid] = task
            if after := _decisions(old, base):
                source = {"document": before, "event": latest.get(old.uid)}
                event = {"kind": "carried", "document_id": document, "task": task.uid, "source": source}
                carried.append({**event, "before": values_of(task, after.keys() - {"task"}, after.get("task", ())), "after": after})
    for old in earlier:
        made = _made_by_people(old, document, moved, result.text) if old.base is None and old.gone is None else None
        if made:
            rows.append(made)
            after = {"task": made.task.model_dump(mode="json"), "gone": None, **_state(old)}
            source = {"document": before, "event": latest.get(old.uid)}
            carried.append({"kind": "carried", "document_id": document, "task": made.uid, "source": source, "after": after})
    add_tasks(connection, rows, now)
    told = {event.task: event for event in add_events(connection, new_step(), now, PROGRAM, carried)}
    update_tasks(connection, [after_event(task, told[task.uid]) for task in rows if task.uid in told], now)


def _first(uid: str, document: int, place: int, base: Task, work: TaskState | None, now: datetime | None = None) -> ReviewedTask:
    seen = work.changed_on if work else now.date() if now else None
    return ReviewedTask(uid=uid, document=document, order=float(place), base=base, task=base, work=TaskState(version=1, changed_on=seen))


def _new(row: RowMapping, place: int, base: Task, taken: set[str], now: datetime) -> ReviewedTask:
    uid = task_uid(row["sha256"], base.id, taken)
    taken.add(uid)
    return _first(uid, row["id"], place, base, None, now)


def _after_reading(task: ReviewedTask, again: ReviewedTask) -> dict[str, Any] | None:
    """Return what an event must say of a task that was read again: None where nothing changed for people."""
    back = {"gone": None} if again.gone == "dropped" else {}
    if not aspects(task.task, again.task):
        return back or None
    return {**back, "review": "open"} if again.review in ("approved", "edited", "unclear") else back


def _state(old: ReviewedTask) -> dict[str, Any]:
    """Return what people decided on a task, apart from its fields."""
    after: dict[str, Any] = {}
    if old.review != "open":
        after |= {"review": old.review, "reason": old.reason}
    if any(work_values(old.work)[name] for name in WORK):
        after["work"] = work_values(old.work)
    return after


def _decisions(old: ReviewedTask, base: Task) -> dict[str, Any]:
    """Return the decisions on ``old`` as an event sets them on ``base``, the same task of a later version."""
    after = _state(old)
    if old.gone in ("split", "merged"):
        after["gone"] = old.gone
    if old.base and old.edits:
        after["task"] = {name: _moved(old.task, base, name) for name in old.edits if name not in ("id", "clause_id", "span")}
    return after


def _moved(task: Task, base: Task, name: str) -> Any:
    """Return a field that a person edited with the places of ``base``: those of equal values there, else of the whole task."""
    values = task.model_dump(mode="json")[name]
    if name not in _SPANS:
        return values
    known = [(_plain(value), value) for value in base.model_dump(mode="json")[name]]
    return [
        next((other for plain, other in known if plain == _plain(value)), None) or _placed(value, base.span, base.clause_id)
        for value in values
    ]


def _placed(value: Mapping[str, Any], span: Span, clause: str) -> dict[str, Any]:
    """Return a value of a task's field with its places moved to ``span``."""
    placed = {**value, **({"span": list(span)} if "span" in value else {})}
    return {**placed, "origin": {**value["origin"], "clause_id": clause, "span": list(span)}} if "origin" in value else placed


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key not in ("span", "origin", "rule", "confidence")}


def _made_by_people(old: ReviewedTask, document: int, moved: Mapping[str, ReviewedTask], text: str) -> ReviewedTask | None:
    """Return the task that a person made, for the later version: where the tasks it came from are the same, or its words stand there."""
    origin = [moved[uid] for uid in old.parents if uid in moved]
    if old.parents:
        if len(origin) < len(old.parents):
            return None
        span, order = origin[0].task.span, origin[0].order + 0.001 + old.order % 1
        clause = origin[0].task.clause_id
    else:
        at = text.find(old.task.text)
        if at < 0:
            return None
        span, order, clause = Span(at, at + len(old.task.text)), old.order, old.task.clause_id
    body = old.task.model_dump(mode="json")
    fields = {name: [_placed(value, span, clause) for value in body[name]] for name in _SPANS}
    placed = with_fields(old.task, {**fields, "span": list(span), "clause_id": clause})
    return ReviewedTask(uid=old.uid, document=document, order=order, base=None, task=placed, parents=old.parents)
