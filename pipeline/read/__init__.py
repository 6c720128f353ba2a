"""A file becomes a Document: one text and its blocks. The format is told by content, not by name."""

import errno
import stat
from pathlib import Path
from typing import Final

from models import Document, SourceError
from pipeline.messages import printable, say
from pipeline.read.formats import HEAD_BYTES, resolve_format, unsupported
from pipeline.read.plain import read_plain

MEGABYTE: Final = 1_000_000
MAX_BYTES: Final = 20 * MEGABYTE

__all__ = ["MAX_BYTES", "read"]


def _fault(code: str, file: str, **values: object) -> SourceError:
    return SourceError(code, say(f"read.{code}", file=file, **values))


def _bytes(path: Path, file: str) -> bytes:
    """Return all of a text file, at most MAX_BYTES. A file of another format is refused before its body is read."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise _fault("is-folder", file)
    if not stat.S_ISREG(mode):
        raise _fault("not-a-file", file)
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        if known := resolve_format(head):
            raise unsupported(file, *known)
        size = path.stat().st_size
        raw = head + stream.read(max(0, MAX_BYTES + 1 - len(head)))
    if len(raw) > MAX_BYTES:
        raise _fault("too-large", file, size=f"{max(size, len(raw)) / MEGABYTE:.1f}".removesuffix(".0"), limit=MAX_BYTES // MEGABYTE)
    return raw


def read(path: Path) -> Document:
    """Return the file as a Document; ``text`` is NFC and spans count its code points.

    Reads plain text and Markdown in UTF-8, UTF-16, UTF-32 or Windows-1258, up to MAX_BYTES. Raises SourceError for everything
    else, with a message for a clerk: which file, what was found, what is needed, what to do.
    """
    file = printable(path)
    try:
        raw = _bytes(path, file)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _fault("not-found", file) from error
    except PermissionError as error:
        raise _fault("no-permission", file) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have (a zero byte)
        unknown = isinstance(error, ValueError) or error.errno in {errno.ENAMETOOLONG, errno.EINVAL}
        raise _fault("not-found" if unknown else "unreadable", file, reason=error) from error
    return read_plain(raw, file, printable(Path(path.name)))
