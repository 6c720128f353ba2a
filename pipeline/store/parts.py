"""Files on their way into the store, under names that begin with ".part-" until they are whole. What a killed process leaves is swept."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

PREFIX: Final = ".part-"
_OLD: Final = 3600.0  # seconds since something was last written to it


@contextmanager
def part_file(folder: Path) -> Iterator[tuple[FileIO, Path]]:
    """Give a file in ``folder`` (made where it is not there), open to be written; remove it afterwards unless it was moved away.

    While it is open no sweep takes it. Who moves it closes it first. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=PREFIX, dir=folder)
    stream, path = FileIO(handle, "wb"), Path(name)
    try:
        with suppress(OSError):  # some network shares know no locks: there its age alone protects it
            _hold(handle)
        yield stream, path
    finally:
        stream.close()
        path.unlink(missing_ok=True)


def sweep_parts(folder: Path) -> int:
    """Remove the parts in ``folder`` that nobody has written to for an hour and nobody holds; return how many. Raises nothing."""
    removed = 0
    with suppress(OSError):
        for path in sorted(folder.glob(f"{PREFIX}*")):
            with suppress(OSError):
                removed += _remove(path)
    return removed


def _remove(path: Path) -> bool:
    """Remove one part; return whether it was. Windows itself refuses where somebody has it open."""
    if path.is_symlink() or not path.is_file() or time.time() - path.stat().st_mtime < _OLD:
        return False
    if sys.platform == "win32":
        path.unlink()
        return True
    stream = os.open(path, os.O_RDWR)
    try:
        _hold(stream)  # BlockingIOError where it is held
        path.unlink()
    finally:
        os.close(stream)
    return True


def _hold(stream: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
