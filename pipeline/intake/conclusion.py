"""What came of a file that was taken: the kind, which says where it goes, its note, and the event."""

from pathlib import Path
from typing import Literal

from models import StoredDocument
from pipeline.intake.events import Event
from pipeline.intake.journal import Arrival
from pipeline.intake.notes import note_done, note_duplicate, note_failed, note_refused, note_workbook, say_reason, say_stored
from pipeline.messages import printable, say
from pipeline.store import Store

Kind = Literal["done", "duplicate", "failed", "refused"]


def kind_of(arrival: Arrival, document: StoredDocument | None) -> Kind:
    """Return what came of ``arrival``, whose ``document`` is no longer being read (None: it was never entered)."""
    if document is None:
        return "done" if arrival.verdict == "workbook" else "refused"
    if arrival.verdict == "duplicate" or document.state == "duplicate":
        return "duplicate"
    return "failed" if document.state == "failed" else "done"


def note_of(store: Store, arrival: Arrival, document: StoredDocument | None, out: Path | None) -> str:
    """Return the note to be put beside the file; ``out`` is the folder of the document's results."""
    file = printable(Path(arrival.path))
    if arrival.verdict == "workbook":
        return note_workbook(arrival.reason, file)
    if document is None:
        return note_refused(arrival.reason, file)
    kind = kind_of(arrival, document)
    if kind == "failed":
        return note_failed(document, file)
    return (note_duplicate if kind == "duplicate" else note_done)(store, document, file, out)


def event_of(arrival: Arrival, document: StoredDocument | None, place: Path) -> Event:
    """Return the event that the file is now at ``place``."""
    file, kind, where = printable(Path(arrival.path)), kind_of(arrival, document), printable(place)
    if arrival.verdict == "workbook":
        return Event(kind, say("watch.event-workbook", told=arrival.reason.partition("\n")[0]), file, place=where)
    if document is None:
        return Event(kind, say("watch.event-refused", reason=arrival.reason), file, place=where)
    if kind == "failed":
        message = say("watch.event-failed", reason=f"{file}: {say_reason(document)}")
        return Event(kind, message, file, document.id, where, document.fault_code)
    message = say(f"watch.event-{kind}", file=file, document=say_stored(document))
    return Event(kind, message, file, document.id, where)
