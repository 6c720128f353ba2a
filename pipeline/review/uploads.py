"""Files that browsers and programs send: each streamed to a file beside the originals, looked over, taken into the store.

Nothing of a file is held in memory. A file is taken as soon as it is whole, so that of a form that breaks off all that came before stays.
"""

import os
import re
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from models import Person, SourceError, StoredDocument, StoreError
from pipeline.intake.names import may_be_document, may_hold_documents
from pipeline.intake.whole import is_whole
from pipeline.messages import say
from pipeline.review.faults import BadRequest
from pipeline.review.site import Site
from pipeline.roundtrip import apply, compare, is_our_workbook, say_taken
from pipeline.store.originals import safe_name
from pipeline.store.parts import part_file

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MEGABYTE: Final = 1_000_000
MOST_FILES: Final = 1_000
"""files of one request"""
_WRITTEN: Final = 1 << 20
"""bytes that are gathered before they are written"""
_MOST_BESIDE: Final = 1 << 16
"""bytes of what a form holds beside files"""
_UNSEEN: Final = frozenset({"Cf", "Co", "Cs"})
"""kinds of characters that show nothing, or turn what follows around"""
_ESCAPED: Final = {"%22": '"', "%0D": " ", "%0A": " "}
"""what browsers put for characters that would end a name (HTML, multipart/form-data encoding algorithm)"""

Verdict = Literal["new", "again", "same", "workbook", "skipped", "refused"]


@dataclass(frozen=True)
class Taken:
    """What became of a file that was sent, ``message`` in words.

    new: it waits to be read. again: its bytes were received before and could not be read; it is read again. same: its bytes were received
    before, as ``document``. workbook: what people edited in a workbook of ours was taken over. skipped: no document. refused.
    ``status`` is that of HTTP.
    """

    name: str
    verdict: Verdict
    message: str
    status: int = 200
    document: StoredDocument | None = None


async def take_all(request: Request, site: Site, person: Person) -> AsyncIterator[Taken]:
    """Take the files of a form as they come; yield what became of each. What follows a file over the limit is not read.

    Raises BadRequest where what was sent is no form with files, StoreError; ClientDisconnect where the sender went away.
    """
    limit = site.settings.review.upload_megabytes * MEGABYTE
    address = request.client.host if request.client else None
    form, part, count = _Form(request.headers.get("content-type", "")), _Part(""), 0
    with _temporary(site.store.originals) as (stream, path):

        async def write() -> None:
            held, part.held = bytes(part.held), bytearray()
            await run_in_threadpool(_write, stream, held)

        async for chunk in request.stream():
            for kind, value in form.feed(chunk):
                if kind == "begin":
                    part, count = _Part(value), count + 1
                    await run_in_threadpool(os.ftruncate, stream, 0)
                    os.lseek(stream, 0, os.SEEK_SET)
                    if count > MOST_FILES:
                        yield Taken(part.shown, "refused", say("inbox.too-many", limit=MOST_FILES), 413)
                        return
                elif kind == "data":
                    part.size += len(value)
                    if part.size > limit:
                        yield Taken(part.shown, "refused", say_too_large(site), 413)
                        return
                    part.held += value
                    if len(part.held) >= _WRITTEN:
                        await write()
                else:
                    await write()
                    yield await run_in_threadpool(_take, site, person, path, part, address)
        if not count:
            raise BadRequest(say("inbox.nothing-sent"))
        if not form.is_over:
            yield Taken(part.shown, "refused", say("inbox.cut-short"), 400)


def say_too_large(site: Site) -> str:
    """Return why a file over the limit is refused."""
    return say("inbox.too-large", limit=site.settings.review.upload_megabytes)


def name_of(sent: str) -> str:
    """Return the name for people and disks of a file that was sent under ``sent``, which may be a path: its last part, made harmless."""
    last = re.split(r"[/\\]", sent)[-1]
    return safe_name(" ".join("".join(letter for letter in last if unicodedata.category(letter) not in _UNSEEN).split()))


# --- one file ----------------------------------------------------------------------------------------------------------------


@dataclass
class _Part:
    """A file of the form, as far as it has come. ``sent`` is the name under which it was sent, with the folders above it."""

    sent: str
    size: int = 0
    held: bytearray = field(default_factory=bytearray)

    @property
    def shown(self) -> str:
        return name_of(self.sent)


def _take(site: Site, person: Person, path: Path, part: _Part, address: str | None) -> Taken:
    """Take the file at ``path``. Raises StoreError."""
    *folders, last = re.split(r"[/\\]", part.sent)
    name = part.shown
    if not may_be_document(last) or not all(may_hold_documents(folder) for folder in folders if folder.strip(".")):
        return Taken(name, "skipped", say("inbox.skipped"))
    if part.size == 0:
        return Taken(name, "refused", say("inbox.empty"), 422)
    if not is_whole(path):
        return Taken(name, "refused", say("inbox.not-whole"), 422)
    if is_our_workbook(path):
        return _take_back(site, person, path, name, address)
    received = site.store.receive(path, name=name, received_from=person.name)
    document = received.document
    verdict: Verdict = "new" if received.new else "same"
    if not received.new and document.state == "failed":
        with suppress(StoreError):  # somebody was faster
            site.store.requeue(document.id)
        verdict, document = "again", site.store.document(document.id)
    if verdict != "same":
        details = {"name": name, "size": part.size, "sha256": document.sha256, "again": verdict == "again"}
        site.store.audit.add(person.name, "receive", f"document:{document.id}", address, details)
        if site.workers:
            site.workers.wake()
    at = f"{document.received_at.astimezone():%H:%M %d/%m/%Y}"
    return Taken(name, verdict, say(f"inbox.taken-{verdict}", at=at, document=document.id), document=document)


def _take_back(site: Site, person: Person, path: Path, name: str, address: str | None) -> Taken:
    """Take over what was edited in a workbook that the program made, as the decisions of ``person``."""
    if not person.may("decide"):
        return Taken(name, "refused", say("inbox.workbook-right"), 403)
    try:
        plan = compare(site.store, path, date.today(), name)
        told = say_taken(plan, apply(site.store, plan, person.name), name)
    except SourceError as error:
        return Taken(name, "refused", str(error), 422)
    site.store.audit.add(person.name, "import", None, address, {"name": name, "told": told[0]})
    return Taken(name, "workbook", "\n".join(told))


# --- the form ----------------------------------------------------------------------------------------------------------------


class _Form:
    """A form (multipart/form-data, RFC 7578) as it comes: its files, in pieces. Other fields are read over. ``is_over``: its end came."""

    def __init__(self, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise BadRequest(say("inbox.no-form"), 415)
        self._found: list[tuple[Literal["begin", "data", "end"], Any]] = []
        self._field = self._value = b""
        self._disposition = b""
        self._is_file = self.is_over = False
        self._beside = 0
        calls: MultipartCallbacks = {
            "on_part_begin": self._begin,
            "on_header_field": self._name,
            "on_header_value": self._say,
            "on_header_end": self._header,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self._close,
            "on_end": self._end,
        }
        try:
            self._parser = MultipartParser(boundary, calls)
        except FormParserError as error:
            raise BadRequest(say("inbox.no-form"), 415) from error

    def feed(self, chunk: bytes) -> Iterator[tuple[Literal["begin", "data", "end"], Any]]:
        """Yield what ``chunk`` brings: "begin" (the name sent), "data" (bytes), "end". Raises BadRequest where it is no form."""
        self._found = []
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise BadRequest(say("inbox.no-form"), 400) from error
        yield from self._found

    def _begin(self) -> None:
        self._disposition, self._is_file = b"", False

    def _name(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _say(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _open(self) -> None:
        options = parse_options_header(self._disposition.decode("latin-1"))[1]
        sent = options.get(b"filename", b"").decode("utf-8", "replace")
        for escaped, letter in _ESCAPED.items():
            sent = sent.replace(escaped, letter)
        self._is_file = bool(sent)  # a field for files that was left empty sends a file without a name
        if self._is_file:
            self._found.append(("begin", sent))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._found.append(("data", data[start:end]))
            return
        self._beside += end - start
        if self._beside > _MOST_BESIDE:
            raise BadRequest(say("inbox.no-form"), 413)

    def _close(self) -> None:
        if self._is_file:
            self._found.append(("end", None))

    def _end(self) -> None:
        self.is_over = True


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[int, Path]]:
    """Give a file in ``folder``, open to be written, and remove it afterwards. Raises StoreError."""
    with ExitStack() as held:
        try:
            stream, path = held.enter_context(part_file(folder))
        except OSError as error:
            raise _fault(error) from error
        yield stream.fileno(), path


def _write(stream: int, data: bytes) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(stream, view) :]
    except OSError as error:
        raise _fault(error) from error


def _fault(error: OSError) -> StoreError:
    return StoreError("full", say("inbox.not-written", reason=error.strerror or type(error).__name__))
