"""What people decide on the page of a document: each decision is saved at once, and answered with the rows as they stand after it.

Every decision names the version of each task that was seen. Where somebody was quicker nothing is saved: the answer (409) has the newer
rows, and what was typed beside them. A browser that did not hear the answer sends the same again and says so (``lai``); what was saved the
first time is then not refused.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from models import Decision, Person, ReviewedTask, ReviewEvent, Span, StaleError, Step, StoreError
from pipeline.messages import say
from pipeline.review.faults import BadRequest, Forbidden
from pipeline.review.forms import TaskForm, form_of, parts_of, read_form, within
from pipeline.review.pages.editing import Posted, form_posted, register_of, show_editor
from pipeline.review.people import Reviewer, Tracker, Viewer
from pipeline.review.render import render
from pipeline.review.rows import summary, task_rows
from pipeline.review.site import Site, TheSite
from pipeline.review.standing import standing
from pipeline.review.view import DocumentView, open_view

router = APIRouter(prefix="/van-ban/{document:int}")

Seen = Annotated[str, Form(alias="hang")]
"""the tasks that are decided on, each with the version that was seen: "uid:version uid:version" """
Again = Annotated[bool, Form(alias="lai")]
Reason = Annotated[str, Form(alias="ly-do", max_length=2000)]
Kind = Literal["approve", "reject", "unclear", "reopen"]
LONGEST_WORDS: Final = 20_000


@router.post("/duyet")
def approve(request: Request, site: TheSite, person: Reviewer, document: int, seen: Seen, again: Again = False) -> Response:
    """Approve tasks, one or many, in one step."""
    return _decide(request, site, person, document, "approve", seen, None, again)


@router.post("/bo")
def reject(
    request: Request, site: TheSite, person: Reviewer, document: int, seen: Seen, reason: Reason = "", again: Again = False
) -> Response:
    """Reject tasks; a reason is wanted."""
    return _decide(request, site, person, document, "reject", seen, reason.strip() or None, again)


@router.post("/chua-ro")
def leave_unclear(
    request: Request, site: TheSite, person: Reviewer, document: int, seen: Seen, reason: Reason = "", again: Again = False
) -> Response:
    """Say that tasks are unclear, and what about them."""
    return _decide(request, site, person, document, "unclear", seen, reason.strip() or None, again)


@router.post("/mo-lai")
def reopen(request: Request, site: TheSite, person: Reviewer, document: int, seen: Seen, again: Again = False) -> Response:
    """Take back what was decided of tasks; what was edited stays."""
    return _decide(request, site, person, document, "reopen", seen, None, again)


@router.post("/sua")
def edit(request: Request, site: TheSite, person: Reviewer, document: int, posted: Posted) -> Response:
    """Change fields of a task. What cannot be read comes back (422) beside what was typed."""
    uid, version = _one(posted.seen)
    view = open_view(site.store, document)
    task = _task(view, uid)
    form = form_posted(posted)
    if task.version != version:
        return _stale_edit(request, site, person, view, task, form, posted.again)
    typed = read_form(form, task.task, view.result, register_of(view), site.store)
    if typed.faults:
        return show_editor(request, view, task, form, faults=typed.faults, status=422)
    if not typed.fields:
        return _answer(request, site, person, view, [uid], message=say("corrections.nothing-changed"))
    try:
        step = site.store.decide(document, person.name, [Decision(task=uid, version=version, kind="edit", fields=typed.fields)])
    except StaleError:
        view = open_view(site.store, document)
        return _stale_edit(request, site, person, view, _task(view, uid), form, posted.again)
    return _taken(request, site, person, document, step)


@router.post("/tach")
def split(
    request: Request,
    site: TheSite,
    person: Reviewer,
    document: int,
    seen: Seen,
    words: Annotated[str, Form(alias="phan", max_length=LONGEST_WORDS)],
    again: Again = False,
) -> Response:
    """Put several tasks in the place of one, a line for each. A line that is an order of the task keeps what holds for that order."""
    uid, version = _one(seen)
    view = open_view(site.store, document)
    task = next((task for task in view.tasks if task.uid == uid), None) or site.store.task(document, uid)
    parts = parts_of(task.task, words, view.result.text)
    return _save(
        request, site, person, document, [uid], again, "split", lambda: site.store.split(document, person.name, uid, version, parts)
    )


@router.post("/gop")
def merge(request: Request, site: TheSite, person: Reviewer, document: int, seen: Seen, again: Again = False) -> Response:
    """Put one task in the place of several."""
    versions = dict(_all(seen))
    return _save(request, site, person, document, list(versions), again, "merge", lambda: site.store.merge(document, person.name, versions))


@router.post("/them")
def add(
    request: Request,
    site: TheSite,
    person: Reviewer,
    document: int,
    start: Annotated[int, Form(alias="dau", ge=0)],
    end: Annotated[int, Form(alias="cuoi", ge=1)],
) -> Response:
    """Make a task of words that the program missed (their place in code points)."""
    view = open_view(site.store, document)
    span = within(Span(start, end), view.result.text)
    if span is None:
        raise BadRequest(say("corrections.no-words"))
    if span.end - span.start > LONGEST_WORDS:
        raise BadRequest(say("corrections.too-many-words", most=LONGEST_WORDS))
    there = next((task for task in view.tasks if task.base is None and task.task.span == span), None)
    if there:  # sent again, or the key pressed twice
        return _answer(request, site, person, view, [there.uid], whole=True, chosen=there.uid)
    return _taken(request, site, person, document, site.store.add(document, person.name, span), chosen=True)


@router.post("/hoan-tac")
def undo(
    request: Request, site: TheSite, person: Tracker, document: int, step: Annotated[str, Form(alias="buoc")], again: Again = False
) -> Response:
    """Take the person's own last step back, whole."""
    return _step_back(request, site, person, document, step, 0, again)


@router.post("/lam-lai")
def redo(
    request: Request, site: TheSite, person: Tracker, document: int, step: Annotated[str, Form(alias="buoc")], again: Again = False
) -> Response:
    """Take the person's own last undo back."""
    return _step_back(request, site, person, document, step, 1, again)


@router.post("/tien-do")
def note_progress(
    request: Request,
    site: TheSite,
    person: Tracker,
    document: int,
    seen: Seen,
    progress: Annotated[Literal["not-started", "in-progress", "done"], Form(alias="trang-thai")],
    day: Annotated[str, Form(alias="ngay")] = "",
    reason: Reason = "",
    again: Again = False,
) -> Response:
    """Note how far the work on a task is; ``ngay`` is the day it began or was done (today where none is given)."""
    uid, version = _one(seen)
    task = _task(open_view(site.store, document), uid)
    try:
        on = date.fromisoformat(day) if day else date.today()
    except ValueError as error:
        raise BadRequest(say("corrections.impossible-day", day=day)) from error
    was = task.work
    started = {"not-started": None, "in-progress": on, "done": was.started_on}[progress]
    work = was.model_copy(update={"started_on": started, "done_on": on if progress == "done" else None})
    decision = Decision(task=uid, version=version, kind="status", work=work, reason=reason.strip() or None)
    return _save(request, site, person, document, [uid], again, "status", lambda: site.store.decide(document, person.name, [decision]))


@router.post("/moi")
def what_is_new(request: Request, site: TheSite, person: Viewer, document: int, seen: Seen) -> Response:
    """Return the rows that are not as they were seen."""
    known = dict(_all(seen))
    view = open_view(site.store, document)
    return _answer(request, site, person, view, [t.uid for t in view.tasks if known.get(t.uid) != t.version], whole=True)


# --- how decisions are saved and answered --------------------------------------------------------------------------------------


def _decide(
    request: Request, site: Site, person: Person, document: int, kind: Kind, seen: str, reason: str | None, again: bool
) -> Response:
    decisions = [Decision(task=uid, version=version, kind=kind, reason=reason) for uid, version in dict.fromkeys(_all(seen))]
    uids = [decision.task for decision in decisions]
    return _save(request, site, person, document, uids, again, kind, lambda: site.store.decide(document, person.name, decisions))


def _save(
    request: Request, site: Site, person: Person, document: int, uids: Sequence[str], again: bool, kind: str, save: Callable[[], Step]
) -> Response:
    try:
        step = save()
    except StaleError as fault:
        return _stale(request, site, person, document, [task.uid for task in fault.newer] or uids, uids, again, kind, str(fault))
    return _taken(request, site, person, document, step)


def _taken(request: Request, site: Site, person: Person, document: int, step: Step, *, chosen: bool = False) -> Response:
    view = open_view(site.store, document)
    uids = [task.uid for task in step.tasks]
    whole = any(task.gone for task in step.tasks) or any(event.kind in ("add", "split", "merge", "undo") for event in step.events)
    first = next((task.uid for task in step.tasks if not task.gone and task.base is None), None)
    show = first if chosen or any(event.kind in ("split", "merge") for event in step.events) else None
    return _answer(request, site, person, view, uids, whole=whole, chosen=show)


def _step_back(request: Request, site: Site, person: Person, document: int, step: str, which: Literal[0, 1], again: bool) -> Response:
    """Undo (0) or redo (1) the step that the page offered. Who may only note progress takes back only that."""
    offered = site.store.undoable(document, person.name)[which]
    view = open_view(site.store, document)
    if offered != step:
        message = "" if again else say("corrections.other-step")
        return _answer(request, site, person, view, [], message=message, status=200 if again else 409)
    if not person.may("decide") and any(event.kind != "status" for event in _decided(site, document, step)):
        raise Forbidden("decide")
    return _taken(request, site, person, document, site.store.undo(document, person.name, step))


def _decided(site: Site, document: int, step: str) -> Iterable[ReviewEvent]:
    """Return the decisions behind a step: of an undo, those that it took back."""
    events = site.store.events(document)
    undone = {event.undoes for event in events if event.step == step and event.undoes}
    return [event for event in events if event.step in (undone or {step})]


def _stale_edit(
    request: Request, site: Site, person: Person, view: DocumentView, task: ReviewedTask, form: TaskForm, again: bool
) -> Response:
    """Answer an edit of a task that somebody changed meanwhile: the row as it is now, and what was typed, to be saved once more."""
    last = _last_event(site, view.document.id, task.uid)
    if again and last and last.who == person.name and last.kind == "edit" and _same(form, form_of(task.task)):
        return _answer(request, site, person, view, [task.uid])
    around = {"rows": task_rows(view, [task.uid]), **_around(site, person, view)}
    return show_editor(request, view, task, form, status=409, stale=last, around=around)


def _same(one: TaskForm, other: TaskForm) -> bool:
    """Whether two forms say the same, as far as they can be compared without reading them."""

    def said(form: TaskForm) -> object:
        units = sorted((line.role, line.name.casefold()) for line in form.units if line.name)
        times = sorted(" ".join(line.words.split()) for line in form.times if line.words.strip())
        return form.text.split(), units, times, len([line for line in form.targets if line.number])

    return said(one) == said(other)


def _stale(
    request: Request,
    site: Site,
    person: Person,
    document: int,
    newer: Sequence[str],
    uids: Sequence[str],
    again: bool,
    kind: str,
    message: str,
) -> Response:
    view = open_view(site.store, document)
    last = [_last_event(site, document, uid) for uid in uids]
    if again and all(event and event.who == person.name and event.kind == kind for event in last):
        steps = {event.step for event in last if event}
        changed = [event.task for event in site.store.events(document) if event.step in steps and event.task]
        return _answer(request, site, person, view, changed, whole=True)
    told = [event for uid in newer if (event := _last_event(site, document, uid))]
    if told:
        names = (say("corrections.yourself") if event.who == person.name else event.who for event in told)
        message = say("corrections.stale", who=", ".join(dict.fromkeys(names)))
    return _answer(request, site, person, view, newer, whole=True, message=message, status=409)


def _answer(
    request: Request,
    site: Site,
    person: Person,
    view: DocumentView,
    uids: Iterable[str],
    *,
    whole: bool = False,
    chosen: str | None = None,
    message: str = "",
    status: int = 200,
) -> Response:
    """Return the rows of ``uids`` as they stand; ``whole`` also which rows there are at all, in their order."""
    if "hx-request" not in request.headers and status == 200:  # a plain form, without script
        return RedirectResponse(f"/van-ban/{view.document.id}" + (f"#t-{chosen}" if chosen else ""), status_code=303)
    return render(
        request,
        "document/answer.html",
        status=status,
        view=view,
        rows=task_rows(view, uids),
        order=[task.uid for task in view.tasks] if whole else None,
        chosen=chosen,
        message=message,
        **_around(site, person, view),
    )


def _around(site: Site, person: Person, view: DocumentView) -> dict[str, Any]:
    """Return what of the page changes with every decision."""
    return {"summary": summary(view), "outside": True, **standing(site.store, view, person)}


# --- what was asked for -----------------------------------------------------------------------------------------------------


def _all(seen: str) -> list[tuple[str, int]]:
    """Return (uid, version) pairs. Raises BadRequest."""
    found = []
    for pair in seen.split():
        uid, _, version = pair.partition(":")
        if not version.isascii() or not version.isdigit():
            raise BadRequest(say("corrections.no-version"))
        found.append((uid, int(version)))
    if not found:
        raise BadRequest(say("corrections.no-rows"))
    return found


def _one(seen: str) -> tuple[str, int]:
    pairs = _all(seen)
    if len(pairs) != 1:
        raise BadRequest(say("corrections.one-row"))
    return pairs[0]


def _task(view: DocumentView, uid: str) -> ReviewedTask:
    found = next((task for task in view.tasks if task.uid == uid), None)
    if found is None:
        raise StoreError("unknown", say("corrections.row-gone"))
    return found


def _last_event(site: Site, document: int, uid: str) -> ReviewEvent | None:
    events = site.store.events(document, uid)
    return events[-1] if events else None
