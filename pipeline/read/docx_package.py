"""The parts of a Word file (ECMA-376, part 2): a zip with the body, and what its relationships lead to.

The zip is read part by part, because one dangling picture must not cost the words; python-docx refuses such a package whole.
"""

import posixpath
import zipfile
import zlib
from io import BytesIO
from typing import Final

from docx.oxml import parse_xml

from models import SourceError
from pipeline.messages import say
from pipeline.read.docx_xml import Element, W

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DOCM: Final = "application/vnd.ms-word.document.macroEnabled.12"
# ISO/IEC 29500 Strict names the same things otherwise
_STRICT: Final = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
# NotImplementedError: a way of packing that zipfile does not know
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, OverflowError)


class Package:
    """A Word file. ``body`` is w:body; ``related`` and ``linked`` give the roots of other parts, None where there is none."""

    def __init__(self, raw: bytes, file: str) -> None:
        """Raises SourceError: "password", "broken", or "docx-bodiless" (a package of something else)."""
        self._file = file
        self._read: dict[str, Element] = {}
        if raw.startswith(_OLE) and _ENCRYPTED in raw:
            raise self._fault("password")
        try:
            self._zip = zipfile.ZipFile(BytesIO(raw))
            infos = self._zip.infolist()
        except _BROKEN as error:
            raise self._fault("broken", reason=error) from error
        if any(info.flag_bits & 1 for info in infos):
            raise self._fault("password")
        # names do not tell case (part 2, 6.2.2); some writers put the bars of Windows into them
        self._names = {info.filename.replace("\\", "/").lstrip("/").lower(): info.filename for info in infos}
        start = self._relationships("")
        main = next((target for kind, target in start.values() if kind == "officeDocument"), "word/document.xml")
        root = self._part(main)
        body = None if root is None else root.find(W + "body")
        if body is None:
            raise self._fault("docx-bodiless")
        self.body: Element = body
        self.media_type = _DOCM if any(name.endswith("vbaproject.bin") for name in self._names) else _DOCX
        self._links = self._relationships(main)

    def related(self, kind: str) -> Element | None:
        """Return the part that the body has the relationship ``kind`` to ("styles", "numbering", "footnotes" …)."""
        return next((self._part(target) for name, target in self._links.values() if name == kind), None)

    def linked(self, relationship: str | None) -> Element | None:
        """Return the part behind the id of a relationship, as references to headers and footers give it."""
        return self._part(self._links[relationship][1]) if relationship in self._links else None

    def _fault(self, code: str, **values: object) -> SourceError:
        return SourceError(code, say(f"read.{code}", file=self._file, **values))

    def _relationships(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the last word of the type, and the target, of each relationship of ``part``, by its id."""
        folder, name = posixpath.split(part)
        root = self._part(f"{folder}/_rels/{name}.rels")
        found = {}
        for link in root if root is not None else ():
            if link.get("TargetMode") != "External" and (target := link.get("Target")):
                found[link.get("Id", "")] = link.get("Type", "").rsplit("/", 1)[-1], posixpath.join("/", folder, target)
        return found

    def _part(self, name: str) -> Element | None:
        stored = self._names.get(posixpath.normpath(name).strip("/").lower())
        if stored is None or stored in self._read:
            return self._read.get(stored or "")
        try:
            raw = self._zip.read(stored)
            for strict, usual in _STRICT:
                raw = raw.replace(strict, usual)
            return self._read.setdefault(stored, parse_xml(raw))
        except (*_BROKEN, RuntimeError, SyntaxError) as error:
            raise self._fault("broken", reason=f"{stored}: {error}") from error
