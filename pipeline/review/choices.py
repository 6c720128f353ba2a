"""What the filters of the pictures offer, and what they say in print."""

from contextlib import suppress

from models import StoredDocument, StoreError
from pipeline.emit.words import plain, say_issued, shorten
from pipeline.review.site import Site

_DOCUMENTS = 100
_TITLE = 60


def documents_to_choose(site: Site, chosen: int | None) -> list[tuple[int, str]]:
    """Return (id, name) of the newest documents that have tasks, and of the ``chosen`` one."""
    newest = {document.id: document for document in site.store.documents("review", "done", limit=_DOCUMENTS) if document.latest}
    if chosen is not None and chosen not in newest:
        with suppress(StoreError):
            newest[chosen] = site.store.document(chosen)
    return [(number, name_of(document)) for number, document in newest.items()]


def name_of(document: StoredDocument) -> str:
    """Return a document's name on one short line: kind, number, day, title."""
    head = " ".join(filter(None, (document.kind_name, document.number, say_issued(document.issued_on) if document.issued_on else "")))
    if not head:
        return plain(document.name)
    return plain(f"{head}: {shorten(plain(document.title), _TITLE)}" if document.title else head)


def say_filters(unit: str, part: str, documents: list[tuple[int, str]], document: int | None, *others: str) -> str:
    """Return in words what a picture is narrowed to, "" where it is not: ``unit`` in the role ``part``, a document, what else."""
    chosen = next((name for number, name in documents if number == document), "")
    said = (f"Đơn vị: {unit}" + (f" ({part})" if part else "") if unit else part and f"Vai trò: {part}", chosen, *others)
    return "; ".join(filter(None, said))
