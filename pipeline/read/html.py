"""Web pages: HTML, also saved by Word, and MHTML (a page and its pictures in one mail container)."""

import email
import email.policy
import hashlib
import re
import unicodedata
from email.message import EmailMessage
from typing import Final

from lxml import etree, html

from models import Document, Source, SourceError
from pipeline.messages import say
from pipeline.read.compose import Grid, Piece, compose
from pipeline.read.encoding import decode
from pipeline.read.guard import refuse
from pipeline.read.html_page import Page
from pipeline.read.legacy_decode import decode_legacy
from pipeline.read.legacy_pieces import unmask

_MOST_TAGS: Final = 600_000
_MOST_DEPTH: Final = 2000
_CHARSET = re.compile(
    rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w:.-]{2,40})|<\?xml\b[^>]{0,100}?\bencoding\s*=\s*["']([\w.-]{2,40})""",
    re.IGNORECASE,
)
_HEAD_BYTES: Final = 8192
_MAIL = re.compile(rb"(?:[A-Za-z-]{2,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?MIME-Version:", re.IGNORECASE)
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# what pages call themselves whose letters come from an old font: the bytes are those of Windows-1252 all the same
_AS_WINDOWS: Final = frozenset({"iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252", "x-user-defined", "iso8859-1"})

_FETCHED: Final = (
    "script",
    "style",
    "link",
    "meta",
    "base",
    "img",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "audio",
    "video",
    "svg",
)
_FETCHING: Final = frozenset({"src", "background", "href", "data", "srcset", "poster"})
_OTHERS: Final = ("windows-125", "cp125", "iso-8859-", "utf-16", "utf-32")


def read_html(raw: bytes, file: str, name: str) -> Document:
    """Return ``raw``, the bytes of the web page ``name`` (HTML or MHTML), as a document; ``file`` is what messages call it.

    Blocks are paragraphs, broken lines are lines, data tables are grids; numbers of lists stand in the text. Menus, heads and feet
    of the page are furniture; hidden and struck words are asides; scripts and comments in the source are left out. Raises
    SourceError where there are no words, or the letters cannot be had whole.
    """
    mail = _is_mail(raw)
    page, label = _unwrap(raw) if mail else (raw, None)
    text, encoding = _letters(page, label, file)
    items = list(Page(_parse(text, file)).items())
    items, old = unmask(items)
    if not any(isinstance(item, Grid) or (isinstance(item, Piece) and item.words.strip()) for item in items):
        raise SourceError("empty", say("read.empty", file=file))
    media_type = "multipart/related" if mail else "text/html"
    return compose(items, Source(name=name, sha256=hashlib.sha256(raw).hexdigest(), media_type=media_type, encoding=old or encoding))


def bare_page(raw: bytes, file: str) -> bytes:
    """Return the page ``raw`` (HTML or MHTML) in UTF-8 without scripts and without anything that another program would fetch for it."""
    text, _ = _letters(*(_unwrap(raw) if _is_mail(raw) else (raw, None)), file)
    root = _parse(text, file)
    etree.strip_elements(root, *_FETCHED, with_tail=False)
    for element in root.iter(etree.Element):
        for name in [name for name in element.attrib if name in _FETCHING or "url(" in element.attrib[name].lower()]:
            del element.attrib[name]
    page: bytes = etree.tostring(root, encoding="utf-8", method="html")
    return b"\xef\xbb\xbf<!DOCTYPE html>" + page


def _is_mail(raw: bytes) -> bool:
    return _MAIL.match(raw[:_HEAD_BYTES].lstrip()) is not None


def _unwrap(raw: bytes) -> tuple[bytes, str | None]:
    """Return the page in the mail container ``raw``, and its charset by the word of the container. A plain mail becomes a page."""
    message = email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)
    plain: tuple[bytes, str | None] | None = None
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("text/html", "application/xhtml+xml", "text/plain"):
            content = part.get_payload(decode=True)
            found = (content if isinstance(content, bytes) else b""), part.get_content_charset()
            if kind != "text/plain":
                return found
            plain = plain or found
    if plain is None:
        return b"", None
    return b"<pre>" + plain[0].replace(b"&", b"&amp;").replace(b"<", b"&lt;") + b"</pre>", plain[1]


def _letters(raw: bytes, label: str | None, file: str) -> tuple[str, str]:
    """Return the source of a page and its encoding. Its own word is believed where its bytes allow it; UTF-8 speaks for itself."""
    if not label and (found := _CHARSET.search(raw[:_HEAD_BYTES])):
        label = (found[1] or found[2]).decode("ascii")
    label = (label or "").lower()
    if raw.startswith(_BYTE_ORDER_MARKS):
        return decode(raw, file)
    try:
        return raw.decode(), "utf-8"
    except UnicodeDecodeError:
        pass
    if label in _AS_WINDOWS or label.startswith("x-viet"):
        return raw.decode("cp1252", errors="replace"), "windows-1252"
    if label == "viscii":
        return decode_legacy(raw.decode("latin-1"), "viscii"), "viscii"
    if label.startswith(_OTHERS):
        try:
            text = raw.decode(label)
        except (LookupError, UnicodeDecodeError):
            pass
        else:
            return unicodedata.normalize("NFC", text), label
    return decode(raw, file)


def _parse(text: str, file: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    if text.count("<") > _MOST_TAGS:
        raise refuse(file, "elements", limit=_MOST_TAGS)
    source = text.replace("\0", "").encode("utf-8", errors="replace")
    try:
        root = html.document_fromstring(source or b"<html></html>", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise SourceError("empty", say("read.empty", file=file)) from error
    if any("depth" in entry.message.lower() for entry in parser.error_log.filter_from_fatals()):
        raise refuse(file, "depth", limit=_MOST_DEPTH)
    return root
