"""Signing a document off: what was changed is told first, then its tasks go to whoever takes them over. And who else has it open."""

import json
from collections import Counter
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import ReviewedTask, ReviewEvent, StaleError, StoreError
from pipeline.handover import gold_of
from pipeline.messages import say
from pipeline.review.pages.editing import said
from pipeline.review.people import Deliverer, Signer, Viewer, address_of
from pipeline.review.render import render
from pipeline.review.rows import task_rows
from pipeline.review.site import Site, TheSite
from pipeline.review.standing import standing
from pipeline.review.view import DocumentView, open_view
from pipeline.store.visits import PRESENT

router = APIRouter(prefix="/van-ban/{document:int}")

_COUNTED: Final = (
    ("approved", "duyệt như máy đọc"),
    ("edited", "người sửa"),
    ("added", "người thêm, tách, gộp"),
    ("rejected", "bỏ"),
    ("unclear", "chưa rõ (không giao đi)"),
    ("open", "chưa quyết định"),
)


@router.get("/ky-duyet")
def show_sign_off(request: Request, site: TheSite, person: Viewer, document: int) -> HTMLResponse:
    """What was decided on the tasks of a document, what is still open, and the button that signs it off."""
    return _page(request, site, person, open_view(site.store, document))


@router.post("/ky-duyet")
def sign_off(request: Request, site: TheSite, person: Signer, document: int, revision: Annotated[int, Form(alias="ban")]) -> Response:
    """Sign the document off as it stood at ``ban``: refused while a task is open, or where somebody decided since."""
    try:
        site.store.sign_off(document, person.name, revision)
    except StaleError:
        return _page(request, site, person, open_view(site.store, document), say("corrections.decided-since"), 409)
    except StoreError as fault:
        if fault.code != "refused":
            raise
        return _page(request, site, person, open_view(site.store, document), str(fault), 409)
    return RedirectResponse(f"/van-ban/{document}/ky-duyet", status_code=303)


@router.post("/mo-ky-duyet")
def withdraw(
    request: Request, site: TheSite, person: Signer, document: int, reason: Annotated[str, Form(alias="ly-do", max_length=2000)] = ""
) -> Response:
    """Open a signed-off document again; those who took its tasks over learn of changes at the next sign-off."""
    site.store.withdraw_sign_off(document, person.name, reason.strip() or None)
    return RedirectResponse(f"/van-ban/{document}", status_code=303)


@router.get("/dap-an.json")
def download_gold(request: Request, site: TheSite, person: Deliverer, document: int) -> Response:
    """What reviewers settled about a signed-off document, as annotation."""
    gold = gold_of(site.store, document)
    site.store.audit.add(person.name, "export", f"document:{document}", address_of(request), {"form": "gold", "tasks": gold.tasks})
    content = json.dumps(gold.annotation, ensure_ascii=False, indent=1) + "\n"
    headers = {"Content-Disposition": f'attachment; filename="{gold.name}.json"'}
    return Response(content, media_type="application/json", headers=headers)


@router.post("/dang-xem")
def be_present(request: Request, site: TheSite, person: Viewer, document: int) -> HTMLResponse:
    """Remember that the person has the page open, and tell who else has, and how many steps of review there were."""
    others = site.store.visits.note(document, person.name, PRESENT)
    return render(request, "document/present.html", others=others, revision=site.store.document(document).revision)


@router.post("/roi-di")
def leave(site: TheSite, person: Viewer, document: int) -> Response:
    """The person has closed the page."""
    site.store.visits.end(document, person.name)
    return Response(status_code=204)


def _page(request: Request, site: Site, person: Viewer, view: DocumentView, message: str = "", status: int = 200) -> HTMLResponse:
    counts = Counter(_counted(task) for task in view.tasks)
    rows = {row.uid: row for row in task_rows(view)}
    return render(
        request,
        "document_sign_off.html",
        status=status,
        view=view,
        message=message,
        counts=[(name, counts[key]) for key, name in _COUNTED if counts[key]],
        open=[rows[task.uid] for task in view.tasks if task.review == "open"],
        changed=[(rows[task.uid], _told(task)) for task in view.tasks if _counted(task) in ("edited", "added", "rejected", "unclear")],
        gone=_taken_away(site, view),
        history=[event for event in site.store.events(view.document.id) if event.kind in ("sign-off", "withdraw-sign-off")],
        **standing(site.store, view, person),
    )


def _counted(task: ReviewedTask) -> str:
    """Return what a task counts as when the document is signed off."""
    if task.review in ("approved", "edited"):
        return "added" if task.base is None else "edited" if task.edits else "approved"
    return task.review


def _told(task: ReviewedTask) -> list[tuple[str, str, str]]:
    """Return what people changed of a task: (what, as it was found, as it is)."""
    if task.base is None:
        return []
    was, now = task.base.model_dump(mode="json"), task.task.model_dump(mode="json")
    return [told for name in task.edits if not (name == "title" and "text" in task.edits) and (told := said(name, was[name], now[name]))]


def _taken_away(site: Site, view: DocumentView) -> list[tuple[ReviewedTask, ReviewEvent | None]]:
    """Return the tasks of the document that were split or merged, each with the event that did it."""
    gone = [task for task in site.store.tasks(view.document.id, gone=True) if task.gone in ("split", "merged") and task.base is not None]
    found = []
    for task in gone:
        events = site.store.events(view.document.id, task.uid)
        found.append((task, next((event for event in reversed(events) if (event.after or {}).get("gone")), None)))
    return found
