"""Files are moved to where they belong: never deleted, never over another one."""

import errno
import itertools
import os
import shutil
from contextlib import suppress
from pathlib import Path

from pipeline.intake.names import MARK
from pipeline.store.originals import safe_name


def make_place(inbox: Path, name: str, below: Path) -> Path:
    """Return the folder ``name`` of the inbox, with ``below`` in it, made and marked as ours. Raises OSError."""
    root = inbox / name
    folder = root / below
    folder.mkdir(parents=True, exist_ok=True)
    mark = root / MARK
    if not mark.exists():
        mark.write_bytes(b"")
    return folder


def free_names(folder: Path, name: str) -> tuple[Path, Path]:
    """Return a name for a file in ``folder`` that is not in use, and that of its note.

    The name is one that Windows, macOS and Linux take; where it is in use, a number is put to it.
    """
    clean = Path(safe_name(name))
    for number in itertools.count(1):
        target = folder / (clean.name if number == 1 else f"{clean.stem} ({number}){clean.suffix}")
        note = folder / f"{target.name}.txt"
        if not target.exists() and not note.exists():
            return target, note
    raise AssertionError


def hold(target: Path) -> None:
    """Hold a name with an empty file, so that nobody else takes it. Raises FileExistsError where somebody was faster, OSError."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))


def move(source: Path, target: Path) -> bool:
    """Move ``source`` over the empty file that holds its place; return whether that was one step, not a copy to another disk.

    Raises OSError (open in Word, no right); then both are as they were.
    """
    try:
        source.replace(target)
        return True
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # a folder of ours that lies on another disk
        part = target.with_name(f".{target.name}.part")
        try:
            shutil.copy2(source, part)
            with part.open("rb+") as stream:
                os.fsync(stream.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        source.unlink()
        return False


def give_back(target: Path) -> None:
    """Remove the empty file that held a place."""
    with suppress(OSError):
        if target.stat().st_size == 0:
            target.unlink()


def write_note(file: Path, text: str) -> None:
    """Write a note that Notepad shows as it is meant: UTF-8 with a byte order mark, lines ended by CR LF. Raises OSError."""
    part = file.with_name(f".{file.name[:40]}.tmp")
    part.write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode("utf-8", "replace"))
    part.replace(file)
