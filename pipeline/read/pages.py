"""Pictures of a file's pages with marks on them: for people who compare the tasks that were found with the paper."""

import hashlib
import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2 as pdfium2
from PIL import Image, ImageOps

from models import Block, Document, SourceError
from pipeline.messages import printable, say
from pipeline.pulse import beat
from pipeline.read.compose import Box
from pipeline.read.html import bare_page
from pipeline.read.office import OfficeKind, convert
from pipeline.read.page_align import align
from pipeline.read.page_drawing import draw_marks
from pipeline.read.page_marks import PageMarks, Part, Places
from pipeline.read.pdf import read_pdf
from pipeline.read.pdf_letters import opened_text, read_frame
from pipeline.read.scan import open_frames
from pipeline.read.scan_clean import straighten

DPI: Final = 150
"""of the pictures: a page of A4 has 1240 × 1754 pixels"""
_MOST_PIXELS: Final = 30_000_000
_OFFICE: Final[dict[str, OfficeKind]] = {
    "application/msword": "ole",
    "application/rtf": "rtf",
    "application/vnd.oasis.opendocument.text": "odt",
}
_ENVELOPE: Final = "application/edxml+xml"
_WEB: Final = frozenset({"text/html", "multipart/related"})
_INK: Final = 128
_SMALL: Final = 1200  # pixels of the longer side: enough to tell which way up a page is
Page = tuple[int, Image.Image, float]
"""A page's number from 1, its picture as its boxes see it, and how many pixels a point has."""


def draw_pages(path: Path, marks: PageMarks, folder: Path) -> tuple[list[str], list[int]]:
    """Write a PNG of each page of ``path`` into ``folder``, with ``marks`` drawn on it; return their names and the tasks without a place.
    The files say how many pixels a point has (as dots per inch).

    Scans are shown upright and straight, as they were read. Word files, RTF, ODT and web pages have no pages of their own: theirs
    are those that LibreOffice makes of them, and words are found on them by comparing the texts. Raises SourceError: "no-pages"
    for plain text and for envelopes (edXML), "file-changed" where the file is not the one that the marks were made for,
    "pages-need-office", and the faults of LibreOffice.
    """
    file = printable(path)
    kind = marks.source.media_type
    if kind.startswith("text/") and kind not in _WEB:
        raise SourceError("no-pages", say("read.no-pages", file=file))
    if kind == _ENVELOPE:
        raise SourceError("no-pages", say("edxml.no-pages", file=file))
    try:
        raw = path.read_bytes()
    except OSError:
        raw = b""
    if hashlib.sha256(raw).hexdigest() != marks.source.sha256:
        raise SourceError("file-changed", say("read.file-changed", file=file))
    if kind.startswith("image/"):
        pages = _scanned(raw, marks.blocks, marks.only)
    else:
        if kind != "application/pdf":
            raw = _print(raw, kind, file)
            marks = _on_print(marks, raw, file)
        pages = _printed(raw, marks.blocks, marks.only)
    return _draw(pages, marks, folder)


def place_on_pages(document: Document, path: Path) -> Document:
    """Return ``document``, read from ``path``, with page and box for each block whose words LibreOffice prints.

    That is for Word files, RTF, ODT and web pages, whose pages are LibreOffice's; a block that goes on over a page turn gets its
    first page. Others are returned as they are. Raises SourceError as ``draw_pages`` does.
    """
    kind = document.source.media_type
    if kind in ("application/pdf", _ENVELOPE) or kind.startswith("image/") or (kind.startswith("text/") and kind not in _WEB):
        return document
    file = printable(path)
    raw = path.read_bytes()
    printed = read_pdf(_print(raw, kind, file), file, document.source.name, ocr=lambda _: [])
    found = align(document.text, document.blocks, [block.span for block in document.blocks], printed)
    starts = [block.span.start for block in printed.blocks]

    def placed(block: Block) -> Block:
        lines = [
            line
            for span in (found[block.span] if block.kind != "furniture" else ())
            for line in printed.blocks[max(0, bisect_right(starts, span.start) - 1) : bisect_left(starts, span.end)]
            if line.box and line.page and line.span.end > span.start
        ]
        if not lines:
            return block
        page = lines[0].page
        boxes = [line.box for line in lines if line.page == page and line.box]
        left, top, right, bottom = (pick(side) for pick, side in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
        return block.model_copy(update={"page": page, "box": (left, top, right, bottom)})

    source = document.source.model_copy(update={"pages": printed.source.pages})
    return document.model_copy(update={"source": source, "blocks": tuple(map(placed, document.blocks))})


def _draw(pages: Iterator[Page], marks: PageMarks, folder: Path) -> tuple[list[str], list[int]]:
    places = Places(marks.text, marks.blocks)
    tasks = [(number, places.find(spans)) for number, spans in enumerate(marks.tasks, 1)]
    units, deadlines = places.find(marks.units), places.find(marks.deadlines)
    names = []
    for number, picture, scale in pages:

        def here(parts: list[Part], page: int = number) -> list[Part]:
            return [part for part in parts if part.page == page]

        on_page = [(task, found) for task, parts in tasks if (found := here(parts))]
        name = f"{number:03}.png"
        marked = draw_marks(picture, scale, on_page, here(units), here(deadlines))
        marked.save(folder / name, compress_level=6, dpi=(72 * scale, 72 * scale))
        names.append(name)
        beat()
    return names, [task for task, parts in tasks if not parts]


def _print(raw: bytes, kind: str, file: str) -> bytes:
    """Return the file as PDF."""
    try:
        if kind in _WEB:
            return convert(bare_page(raw, file), "html", file, "pdf")
        return convert(raw, _OFFICE.get(kind, "docx"), file, "pdf")
    except SourceError as error:
        if error.code == "office-missing":
            raise SourceError("pages-need-office", say("read.pages-need-office", file=file)) from error
        raise


def _on_print(marks: PageMarks, raw: bytes, file: str) -> PageMarks:
    """Return ``marks`` as they stand in the PDF that was made of their file. Its pictures are not read."""
    printed = read_pdf(raw, file, marks.source.name, ocr=lambda _: [])
    spans = {span for task in marks.tasks for span in task} | {*marks.units, *marks.deadlines}
    return marks.moved(printed.text, printed.blocks, align(marks.text, marks.blocks, spans, printed))


def _printed(raw: bytes, blocks: tuple[Block, ...], only: int | None) -> Iterator[Page]:
    recognised = {block.page for block in blocks if block.confidence < 1}
    document = pdfium2.PdfDocument(raw)
    try:
        for number in range(1, len(document) + 1):
            if only not in (None, number):
                continue
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
            turned = 0
            if number not in recognised:
                with opened_text(page.raw) as text:
                    turned = (read_frame(page.raw, text).turns - page.get_rotation() // 90) % 4
            bitmap = page.render(scale=scale, rotation=90 * turned)
            picture = bitmap.to_pil().convert("RGB")
            bitmap.close()
            page.close()
            yield _as_read(number, picture, 72 * scale, blocks) if number in recognised else (number, picture, scale)
    finally:
        document.close()


def _scanned(raw: bytes, blocks: tuple[Block, ...], only: int | None) -> Iterator[Page]:
    with Image.open(io.BytesIO(raw)) as image:
        for number, frame, dpi in open_frames(image):
            if only in (None, number):
                yield _as_read(number, frame, dpi, blocks)


def _as_read(number: int, image: Image.Image, dpi: float | None, blocks: tuple[Block, ...]) -> Page:
    """Return a scanned page upright and straight. Which way up is not kept: it is the one whose ink lies in the boxes of its lines."""
    image = ImageOps.exif_transpose(image)
    boxes = [block.box for block in blocks if block.page == number and block.box]
    shrink = max(1, round(max(image.size) / _SMALL))
    small = image.convert("L").reduce(shrink)
    turn = max((0, 180, 90, 270), key=lambda turn: _ink(*straighten(small, dpi and dpi / shrink, turn), boxes))
    picture, points = straighten(image, dpi, turn)
    scale = min(DPI / 72, (_MOST_PIXELS / (picture.width * picture.height * points**2)) ** 0.5)
    size = max(1, round(picture.width * points * scale)), max(1, round(picture.height * points * scale))
    return number, picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), scale


def _ink(picture: Image.Image, points: float, boxes: Sequence[Box]) -> int:
    """Return how many dark pixels of ``picture`` lie in ``boxes``."""
    dark = np.asarray(picture.convert("L")) < _INK
    inside = np.zeros_like(dark)
    for box in boxes:
        left, top, right, bottom = (max(0, round(value / points)) for value in box)
        inside[top:bottom, left:right] = True
    return int((dark & inside).sum())
