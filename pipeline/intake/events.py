"""What happens in an inbox, told as it happens: to the command line, to the log, to whoever calls."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final, Literal

EventKind = Literal[
    "mode",
    "waiting",
    "taken",
    "done",
    "failed",
    "duplicate",
    "refused",
    "stuck",
    "gone",
    "away",
    "back",
    "fault",
    "mended",
    "worker",
    "program-fault",
]
FAULTS: Final[frozenset[EventKind]] = frozenset({"failed", "refused", "stuck", "away", "fault", "worker", "program-fault"})
_LOG_BYTES: Final = 5_000_000
_LOG_FILES: Final = 5


@dataclass(frozen=True)
class Event:
    """Something that happened. ``message`` is for people; ``file`` is the file's path in the inbox, ``place`` where it is now.

    mode: how the inbox is watched. waiting: a file is not whole yet, or open elsewhere. taken: it is in the store. done, failed, duplicate,
    refused: it is dealt with. stuck: it cannot be moved yet. gone: somebody took it away or wrote over it. away, back: the inbox cannot be
    reached, can be again. fault, mended: the store or the disk cannot, can again. worker: one died. program-fault: with ``trace``.
    """

    kind: EventKind
    message: str
    file: str | None = None
    document: int | None = None
    place: str | None = None
    code: str | None = None
    trace: str | None = None

    def record(self) -> dict[str, Any]:
        """Return the event as programs get it: without empty fields, with the time."""
        fields = {"kind": self.kind, "file": self.file, "document": self.document, "place": self.place, "code": self.code}
        now = datetime.now().astimezone().isoformat(timespec="milliseconds")
        return {"time": now, **{key: value for key, value in fields.items() if value is not None}, "message": self.message}


Tell = Callable[[Event], None]


class _Rotating(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: a full disk is told by who meets it at work, and the standard library would print a trace for each line."""


class EventLog:
    """A log file of events, a JSON object a line; at 5 MB a new one is begun, five are kept. Raises OSError where it cannot be opened."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._handler = _Rotating(file, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES - 1, encoding="utf-8", errors="replace")

    def write(self, event: Event) -> None:
        """Add an event."""
        line = {**event.record(), **({"trace": event.trace} if event.trace else {})}
        words = json.dumps(line, ensure_ascii=False)
        self._handler.emit(logging.LogRecord("giaoviec", logging.INFO, "", 0, words, None, None))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()
