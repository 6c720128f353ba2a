"""Which tasks stand: those that an office is bound by, as far as is known."""

from sqlalchemy import ColumnElement, and_, select

from pipeline.store.register import documents_in_force, in_force
from pipeline.store.tables import documents, tasks


def is_standing(document: int | None = None) -> ColumnElement[bool]:
    """Return that a row of ``tasks`` is in force, and its document too; or that it is one of ``document``, which may be a draft.

    + 0: SQLite would go through the tasks document by document and read each of these wide rows; so it reads the register's index.
    """
    if document is not None:
        held = select(documents.c.id).where(documents.c.id == document, documents.c.latest)
        return and_(in_force(), tasks.c.document_id.in_(held))
    return and_(in_force(), (tasks.c.document_id + 0).in_(select(documents.c.id).where(documents_in_force())))
