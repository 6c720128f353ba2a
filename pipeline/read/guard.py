"""Packages (DOCX, ODT) are looked over before anything parses them: what no office program writes is refused by name."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from xml.parsers import expat

from models import SourceError
from pipeline.messages import say

MEGABYTE: Final = 1_000_000
MAX_ENTRIES: Final = 4_000
MAX_DIRECTORY: Final = 1 * MEGABYTE
MAX_UNPACKED: Final = 300 * MEGABYTE
MAX_RATIO: Final = 200
RATIO_FROM: Final = 30 * MEGABYTE
"""unpacked bytes from which the ratio counts: small parts of nothing but blanks are honest"""
MAX_ELEMENTS: Final = 3_000_000
MAX_DEPTH: Final = 250
_CHUNK: Final = 1 << 16
_END: Final = struct.Struct("<4s4H2LH")  # end of central directory (APPNOTE.TXT 4.3.16)
# a bar in front is what some writers put before the folders of a package
_OUTSIDE = re.compile(
    r"[/\\](?!(?:word|_rels|docProps|customXml|META-INF)[/\\]|\[Content_Types\]\.xml$)|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)"
)
_MARKUP = re.compile(rb"\s*<")
_MACROS = re.compile(r"(?:.*/)?vbaproject\.bin|basic/.+|scripts/.+", re.IGNORECASE)
_SIGNATURES = re.compile(r"_xmlsignatures/.+|meta-inf/(?:document|macro)signatures\.xml", re.IGNORECASE)
_ENCODING: Final = tuple(
    expat.errors.codes[what] for what in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
)
# NotImplementedError: a way of packing that zipfile does not know
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError, KeyError)


def refuse(file: str, reason: str, **values: object) -> SourceError:
    """Return the fault of ``file`` that nobody made in good faith; ``reason`` is a key of messages/read.toml [unsafe]."""
    return SourceError(f"unsafe-{reason}", say("read.unsafe", file=file, reason=say(f"unsafe.{reason}", **values)))


def guard_zip(raw: bytes, file: str) -> tuple[str, ...]:
    """Return what is to be noted of the package ``raw``: "macros" (there, never run), "signed".

    Raises SourceError: "broken" (cut short, damaged), "password", and "unsafe-…" for what only an attack has: too many or too large
    parts, names that lead out of the package, two parts in one place or of one name, XML with a DOCTYPE, or too deep or too large.
    """
    _guard_directory(raw, file)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            parts = package.infolist()
            _guard_parts(parts, raw, file)
            budget = MAX_UNPACKED
            for part in parts:
                budget -= _guard_part(package, part, budget, file)
    except _BROKEN as error:
        raise _broken(file, error) from error
    names = [part.filename for part in parts]
    notes = (("macros", any(map(_MACROS.fullmatch, names))), ("signed", any(map(_SIGNATURES.fullmatch, names))))
    return tuple(note for note, there in notes if there)


def _broken(file: str, reason: object) -> SourceError:
    return SourceError("broken", say("read.broken", file=file, reason=reason))


def _guard_directory(raw: bytes, file: str) -> None:
    """See that the directory is small before anything makes objects of it."""
    at = raw.rfind(b"PK\x05\x06", max(0, len(raw) - 65_557))
    if at < 0 or len(raw) < at + _END.size:
        raise _broken(file, say("unsafe.no-directory"))
    _, _, _, _, entries, size, start, _ = _END.unpack_from(raw, at)
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY or start == 0xFFFFFFFF:
        raise refuse(file, "entries", limit=MAX_ENTRIES)


def _guard_parts(parts: list[zipfile.ZipInfo], raw: bytes, file: str) -> None:
    if len(parts) > MAX_ENTRIES:
        raise refuse(file, "entries", limit=MAX_ENTRIES)
    if any(part.flag_bits & 1 for part in parts):
        raise SourceError("password", say("read.password", file=file))
    size = sum(part.file_size for part in parts)
    if size > MAX_UNPACKED:
        raise refuse(file, "size", limit=MAX_UNPACKED // MEGABYTE)
    if size > RATIO_FROM and size > MAX_RATIO * sum(part.compress_size for part in parts):
        raise refuse(file, "ratio", limit=MAX_RATIO)
    names = set()
    for part in parts:
        if _OUTSIDE.match(part.orig_filename) or "\0" in part.orig_filename:
            raise refuse(file, "name")
        name = part.filename.casefold()  # Office tells no case apart
        if name in names:
            raise refuse(file, "twice")
        names.add(name)
    places = sorted((part.header_offset, part.header_offset + 30 + len(part.filename) + part.compress_size) for part in parts)
    if any(end > start for (_, end), (start, _) in pairwise(places)):
        raise refuse(file, "overlap")


def _guard_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, budget: int, file: str) -> int:
    """Unpack ``part`` piece by piece and return its true size; XML is looked through on the way."""
    size, chunks = 0, _chunks(package, part)
    look: _Xml | None = None
    for n, chunk in enumerate(chunks):
        size += len(chunk)
        if size > budget:
            raise refuse(file, "size", limit=MAX_UNPACKED // MEGABYTE)
        if n == 0 and _is_xml(chunk):
            look = _Xml(file)
        elif n == 0 and part.filename.lower().endswith((".xml", ".rels")):
            raise refuse(file, "encoding")  # UTF-32, EBCDIC: some parsers know them
        if look:
            look.feed(chunk)
    if part.filename == "META-INF/manifest.xml" and look and look.encrypted:
        raise SourceError("password", say("read.password", file=file))
    return size


def _chunks(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _is_xml(head: bytes) -> bool:
    """Blanks may go on for as long as they like before the first tag."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    return head.isspace() or bool(_MARKUP.match(head)) or (head[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") and head[2:4] != b"\0\0")


def guard_xml(raw: bytes, file: str) -> None:
    """Look through ``raw``, one XML document, before anything builds a tree of it.

    Raises SourceError ("unsafe-…") where it has a DOCTYPE or ENTITY, is too deep, has too many elements or an unusual encoding.
    """
    if not _is_xml(raw[:_CHUNK]):
        raise refuse(file, "encoding")
    look = _Xml(file)
    for at in range(0, len(raw), _CHUNK):
        look.feed(raw[at : at + _CHUNK])


class _Xml:
    """Looks through one XML part as it streams by, and refuses what may hurt a parser that builds a tree."""

    def __init__(self, file: str) -> None:
        self.encrypted = False
        self._file = file
        self._depth = self._elements = 0
        self._done = False
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.buffer_text = True
        self._parser = parser

    def feed(self, chunk: bytes) -> None:
        if self._done:
            return
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            # an encoding that we cannot read may hide anything; other faults stop every parser at the same place
            if error.code in _ENCODING:
                raise refuse(self._file, "encoding") from error
            self._done = True
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or that is none of single bytes
            raise refuse(self._file, "encoding") from error

    def _doctype(self, *_: object) -> None:
        raise refuse(self._file, "doctype")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise refuse(self._file, "depth", limit=MAX_DEPTH)
        if self._elements > MAX_ELEMENTS:
            raise refuse(self._file, "elements", limit=MAX_ELEMENTS)
        if name.endswith("encryption-data"):
            self.encrypted = True

    def _end(self, _: str) -> None:
        self._depth -= 1
