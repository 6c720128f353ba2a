"""A file becomes a Document: one text and its blocks. The format is told by content, not by name."""

import errno
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from models import Document, SourceError
from pipeline.messages import printable, say
from pipeline.read.formats import HEAD_BYTES, resolve_format, resolve_markup, unsupported
from pipeline.read.plain import read_plain

if TYPE_CHECKING:
    from pipeline.read.office import OfficeKind

MEGABYTE: Final = 1_000_000
MAX_BYTES: Final = 20 * MEGABYTE
"""of a file of text; a directive of a hundred pages has half a megabyte"""
MAX_FILE_BYTES: Final = 200 * MEGABYTE
"""of every other file: scans in colour are large"""
_READ: Final = frozenset({"docx", "odt", "ole", "rtf", "pdf", "image", "html", "mhtml", "edxml"})
_WRITTEN: Final = frozenset({"text", "html", "mhtml", "rtf"})
"""formats that are text themselves"""

__all__ = ["MAX_BYTES", "MAX_FILE_BYTES", "read"]


def _fault(code: str, file: str, **values: object) -> SourceError:
    return SourceError(code, say(f"read.{code}", file=file, **values))


def _bytes(path: Path, file: str) -> tuple[bytes, str]:
    """Return all of a file and the key of its format, "text" where its first bytes tell none. What cannot be read is refused unread."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise _fault("is-folder", file)
    if not stat.S_ISREG(mode):
        raise _fault("not-a-file", file)
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        found = _format(head, file)
        written = found in _WRITTEN
        most = MAX_BYTES if written else MAX_FILE_BYTES
        size = path.stat().st_size
        raw = head + stream.read(max(0, most + 1 - len(head)))
    if len(raw) > most:
        said = f"{max(size, len(raw)) / MEGABYTE:.1f}".removesuffix(".0")
        raise _fault("too-large" if written else "too-large-file", file, size=said, limit=most // MEGABYTE)
    return raw, found


def _format(head: bytes, file: str) -> str:
    """Return the key of the format that ``head`` begins, "text" where it tells none. Raises SourceError where nobody here reads it."""
    found, remedy = resolve_format(head) or resolve_markup(head.replace(b"\0", b"").decode(errors="ignore")) or ("text", "")
    if found != "text" and found not in _READ:
        raise unsupported(file, found, remedy)
    return found


def _read_part(raw: bytes, name: str) -> Document:
    """Return an attachment of an envelope as a document, under the limits of a file of its own. Envelopes in envelopes are refused."""
    found = _format(raw[:HEAD_BYTES], name)
    if found == "edxml":
        raise unsupported(name, "edxml", "unpack")
    if found in _WRITTEN and len(raw) > MAX_BYTES:
        raise _fault("too-large", name, size=f"{len(raw) / MEGABYTE:.1f}", limit=MAX_BYTES // MEGABYTE)
    return _document(raw, found, name, name)


def _document(raw: bytes, found: str, file: str, name: str) -> Document:
    """Return what the reader of the format ``found`` makes of ``raw``; what its guard notes is kept in ``Source.notes``.

    Readers are imported where they are needed: who reads text files does not wait for the others to load.
    """
    notes: tuple[str, ...] = ()
    if found == "docx":
        from pipeline.read.docx import read_docx
        from pipeline.read.guard import guard_zip

        notes = guard_zip(raw, file)
        document = read_docx(raw, file, name)
    elif found in ("odt", "ole", "rtf"):
        from pipeline.read.guard import guard_zip
        from pipeline.read.guard_ole import guard_ole
        from pipeline.read.guard_rtf import guard_rtf
        from pipeline.read.office import read_office

        if found == "rtf":
            guard_rtf(raw, file)
        else:
            notes = guard_zip(raw, file) if found == "odt" else guard_ole(raw, file)
        document = read_office(raw, cast("OfficeKind", found), file, name)
    elif found == "pdf":
        from pipeline.read.guard_pdf import note_pdf
        from pipeline.read.pdf import read_pdf

        notes = note_pdf(raw)
        document = read_pdf(raw, file, name)
    elif found == "image":
        from pipeline.read.scan import read_scan

        document = read_scan(raw, file, name)
    elif found in ("html", "mhtml"):
        from pipeline.read.html import read_html

        document = read_html(raw, file, name)
    elif found == "edxml":
        from pipeline.read.edxml import read_edxml

        document = read_edxml(raw, file, name, _read_part)
    else:
        return read_plain(raw, file, name)
    if not any(block.kind != "furniture" for block in document.blocks):
        raise _fault("empty", file)
    if notes:
        notes = (*document.source.notes, *notes)
        return document.model_copy(update={"source": document.source.model_copy(update={"notes": notes})})
    return document


def read(path: Path) -> Document:
    """Return the file as a Document; ``text`` is NFC and spans count its code points.

    Reads plain text and Markdown (UTF-8, UTF-16, UTF-32, Windows-1258, TCVN3, VNI), Word (DOCX, DOC), RTF, OpenDocument text, PDF,
    pictures of pages (PNG, JPEG, TIFF, BMP, WebP), web pages, and envelopes (edXML) around these; the content tells which, not the
    name. Raises SourceError for everything else, with a message for a clerk: which file, what was found, what is needed, what to do.
    """
    file = printable(path)
    try:
        raw, found = _bytes(path, file)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _fault("not-found", file) from error
    except PermissionError as error:
        raise _fault("no-permission", file) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have (a zero byte)
        unknown = isinstance(error, ValueError) or error.errno in {errno.ENAMETOOLONG, errno.EINVAL}
        raise _fault("not-found" if unknown else "unreadable", file, reason=error) from error
    return _document(raw, found, file, printable(Path(path.name)))
