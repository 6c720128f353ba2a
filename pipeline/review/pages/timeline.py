"""Deadlines of all documents along the calendar: the picture, and the same as a table."""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from pipeline.emit.words import say_deadline
from pipeline.review.asked import ROLE_NAMES, ROLES
from pipeline.review.choices import documents_to_choose, say_filters
from pipeline.review.due_days import day_of, deadline_of, period, read_due_days
from pipeline.review.lanes import LEFT, STATES, WIDTH, Due, draw
from pipeline.review.links import address, register, task
from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.site import TheSite
from pipeline.store.timeline import TimelineFilter

router = APIRouter()

_ROWS: Final = 100


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
    number = int(document) if document.isascii() and document.isdigit() and len(document) < 18 else None
    wanted = TimelineFilter(*period(day_of(since), day_of(until), today), unit.strip() or None, ROLES.get(role), number)
    found = read_due_days(site, wanted, today)
    first, last, dues = found.wanted.since, found.wanted.until, found.dues
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


def _says(due: Due) -> str:
    """Return what the words of the deadline mean, where that is more than the day."""
    return say_deadline(deadline_of(due.entry))
