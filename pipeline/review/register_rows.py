"""Rows of the register as people read them: who, what, by when, how it stands today by the office's calendar."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from models import AwaitedItem, DueItem, ReviewedTask, StoredDocument, TrackedTask
from models.outline import Role
from pipeline.due import Counting, due_list, status_of
from pipeline.due.rows import name_of, track_rows, words_of
from pipeline.due.wording import say_awaited, say_left, say_notes, say_status, say_when
from pipeline.emit.words import plain, say_day, say_deadline, say_place, say_target
from pipeline.emit.workbook_register import REVIEWS, progress_of
from pipeline.messages import say
from pipeline.store import Store

Look = Literal["late", "today", "soon", "later", "done", "waits", ""]
_FAR: Final = 3660  # days: the next time of anything lies nearer


@dataclass(frozen=True)
class Time:
    """One deadline as it stands: its words, the day with its hour, how long it still is, what is to be known of it.

    ``key`` names it for a note that it is done: the number of the deadline and the time of one that comes back; "" of what falls due once.
    """

    words: str
    when: str = ""
    left: str = ""
    look: Look = ""
    notes: tuple[str, ...] = ()
    key: str = ""
    day: date | None = None


@dataclass(frozen=True)
class RegisterRow:
    """A task in the register. ``times`` are its open deadlines, the most urgent first; where none is open, the words of all."""

    uid: str
    document: int
    version: int
    title: str
    text: str
    place: str
    document_name: str
    document_short: str
    document_title: str
    issuer: str
    issued: str
    draft: bool
    units: Mapping[Role, tuple[tuple[str, str], ...]]
    times: tuple[Time, ...]
    targets: tuple[str, ...]
    status: str
    progress: str
    look: Look
    review: str
    review_state: str
    confidence: float | None
    started_on: date | None
    done_on: date | None

    @property
    def recurring(self) -> tuple[Time, ...]:
        """Those of its deadlines that come back: each time can be noted as done."""
        return tuple(time for time in self.times if time.key)


def register_rows(
    tasks: Sequence[ReviewedTask], documents: Mapping[int, StoredDocument], store: Store, counting: Counting, today: date
) -> list[RegisterRow]:
    """Return the rows of ``tasks`` as of ``today``."""
    tracked = track_rows(tasks, documents, store)
    report = due_list(tracked, today, counting, _FAR)
    open_times: dict[str, list[DueItem]] = {}
    for item in (*report.overdue, *report.today, *report.week, *report.soon):
        open_times.setdefault(item.task_id, []).append(item)
    waiting: dict[str, list[AwaitedItem]] = {}
    for awaited in report.awaited:
        waiting.setdefault(awaited.task_id, []).append(awaited)
    soon = counting.settings.soon_days
    return [
        _row(one, its, documents[one.document], _times(its, open_times.get(one.uid, []), waiting.get(one.uid, []), soon), counting, today)
        for one, its in zip(tasks, tracked, strict=True)
    ]


def _row(
    one: ReviewedTask, tracked: TrackedTask, document: StoredDocument, times: tuple[Time, ...], counting: Counting, today: date
) -> RegisterRow:
    task, status = one.task, status_of(tracked, today, counting)
    return RegisterRow(
        uid=one.uid,
        document=one.document,
        version=one.version,
        title=plain(task.title) or tracked.text,
        text=words_of(task),
        place=say_place(task.clause_id),
        document_name=name_of(document),
        document_short=plain(document.number or document.name),
        document_title=plain(document.title or ""),
        issuer=plain(document.issuer or ""),
        issued=say_day(document.issued_on) if document.issued_on else "",
        draft=document.draft,
        units={role: _units(one, role) for role in ("lead", "coordinate", "implement", "report_to")},
        times=times,
        targets=tuple(say_target(target) for target in task.targets),
        status=say_status(status),
        progress=progress_of(one.work) if not one.work.done_times or one.work.done_on else "in-progress",
        look="done" if status.progress == "done" else times[0].look if times else "",
        review=REVIEWS[one.review],
        review_state=one.review,
        confidence=task.confidence,
        started_on=one.work.started_on,
        done_on=one.work.done_on,
    )


def _units(one: ReviewedTask, role: Role) -> tuple[tuple[str, str], ...]:
    return tuple({a.unit_id: (a.unit_id, plain(a.name)) for a in one.task.assignments if a.role == role}.values())


def _times(tracked: TrackedTask, items: Iterable[DueItem], waiting: Iterable[AwaitedItem], soon: int) -> tuple[Time, ...]:
    found = [_time(tracked, item, soon) for item in items]
    found += [Time(plain(one.words), left=say("due.awaits", what=say_awaited(one.awaited)), look="waits") for one in waiting]
    if found:
        return tuple(found)
    return tuple(Time(plain(d.text), when=_meant(plain(d.text), say_deadline(d))) for d in tracked.task.deadlines)


def _time(tracked: TrackedTask, item: DueItem, soon: int) -> Time:
    look: Look = "late" if item.days < 0 else "today" if item.days == 0 else "soon" if item.days <= soon else "later"
    again = tracked.task.deadlines[item.deadline - 1].repeat not in (None, "continuous")
    return Time(
        words=item.words,
        when=say_when(item.occurrence),
        left=say_left(item),
        look=look,
        notes=say_notes(item)[1:],  # the words stand there already
        key=f"{item.deadline}:{item.occurrence.key}" if again else "",
        day=item.occurrence.last,
    )


def _meant(words: str, meaning: str) -> str:
    return "" if meaning in words.casefold() else meaning
