"""Tasks: of a document, of all documents, and what was decided about each."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from models import ReviewedTask, ReviewEvent
from models.outline import Role
from models.review import ReviewState
from pipeline.review.api.answers import Document, Limit, Offset, next_page, refusals
from pipeline.review.api.documents import Day
from pipeline.review.api.shapes import TaskPageAnswer, Tasks
from pipeline.review.people import Viewer
from pipeline.review.site import TheSite
from pipeline.store.register import Dated, Order, RegisterFilter, Stage

router = APIRouter(tags=["tasks"])
Uid = Annotated[str, Path(pattern=r"^[0-9a-f]{1,64}$", description="a task's uid")]
_TAG: Final[dict[int | str, dict[str, Any]]] = {
    200: {"headers": {"ETag": {"schema": {"type": "string"}, "description": "the task's version"}}}
}


@router.get("/tasks")
def search_tasks(
    request: Request,
    site: TheSite,
    person: Viewer,
    words: Annotated[str, Query(max_length=200, description="words of the task, with or without accents")] = "",
    unit: Annotated[str | None, Query(max_length=200, description="a unit's id, or words of its name")] = None,
    role: Annotated[Role | None, Query(description="the unit's role")] = None,
    partner: Annotated[str | None, Query(max_length=200, description="another unit in the same task")] = None,
    partner_role: Annotated[Role | None, Query(description="that unit's role")] = None,
    led: Annotated[bool | None, Query(description="with a lead unit, or without")] = None,
    due_from: Day = None,
    due_to: Day = None,
    dated: Annotated[Dated | None, Query(description="a deadline with a day, a recurring one, none")] = None,
    stage: Annotated[Stage | None, Query(description="how the work stands as of ``as_of``")] = None,
    as_of: Annotated[date | None, Query(description="the day from which ``stage`` is seen; today by default")] = None,
    review: Annotated[list[ReviewState] | None, Query(description="only in one of these states; without it all but rejected ones")] = None,
    document: Annotated[int | None, Query(ge=1, lt=1 << 63, description="only of this document")] = None,
    number: Annotated[str | None, Query(max_length=100, description="only of documents with this number")] = None,
    issuer: Annotated[
        str | None, Query(max_length=200, description="only of documents of this issuer: its id, as documents have it")
    ] = None,
    kind: Annotated[str | None, Query(max_length=20, description="only of documents of this kind: its code, as documents have it")] = None,
    issued_from: Day = None,
    issued_to: Day = None,
    drafts: Annotated[bool, Query(description="also of drafts, which order nothing yet")] = False,
    order: Annotated[Order | None, Query(description="newest first by default; with words the best first")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> TaskPageAnswer:
    """Search the tasks of all documents, in their last versions."""
    wanted = RegisterFilter(
        words=words,
        unit=unit,
        role=role,
        partner=partner,
        partner_role=partner_role,
        led=led,
        due_from=due_from,
        due_to=due_to,
        dated=dated,
        stage=stage,
        as_of=as_of or date.today(),
        review=tuple(review or ()),
        document=document,
        number=number,
        issued_from=issued_from,
        issued_to=issued_to,
        issuer=issuer,
        kind=kind,
        drafts=drafts,
    )
    found = site.store.register.page(wanted, order or ("relevance" if words.strip() else "newest"), limit, offset)
    following = next_page(request, offset, len(found.tasks), found.total, found.more)
    return TaskPageAnswer(tasks=found.tasks, documents=found.documents, total=found.total, more=found.more, next=following)


@router.get("/documents/{document}/tasks", responses=refusals(404))
def list_tasks(
    site: TheSite,
    person: Viewer,
    document: Document,
    gone: Annotated[bool, Query(description="also those split, merged, dropped or undone")] = False,
) -> Tasks:
    """List the tasks of a document as they stand, in its order."""
    site.store.document(document)
    return Tasks(tasks=tuple(site.store.tasks(document, gone=gone)))


@router.get("/documents/{document}/tasks/{uid}", responses={**refusals(404), **_TAG})
def get_task(response: Response, site: TheSite, person: Viewer, document: Document, uid: Uid) -> ReviewedTask:
    """Get a task as it stands. Its ``uid`` stays the same through corrections, re-reading and versions of the document."""
    task = site.store.task(document, uid)
    response.headers["ETag"] = f'"{task.version}"'
    return task


@router.get("/documents/{document}/tasks/{uid}/events", responses=refusals(404))
def list_task_events(site: TheSite, person: Viewer, document: Document, uid: Uid) -> list[ReviewEvent]:
    """List what was decided about a task: who, when, what before and after, why."""
    site.store.task(document, uid)
    return site.store.events(document, uid)
