"""The first page: how the office stands, read in half a minute. Every number leads to what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pipeline.emit.words import say_day
from pipeline.review.links import register, task
from pipeline.review.people import Viewer
from pipeline.review.render import render
from pipeline.review.site import TheSite
from pipeline.store.overview import Standing

router = APIRouter()

_BAR: Final = 300  # width of the longest bar
_COLUMN: Final = 96  # height of the highest column
_WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


@dataclass(frozen=True)
class Figure:
    """A number with its name; ``kind`` colours it."""

    name: str
    count: int
    link: str
    kind: str = ""


@dataclass(frozen=True)
class Column:
    """What falls due in a week, drawn ``height`` high."""

    first: date
    last: date
    count: int
    height: int
    link: str


@router.get("/")
def show_dashboard(request: Request, site: TheSite, person: Viewer) -> HTMLResponse:
    """The page."""
    today = date.today()
    standing = site.store.overview.standing(today)
    most = max((load.open for load in standing.loads), default=1)
    return render(
        request,
        "dashboard.html",
        standing=standing,
        documents=_documents(standing),
        tasks=_tasks(standing),
        bars=[(load, _part(load.open, most, _BAR), _part(load.overdue, most, _BAR)) for load in standing.loads],
        bar=_BAR,
        columns=_columns(standing.weeks, today),
        column=_COLUMN,
        days_late=lambda due_on: _days_since(due_on, today),
        days_waiting=lambda since: (today - since.astimezone().date()).days,
        weekday=_WEEKDAYS[today.weekday()],
        register=register,
        task=task,
        said_day=say_day,
    )


def _documents(standing: Standing) -> tuple[Figure, ...]:
    counts = standing.documents
    reading = (Figure("Đang đọc", counts["working"], "/van-ban?trang-thai=dang-doc"),) if counts["working"] else ()
    return (
        Figure("Chờ đọc", counts["received"], "/van-ban?trang-thai=cho-doc"),
        *reading,
        Figure("Chờ rà soát", counts["review"], "/van-ban?trang-thai=cho-ra-soat", "warn" if counts["review"] else ""),
        Figure("Đã ký duyệt", counts["done"], "/van-ban?trang-thai=da-ky-duyet"),
        Figure("Lỗi", counts["failed"], "/van-ban?trang-thai=loi", "bad" if counts["failed"] else ""),
    )


def _tasks(standing: Standing) -> tuple[Figure, ...]:
    return (
        Figure("Quá hạn", standing.overdue, register("overdue"), "bad" if standing.overdue else ""),
        Figure("Đến hạn hôm nay", standing.today, register("today"), "warn" if standing.today else ""),
        Figure("Từ nay đến Chủ nhật", standing.week, register("week")),
        Figure("Chưa có chủ trì", standing.leaderless, register("leaderless"), "warn" if standing.leaderless else ""),
        Figure("Chưa xong, tất cả", standing.open, register("open")),
    )


def _columns(weeks: Sequence[tuple[date, int]], today: date) -> list[Column]:
    most = max((count for _, count in weeks), default=0)
    columns = []
    for monday, count in weeks:
        first, last = max(monday, today), monday + timedelta(days=6)
        columns.append(Column(first, last, count, _part(count, most, _COLUMN), register("open", due_from=first, due_to=last)))
    return columns


def _part(count: int, most: int, length: int) -> int:
    """Return the length that stands for ``count`` where ``most`` is drawn ``length`` long; what is there is seen."""
    return max(2, round(count * length / most)) if count else 0


def _days_since(day: str, today: date) -> int | None:
    try:
        return (today - date.fromisoformat(day)).days
    except ValueError:  # no day of the calendar
        return None
