"""The files inside an edXML envelope: base64 in the XML, parts of a MIME message beside it, packed or not. All are looked over first."""

import base64
import binascii
import email
import email.policy
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Final

from lxml import etree

from models import SourceError
from pipeline.messages import printable, say
from pipeline.read.formats import resolve_format
from pipeline.read.guard import MEGABYTE, guard_zip, refuse

MAX_PARTS: Final = 60
MAX_DECODED: Final = 200 * MEGABYTE
_CONTENT: Final = ("contenttransferencoded", "content", "contentencoded")
_NAME: Final = ("attachmentname", "filename", "name")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Part:
    """A file of the envelope. ``fault`` says why ``content`` could not be had, in words for a clerk."""

    name: str
    content: bytes
    media_type: str | None = None
    description: str | None = None
    fault: str | None = None


def local(element: etree._Element) -> str:
    """Return the name of ``element`` without namespace, in lower case: the two dialects in use differ in both."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def below(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first element at the end of ``path`` (local names in lower case) below ``element``, None where there is none."""
    for name in path:
        element = next((child for child in element if local(child) == name), None) if element is not None else None
    return element


def words(element: etree._Element | None, *path: str) -> str | None:
    """Return the words at the end of ``path`` on one line; None where there are none, or only "N/A", as programs fill gaps."""
    found = below(element, *path)
    text = " ".join("".join(found.itertext()).split()) if found is not None else ""
    return text if text and text.upper() != "N/A" else None


def is_mail(raw: bytes) -> bool:
    """Return whether the envelope is a part of a MIME message."""
    return not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\0" not in raw[:200]


def open_mail(raw: bytes, file: str) -> tuple[bytes, list[Part]]:
    """Return the XML of a MIME message that holds an envelope, and its other parts. Raises SourceError ("edxml-broken")."""
    message = email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)
    envelope, parts = b"", list[Part]()
    for part in islice((part for part in message.walk() if not part.is_multipart()), MAX_PARTS + 1):
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        if not envelope and b"edxmlenvelope" in content[:4000].replace(b"\0", b"").lower():
            envelope = content
            continue
        name = part.get_filename() or (part.get("Content-ID") or "").strip("<> ") or "?"
        parts.append(Part(_file_name(name), content, part.get_content_type(), part.get("Content-Description")))
    if not envelope:
        raise SourceError("edxml-broken", say("read.edxml-broken", file=file))
    return envelope, parts


def attachments(root: etree._Element, mailed: Iterable[Part], file: str) -> list[Part]:
    """Return the files of the envelope ``root`` in its order, unpacked; ``mailed`` are those that came beside it.

    Raises SourceError ("unsafe-…") where there are more than MAX_PARTS, or more than MAX_DECODED bytes.
    """
    told = {_content_id(words(e, "contentid")): e for e in root.iter() if local(e) == "reference" and words(e, "contentid")}
    packed = [*_encoded(root, told), *mailed]
    if len(packed) > MAX_PARTS:
        raise refuse(file, "entries", limit=MAX_PARTS)
    found: list[Part] = []
    size = 0
    for part in packed:
        for inner in _unpacked(part):
            size += len(inner.content)
            if size > MAX_DECODED:
                raise refuse(file, "size", limit=MAX_DECODED // MEGABYTE)
            found.append(inner)
    return found


def _encoded(root: etree._Element, told: dict[str, etree._Element]) -> Iterator[Part]:
    for element in root.iter():
        if local(element) != "attachment" or not len(element):
            continue
        reference = told.get(_content_id(words(element, "contentid")))
        name = _first(element, reference, *_NAME) or "?"
        kind, description = _first(element, reference, "contenttype", "filetype"), _first(element, reference, "description")
        content = next((child for child in element if local(child) in _CONTENT), None)
        text = _BLANK.sub("", content.text or "") if content is not None else ""
        try:
            raw, fault = base64.b64decode(text, validate=True), None if text else say("edxml.empty")
        except (binascii.Error, ValueError):
            raw, fault = b"", say("edxml.no-base64")
        yield Part(_file_name(name), raw, kind, description, fault)


def _first(element: etree._Element, reference: etree._Element | None, *names: str) -> str | None:
    return next((found for one in (element, reference) for name in names if (found := words(one, name))), None)


def _content_id(value: str | None) -> str:
    return (value or "").strip("<> ").removeprefix("cid:")


def _file_name(name: str) -> str:
    return printable(Path(name.replace("\\", "/").rpartition("/")[2]))[:200] or "?"


def _unpacked(part: Part) -> Iterator[Part]:
    """Yield what is in ``part`` where it is a ZIP file (as the axis packs every attachment), else ``part``."""
    found = resolve_format(part.content)
    if part.fault or not found or found[0] != "zip":
        yield part
        return
    try:
        guard_zip(part.content, part.name)
        with zipfile.ZipFile(io.BytesIO(part.content)) as package:
            inside = [entry for entry in package.infolist() if not entry.is_dir()]
            if len(inside) > MAX_PARTS:
                raise refuse(part.name, "entries", limit=MAX_PARTS)
            for entry in inside:
                name = part.name if len(inside) == 1 else _file_name(entry.filename)
                yield Part(name, package.read(entry), part.media_type, part.description)
    except SourceError as error:
        yield Part(part.name, b"", part.media_type, part.description, str(error))
    # NotImplementedError: a way of packing that zipfile does not know
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        fault = say("read.broken", file=part.name, reason=error)
        yield Part(part.name, b"", part.media_type, part.description, fault)
