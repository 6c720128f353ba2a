"""Papers for one unit out of the store: the letter that hands its tasks over, and the list to tick them off."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

from models import OutputError, Result
from pipeline.emit.checklist import Checklist
from pipeline.emit.papers import Office, write_checklist, write_hand_over
from pipeline.emit.rows import Row, build_rows
from pipeline.emit.words import plain, say_document
from pipeline.handover import from_document
from pipeline.messages import say
from pipeline.review.faults import BadRequest
from pipeline.store import Store

Form = Literal["docx", "pdf"]
MOST: Final = 100
"""documents in one paper"""
_ACTING: Final = frozenset(("lead", "coordinate", "implement"))


def write_unit_letter(store: Store, unit: str, form: Form, office: Office, document: int | None = None) -> bytes:
    """Return the letter that hands ``unit`` its open tasks over, of one document or of all. Raises BadRequest, StoreError."""
    name, results = _results(store, unit, document, _ACTING)
    return _written(lambda: write_hand_over(results, name, form, office))


def write_unit_checklist(store: Store, unit: str, form: Form, office: Office, document: int | None = None) -> bytes:
    """Return the list of the open tasks that ``unit`` leads, of one document or of all. Raises BadRequest, StoreError."""
    name, results = _results(store, unit, document, frozenset(("lead",)))
    rows: list[Row] = []
    for result in results:
        document_name = say_document(result.header, result.source)
        own = [row.led_by(name) for row in build_rows(result)]
        rows += own if len(results) == 1 else [replace(row, place=f"{row.place}, {document_name}") for row in own]
    head, title = say("register.papers-of", count=len(results)), ""
    if len(results) == 1:
        header = results[0].header
        head, title = say_document(header, results[0].source), plain(header.title or "")
    checklist = Checklist(name, "", head, title, tuple(rows))
    return _written(lambda: write_checklist(checklist, form, office))


def _results(store: Store, unit: str, document: int | None, roles: frozenset[str]) -> tuple[str, list[Result]]:
    """Return what the unit is called, and the results of its documents with its open tasks only; in all of them it has that name."""
    documents = [number for number, _ in store.unit_pages.documents(unit)]
    if document is not None:
        documents = [number for number in documents if number == document]
    if len(documents) > MOST:
        raise BadRequest(say("register.too-many-documents", count=len(documents), most=MOST))
    name = plain(store.unit_pages.title(unit) or unit)
    found = []
    for number in sorted(documents):
        directive = from_document(store, number).keep(
            lambda one: one.work.done_on is None and any(a.unit_id == unit and a.role in roles for a in one.task.assignments)
        )
        if directive.held:
            result = directive.result
            units = tuple(one.model_copy(update={"name": name}) if one.id == unit else one for one in result.units)
            found.append(result.model_copy(update={"units": units}))
    if not found:
        raise BadRequest(say("register.no-tasks", unit=name), 404)
    return name, found


def _written(write: Callable[[], bytes]) -> bytes:
    try:
        return write()
    except OutputError as error:  # a template of the office with a fault in it
        raise BadRequest(str(error), 500) from error
