"""A copy of a file as it is at one moment: what is looked at, hashed and received is the same bytes, whatever happens to the file."""

import errno
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from models import StoreError
from pipeline.intake.listing import Seen
from pipeline.messages import printable, say

_CHUNK: Final = 1 << 20


class BusyError(Exception):
    """The file changed while it was copied, or a program has it open."""


@dataclass(frozen=True)
class Snapshot:
    """A private copy of a file. ``written``: a program has the file open for writing (only Linux tells, of files on its own disks)."""

    path: Path
    sha256: str
    written: bool


@contextmanager
def snapshot(inbox: Path, seen: Seen, staging: Path, local: bool) -> Iterator[Snapshot]:
    """Copy the file into ``staging`` for the time of the block.

    ``local``: the inbox is on a disk of this machine. Raises BusyError where it is not, or no longer, as it was ``seen``, OSError where it
    cannot be read or copied.
    """
    source = inbox / seen.path
    copy = _Staged(staging)
    try:
        with _open(source) as stream:
            written = local and _is_written(stream)
            while chunk := stream.read(_CHUNK):
                copy.write(chunk)
            found = os.fstat(stream.fileno())
        copy.close()
        try:
            now = source.lstat()
        except OSError as error:
            raise BusyError from error
        same = os.path.samestat(found, now) and copy.size == now.st_size
        if not same or (now.st_size, now.st_mtime_ns) != seen.signature:
            raise BusyError
        yield Snapshot(copy.path, copy.digest.hexdigest(), written)
    finally:
        copy.remove()


class _Staged:
    """The private copy. What hinders it is a fault of our own disk, not of the file: StoreError."""

    def __init__(self, folder: Path) -> None:
        self.digest, self.size, self._folder = hashlib.sha256(), 0, folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix="copy-", dir=folder)
        except OSError as error:
            raise self._fault(error) from error
        self.path, self._stream = Path(name), os.fdopen(handle, "wb")

    def write(self, chunk: bytes) -> None:
        self.digest.update(chunk)
        self.size += len(chunk)
        try:
            self._stream.write(chunk)
        except OSError as error:
            raise self._fault(error) from error

    def close(self) -> None:
        try:
            self._stream.close()
        except OSError as error:
            raise self._fault(error) from error

    def remove(self) -> None:
        with suppress(OSError):
            self._stream.close()
        with suppress(OSError):
            self.path.unlink()

    def _fault(self, error: OSError) -> StoreError:
        return StoreError("full", say("watch.disk", folder=printable(self._folder), reason=error.strerror or error))


def _open(source: Path) -> IO[bytes]:
    try:
        return source.open("rb")
    except OSError as error:
        if isinstance(error, (PermissionError, FileNotFoundError)) or error.errno in (errno.EBUSY, errno.ETXTBSY, errno.EAGAIN):
            raise BusyError from error
        raise


def _is_written(stream: IO[bytes]) -> bool:
    """Return whether another process has the file open for writing: then the system grants no lease on it (fcntl(2), F_SETLEASE)."""
    if sys.platform != "linux":
        return False
    import fcntl
    import signal

    try:
        fcntl.fcntl(stream, fcntl.F_SETSIG, signal.SIGURG)  # a writer that comes now sends a signal: one that is ignored
        fcntl.fcntl(stream, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    fcntl.fcntl(stream, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
