"""Documents as rows of the store, and the results kept with them."""

import zlib
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

from models import Result, StoredDocument, StoreError
from pipeline.messages import say
from pipeline.store.tables import documents, results
from pipeline.store.words import searchable

_PUBLIC: Final = tuple(StoredDocument.model_fields)


def document_of(row: RowMapping) -> StoredDocument:
    """Return the document of a row of ``documents``."""
    return StoredDocument.model_validate({name: row[name] for name in _PUBLIC})


def load_document(connection: Connection, document: int, *, lock: bool = False) -> RowMapping:
    """Return the row of a document; ``lock`` keeps others from changing it until the transaction ends. Raises StoreError ("unknown")."""
    wanted = select(documents).where(documents.c.id == document)
    row = connection.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()
    if row is None:
        raise StoreError("unknown", say("store.no-document", document=document))
    return row


def called(row: RowMapping) -> str:
    """Return what people call a document: its kind and number; its file's name where it has no number or was not read yet."""
    if not row["number"]:
        return str(row["name"])
    return say("store.called", kind=row["kind_name"] or say("store.a-document"), number=row["number"])


def load_result(connection: Connection, document: int) -> Result | None:
    """Return the current result of a document, None where it has none."""
    body = connection.execute(select(results.c.body).where(results.c.document_id == document, results.c.current)).scalar_one_or_none()
    return unpacked(body) if body else None


def packed(result: Result) -> bytes:
    """Return ``result`` as it is kept: its JSON, compressed (zlib)."""
    return zlib.compress(result.model_dump_json().encode("utf-8", "replace"), 6)


def unpacked(body: bytes) -> Result:
    """Return the result that ``packed`` made ``body`` of."""
    return Result.model_validate_json(zlib.decompress(body))


def number_key(number: str | None) -> str | None:
    """Return a document's number as it is looked for: without spaces, case, marks and zeros in front; None where it is left blank.

    "05 /QĐ-UBND" and "5/QD-UBND" have one key, "…/KH-UBND" of a draft has none.
    """
    words = searchable(number or "").folded.split()
    if not words or not words[0][0].isdigit() or len(words) < 2:
        return None
    return "-".join((words[0].lstrip("0") or "0", *words[1:]))


def header_values(result: Result) -> Mapping[str, Any]:
    """Return what the head of a directive gives the row of its document."""
    header, envelope = result.header, result.source.envelope
    return {
        **({"envelope": envelope.model_dump(mode="json", exclude_none=True)} if envelope else {}),
        "kind_code": header.kind.code if header.kind else None,
        "kind_name": header.kind.name if header.kind else None,
        "number": header.number,
        "number_key": number_key(header.number),
        "issuer": header.issuer.name if header.issuer else None,
        "issuer_id": header.issuer.unit_id if header.issuer else None,
        "issued_on": header.issued_on,
        "title": header.title,
        "draft": header.draft,
        "status": result.status,
        "rulebook": result.rulebook,
    }
