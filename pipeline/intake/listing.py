"""What lies in an inbox: the full listing is the truth, whatever file events say."""

import os
import stat
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.names import MARK, is_open_in_office, may_be_document, may_hold_documents


class AwayError(Exception):
    """The inbox cannot be reached, or another folder is in its place: a share that was unplugged."""


@dataclass(frozen=True)
class Seen:
    """A file as a listing found it. ``path`` is relative to the inbox; ``opened``: an Office program left its lock file beside it."""

    path: Path
    size: int
    mtime_ns: int
    opened: bool = False

    @property
    def signature(self) -> tuple[int, int]:
        """What changes while a file is being written. Times are compared with each other only: clocks of shares may be wrong."""
        return self.size, self.mtime_ns


def list_inbox(inbox: Path, own: Collection[str]) -> list[Seen]:
    """Return the files of ``inbox`` and its sub-folders that may be documents, in order of name; empty ones and links are none.

    The folders ``own`` at its root, and all that bear our mark, are left out. What cannot be listed inside is left for the next time.
    Raises OSError where ``inbox`` itself cannot be listed.
    """
    mine = {_key(name) for name in own}
    with os.scandir(inbox):
        pass
    return list(_walk(inbox, mine))


def _walk(inbox: Path, own: Collection[str]) -> Iterator[Seen]:
    for base, folders, files in os.walk(inbox):
        folder = Path(base)
        is_root = folder == inbox
        if not is_root and (MARK in files or MARK in folders):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if may_hold_documents(name) and not (is_root and _key(name) in own))
        beside = frozenset(files)
        for name in sorted(files):
            if may_be_document(name) and (seen := look_at(inbox, (folder / name).relative_to(inbox), is_open_in_office(name, beside))):
                yield seen


def look_at(inbox: Path, path: Path, opened: bool = False) -> Seen | None:
    """Return the file as it is now; None where it is gone, empty, or no ordinary file."""
    try:
        found = (inbox / path).lstat()
    except OSError:
        return None
    return Seen(path, found.st_size, found.st_mtime_ns, opened) if stat.S_ISREG(found.st_mode) and found.st_size else None


def _key(name: str) -> str:
    """Names of our folders are found again where the file system writes them in another form (macOS) or case (Windows)."""
    return unicodedata.normalize("NFC", name).casefold()


def place_of(folder: Path) -> tuple[int, int]:
    """Return what tells a folder from another one of the same name: its disk, and its number there. Raises OSError."""
    found = folder.stat()
    return found.st_dev, found.st_ino
