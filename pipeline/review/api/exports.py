"""Exports: all tasks, or some, in one of the forms that docs/exports.md lists."""

import shutil
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from models import OutputError
from pipeline.handover import HELPING, Wanted, export, formats, from_open
from pipeline.handover.gold import gold_of
from pipeline.messages import say
from pipeline.review.api.answers import FILE, Document, refusals
from pipeline.review.api.shapes import Format, Formats
from pipeline.review.faults import BadRequest
from pipeline.review.people import Deliverer, Viewer, address_of
from pipeline.review.site import TheSite

router = APIRouter(tags=["exports"])
_STEM: Final = "nhiem-vu"
_SEVERAL: Final = frozenset({"html"})
"""forms that are one file only for one document"""
_TYPES: Final = {
    ".jsonl": "application/jsonl; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".cyjs": "application/json",
    ".xml": "application/xml",
    ".graphml": "application/xml",
    ".gexf": "application/xml",
    ".zip": "application/zip",
}


@router.get("/exports")
def list_formats(site: TheSite, person: Viewer) -> Formats:
    """List the forms of export."""
    return Formats(formats=tuple(Format(name=name, suffix="" if name in _SEVERAL else suffix) for name, suffix in formats().items()))


@router.get("/exports/{form}", response_class=FileResponse, responses={**refusals(404), 200: FILE})
def export_tasks(
    request: Request,
    site: TheSite,
    person: Deliverer,
    form: Annotated[str, InPath(max_length=60, description="one of the forms listed at /exports")],
    unit: Annotated[str | None, Query(max_length=200, description="only what this unit leads (letters: helps with, too)")] = None,
    issued_from: Annotated[date | None, Query(description="only documents issued from this day on")] = None,
    issued_to: Annotated[date | None, Query(description="only documents issued up to this day")] = None,
    document: Annotated[str | None, Query(max_length=100, description="only the document with this number, or of this id")] = None,
    approved: Annotated[bool, Query(description="only tasks that a person approved or edited")] = False,
) -> FileResponse:
    """Get tasks as a file: as people left them, of each document the last version. Several files come as .zip."""
    if form not in formats():
        raise BadRequest(say("export.unknown-format", name=form[:60], known=", ".join(formats())), 404)
    material = from_open(site.store, Wanted(unit, issued_from, issued_to, document, approved, form in HELPING))
    folder = Path(tempfile.mkdtemp(prefix="giaoviec-"))
    try:
        suffix = "" if form in _SEVERAL else formats()[form]
        made = export(material, form, folder / f"{_STEM}{suffix}", settings=site.settings, unit=unit)
        if not made.tasks:
            raise BadRequest(say("export.nothing", reason=""), 404)
        path = _one_file(folder, made.files)
    except OutputError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise BadRequest(str(error), 500) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    details = {"form": form, "tasks": made.tasks, "documents": made.documents}
    site.store.audit.add(person.name, "export", None, address_of(request), details)
    end = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    kind = _TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(path, media_type=kind, filename=path.name, headers={"content-security-policy": "sandbox"}, background=end)


@router.get("/documents/{document}/gold", responses=refusals(404, 409))
def get_gold(request: Request, site: TheSite, person: Deliverer, document: Document) -> dict[str, Any]:
    """Get the annotation of a signed-off document, as ``giaoviec train`` and ``giaoviec score`` take it (corpus/README.md)."""
    made = gold_of(site.store, document)
    site.store.audit.add(person.name, "export", f"document:{document}", address_of(request), {"form": "gold", "tasks": made.tasks})
    return dict(made.annotation)


def _one_file(folder: Path, files: tuple[Path, ...]) -> Path:
    """Return the file that was written, or one with all of them."""
    if len(files) == 1 and files[0].parent == folder:
        return files[0]
    packed = folder / f"{_STEM}.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(folder))
    return packed
