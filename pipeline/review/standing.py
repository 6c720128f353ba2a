"""What of a document's page changes with every decision and is not in its rows."""

from typing import Any

from models import Person
from pipeline.review.view import DocumentView
from pipeline.store import Store


def standing(store: Store, view: DocumentView, person: Person) -> dict[str, Any]:
    """Return the steps that ``person`` can undo and redo next, and how many tasks the feed has handed over, for the templates."""
    back, forth = store.undoable(view.document.id, person.name)
    released = store.released(view.document.id) if view.document.signed_off_at else 0
    return {"undo_step": back, "redo_step": forth, "released": released}
