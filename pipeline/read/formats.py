"""Which kind of file is this: told by its first bytes, never by its name."""

import re
from typing import Final

from models import SourceError
from pipeline.messages import say

HEAD_BYTES: Final = 65_536

# The first bytes of the files that come into an office, each with its key in messages/read.toml [format] and what to do [remedy].
_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF-", "pdf", "copy"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", "save-as"),
    (b"{\\rtf", "rtf", "save-as"),
    (b"PK\x05\x06", "zip", "unpack"),
    (b"PK\x07\x08", "zip", "unpack"),
    (b"Rar!\x1a\x07", "archive", "unpack"),
    (b"7z\xbc\xaf\x27\x1c", "archive", "unpack"),
    (b"\x1f\x8b\x08", "archive", "unpack"),
    (b"BZh9", "archive", "unpack"),
    (b"\xfd7zXZ\x00", "archive", "unpack"),
    (b"\xff\xd8\xff", "image", "ocr"),
    (b"\x89PNG\r\n\x1a\n", "image", "ocr"),
    (b"GIF87a", "image", "ocr"),
    (b"GIF89a", "image", "ocr"),
    (b"II*\x00", "image", "ocr"),
    (b"MM\x00*", "image", "ocr"),
    (b"AT&TFORM", "image", "ocr"),
    (b"%!PS", "postscript", "ask"),
    (b"\x7fELF", "program", "ask"),
    (b"MZ\x90\x00", "program", "ask"),
    (b"SQLite format 3\x00", "database", "ask"),
    (b"ID3", "media", "ask"),
    (b"OggS\x00", "media", "ask"),
)
_ZIP: Final = b"PK\x03\x04"
_INSIDE_ZIP: Final = ((b"mimetypeapplication/vnd.oasis.opendocument", "odt"), (b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"))
_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta|title|style|table|div|p)\b", re.IGNORECASE | re.DOTALL
)
_XML_HTML = re.compile(r"<html\b|<!doctype\s+html", re.IGNORECASE)
_EDXML = re.compile(r"<(?:[\w.-]+:)?edxml(?:envelope)?[\s>]", re.IGNORECASE)
_MAIL = re.compile(r"(?:[A-Za-z-]{2,40}: [^\n]{0,500}\n(?:[ \t][^\n]{0,500}\n){0,20}){0,30}?MIME-Version: 1\.0", re.IGNORECASE)


def resolve_format(head: bytes) -> tuple[str, str] | None:
    """Return the keys ([format], [remedy]) of a binary format that ``head`` (a file's first HEAD_BYTES) begins, or None."""
    if head.startswith(_ZIP):
        for inside, kind in _INSIDE_ZIP:
            if inside in head:
                return kind, "save-as"
        return ("docx", "save-as") if b"[Content_Types].xml" in head else ("zip", "unpack")
    for magic, kind, remedy in _MAGIC:
        if head.startswith(magic):
            return kind, remedy
    if b"%PDF-" in head[:1024]:  # a PDF may begin with rubbish (ISO 32000-1, annex H)
        return "pdf", "copy"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image", "ocr"
    if head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00":
        return "image", "ocr"
    if head[:4] == b"RIFF":
        return "media", "ask"
    if head[4:8] == b"ftyp":
        return ("image", "ocr") if head[8:12] in {b"heic", b"heix", b"mif1", b"avif"} else ("media", "ask")
    return None


def resolve_markup(text: str) -> tuple[str, str] | None:
    """Return the keys ([format], [remedy]) of a written format (HTML, MHTML, edXML, other XML) that ``text`` begins, or None."""
    head = text[:20_000].lstrip("\ufeff \t\r\n")
    if _EDXML.search(head[:2000] if head.startswith("<") else head) and (head.startswith("<") or _MAIL.match(head)):
        return "edxml", "copy"
    if head[:5].lower() == "<?xml":
        return ("html", "copy") if _XML_HTML.search(head[:2000]) else ("xml", "save-as")
    if _HTML.match(head):
        return "html", "copy"
    return ("mhtml", "copy") if _MAIL.match(head) else None


def unsupported(file: str, found: str, remedy: str) -> SourceError:
    """Return the fault of ``file`` that is in the format ``found``, with what to do about it."""
    message = say("read.unsupported", file=file, found=say(f"format.{found}"), remedy=say(f"remedy.{remedy}"))
    return SourceError(f"unsupported-{found}", message)
