"""What falls due: today, this week, soon, overdue, by unit; and how a task stands on a given day."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from models import AwaitedItem, DueItem, DueReport, Occurrence, TrackedTask, UnitDue, WorkStatus
from models.status import Timing
from pipeline.due.normal import read_stretch
from pipeline.due.recurrence import Recurrence
from pipeline.due.schedule import Counting, Schedule, schedule
from pipeline.emit.words import plain, say_deadline

_LOOK_BACK = timedelta(days=366)  # for a task whose document has no date
_LOOK_AHEAD = timedelta(days=800)  # the next time of anything that comes back lies nearer
_LISTS = ("overdue", "today", "week", "soon")


def schedules(tracked: TrackedTask, counting: Counting) -> list[Schedule]:
    """Return when each deadline of a task falls due, in the order of its deadlines."""
    following = (*tracked.following, *("" for _ in tracked.task.deadlines))
    return [
        schedule(deadline, tracked.issued_on, counting, tracked.state.events, following[i])
        for i, deadline in enumerate(tracked.task.deadlines)
    ]


def is_done(tracked: TrackedTask, deadline: int, time: Occurrence, as_of: date) -> bool:
    """Return whether by ``as_of`` a time of the deadline of that number (from 1) was recorded as done, or the whole task."""
    state = tracked.state
    days = (state.done_on, state.done_times.get(f"{deadline}:{time.key}"), state.done_times.get(time.key))
    return any(day is not None and day <= as_of for day in days)


def status_of(tracked: TrackedTask, as_of: date, counting: Counting) -> WorkStatus:
    """Return how a task stands at the end of the day ``as_of``.

    A task that is done was in time if the last of its days was kept. One that is not is overdue once any of its days passed without being
    recorded as done; of a task that comes back, the latest of them counts (of a daily one, none: yesterday's is not made up).
    """
    return _status(tracked, schedules(tracked, counting), as_of)


def _status(tracked: TrackedTask, found: Sequence[Schedule], as_of: date) -> WorkStatus:
    state = tracked.state
    once = [(number, one.once) for number, one in enumerate(found, 1) if one.once]
    comes_back = any(one.recurrence for one in found)
    if state.done_on and state.done_on <= as_of:
        if once:
            in_time = state.done_on <= max(time.last for _, time in once)
            return WorkStatus(progress="done", timing="in-time" if in_time else "overdue")
        return WorkStatus(progress="done", timing="in-time" if comes_back else _open_timing(found))
    begun = any(day is not None and day <= as_of for day in (state.started_on, *state.done_times.values()))
    late = any(time.last < as_of and not is_done(tracked, number, time, as_of) for number, time in once) or any(
        _missed(tracked, number, one.recurrence, as_of) for number, one in enumerate(found, 1) if one.recurrence
    )
    timing: Timing = "overdue" if late else "in-time" if once or comes_back else _open_timing(found)
    return WorkStatus(progress="in-progress" if begun else "not-started", timing=timing)


def _open_timing(found: Sequence[Schedule]) -> Timing:
    return "unknown" if any(one.awaited for one in found) else "no-deadline"


def _missed(tracked: TrackedTask, number: int, recurrence: Recurrence, as_of: date) -> list[Occurrence]:
    """Return the times before ``as_of`` that nobody recorded as done, the latest first, back to the latest that was."""
    if recurrence.period == "daily":
        return []
    passed = list(recurrence.times(recurrence.begin or as_of - _LOOK_BACK, as_of - timedelta(days=1)))
    missed = []
    for time in reversed(passed):
        if is_done(tracked, number, time, as_of):
            break
        missed.append(time)
    return missed


def due_list(tasks: Iterable[TrackedTask], as_of: date, counting: Counting, days: int | None = None) -> DueReport:
    """Return what of ``tasks`` falls due, seen from ``as_of``, up to ``days`` (as the settings say where None) after it.

    Every deadline that is not done stands in one list: overdue, today, the rest of the week, soon. A task that comes back stands there
    with its next time, and in ``overdue`` with the latest that nobody recorded as done. Tasks that are done are counted, not listed;
    those of documents issued after ``as_of`` were not there yet and count for nothing.
    """
    until = as_of + timedelta(days=counting.settings.soon_days if days is None else days)
    lists: dict[str, list[DueItem]] = {name: [] for name in _LISTS}
    awaited: list[AwaitedItem] = []
    statuses: Counter[str] = Counter()
    count = 0
    for tracked in tasks:
        issued = read_stretch(tracked.issued_on) if tracked.issued_on else None
        if issued and issued.first > as_of:
            continue
        count += 1
        found = schedules(tracked, counting)
        status = _status(tracked, found, as_of)
        statuses[f"{status.progress}/{status.timing}"] += 1
        if status.progress == "done":
            continue
        seen: set[tuple[date, date | None]] = set()
        for number, one in enumerate(found, 1):
            if one.awaited:
                awaited.append(_awaited_item(tracked, number, one))
            for time, missed in _open_times(tracked, number, one, as_of, until):
                if (time.last, time.start) not in seen:
                    seen.add((time.last, time.start))
                    item = _item(tracked, number, time, missed, status, as_of, counting)
                    lists[_list_of(time.last, as_of)].append(item)
    for items in lists.values():
        items.sort(key=lambda item: item.occurrence.last)
    report = DueReport(
        as_of=as_of,
        until=until,
        calendar=counting.calendar.source,
        overdue=tuple(lists["overdue"]),
        today=tuple(lists["today"]),
        week=tuple(lists["week"]),
        soon=tuple(lists["soon"]),
        awaited=tuple(awaited),
        tasks=count,
        statuses=dict(sorted(statuses.items())),
    )
    return report.model_copy(update={"units": _units(report)})


def _open_times(tracked: TrackedTask, number: int, one: Schedule, as_of: date, until: date) -> Iterator[tuple[Occurrence, int]]:
    """Yield the times of a deadline that belong into a list, each with the number of missed times before it."""
    if one.once:
        if one.once.last <= max(until, _sunday(as_of)) and not is_done(tracked, number, one.once, as_of):
            yield one.once, 0
        return
    if one.recurrence:
        if missed := _missed(tracked, number, one.recurrence, as_of):
            yield missed[0], len(missed) - 1
        for time in one.recurrence.times(as_of, max(until, _sunday(as_of))):
            if not is_done(tracked, number, time, as_of):
                yield time, 0
                return


def next_time(tracked: TrackedTask, number: int, one: Schedule, as_of: date) -> Occurrence | None:
    """Return the next time of a deadline (number from 1) that is not done: of one that comes back, from ``as_of`` on."""
    times = [one.once] if one.once else one.recurrence.times(as_of, as_of + _LOOK_AHEAD) if one.recurrence else []
    return next((time for time in times if not is_done(tracked, number, time, as_of)), None)


def _list_of(last: date, as_of: date) -> str:
    if last < as_of:
        return "overdue"
    if last == as_of:
        return "today"
    return "week" if last <= _sunday(as_of) else "soon"


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _item(tracked: TrackedTask, number: int, time: Occurrence, missed: int, status: WorkStatus, as_of: date, counting: Counting) -> DueItem:
    deadline = tracked.task.deadlines[number - 1]
    late = time.last < as_of
    return DueItem(
        task_id=tracked.task.id,
        deadline=number,
        text=tracked.text or plain(tracked.task.text),
        words=plain(deadline.text),
        meaning=say_deadline(deadline),
        document=tracked.document,
        place=tracked.place,
        leads=tracked.leads,
        coordinators=tracked.coordinators,
        occurrence=time,
        status=WorkStatus(progress=status.progress, timing="overdue" if late else "in-time"),
        days=(time.last - as_of).days,
        working_days=None if late else counting.calendar.working_days_between(as_of, time.last),
        missed=missed,
        day_off=counting.calendar.day_off(time.last),
    )


def _awaited_item(tracked: TrackedTask, number: int, one: Schedule) -> AwaitedItem:
    assert one.awaited
    return AwaitedItem(
        task_id=tracked.task.id,
        deadline=number,
        text=tracked.text or plain(tracked.task.text),
        words=plain(tracked.task.deadlines[number - 1].text),
        document=tracked.document,
        place=tracked.place,
        leads=tracked.leads,
        awaited=one.awaited,
    )


# --- by unit -------------------------------------------------------------------------------------------------------------


def _units(report: DueReport) -> tuple[UnitDue, ...]:
    names: dict[str, str] = {}
    counts: dict[str, Counter[str]] = {}
    lists: Mapping[str, Sequence[DueItem | AwaitedItem]] = {
        **{name: getattr(report, name) for name in _LISTS},
        "awaited": report.awaited,
    }
    for name, items in lists.items():
        for item in items:
            for unit, said in item.leads or (("", ""),):
                names.setdefault(unit, said)
                counts.setdefault(unit, Counter())[name] += 1
    units = [UnitDue(id=unit, name=names[unit], **count) for unit, count in counts.items()]
    return tuple(sorted(units, key=lambda u: (-u.overdue, -u.today, -u.week, -u.soon, u.name)))


def for_unit(report: DueReport, unit_id: str) -> DueReport:
    """Return the lines of ``report`` that the unit leads ("": those without a lead). Its counts of tasks stay those of the whole."""

    def leads(item: DueItem | AwaitedItem) -> bool:
        return any(unit == unit_id for unit, _ in item.leads) if unit_id else not item.leads

    kept = {name: tuple(item for item in getattr(report, name) if leads(item)) for name in (*_LISTS, "awaited")}
    return report.model_copy(update={**kept, "units": tuple(unit for unit in report.units if unit.id == unit_id)})
