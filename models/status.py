"""What becomes of a task in time: what is recorded of it, when it falls due, and how it stands on a given day.

Days are those of the office (Vietnam has one time zone, UTC+7, without summer time).
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.task import Task

Progress = Literal["not-started", "in-progress", "done"]
Timing = Literal["in-time", "overdue", "no-deadline", "unknown"]
Missing = Literal["event", "issued-on", "year", "month", "form"]


class TaskState(BaseModel):
    """What people have recorded of a task.

    ``done_on`` closes the task for good. ``done_times`` says of a task that comes back which of its times are done: the key of the
    occurrence, "2026-12" say, and the day it was done; a key may have the number of the deadline in front ("2:2026-12").
    ``events`` are the days of events that a period is counted from, by the words of the event as ``Awaited.event`` gives them.
    ``version`` counts changes of the task, ``changed_on`` is the day of the last one.
    """

    model_config = ConfigDict(frozen=True)

    started_on: date | None = None
    done_on: date | None = None
    done_times: Mapping[str, date] = {}
    events: Mapping[str, date] = {}
    version: int = 0
    changed_on: date | None = None


class WorkStatus(BaseModel):
    """How a task stands on a day.

    ``timing`` of a task that is done says whether it was done in time; "no-deadline" where the document sets no day ("thường xuyên"
    sets none), "unknown" where it sets a period whose beginning is not known. "chưa hoàn thành" is all that is not ``done``.
    """

    model_config = ConfigDict(frozen=True)

    progress: Progress = "not-started"
    timing: Timing = "no-deadline"


class Occurrence(BaseModel):
    """One time that a deadline falls due.

    ``last`` is the last day in time (``at``: until that hour). ``named`` is the day that the words name or a period ends on; it differs
    from ``last`` where "trước ngày" is taken as the day before, and where a period that ends on a day off was ``rolled`` to the next
    working day. ``assumed``: the words name no day ("hằng quý"): it is the end of the period. ``key`` tells the times of one deadline
    apart ("2026-12", "2026-W47", "2026-11-21"; "once" where there is one only); it does not depend on settings.
    """

    model_config = ConfigDict(frozen=True)

    key: str = "once"
    start: date | None = None
    named: date
    last: date
    at: time | None = None
    assumed: bool = False
    rolled: bool = False


class Awaited(BaseModel):
    """A deadline without a day until somebody says what is ``missing``: the day of an ``event`` (its words, "" where none is named), the
    document's date, a year, a month; "form" where the normal form cannot be read.
    """

    model_config = ConfigDict(frozen=True)

    missing: Missing
    event: str = ""


class TrackedTask(BaseModel):
    """A task with what is needed to follow it: its document, its units by their registered names, what is recorded of it.

    ``leads`` are (unit id, name). ``following`` holds, for each deadline of the task, the words behind it in the document (a period's
    event may be named there); empty where they are not known.
    """

    model_config = ConfigDict(frozen=True)

    task: Task
    document: str
    title: str = ""
    issued_on: str | None = None
    place: str = ""
    text: str = ""
    leads: tuple[tuple[str, str], ...] = ()
    coordinators: tuple[str, ...] = ()
    following: tuple[str, ...] = ()
    state: TaskState = TaskState()


class DueItem(BaseModel):
    """A line of a due list: one deadline of a task at the time that matters now.

    ``days`` is calendar days from the as-of day to ``occurrence.last`` (negative: late), ``working_days`` the working days left, None
    where it is late. ``missed`` counts earlier times of a task that comes back which nobody recorded as done. ``day_off`` is the name of
    the day off that ``last`` falls on, if any.
    """

    model_config = ConfigDict(frozen=True)

    task_id: str
    deadline: int
    text: str
    words: str
    meaning: str
    document: str
    place: str
    leads: tuple[tuple[str, str], ...]
    coordinators: tuple[str, ...]
    occurrence: Occurrence
    status: WorkStatus
    days: int
    working_days: int | None = None
    missed: int = 0
    day_off: str | None = None


class AwaitedItem(BaseModel):
    """A deadline for which somebody must say the day of an event before it can be followed."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    deadline: int
    text: str
    words: str
    document: str
    place: str
    leads: tuple[tuple[str, str], ...]
    awaited: Awaited


class UnitDue(BaseModel):
    """How many lines of a due list one lead unit has; id and name are "" for the tasks without a lead."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    overdue: int = 0
    today: int = 0
    week: int = 0
    soon: int = 0
    awaited: int = 0


class DueReport(BaseModel):
    """What falls due, seen from ``as_of``. Each time of a deadline stands in one list only.

    ``week`` is the rest of the week (to Sunday), ``soon`` what follows up to ``until``; ``awaited`` waits for a person.
    ``calendar`` names the source of the days off. ``statuses`` counts tasks by "progress/timing".
    """

    model_config = ConfigDict(frozen=True)

    as_of: date
    until: date
    calendar: str
    overdue: tuple[DueItem, ...] = ()
    today: tuple[DueItem, ...] = ()
    week: tuple[DueItem, ...] = ()
    soon: tuple[DueItem, ...] = ()
    awaited: tuple[AwaitedItem, ...] = ()
    units: tuple[UnitDue, ...] = ()
    tasks: int = 0
    statuses: Mapping[str, int] = {}
