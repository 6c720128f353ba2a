"""Plain text and Markdown."""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from models import Block, Document, Source, SourceError, Span
from pipeline.messages import say
from pipeline.read.encoding import decode
from pipeline.read.formats import resolve_markup, unsupported

MAX_LINES: Final = 400_000

# Nothing else looks like these. A bare number may be a page's or a table row's; only beside a form feed is it surely a page's.
_PAGE_NUMBER = re.compile(r"[-–—] ?\d{1,4} ?[-–—]|(?:trang|page) \d{1,4}(?: ?/ ?\d{1,4})?", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_LONGEST_NUMBER: Final = len("trang 1234 / 1234")
# Marks of U+0300 to U+036F in UTF-8: letters that are put together from parts ("e" + "^" + "."). No other code begins so.
_LOOSE_MARKS = re.compile(rb"\xcc[\x80-\xbf]|\xcd[\x80-\xaf]")


def _is_page_number(words: str, beside_turn: bool) -> bool:
    if len(words) > _LONGEST_NUMBER:
        return False
    return bool(_PAGE_NUMBER.fullmatch(words) or (beside_turn and _BARE_NUMBER.fullmatch(words)))


def _blocks(text: str) -> Iterator[Block]:
    """Yield a block for each physical line that is not blank, without the blanks around it."""
    at, page_turned, turns = 0, True, "\f" in text
    for line in text.splitlines(keepends=True):
        words = line.strip()
        if words:
            start = at + line.index(words)
            turned = page_turned or line.endswith("\f")
            yield Block(span=Span(start, start + len(words)), kind="furniture" if _is_page_number(words, turned and turns) else "line")
            page_turned = False
        at += len(line)
        page_turned = page_turned or line.endswith("\f")


def read_plain(raw: bytes, file: str, name: str) -> Document:
    """Return ``raw``, the bytes of the text file ``name``, as a document; ``file`` is what messages call it.

    ``text`` is the decoded file in NFC, line breaks and web markup (``**``, ``|``) included. Raises SourceError.
    """
    text, encoding = decode(raw, file)
    if not text.strip("\ufeff\u200b \t\r\n\f\v\xa0"):
        raise SourceError("empty", say("read.empty", file=file))
    if markup := resolve_markup(text):
        raise unsupported(file, *markup)
    if text.count("\n") > MAX_LINES:
        raise SourceError("over-output", say("read.over-blocks", file=file, limit=MAX_LINES))
    media_type = "text/markdown" if name.lower().endswith((".md", ".markdown")) else "text/plain"
    loose = encoding == "utf-8" and (b"\xcc" in raw or b"\xcd" in raw) and _LOOSE_MARKS.search(raw)
    notes = ("decomposed",) if loose else ()
    source = Source(name=name, sha256=hashlib.sha256(raw).hexdigest(), media_type=media_type, encoding=encoding, notes=notes)
    return Document(text=text, source=source, blocks=tuple(_blocks(text)))
