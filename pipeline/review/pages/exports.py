"""The tasks of one document as files, as they stand now."""

import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models import OutputError
from pipeline.handover import export, formats, from_document, trackers
from pipeline.messages import say
from pipeline.review.faults import BadRequest
from pipeline.review.pages.document import FORMS, DocumentId
from pipeline.review.people import Deliverer, address_of
from pipeline.review.site import TheSite
from pipeline.run import safe_stem

router = APIRouter()

_FORMATS: Final = {**{name: name for name, _ in FORMS}, "csv": "csv-excel", "csv-may": "csv", "json": "jsonl"}
"""the formats of pipeline.handover, by what stands in the address"""
_TYPES: Final = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".jsonl": "application/jsonl; charset=utf-8",
    ".xml": "application/xml",
    ".zip": "application/zip",
}


@router.get("/van-ban/{document:int}/xuat/{form}")
def export_document(request: Request, site: TheSite, person: Deliverer, document: DocumentId, form: str) -> Response:
    """A file with the tasks of a document as people left them, but for those rejected. ``form``: one of FORMS, or a tracker."""
    name = _FORMATS.get(form, form)
    if form not in _FORMATS and form not in trackers():
        raise BadRequest(say("document.no-form", form=form, known=", ".join([*_FORMATS, *trackers()])), 404)
    directive = from_document(site.store, document)
    stem = safe_stem(Path(f"{directive.name}.x".replace("/", "-")))
    with tempfile.TemporaryDirectory(prefix="giaoviec-", ignore_cleanup_errors=True) as folder:
        out = Path(folder) / f"{stem}{formats()[name]}"
        try:
            made = export([directive], name, out, settings=site.settings)
        except OutputError as error:
            raise BadRequest(str(error), 500) from error
        name, content = _one_file(made.files, stem)
    site.store.audit.add(person.name, "export", f"document:{document}", address_of(request), {"form": form, "tasks": made.tasks})
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", "Content-Security-Policy": "sandbox"}
    return Response(content, media_type=_TYPES.get(Path(name).suffix, "application/octet-stream"), headers=headers)


def _one_file(files: Sequence[Path], stem: str) -> tuple[str, bytes]:
    """Return name and content of what was written: a zip where a tracker takes no more than so many rows a file."""
    there = [path for path in files if path.is_file()]
    if not there:
        raise BadRequest(say("document.nothing-to-export"), 404)
    if len(there) == 1:
        return there[0].name, there[0].read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in there:
            archive.write(path, path.name)
    return f"{stem}.zip", packed.getvalue()
