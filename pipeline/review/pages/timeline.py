"""Deadlines of all documents along the calendar: the picture, and the same as a table."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from models import Deadline, Occurrence, Span
from pipeline.due import Counting
from pipeline.due.schedule import schedule
from pipeline.emit.words import say_deadline
from pipeline.review.asked import ROLE_NAMES, ROLES
from pipeline.review.choices import documents_to_choose, say_filters
from pipeline.review.lanes import LEFT, STATES, WIDTH, Due, State, draw
from pipeline.review.links import address, register, task
from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.site import Site, TheSite
from pipeline.store.timeline import TimelineEntry, TimelineFilter

router = APIRouter()

_ROWS: Final = 100
_WEEKS_BACK: Final = 4
_WEEKS_AHEAD: Final = 14
_LONGEST: Final = 366 * 12  # days


@router.get("/thoi-han")
def show_timeline(
    request: Request,
    site: TheSite,
    person: Viewer,
    since: Annotated[str, Query(alias="han-tu", max_length=10)] = "",
    until: Annotated[str, Query(alias="han-den", max_length=10)] = "",
    unit: Annotated[str, Query(alias="don-vi", max_length=300)] = "",
    role: Annotated[str, Query(alias="vai-tro", max_length=20)] = "",
    document: Annotated[str, Query(alias="van-ban", max_length=20)] = "",
    page: Annotated[int, Query(alias="trang", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """The page."""
    today = date.today()
    first, last = _period(since, until, today)
    number = int(document) if document.isascii() and document.isdigit() and len(document) < 18 else None
    wanted = TimelineFilter(first, last, unit.strip() or None, ROLES.get(role), number)
    found = site.store.overview.timeline(wanted)
    if found.more:  # what was read ends within a day: that day is left out, so that no day is drawn with a part of its marks
        last = max(first, (_day((found.dated[-1].due or "")[:10]) or last) - timedelta(days=1))
    dues = sorted(_dues(site, (*found.dated, *found.counted), first, last, today), key=_place)
    asked = {"don-vi": unit.strip(), "vai-tro": role if role in ROLES else "", "van-ban": str(number or "")}
    length = (last - first).days + 1
    called = site.store.overview.unit_name(unit.strip()) if unit.strip() else None
    documents = documents_to_choose(site, number)
    return render(
        request,
        "timeline.html",
        told=say_filters(called or unit.strip(), ROLE_NAMES[ROLES[role]] if role in ROLES else "", documents, number),
        picture=draw(dues, first, last, today),
        left=LEFT,
        width=WIDTH,
        states=STATES,
        counts={state: sum(due.state == state for due in dues) for state in STATES},
        rows=dues[(page - 1) * _ROWS : page * _ROWS],
        total=len(dues),
        page=page,
        pages=max(1, -(-len(dues) // _ROWS)),
        more=found.more,
        more_counted=found.more_counted,
        first=first,
        last=last,
        today=today,
        asked=asked,
        unit_name=called,
        without_unit=address("/thoi-han", asked, **_days(first, last), **{"don-vi": ""}),
        roles=[(slug, ROLE_NAMES[role]) for slug, role in ROLES.items()],
        documents=documents,
        periods=_periods(today, asked),
        before=address("/thoi-han", asked, **_days(first - timedelta(days=length), first - timedelta(days=1))),
        after=address("/thoi-han", asked, **_days(last + timedelta(days=1), last + timedelta(days=length))),
        at_page=lambda n: address("/thoi-han", asked, **_days(first, last), trang=str(n)),
        in_register=register(unit=unit.strip() or None, role=ROLES.get(role), document=number, due_from=first, due_to=last),
        task=task,
        says=_says,
    )


def _period(since: str, until: str, today: date) -> tuple[date, date]:
    """Return the days asked for; where none or nonsense is, some weeks around ``today``."""
    monday = today - timedelta(days=today.weekday())
    first = _day(since) or monday - timedelta(weeks=_WEEKS_BACK)
    last = _day(until) or max(first, monday) + timedelta(weeks=_WEEKS_AHEAD, days=-1)
    if last < first:
        first, last = last, first
    return first, min(last, first + timedelta(days=_LONGEST))


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 1950 <= day.year <= 2200 else None


def _periods(today: date, asked: dict[str, str]) -> list[tuple[str, str]]:
    """Return (name, address) of the periods that are one step away."""
    month = today.replace(day=1)
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    named = (
        ("Quanh hôm nay", None),
        ("Tháng này", (month, _months_on(month, 1))),
        ("Quý này", (quarter, _months_on(quarter, 3))),
        ("Năm nay", (date(today.year, 1, 1), date(today.year, 12, 31))),
        ("Năm sau", (date(today.year + 1, 1, 1), date(today.year + 1, 12, 31))),
    )
    return [(name, address("/thoi-han", asked, **(_days(*days) if days else {}))) for name, days in named]


def _months_on(day: date, months: int) -> date:
    """Return the last day of so many months from ``day``, the first of one."""
    index = day.month - 1 + months
    return date(day.year + index // 12, index % 12 + 1, 1) - timedelta(days=1)


def _days(first: date, last: date) -> dict[str, str]:
    return {"han-tu": first.isoformat(), "han-den": last.isoformat()}


def _dues(site: Site, entries: Iterable[TimelineEntry], first: date, last: date, today: date) -> Iterator[Due]:
    """Yield the deadlines on their days. Of one that comes back, times that passed unnoticed are told once, by the latest of them."""
    counting = Counting.of(site.settings.time)
    soon = today + timedelta(days=site.settings.time.soon_days)
    for entry in entries:
        events = {words: date.fromisoformat(day) for words, day in entry.events.items()}
        found = schedule(_deadline(entry), entry.issued_on, counting, events)
        again = found.recurrence is not None
        dues = [Due(time.last, entry, _state(entry, time, today, soon), again, time.assumed) for time in found.times(first, last)]
        missed = [due for due in dues if due.state == "late"][:-1] if again else []
        yield from (due for due in dues if due not in missed)


def _place(due: Due) -> tuple[date, int, str, int]:
    return due.day, due.entry.document, due.entry.uid, due.entry.number


def _deadline(entry: TimelineEntry) -> Deadline:
    return Deadline.model_construct(
        text=entry.text, start=entry.start, due=entry.due, repeat=entry.repeat, bound=entry.bound, span=Span(0, 0), rule=None
    )


def _state(entry: TimelineEntry, time: Occurrence, today: date, soon: date) -> State:
    if entry.done_on or f"{entry.number}:{time.key}" in entry.done_times or time.key in entry.done_times:
        return "done"
    return "late" if time.last < today else "soon" if time.last <= soon else "later"


def _says(due: Due) -> str:
    """Return what the words of the deadline mean, where that is more than the day."""
    return say_deadline(_deadline(due.entry))
