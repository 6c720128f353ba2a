"""What is under way in an inbox, on the disk: after any crash the next watcher knows which file is which.

Each file that was taken and not moved yet has an entry in the inbox's own folder. It says what the file is (a new document, a copy of
one, no whole file) before anything is done with it, and where it goes before it goes there.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pipeline.intake.names import MARK

_ENTRIES: Final = "entries"
_WAITING: Final = "waiting.json"


@dataclass(frozen=True)
class Arrival:
    """A file that was taken. ``path``, ``target`` and ``note`` are relative to the inbox.

    ``verdict``: "taken" (its document is being read; ``document`` is None until the store has it), "duplicate" (a copy of ``document``),
    "refused" (never entered; ``reason`` says why), "workbook" (an edited workbook of ours; ``reason`` says what was taken over from it).
    ``failed_at`` is when its document failed before, where it is tried once more. ``target`` and ``note`` are set before the file is
    moved there.
    """

    path: str
    sha256: str
    size: int
    mtime_ns: int
    verdict: Literal["taken", "duplicate", "refused", "workbook"]
    document: int | None = None
    reason: str = ""
    failed_at: str | None = None
    target: str | None = None
    note: str | None = None

    @property
    def signature(self) -> tuple[int, int]:
        return self.size, self.mtime_ns


class Journal:
    """The entries of an inbox. Writing raises OSError; what cannot be read is as good as not there."""

    def __init__(self, inbox: Path) -> None:
        self._folder = inbox / MARK / _ENTRIES
        self._waiting = inbox / MARK / _WAITING

    def load(self) -> Iterator[Arrival]:
        """Return all entries."""
        with suppress(OSError):
            for file in sorted(self._folder.iterdir()):
                if file.suffix == ".json":
                    with suppress(OSError, ValueError, TypeError):
                        yield Arrival(**json.loads(file.read_bytes()))

    def put(self, arrival: Arrival) -> None:
        """Write an entry over the one of the same path."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _write(self._file(arrival), asdict(arrival))

    def drop(self, arrival: Arrival) -> None:
        """Remove an entry: its file is where it belongs."""
        self._file(arrival).unlink(missing_ok=True)

    def keep_waiting(self, record: Mapping[str, tuple[int, int, float]]) -> None:
        """Keep what ``Settling.record`` says."""
        with suppress(OSError):
            if record or self._waiting.exists():
                _write(self._waiting, dict(record))

    def load_waiting(self) -> dict[str, tuple[int, int, float]]:
        """Return what was kept."""
        with suppress(OSError, ValueError, TypeError, AttributeError):
            return {path: (int(size), int(time), float(at)) for path, (size, time, at) in json.loads(self._waiting.read_bytes()).items()}
        return {}

    def _file(self, arrival: Arrival) -> Path:
        return self._folder / f"{hashlib.sha256(os.fsencode(arrival.path)).hexdigest()[:32]}.json"


def _write(file: Path, value: Any) -> None:
    part = file.with_suffix(".tmp")
    part.write_bytes(json.dumps(value).encode("ascii"))  # names that are no UTF-8 are escaped
    part.replace(file)
