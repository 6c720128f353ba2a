"""Units: how much each has to do, and the page of one: its tasks from all directives, whom it works with, what falls due, its papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from models import Person
from models.outline import Role
from pipeline.due import Counting, write_calendar
from pipeline.emit.papers import Office
from pipeline.messages import say
from pipeline.review.agenda import WEEKS, agenda, followed
from pipeline.review.asked import ROLE_NAMES, ROLES
from pipeline.review.pages.register import rows_of
from pipeline.review.pages.register_files import attached
from pipeline.review.people import Deliverer, Viewer, address_of
from pipeline.review.register_rows import RegisterRow
from pipeline.review.render import render
from pipeline.review.site import Site, TheSite
from pipeline.review.unit_papers import write_unit_checklist, write_unit_letter
from pipeline.store.register import RegisterFilter, Stage
from pipeline.store.unit_pages import UnitOrder

router = APIRouter()

PLACE: Final = "/don-vi"
_SIZE: Final = 50
_SECTION: Final = 25
_PRINTED: Final = 1000
_ORDERS: Final[Mapping[str, UnitOrder]] = {
    "ten": "name", "-ten": "-name", "-chu-tri": "-lead", "chu-tri": "lead", "-phoi-hop": "-coordinate", "phoi-hop": "coordinate",
    "-qua-han": "-late", "qua-han": "late", "-sap-han": "-soon", "sap-han": "soon", "-xong": "-done", "xong": "done",
}  # fmt: skip
_STATES: Final[Mapping[str, tuple[Stage | None, str]]] = {
    "": ("open", "Chưa xong"),
    "xong": ("done", "Đã xong"),
    "tat-ca": (None, "Tất cả"),
}
_TYPES: Final = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}
Form = Literal["docx", "pdf"]
OneDocument = Annotated[str, Query(alias="van-ban", max_length=18, pattern=r"^[0-9]*$")]


@dataclass(frozen=True)
class Section:
    """The tasks in which a unit has one role: a page of them."""

    role: Role
    said: str
    name: str
    rows: Sequence[RegisterRow]
    total: int
    more: bool
    page: int
    pages: int


@router.get(PLACE)
def show_units(
    request: Request,
    site: TheSite,
    person: Viewer,
    words: Annotated[str, Query(alias="tim", max_length=200)] = "",
    order: Annotated[str, Query(alias="sap-xep", max_length=20)] = "",
    page: Annotated[int, Query(alias="trang", ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The list of units."""
    order = order if order in _ORDERS else "-chu-tri"
    soon = site.settings.time.soon_days
    units, total = site.store.unit_pages.page(words, date.today(), soon, _ORDERS[order], _SIZE, (page - 1) * _SIZE)

    def address(**changed: str) -> str:
        asked = {"tim": " ".join(words.split()), "sap-xep": "" if order == "-chu-tri" else order, **changed}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{PLACE}?{query}" if query else PLACE

    return render(
        request,
        "units_list.html" if request.headers.get("hx-request-type") == "partial" else "units.html",
        units=units,
        total=total,
        page=page,
        pages=max(1, -(-total // _SIZE)),
        words=words,
        order=order,
        soon=soon,
        address=address,
        in_register=_in_register,
    )


@router.get(f"{PLACE}/{{unit:path}}/lich.ics")
def download_calendar(request: Request, site: TheSite, person: Deliverer, unit: str) -> Response:
    """The deadlines of what the unit leads or carries out as a calendar: all that are open, those that come back with their rule."""
    named = site.store.unit_pages.load(unit, date.today(), site.settings.time.soon_days).name
    today, counting = date.today(), Counting.of(site.settings.time)
    tasks = followed(site.store, unit)
    content = write_calendar(tasks, say("register.calendar", unit=named), today, counting, with_leads=False)
    _enter(request, site, person, unit, "ics")
    return Response(content, media_type="text/calendar; charset=utf-8", headers=attached(f"{_stem(unit)}.ics"))


@router.get(f"{PLACE}/{{unit:path}}/giao-viec.{{form}}")
def write_letter(
    request: Request,
    site: TheSite,
    person: Deliverer,
    unit: str,
    form: Form,
    document: OneDocument = "",
) -> Response:
    """The letter that hands the unit its open tasks over, of one document or of all."""
    content = write_unit_letter(site.store, unit, form, Office.of(site.settings.papers), _number(document))
    _enter(request, site, person, unit, f"letter-{form}")
    return Response(content, media_type=_TYPES[form], headers=attached(f"giao-viec-{_stem(unit)}.{form}"))


@router.get(f"{PLACE}/{{unit:path}}/danh-muc.{{form}}")
def write_checklist(
    request: Request,
    site: TheSite,
    person: Deliverer,
    unit: str,
    form: Form,
    document: OneDocument = "",
) -> Response:
    """The list of the open tasks that the unit leads, to be ticked off, of one document or of all."""
    content = write_unit_checklist(site.store, unit, form, Office.of(site.settings.papers), _number(document))
    _enter(request, site, person, unit, f"checklist-{form}")
    return Response(content, media_type=_TYPES[form], headers=attached(f"danh-muc-{_stem(unit)}.{form}"))


@router.get(f"{PLACE}/{{unit:path}}")
def show_unit(
    request: Request, site: TheSite, person: Viewer, unit: str, state: Annotated[str, Query(alias="viec", max_length=20)] = ""
) -> HTMLResponse:
    """The page of one unit; ``in=1``: all its tasks, to be printed."""
    today, printing = date.today(), request.query_params.get("in") == "1"
    state = state if state in _STATES else ""
    load = site.store.unit_pages.load(unit, today, site.settings.time.soon_days)
    values: dict[str, Any] = {
        "unit": load,
        "names": site.store.unit_pages.names(unit),
        "place": f"{PLACE}/{quote(unit, safe='')}",
        "state": state,
        "states": _STATES,
        "sections": [_section(request, site, unit, said, role, state, today, printing) for said, role in ROLES.items()],
        "partners": site.store.unit_pages.partners(unit),
        "role_names": ROLE_NAMES,
        "said_roles": {role: said for said, role in ROLES.items()},
        "agenda": agenda(site.store, unit, today, Counting.of(site.settings.time)),
        "weeks": WEEKS,
        "documents": site.store.unit_pages.documents(unit),
        "today": today,
        "soon": site.settings.time.soon_days,
        "printing": printing,
        "in_register": _in_register,
        "noted": ("", ""),
        "back": "",
        "soon_until": today + timedelta(days=site.settings.time.soon_days),
    }
    return render(request, "unit.html", **values)


def _section(request: Request, site: Site, unit: str, said: str, role: Role, state: str, today: date, printing: bool) -> Section:
    asked = request.query_params.get(f"trang-{said}", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 and not printing else 1
    page = max(page, 1)
    size = _PRINTED if printing else _SECTION
    wanted = RegisterFilter(unit=unit, role=role, stage=_STATES[state][0], as_of=today)
    found = site.store.register.page(wanted, "due", size, (page - 1) * size)
    return Section(role, said, ROLE_NAMES[role], rows_of(site, found), found.total, found.more, page, max(1, -(-found.total // size)))


def _in_register(unit: str, **parts: str) -> str:
    """Return the address of the register with the tasks of a unit."""
    return f"/nhiem-vu?{urlencode({'don-vi': unit, **{name.replace('_', '-'): value for name, value in parts.items() if value}})}"


def _number(document: str) -> int | None:
    return int(document) if document else None


def _stem(unit: str) -> str:
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-.") else "-" for letter in unit)
    return kept.strip("-.")[:80] or "don-vi"


def _enter(request: Request, site: Site, person: Person, unit: str, form: str) -> None:
    site.store.audit.add(person.name, "export", f"unit:{unit}", address_of(request), {"form": form})
