"""Reminders as calendars (iCalendar, RFC 5545): one for each lead unit, one for all.

Each deadline is an all-day event with alarms; tasks to tick off (VTODO) are in files of their own, since Outlook leaves them out. The
same data give the same bytes: no clock is read. UID is the task's id with the number of the deadline, so a moved deadline moves in the
subscriber's calendar; SEQUENCE is the version of the task.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from icalendar import Alarm, Calendar, Event, Todo, vRecur

from models import Occurrence, TrackedTask
from pipeline.due.files import write_whole
from pipeline.due.normal import read_stretch
from pipeline.due.report import is_done, next_time, schedules
from pipeline.due.schedule import Counting, Schedule
from pipeline.due.wording import distinct_names, say_awaited, say_printed
from pipeline.emit.names import FileStems
from pipeline.emit.spool import Spool
from pipeline.emit.words import plain, say_deadline, shorten
from pipeline.messages import say

_PRODUCT = "-//giaoviec//VI"
_MORNING = timedelta(hours=8)  # when an alarm rings
_SUMMARY = 120
_SOME = 100  # tasks of a calendar that are in memory at once
_END = b"END:VCALENDAR"
_UNKNOWN_DAY = date(2000, 1, 1)
EVENTS, TODOS = "lich", "viec"
ALL, WITHOUT_LEAD = "tat-ca", "chua-ro-don-vi"


def write_calendar(tasks: Sequence[TrackedTask], name: str, as_of: date, counting: Counting, *, with_leads: bool = True) -> bytes:
    """Return the deadlines of ``tasks`` as events of a calendar called ``name``.

    What is done is left out. A task that comes back is one event with an RRULE; ``as_of`` is where it begins if its document has no date.
    With ``with_leads`` a summary begins with the lead units.
    """
    calendar = _calendar(name)
    for tracked in tasks:
        if tracked.state.done_on:
            continue
        for number, one in enumerate(schedules(tracked, counting), 1):
            for event in _events(tracked, number, one, as_of):
                _describe(event, tracked, number, one, with_leads)
                event.add("transp", "TRANSPARENT")  # the day stays free in the calendars of others
                for days in sorted(set(counting.settings.remind_days), reverse=True):
                    event.add_component(_alarm(days, str(event["summary"])))
                calendar.add_component(event)
    return bytes(calendar.to_ical())


def write_todos(tasks: Sequence[TrackedTask], name: str, as_of: date, counting: Counting, *, with_leads: bool = True) -> bytes:
    """Return ``tasks`` as a list to tick off, a VTODO for each deadline: of a task that comes back, its next time.

    What is done says so with its day; what waits for the day of an event has no DUE and says what is asked.
    """
    calendar = _calendar(name)
    for tracked in tasks:
        for number, one in enumerate(schedules(tracked, counting), 1):
            todo = Todo()
            time = next_time(tracked, number, one, as_of)
            if tracked.state.done_on is None and time is None and not one.awaited:
                continue
            todo.add("uid", _uid(tracked, number, time.key if time and one.recurrence else ""))
            if time and tracked.state.done_on is None:
                todo.add("due", time.last)
            if tracked.state.done_on:
                todo.add("status", "COMPLETED")
                todo.add("percent-complete", 100)
                todo.add("completed", _stamp(tracked.state.done_on))
            else:
                todo.add("status", "IN-PROCESS" if tracked.state.started_on else "NEEDS-ACTION")
            _describe(todo, tracked, number, one, with_leads)
            calendar.add_component(todo)
    return bytes(calendar.to_ical())


def calendar_pieces(some: Iterable[Sequence[TrackedTask]], write: Callable[[Sequence[TrackedTask]], bytes]) -> Iterator[bytes]:
    """Yield one calendar piece by piece: of ``some`` tasks at a time what stands between the head and the end of what ``write`` makes of
    them."""
    head, end, rest = write([]).partition(_END)
    yield head
    for tasks in some:
        yield write(tasks).removeprefix(head).removesuffix(end + rest)
    yield end + rest


def write_calendars(tasks: Iterable[TrackedTask], folder: Path, as_of: date, counting: Counting) -> tuple[Path, ...]:
    """Write lich/tat-ca.ics and lich/UNIT.ics (events), viec/tat-ca.ics and viec/UNIT.ics (to tick off) into ``folder``; return the paths.

    A calendar of an earlier day whose unit has no task now is emptied, so that subscribers lose its events too. Memory does not grow with
    the number of ``tasks``. Raises OutputError where the folder cannot be written.
    """
    held: Spool[TrackedTask] = Spool(held=10)
    groups = _by_unit(tasks, held)
    written = {f"{kind}/{stem}.ics" for stem, _, _ in groups for kind in (EVENTS, TODOS)}

    def files() -> Iterator[tuple[str, Iterable[bytes]]]:
        for stem, unit, places in groups:
            name = say("due.calendar-all") if stem == ALL else say("due.calendar-unit", unit=unit)
            for kind, write in ((EVENTS, write_calendar), (TODOS, write_todos)):
                some = ([held[n] for n in places[begin : begin + _SOME]] for begin in range(0, len(places), _SOME))
                yield f"{kind}/{stem}.ics", calendar_pieces(some, partial(_named, write, name, as_of, counting, stem == ALL))
        yield from _emptied(folder, written)

    return write_whole(folder, files())


def _named(
    write: Callable[..., bytes], name: str, as_of: date, counting: Counting, with_leads: bool, tasks: Sequence[TrackedTask]
) -> bytes:
    return write(tasks, name, as_of, counting, with_leads=with_leads)


def _by_unit(tasks: Iterable[TrackedTask], held: Spool[TrackedTask]) -> list[tuple[str, str, Sequence[int]]]:
    """Put ``tasks`` into ``held`` and return (file stem, unit name, their places): first all of them, then those of each lead unit by its
    name, last those without a lead.

    A task with several leads is with each of them. The stem comes of the unit's id, so that a subscribed file stays that of one unit
    whatever units come and go; where two units have one name, the id stands behind it.
    """
    names: dict[str, str] = {}
    led: dict[str, array[int]] = {}
    rest = array("l")
    for place, tracked in enumerate(tasks):
        for unit, name in tracked.leads:
            names.setdefault(unit, name)
            led.setdefault(unit, array("l")).append(place)
        if not tracked.leads:
            rest.append(place)
        held.append(tracked)
    stems = FileStems()
    stems.take(ALL)
    stems.take(WITHOUT_LEAD)
    groups: list[tuple[str, str, Sequence[int]]] = [(ALL, "", range(len(held)))]
    said = distinct_names(names)
    groups += [(stems.take(unit or names[unit]), said[unit], led[unit]) for unit in sorted(led, key=lambda u: (names[u], u))]
    if rest:
        groups.append((WITHOUT_LEAD, say("due.without-lead"), rest))
    return groups


def _emptied(folder: Path, written: set[str]) -> Iterator[tuple[str, Iterable[bytes]]]:
    for kind in (EVENTS, TODOS):
        for path in sorted((folder / kind).glob("*.ics")):
            name = f"{kind}/{path.name}"
            if name not in written and _PRODUCT.encode() in path.read_bytes()[:400]:
                yield name, (bytes(_calendar(path.stem).to_ical()),)


# --- parts ---------------------------------------------------------------------------------------------------------------


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", plain(name))
    return calendar


def _events(tracked: TrackedTask, number: int, one: Schedule, as_of: date) -> Iterable[Event]:
    if one.once:
        if not is_done(tracked, number, one.once, date.max):
            yield _event(tracked, number, one.once)
    elif one.recurrence:
        begin = one.recurrence.begin or as_of
        first = next(iter(one.recurrence.times(begin, begin + timedelta(days=800))), None)
        if first is None:
            return
        event = _event(tracked, number, first)
        event.add("rrule", vRecur(one.recurrence.rule()))
        for time in _done_times(tracked, number, one, first):
            event.add("exdate", time.last, parameters={"VALUE": "DATE"})
        yield event


def _done_times(tracked: TrackedTask, number: int, one: Schedule, first: Occurrence) -> list[Occurrence]:
    if not tracked.state.done_times or not one.recurrence:
        return []
    until = max(tracked.state.done_times.values()) + timedelta(days=800)
    return [time for time in one.recurrence.times(first.last, until) if is_done(tracked, number, time, date.max)]


def _event(tracked: TrackedTask, number: int, time: Occurrence) -> Event:
    event = Event()
    event.add("uid", _uid(tracked, number, ""))
    event.add("dtstart", time.last)
    event.add("dtend", time.last + timedelta(days=1))
    return event


def _uid(tracked: TrackedTask, number: int, key: str) -> str:
    return plain(f"{tracked.task.id}#{number}{f'#{key}' if key else ''}@giaoviec")


def _describe(component: Event | Todo, tracked: TrackedTask, number: int, one: Schedule, with_leads: bool) -> None:
    state, deadline = tracked.state, tracked.task.deadlines[number - 1]
    changed = _stamp(state.changed_on or _issued(tracked))
    leads = "; ".join(name for _, name in tracked.leads)
    summary = shorten(plain(tracked.text or tracked.task.title), _SUMMARY)
    at = one.once.at if one.once else one.recurrence.at if one.recurrence else None
    if at:
        summary = say("due.summary-at", time=f"{at.hour:02}:{at.minute:02}", text=summary)
    if with_leads and leads:
        summary = f"{leads}: {summary}"
    lines = [
        plain(tracked.text or tracked.task.text),
        say_printed(plain(deadline.text), say_deadline(deadline)),
        say("due.line-leads", units=leads) if leads else say("due.line-no-lead"),
        say("due.line-others", units="; ".join(tracked.coordinators)) if tracked.coordinators else "",
        say("due.line-source", document=tracked.document, place=tracked.place),
        _remark(one.once, one.recurrence.assumed if one.recurrence else False),
        say("due.awaits", what=say_awaited(one.awaited)) if one.awaited else "",
    ]
    component.add("summary", plain(summary))
    component.add("description", "\n".join(line for line in lines if line))
    component.add("dtstamp", changed)
    component.add("last-modified", changed)
    component.add("sequence", state.version)
    component.add("categories", [plain(name) for _, name in tracked.leads] or [say("due.without-lead")])


def _remark(time: Occurrence | None, assumed: bool) -> str:
    """Return what a reader must know of a day that the words do not name themselves, "" where they do."""
    if time and time.rolled:
        return say("due.rolled", day=f"{time.named:%d/%m/%Y}")
    if assumed or (time and time.assumed):
        return say("due.assumed")
    return ""


def _alarm(days: int, summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", _MORNING - timedelta(days=days))
    return alarm


def _issued(tracked: TrackedTask) -> date:
    stretch = read_stretch(tracked.issued_on) if tracked.issued_on else None
    return stretch.first if stretch else _UNKNOWN_DAY


def _stamp(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
