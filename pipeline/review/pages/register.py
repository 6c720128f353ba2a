"""The register of all tasks: filtered, sorted, a page at a time; saved filters; the progress of work noted in the row."""

from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import Decision, StaleError, StoreError, TaskState
from pipeline.due import Counting
from pipeline.messages import say
from pipeline.review.asked import ORDERS, PLACE, QUICK, REVIEW_STATES, ROLE_NAMES, ROLES, STAGES, Asked, read_date
from pipeline.review.choices import name_of
from pipeline.review.faults import BadRequest
from pipeline.review.people import Tracker, Viewer
from pipeline.review.register_rows import RegisterRow, register_rows
from pipeline.review.render import render
from pipeline.review.saved import forget_view, keep_view
from pipeline.review.site import Id, Site, TheSite
from pipeline.store.register import RegisterPage

router = APIRouter()

SIZE: Final = 50
PRINTED: Final = 2000
"""rows of a print view: more is a book"""
_NAMED: Final = 60
_HINTS: Final = 12
Uid = Annotated[str, Path(pattern=r"^[0-9a-f]{1,64}$")]


@router.get(PLACE)
def show_register(request: Request, site: TheSite, person: Viewer) -> HTMLResponse:
    """A page of the register; to htmx only what changes with the filters."""
    asked = Asked.of(request.query_params, date.today())
    found = site.store.register.page(asked.wanted, ORDERS[asked.order][0], SIZE, (asked.page - 1) * SIZE)
    values = {
        **_shared(site, asked),
        "rows": rows_of(site, found),
        "total": found.total,
        "more": found.more,
        "pages": max(1, -(-found.total // SIZE)),
        "orders": ORDERS,
        "views": site.store.saved_views.list(person.name),
        "noted": _noted(request),
        "back": asked.query(trang=str(asked.page) if asked.page > 1 else ""),
    }
    if _is_piece(request):
        answer = render(request, "register_results.html", **values)
        answer.headers["HX-Replace-Url"] = asked.at(asked.page)
        return answer
    return render(request, "register.html", **values, **_offered(site))


@router.get(f"{PLACE}/in")
def print_register(request: Request, site: TheSite, person: Viewer) -> HTMLResponse:
    """All rows that are asked for (the first 2,000) to be printed, the filters named on top."""
    asked = Asked.of(request.query_params, date.today())
    found = list(site.store.register.each(asked.wanted, ORDERS[asked.order][0], PRINTED))
    rows = [row for page in found for row in rows_of(site, page)]
    total = site.store.register.count(asked.wanted)
    return render(request, "register_print.html", rows=rows, total=total, order=ORDERS[asked.order][1], **_shared(site, asked))


@router.get(f"{PLACE}/goi-y-don-vi")
def suggest_units(request: Request, site: TheSite, person: Viewer) -> HTMLResponse:
    """Units whose names hold what is typed, as options."""
    typed = " ".join(request.query_params.get("don-vi", "").split())[:_NAMED]
    names = dict.fromkeys(name for _, name in site.store.units(typed, _HINTS)) if typed else {}
    return render(request, "register_units.html", names=names)


# --- saved filters ------------------------------------------------------------------------------------------------------


@router.post(f"{PLACE}/bo-loc")
def save_view(
    request: Request,
    site: TheSite,
    person: Viewer,
    name: Annotated[str, Form(alias="ten", max_length=400)] = "",
    query: Annotated[str, Form(alias="bo-loc", max_length=4000)] = "",
) -> Response:
    """Keep a filter under a name; one of that name is replaced."""
    kept = keep_view(site, person, request, name, query)
    return RedirectResponse(Asked.of(dict(parse_qsl(kept.query)), date.today()).address(), status_code=303)


@router.post(f"{PLACE}/bo-loc/{{view}}/bo")
def remove_view(
    request: Request, site: TheSite, person: Viewer, view: Id, query: Annotated[str, Form(alias="bo-loc", max_length=4000)] = ""
) -> Response:
    """Forget a saved filter of one's own."""
    forget_view(site, person, request, view)
    return RedirectResponse(Asked.of(dict(parse_qsl(query)), date.today()).address(), status_code=303)


# --- progress -----------------------------------------------------------------------------------------------------------


@router.post(f"{PLACE}/{{document}}/{{uid}}/tien-do")
def note_progress(
    request: Request,
    site: TheSite,
    person: Tracker,
    document: Id,
    uid: Uid,
    version: Annotated[int, Form(alias="ban", ge=0)],
    what: Annotated[str, Form(alias="tien-do", max_length=80)],
    day: Annotated[str, Form(alias="ngay", max_length=10)] = "",
    back: Annotated[str, Form(alias="ve", max_length=4000)] = "",
) -> Response:
    """Note how far the work on a task is: "chua", "dang", "xong" (on a day), or "ky:KEY", one time of a task that comes back."""
    try:
        now = site.store.task(document, uid)
        decision = Decision(task=uid, version=version, kind="status", work=_work(now.work, what, day))
        step = site.store.decide(document, person.name, [decision])
    except (BadRequest, StaleError) as fault:
        return _answer(request, site, document, uid, back, fault=fault)
    return _answer(request, site, document, uid, back, step=step.id)


@router.post(f"{PLACE}/{{document}}/{{uid}}/hoan-tac")
def undo_progress(
    request: Request,
    site: TheSite,
    person: Tracker,
    document: Id,
    uid: Uid,
    step: Annotated[str, Form(alias="buoc", max_length=80)],
    back: Annotated[str, Form(alias="ve", max_length=4000)] = "",
) -> Response:
    """Take a note of progress back."""
    events = [event for event in site.store.events(document, uid) if event.step == step]
    try:
        if not events or any(event.kind != "status" for event in events):
            raise BadRequest(say("register.no-note"), 404)
        site.store.undo(document, person.name, step)
    except (BadRequest, StoreError) as fault:
        return _answer(request, site, document, uid, back, fault=fault)
    return _answer(request, site, document, uid, back)


def _work(work: TaskState, what: str, day: str) -> TaskState:
    """Return what is recorded of a task after a note. Raises BadRequest."""
    today = date.today()
    on = read_date(day) if day else today
    if on is None or on > today:
        raise BadRequest(say("register.bad-day", day=day, today=f"{today:%d/%m/%Y}"))
    if what == "chua":
        return work.model_copy(update={"started_on": None, "done_on": None, "done_times": {}})
    if what == "dang":
        return work.model_copy(update={"started_on": work.started_on or on, "done_on": None})
    if what == "xong":
        return work.model_copy(update={"done_on": on})
    if what.startswith("ky:") and len(what) > 3:
        return work.model_copy(update={"started_on": work.started_on or on, "done_times": {**work.done_times, what[3:]: on}})
    raise BadRequest(say("register.no-such-progress"))


def _answer(
    request: Request, site: Site, document: int, uid: str, back: str, *, step: str = "", fault: BadRequest | StoreError | None = None
) -> Response:
    """Return the row as it stands now, to be put in its place; without a script the page again, at the row. Raises ``fault`` there."""
    if not _is_piece(request):
        if fault:
            raise fault
        parts = dict(parse_qsl(back))
        page = parts.get("trang", "")
        address = Asked.of(parts, date.today()).address(trang=page if page.isdigit() else "")
        if step:
            address += f"{'&' if '?' in address else '?'}vua-ghi={document}.{uid}.{step}"
        return RedirectResponse(f"{address}#v-{document}-{uid}", status_code=303)
    task = site.store.task(document, uid)
    found = RegisterPage((task,), {document: site.store.document(document)}, 1, more=False)
    return render(
        request,
        "register_row.html",
        status=(fault.status if isinstance(fault, BadRequest) else 409) if fault else 200,
        row=rows_of(site, found)[0],
        noted=(f"{document}.{uid}", step) if step else ("", ""),
        fault=str(fault) if fault else "",
        today=date.today(),
        back=back,
    )


# --- parts --------------------------------------------------------------------------------------------------------------


def rows_of(site: Site, found: RegisterPage) -> list[RegisterRow]:
    """Return the rows of a page of the register as of today."""
    return register_rows(found.tasks, found.documents, site.store, Counting.of(site.settings.time), date.today())


def _shared(site: Site, asked: Asked) -> dict[str, Any]:
    return {"asked": asked, "today": asked.today, "chips": asked.chips(lambda name, value: name_in(site, name, value)), "quick": QUICK}


def _offered(site: Site) -> dict[str, Any]:
    return {
        "stages": {said: name for said, (_, name) in STAGES.items()},
        "reviews": {said: name for said, (_, name) in REVIEW_STATES.items()},
        "roles": {said: ROLE_NAMES[role] for said, role in ROLES.items()},
        "issuers": site.store.register.issuers(),
        "kinds": site.store.register.kinds(),
    }


def name_in(site: Site, name: str, value: str) -> str:
    """Return what people call a unit, a document, an issuer or a kind that an address names."""
    if name == "don-vi":
        return site.store.unit_pages.title(value) or value
    if name == "van-ban":
        try:
            return name_of(site.store.document(int(value)))
        except StoreError:
            return value
    return dict(site.store.register.issuers() if name == "co-quan" else site.store.register.kinds()).get(value, value)


def _noted(request: Request) -> tuple[str, str]:
    """Return which row's progress was noted just now, and by which step."""
    row, _, step = request.query_params.get("vua-ghi", "").rpartition(".")
    return row, step


def _is_piece(request: Request) -> bool:
    return request.headers.get("hx-request-type") == "partial"
