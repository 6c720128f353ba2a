"""One watcher to an inbox: a lock of the operating system on a file in it, which dies with its process."""

import errno
import json
import os
import socket
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from models import GiaoviecError
from pipeline.messages import printable, say

_FAR: Final = 1 << 20  # Windows keeps others from reading locked bytes: lock one behind all that is written
_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
_HELD: Final = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


class LockedError(GiaoviecError):
    """Another watcher has this inbox."""


class InboxLock:
    """The right to take files out of an inbox. ``file`` lies in the inbox, so that the watchers of other machines see it too."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stream: IO[bytes] | None = None

    def acquire(self) -> None:
        """Take the lock. Raises LockedError where another process has it, OSError where the inbox cannot be written to."""
        self.release()
        self._file.parent.mkdir(exist_ok=True)
        stream = self._file.open("a+b")
        try:
            _lock(stream)
        except OSError as error:
            if error.errno in _HELD:
                stream.seek(0)
                holder = _holder(stream)
                stream.close()
                raise LockedError(say("watch.locked", folder=printable(self._file.parent.parent), holder=holder)) from error
            if error.errno not in _NO_LOCKS:
                stream.close()
                raise
            # a share without locks: nothing to be had but the hope that one watcher is enough
        self._stream = stream
        stream.truncate(0)
        told = {"host": socket.gethostname(), "process": os.getpid(), "since": datetime.now().isoformat(timespec="seconds")}
        stream.write(json.dumps(told).encode())
        stream.flush()

    def is_held(self) -> bool:
        """Return whether the lock file is still the one that was locked: not so where the share went away or the folder was replaced."""
        if self._stream is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._stream.fileno()), self._file.stat())
        except OSError:
            return False

    def release(self) -> None:
        """Give the lock back."""
        stream, self._stream = self._stream, None
        if stream:
            with suppress(OSError):
                stream.close()


def _holder(stream: IO[bytes]) -> str:
    try:
        told = json.loads(stream.read())
        since = datetime.fromisoformat(told["since"])
        return say("watch.holder", host=told["host"], process=told["process"], since=f"{since:%H:%M %d/%m/%Y}")
    except (OSError, ValueError, KeyError, TypeError):
        return say("watch.holder-unknown")


def _lock(stream: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        stream.seek(_FAR)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
