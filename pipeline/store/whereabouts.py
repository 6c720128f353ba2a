"""Where the documents of a list are: how far their review has come, who had them last, which others belong to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from models import StoredDocument
from pipeline.store.rows import document_of
from pipeline.store.tables import documents, review_events, tasks


@dataclass(frozen=True)
class Whereabouts:
    """What a list says of a document beside its own row.

    ``decided`` of its ``tasks`` are not open any more. ``last_by`` is who decided on it last, ``last_at`` when (UTC). ``versions`` are the
    other versions of it, in order; ``duplicates`` the documents that have its words in another file.
    """

    tasks: int = 0
    decided: int = 0
    last_by: str | None = None
    last_at: datetime | None = None
    versions: tuple[StoredDocument, ...] = ()
    duplicates: tuple[int, ...] = ()


def load_whereabouts(connection: Connection, keys: Collection[int]) -> dict[int, Whereabouts]:
    """Return the whereabouts of the documents ``keys``; see ``Store.whereabouts``."""
    counts = select(tasks.c.document_id, func.count(), func.sum(case((tasks.c.review == "open", 0), else_=1)))
    counts = counts.where(tasks.c.document_id.in_(keys), tasks.c.gone.is_(None)).group_by(tasks.c.document_id)
    found = {document: (count, int(decided)) for document, count, decided in connection.execute(counts)}

    by_people = review_events.c.kind.not_in(("processed", "carried"))
    newest = select(func.max(review_events.c.id)).where(review_events.c.document_id.in_(keys), by_people)
    last = select(review_events.c.document_id, review_events.c.who, review_events.c.at)
    last = last.where(review_events.c.id.in_(newest.group_by(review_events.c.document_id)))
    hands = {document: (who, at) for document, who, at in connection.execute(last)}

    families = select(documents.c.family_id).where(documents.c.id.in_(keys), documents.c.family_id.is_not(None))
    kin = select(documents).where(documents.c.family_id.in_(families), documents.c.duplicate_of.is_(None)).order_by(documents.c.version)
    relatives = [document_of(row) for row in connection.execute(kin).mappings()]
    same = select(documents.c.duplicate_of, documents.c.id).where(documents.c.duplicate_of.in_(keys)).order_by(documents.c.id)
    copies = [(of, copy) for of, copy in connection.execute(same)]

    own = {one.id: one.family_id for one in relatives}
    return {
        key: Whereabouts(
            *found.get(key, (0, 0)),
            *hands.get(key, (None, None)),
            tuple(one for one in relatives if key in own and one.family_id == own[key] and one.id != key),
            tuple(copy for of, copy in copies if of == key),
        )
        for key in keys
    }
