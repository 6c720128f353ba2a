"""What the page of a document asks for before anything is decided: the editor of a row, what typed words mean, the history of a row."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from models import ReviewedTask, ReviewEvent, Span, StoreError, Task
from models.outline import Role
from pipeline.emit.rows import deadline_line
from pipeline.emit.words import plain, say_deadline, say_target
from pipeline.emit.workbook_register import PROGRESS, REVIEWS, progress_of
from pipeline.messages import say
from pipeline.review.forms import COMPARATORS, ROLES, TargetLine, TaskForm, TimeLine, UnitLine, form_of
from pipeline.review.people import Reviewer, Viewer
from pipeline.review.render import render
from pipeline.review.site import TheSite
from pipeline.review.suggestions import LONGEST, Register
from pipeline.review.times import read_time
from pipeline.review.view import DocumentView, open_view
from pipeline.store.replay import undone_steps, with_fields

router = APIRouter(prefix="/van-ban/{document:int}")

_REGISTER: Final = "register of units"
_KINDS: Final = {
    "approve": "duyệt",
    "edit": "sửa",
    "reject": "bỏ",
    "unclear": "để chưa rõ",
    "reopen": "mở lại",
    "split": "tách",
    "merge": "gộp",
    "add": "thêm",
    "status": "ghi tiến độ",
    "undo": "hoàn tác",
    "sign-off": "ký duyệt",
    "withdraw-sign-off": "mở ký duyệt",
    "processed": "đọc lại",
    "carried": "mang từ bản trước",
}
_FIELDS: Final = {
    "text": "nội dung",
    "title": "nội dung rút gọn",
    "assignments": "đơn vị",
    "deadlines": "thời hạn",
    "targets": "chỉ tiêu",
    "products": "sản phẩm",
}
_GONE: Final = {"split": "đã tách", "merged": "đã gộp", "dropped": "không còn", "undone": "đã hoàn tác"}


class EditForm(BaseModel):
    """The form of a row as browsers send it: lists of equal length, one place a line; ``seen`` names the row and its version."""

    seen: str = Field(alias="hang")
    again: bool = Field(False, alias="lai")
    text: str = Field("", alias="noi-dung")
    roles: list[str] = Field([], alias="dv-vai-tro")
    names: list[str] = Field([], alias="dv-ten")
    ids: list[str] = Field([], alias="dv-ma")
    unit_places: list[str] = Field([], alias="dv-cho")
    times: list[str] = Field([], alias="han-chu")
    time_places: list[str] = Field([], alias="han-cho")
    kept_words: list[str] = Field([], alias="han-giu")
    numbers: list[str] = Field([], alias="ct-so")
    target_units: list[str] = Field([], alias="ct-don-vi")
    comparators: list[str] = Field([], alias="ct-so-sanh")
    measured: list[str] = Field([], alias="ct-noi-dung")


Posted = Annotated[EditForm, Form()]


@router.get("/nhiem-vu/{uid}/sua")
def open_editor(request: Request, site: TheSite, person: Reviewer, document: int, uid: str) -> HTMLResponse:
    """The editor of a row, with what the row says now."""
    view = open_view(site.store, document)
    task = _task(view, uid)
    return show_editor(request, view, task, form_of(task.task))


@router.get("/nhiem-vu/{uid}/tach")
def open_split(request: Request, site: TheSite, person: Reviewer, document: int, uid: str) -> HTMLResponse:
    """The form that splits a row: a line for each of its orders, or all its words on one."""
    view = open_view(site.store, document)
    task = _task(view, uid)
    lines = [" ".join(order.text.split()) for order in task.task.orders] or [plain(task.task.text)]
    return render(request, "document/split.html", view=view, task=task, lines=lines)


@router.get("/nhiem-vu/{uid}/tien-do")
def open_progress(request: Request, site: TheSite, person: Viewer, document: int, uid: str) -> HTMLResponse:
    """The form that notes how far the work is."""
    view = open_view(site.store, document)
    task = _task(view, uid)
    progress = progress_of(task.work)
    day = {"in-progress": task.work.started_on, "done": task.work.done_on}.get(progress)
    return render(request, "document/progress.html", view=view, task=task, progress=progress, day=day, choices=PROGRESS)


@router.get("/nhiem-vu/{uid}/lich-su")
def show_history(request: Request, site: TheSite, person: Viewer, document: int, uid: str) -> HTMLResponse:
    """What was decided on a row: who, when, from what, to what, why."""
    view = open_view(site.store, document)
    events = site.store.events(document, uid)
    dead = undone_steps(events)
    told = [(event, _KINDS[event.kind], changes_of(event), event.step in dead) for event in events]
    return render(request, "document/history.html", view=view, uid=uid, told=told)


@router.get("/goi-y-don-vi")
def suggest_units(
    request: Request, site: TheSite, person: Viewer, document: int, words: Annotated[str, Query(alias="tim", max_length=LONGEST)] = ""
) -> HTMLResponse:
    """Units that the beginning of a name may mean."""
    view = open_view(site.store, document)
    return render(request, "document/suggestions.html", units=register_of(view).complete(site.store, words), words=words.strip())


@router.get("/hieu-han")
def explain_time(
    request: Request, site: TheSite, person: Viewer, document: int, words: Annotated[str, Query(alias="chu", max_length=600)] = ""
) -> HTMLResponse:
    """What the words of a time are understood as."""
    view = open_view(site.store, document)
    return render(request, "document/time.html", words=words, reading=read_time(words, view.result.header.issued_on))


def register_of(view: DocumentView) -> Register:
    """Return the register of units as the document sees it."""
    register: Register = view.kept.made.setdefault(_REGISTER, Register(view.result))
    return register


def form_posted(posted: EditForm) -> TaskForm:
    """Return the form that was sent, without its empty lines."""

    def padded(values: Sequence[str], like: Sequence[str]) -> list[str]:
        return [*values, *[""] * len(like)][: len(like)]

    roles: Mapping[str, Role] = {role: role for role in ROLES}
    names, times, numbers = posted.names, posted.times, posted.numbers
    unit_lines = zip(names, padded(posted.roles, names), padded(posted.ids, names), padded(posted.unit_places, names), strict=True)
    time_lines = zip(times, padded(posted.time_places, times), strict=True)
    columns = (padded(values, numbers) for values in (posted.target_units, posted.comparators, posted.measured))
    return TaskForm(
        text=posted.text,
        units=tuple(UnitLine(roles.get(role, "lead"), name, unit_id, _place(at)) for name, role, unit_id, at in unit_lines if name.strip()),
        times=tuple(TimeLine(words, _place(at), words in posted.kept_words) for words, at in time_lines if words.strip()),
        targets=tuple(TargetLine(*line) for line in zip(numbers, *columns, strict=True) if line[0].strip() or line[3].strip()),
    )


def show_editor(
    request: Request,
    view: DocumentView,
    task: ReviewedTask,
    form: TaskForm,
    *,
    faults: Mapping[str, str] | None = None,
    stale: ReviewEvent | None = None,
    status: int = 200,
    around: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """Return the editor of a row with ``form`` in it, and what is wrong with it; ``stale``: what somebody else did to the row meanwhile."""
    issued = view.result.header.issued_on
    return render(
        request,
        "document/edit.html",
        status=status,
        view=view,
        task=task,
        form=form,
        readings=[read_time(line.words, issued) for line in form.times],
        held=_held(view, task),
        roles=ROLES,
        comparators=COMPARATORS,
        faults=faults or {},
        stale=stale,
        now=task.task,
        changes=changes_of(stale) if stale else (),
        around=around is not None,
        **(around or {}),
    )


def _held(view: DocumentView, task: ReviewedTask) -> dict[str, str]:
    """Return what the deadlines of a task mean, by their words."""
    found: dict[str, list[str]] = {}
    for deadline in task.task.deadlines:
        found.setdefault(plain(deadline.text), []).append(view.reading.meaning(deadline, task.task.span))
    return {words: "; ".join(filter(None, dict.fromkeys(meanings))) for words, meanings in found.items()}


def _place(said: str) -> Span | None:
    start, _, end = said.partition("-")
    return Span(int(start), int(end)) if start.isdigit() and end.isdigit() and int(start) < int(end) else None


def _task(view: DocumentView, uid: str) -> ReviewedTask:
    found = next((task for task in view.tasks if task.uid == uid), None)
    if found is None:
        raise StoreError("unknown", say("corrections.row-gone"))
    return found


# --- events in words ----------------------------------------------------------------------------------------------------------


def changes_of(event: ReviewEvent) -> tuple[tuple[str, str, str], ...]:
    """Return what an event changed: (what, from, to)."""
    before, after = event.before or {}, event.after or {}
    told: list[tuple[str, str, str]] = []
    if "review" in after and before.get("review") != after["review"]:
        told.append(("rà soát", REVIEWS.get(before.get("review") or "open", ""), REVIEWS[after["review"]]))
    was, now = before.get("task") or {}, after.get("task") or {}
    if event.before is not None:
        told += [
            line
            for name in _FIELDS
            if name in now and not (name == "title" and "text" in now) and (line := said(name, was.get(name), now[name]))
        ]
    elif now:
        told.append((_FIELDS["text"], "", plain(now.get("text", ""))))
    if after.get("gone"):
        told.append(("hàng", "", _GONE[after["gone"]]))
    if "work" in after:
        told.append(("tiến độ", _work(before.get("work") or {}), _work(after["work"])))
    return tuple(told)


def said(name: str, was: object, now: object) -> tuple[str, str, str] | None:
    """Return a changed field of a task (its name, in words, what it was, what it is), None where people see no difference."""
    before, after = _said(name, was), _said(name, now)
    return (_FIELDS[name], before, after) if name in _FIELDS and before != after else None


def _said(name: str, value: object) -> str:
    """Return the value of a field of a task in words."""
    if not value:
        return "(trống)"
    if name in ("title", "text"):
        return plain(str(value))
    blank = {"id": "", "clause_id": "", "title": "", "text": "", "span": (0, 0)}
    task = with_fields(Task.model_validate(blank), {name: value})
    if name == "assignments":
        return "; ".join(f"{label}: {', '.join(map(plain, task.names(role)))}" for role, label in ROLES.items() if task.names(role))
    if name == "deadlines":
        return "; ".join(deadline_line(plain(one.text), plain(say_deadline(one))) for one in task.deadlines)
    return "; ".join(map(say_target, task.targets)) if name == "targets" else "; ".join(plain(one.text) for one in task.products)


def _work(work: Mapping[str, object]) -> str:
    if work.get("done_on"):
        return f"hoàn thành {work['done_on']}"
    return f"đang thực hiện từ {work['started_on']}" if work.get("started_on") else "chưa thực hiện"
