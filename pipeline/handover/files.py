"""Files are there whole or not at all, also where one output needs several."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from models import OutputError
from pipeline.messages import printable, say


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give the place of a file to be written; where all went well it becomes ``path``, else it is gone.

    Raises OutputError where it cannot be written.
    """
    with _faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
        try:
            yield part
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


class Parts:
    """One file, or several numbered ones ("jira-1.csv", "jira-2.csv") where no more than so many rows may be in one.

    ``begin`` opens a part for writing. ``finish`` puts all of them into place and returns their paths; without it nothing stays.
    """

    def __init__(self, path: Path, begin: "Callable[[Path], None]", end: "Callable[[], None]", most: int | None) -> None:
        self._path, self._begin, self._end, self._most = path, begin, end, most
        self._parts: list[Path] = []
        self._rows = 0

    def next_row(self) -> None:
        """Make room for one more row: in the part that is open, or in a new one."""
        if not self._parts or (self._most is not None and self._rows >= self._most):
            self._open()
        self._rows += 1

    def finish(self) -> tuple[Path, ...]:
        """End the last part and give all their names. With no row at all there is one file, with the head only."""
        with _faults(self._path):
            if not self._parts:
                self._open()
            self._end()
            path = self._path
            several = len(self._parts) > 1
            names = [path.with_name(f"{path.stem}-{n}{path.suffix}") if several else path for n in range(1, len(self._parts) + 1)]
            for part, name in zip(self._parts, names, strict=True):
                part.replace(name)
            self._parts = []
            return tuple(names)

    def drop(self) -> None:
        """Leave nothing behind."""
        for part in self._parts:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _open(self) -> None:
        with _faults(self._path):
            if self._parts:
                self._end()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_name(f".{self._path.stem[:80]}.{os.getpid()}.{len(self._parts) + 1}.part")
            self._parts.append(part)
            self._begin(part)
            self._rows = 0


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(say("export.not-written", file=printable(path), reason=error.strerror or str(error))) from error
