"""Files that other programs read while they are being written: calendars that are subscribed to, mails that are picked up."""

import filecmp
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from models import OutputError
from pipeline.messages import printable, say


def write_whole(folder: Path, files: Iterable[tuple[str, bytes | Iterable[bytes]]]) -> tuple[Path, ...]:
    """Write ``files`` (name, content or pieces of it) into ``folder``, made where it is missing, and return their paths.

    Each file is there whole or not at all; one with the same content is left alone, so that its time tells of a change. Raises
    OutputError where the folder cannot be written.
    """
    paths = []
    for name, content in files:
        path = folder / name
        part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                stream.writelines((content,) if isinstance(content, bytes) else content)
            if not (path.is_file() and filecmp.cmp(part, path, shallow=False)):
                part.replace(path)
        except OSError as error:
            raise OutputError(say("due.not-written", file=printable(path), reason=error.strerror or str(error))) from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        paths.append(path)
    return tuple(paths)
