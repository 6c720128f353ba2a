"""The timeline: the deadlines of all documents on their days."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator

from models.outline import Role
from pipeline.review.api.answers import Limit, Offset, next_page
from pipeline.review.api.shapes import DueDay, TimelineAnswer
from pipeline.review.due_days import YEARS, period, read_due_days
from pipeline.review.people import Viewer
from pipeline.review.site import TheSite
from pipeline.store.timeline import TimelineFilter

router = APIRouter(tags=["units"])


def _within_reach(day: date) -> date:
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValueError(f"{YEARS[0]}–{YEARS[1]}")
    return day


Day = Annotated[date, AfterValidator(_within_reach)]


@router.get("/timeline")
def get_timeline(
    request: Request,
    site: TheSite,
    person: Viewer,
    due_from: Annotated[Day | None, Query(description="the first day; four weeks ago by default")] = None,
    due_to: Annotated[Day | None, Query(description="the last day, 12 years on at the most; fourteen weeks ahead by default")] = None,
    unit: Annotated[str | None, Query(max_length=200, description="a unit's id, or words of its name")] = None,
    role: Annotated[Role | None, Query(description="the unit's role")] = None,
    document: Annotated[int | None, Query(ge=1, lt=1 << 63, description="only of this document, a draft too")] = None,
    as_of: Annotated[Day | None, Query(description="the day it is seen from; today by default")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> TimelineAnswer:
    """Get the deadlines of a period on their days: those that name a day, and those that were counted on the calendar."""
    today = as_of or date.today()
    first, last = period(due_from, due_to, today)
    found = read_due_days(site, TimelineFilter(first, last, (unit or "").strip() or None, role, document), today)
    shown = tuple(DueDay.of(due) for due in found.dues[offset : offset + limit])
    return TimelineAnswer(
        deadlines=shown,
        due_from=found.wanted.since,
        due_to=found.wanted.until,
        total=len(found.dues),
        more=found.more,
        more_counted=found.more_counted,
        next=next_page(request, offset, len(shown), len(found.dues), more=False),
    )
