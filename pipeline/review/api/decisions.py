"""Decisions: each names the version that was seen; where somebody was faster, nothing is changed and the newer rows come back (409)."""

from fastapi import APIRouter

from models import Decision, Span, Step, StoredDocument, StoreError, TaskState
from pipeline.messages import say
from pipeline.review.api.answers import Document, refusals
from pipeline.review.api.shapes import (
    AdditionIn,
    DecisionsIn,
    MergeIn,
    ProgressesIn,
    ReopenIn,
    SignOffIn,
    SplitIn,
    Undoable,
    UndoIn,
)
from pipeline.review.faults import BadRequest, Forbidden
from pipeline.review.people import Reviewer, Signer, Tracker, Viewer
from pipeline.review.site import TheSite

router = APIRouter(tags=["decisions"], responses=refusals(404, 409))


@router.post("/documents/{document}/decisions")
def decide(site: TheSite, person: Reviewer, document: Document, wanted: DecisionsIn) -> Step:
    """Approve, edit, reject, leave unclear or reopen tasks, and add missed ones: one step, which one undo takes back."""
    if not wanted.decisions and not wanted.additions:
        raise BadRequest(say("api.nothing-to-do"))
    decisions = [
        Decision(task=one.task, version=one.version, kind=one.kind, fields=one.fields.given(), reason=one.reason)
        for one in wanted.decisions
    ]
    additions = [(Span(*one.span), one.fields.given()) for one in wanted.additions]
    return site.store.decide(document, person.name, decisions, additions)


@router.post("/documents/{document}/progress")
def record_progress(site: TheSite, person: Tracker, document: Document, wanted: ProgressesIn) -> Step:
    """Record how far the work on tasks is, also of a document that is signed off."""
    decisions = [
        Decision(task=one.task, version=one.version, kind="status", work=TaskState.model_validate(one.work.model_dump()))
        for one in wanted.tasks
    ]
    return site.store.decide(document, person.name, decisions)


@router.post("/documents/{document}/tasks", status_code=201)
def add_task(site: TheSite, person: Reviewer, document: Document, wanted: AdditionIn) -> Step:
    """Make a task of words that the program missed."""
    return site.store.add(document, person.name, Span(*wanted.span), wanted.fields.given())


@router.post("/documents/{document}/split")
def split_task(site: TheSite, person: Reviewer, document: Document, wanted: SplitIn) -> Step:
    """Put several tasks in the place of one."""
    return site.store.split(document, person.name, wanted.task, wanted.version, [part.given() for part in wanted.parts])


@router.post("/documents/{document}/merge")
def merge_tasks(site: TheSite, person: Reviewer, document: Document, wanted: MergeIn) -> Step:
    """Put one task in the place of several."""
    return site.store.merge(document, person.name, wanted.tasks, wanted.fields.given())


@router.get("/documents/{document}/undoable")
def get_undoable(site: TheSite, person: Viewer, document: Document) -> Undoable:
    """Get what whoever asks can undo and redo next."""
    site.store.document(document)
    undo, redo = site.store.undoable(document, person.name)
    return Undoable(undo=undo, redo=redo)


@router.post("/documents/{document}/undo")
def undo_step(site: TheSite, person: Tracker, document: Document, wanted: UndoIn) -> Step:
    """Take a step back, whole; who may not decide can take back progress only."""
    step = wanted.step or site.store.undoable(document, person.name)[0]
    kinds = {event.kind for event in site.store.events(document) if event.step == step}
    if step is None or not kinds:
        raise StoreError("refused", say("store.no-step"))
    if kinds != {"status"} and not person.may("decide"):
        raise Forbidden("decide")
    return site.store.undo(document, person.name, step)


@router.post("/documents/{document}/redo")
def redo_step(site: TheSite, person: Reviewer, document: Document) -> Step:
    """Take the last undo of whoever asks back."""
    step = site.store.undoable(document, person.name)[1]
    if step is None:
        raise StoreError("refused", say("store.no-step"))
    return site.store.undo(document, person.name, step)


@router.post("/documents/{document}/sign-off")
def sign_off(site: TheSite, person: Signer, document: Document, wanted: SignOffIn) -> StoredDocument:
    """Close the review of a document as it was seen: its tasks enter the feed. Refused while nobody has decided on one of them."""
    return site.store.sign_off(document, person.name, wanted.revision)


@router.post("/documents/{document}/withdraw-sign-off")
def withdraw_sign_off(site: TheSite, person: Signer, document: Document, wanted: ReopenIn) -> StoredDocument:
    """Open the review of a signed-off document again."""
    return site.store.withdraw_sign_off(document, person.name, wanted.reason)
