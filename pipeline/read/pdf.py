"""PDF: its text where it has one that can be trusted, page by page, and OCR for the other pages."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np
import pypdfium2 as pdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from models import Document, Source, SourceError
from pipeline.messages import say
from pipeline.pulse import beat
from pipeline.read.compose import Box, compose
from pipeline.read.legacy import Legacy, resolve_legacy
from pipeline.read.legacy_decode import decode_legacy
from pipeline.read.pdf_columns import OpenColumns, find_columns
from pipeline.read.pdf_layer import judge_layer
from pipeline.read.pdf_letters import LINE_HYPHEN, Frame, Letters, count_letters, opened_text, read_frame, read_letters
from pipeline.read.pdf_lines import find_apart, find_lines
from pipeline.read.pdf_rules import Drawing, read_drawing
from pipeline.read.pdf_titles import may_have_columns
from pipeline.read.printed import arrange
from pipeline.read.printed_grid import Ruling, build_table, find_rulings
from pipeline.read.printed_page import PrintedLine, PrintedPage, PrintedTable

MAX_PAGES: Final = 2_000
Scan = tuple[int, Image.Image, float]
"""A page to be read by its looks: its number from 1, its picture, the picture's dots per inch."""
Recogniser = Callable[[Iterable[Scan]], list[PrintedPage]]

_TABLE: Final = 1_000_000  # cells of a table are numbered from a multiple of this
_LEAST_DPI: Final = 200.0
_MOST_DPI: Final = 400.0
_DRAWN_DPI: Final = 300.0
_MOST_PIXELS: Final = 40_000_000
_MOST_NOTES: Final = 500
_NONE: Final = 1 << 30
_LEAST_RULE: Final = 40.0  # points: shorter ones underline a word
_TAIL: Final = 4_096
_END = re.compile(rb"%%EOF")


def _fault(code: str, file: str, **values: object) -> SourceError:
    return SourceError(code, say(f"read.{code}", file=file, **values))


def read_pdf(raw: bytes, file: str, name: str, ocr: Recogniser | None = None) -> Document:
    """Return the PDF ``raw`` as a document; ``file`` is what messages call it, ``name`` is that of its Source.

    Pages whose text layer is missing or wrong go to ``ocr`` (pipeline.read.scan, where None is given) as pictures. Blocks have
    page and box in points from the page's upper left corner. Raises SourceError for a file that is locked, damaged, cut short,
    has no pages or more than MAX_PAGES, and for one without words.
    """
    document = _open(raw, file)
    try:
        count = len(document)
        if count == 0:
            raise _fault("pdf-no-pages", file)
        if count > MAX_PAGES:
            raise _fault("pdf-too-many-pages", file, pages=count, limit=MAX_PAGES)
        pages: dict[int, PrintedPage] = {}
        pictures: list[tuple[int, float]] = []
        columns: OpenColumns | None = None
        for number in range(1, count + 1):
            page, dpi, columns = _read_page(document, number, file, columns)
            beat()
            if page is None:
                pictures.append((number, dpi))
            else:
                pages[number] = page
        if pictures:
            pages.update((page.number, page) for page in (ocr or _recogniser(file))(_scans(document, pictures)))
    finally:
        document.close()
    source = Source(name=name, sha256=hashlib.sha256(raw).hexdigest(), media_type="application/pdf", pages=count, ocr=bool(pictures))
    found = compose(arrange([pages[number] for number in sorted(pages)]), source)
    if not found.text.strip():
        raise _fault("empty", file)
    return found


def _recogniser(file: str) -> Recogniser:
    from pipeline.read.scan import recognise  # only where a page needs it: it costs time to load

    return partial(recognise, file=file)


def _open(raw: bytes, file: str) -> pdfium2.PdfDocument:
    try:
        document = pdfium2.PdfDocument(raw)
    except pdfium2.PdfiumError as error:
        code = {pdfium.FPDF_ERR_PASSWORD: "password", pdfium.FPDF_ERR_SECURITY: "pdf-locked"}.get(getattr(error, "err_code", 0))
        if code is None:
            code = "pdf-damaged" if _END.search(raw[-_TAIL:]) else "pdf-cut-short"
        raise _fault(code, file, page="") from error
    if not _END.search(raw[-_TAIL:].rstrip(b"\0\r\n \t")):
        document.close()
        raise _fault("pdf-cut-short", file)
    return document


def _read_page(
    document: pdfium2.PdfDocument, number: int, file: str, columns: OpenColumns | None
) -> tuple[PrintedPage | None, float, OpenColumns | None]:
    """Return the page as its text layer has it, or None and the resolution that its pictures deserve.

    ``columns`` is the table without rulings that reaches the end of the page before, if one does; with the page comes its own.
    """
    page, own, notes = _load(document, number, file)
    try:
        with opened_text(page) as text:
            frame = read_frame(page, text)
            letters = read_letters(text, frame, own, notes)
        drawing = read_drawing(page, frame)
    finally:
        pdfium.FPDF_ClosePage(page)
    said = unicodedata.normalize("NFC", "".join(letters.spelled))
    layer = judge_layer(said, drawing.pictures, drawing.paths)
    if layer in ("bad", "none"):
        return None, drawing.dpi, None
    encoding = resolve_legacy(said) if layer == "legacy" else None
    rulings = find_rulings(drawing.level, drawing.upright)
    blank: list[Ruling] = []
    still_open = None
    if columns is not None or may_have_columns(said):
        for found in find_columns(letters, frame.size[1], drawing.level, rulings, columns):
            blank.append(found.ruling)
            still_open = found.open
            if found.header >= 0:
                rulings[found.header] = found.ruling
    return _set_page(number, letters, frame, drawing, encoding, rulings, blank), 0.0, still_open


def _load(document: pdfium2.PdfDocument, number: int, file: str) -> tuple[Any, int, list[Box]]:
    """Return a page with the notes on it (the number and day that a clerk stamps on, signatures) made part of it.

    With it come the index from which on its letters are those of notes, and the boxes of the notes in the page's space.
    """
    page = pdfium.FPDF_LoadPage(document.raw, number - 1)
    if not page:
        raise _fault("pdf-damaged", file, page=say("read.pdf-damaged-page", page=number))
    count = min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_NOTES)
    if count <= 0:
        return page, _NONE, []
    own = count_letters(page)
    notes: list[Box] = []
    for i in range(count):
        note = pdfium.FPDFPage_GetAnnot(page, i)
        rect = pdfium.FS_RECTF()
        if note and pdfium.FPDFAnnot_GetRect(note, rect):
            notes.append((rect.left, rect.bottom, rect.right, rect.top))
        if note:
            pdfium.FPDFPage_CloseAnnot(note)
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return page, _NONE, []
    pdfium.FPDF_ClosePage(page)
    page = pdfium.FPDF_LoadPage(document.raw, number - 1)
    if not page:
        raise _fault("pdf-damaged", file, page=say("read.pdf-damaged-page", page=number))
    return page, own, notes


def _set_page(
    number: int, letters: Letters, frame: Frame, drawing: Drawing, encoding: Legacy | None, rulings: list[Ruling], blank: list[Ruling]
) -> PrintedPage:
    """Return the lines and tables of a page; bounds that white space tells (``blank``) are not the same from page to page."""
    rulings = [*(ruling for ruling in rulings if ruling not in blank), *blank]
    groups = np.full(len(letters), -1, dtype=np.int64)
    for n, ruling in enumerate(rulings):
        places = ruling.places(letters.boxes)
        groups = np.where(places >= 0, places + n * _TABLE, groups)
    cells: dict[int, list[tuple[int, PrintedLine]]] = {}
    lines: list[PrintedLine] = []
    for group, line in find_lines(letters, groups):
        line = _spell(line, encoding)
        if group < 0:
            lines.append(line)
        else:
            cells.setdefault(group // _TABLE, []).append((group % _TABLE, line))
    tables = [
        replace(table, edges=()) if ruling in blank else table
        for n, ruling in enumerate(rulings) if (table := build_table(ruling, cells.get(n, ()), number))
    ]  # fmt: skip
    width, height = frame.size
    rules = tuple(rule for rule in drawing.level if rule[2] - rule[0] >= _LEAST_RULE and not _inside(rule, tables))
    apart = tuple(_spell(line, encoding) for line in find_apart(letters))
    return PrintedPage(number, width, height, tuple(lines), tuple(tables), apart, rules)


def _inside(rule: Box, tables: list[PrintedTable]) -> bool:
    return any(t.box[1] - 3 <= rule[1] and rule[3] <= t.box[3] + 3 and t.box[0] - 3 <= rule[0] for t in tables)


def _spell(line: PrintedLine, encoding: Legacy | None) -> PrintedLine:
    """Return ``line`` in Unicode, NFC. The soft hyphen is a letter in TCVN3; elsewhere it is printed, so it is a hyphen."""
    words = line.words
    if encoding and encoding != "viqr":
        words = decode_legacy(words.replace(LINE_HYPHEN, "\xad" if encoding == "tcvn3" else "-"), encoding)
    elif "\xad" in words or LINE_HYPHEN in words:
        words = words.replace("\xad", "-").replace(LINE_HYPHEN, "-")  # fonts whose hyphen and soft hyphen are one glyph
    words = unicodedata.normalize("NFC", words)
    return line if words == line.words else replace(line, words=words)


def _scans(document: pdfium2.PdfDocument, pictures: list[tuple[int, float]]) -> Iterator[Scan]:
    """Yield the pages as pictures, one at a time, not finer than what stands on them."""
    for number, native in pictures:
        page = document[number - 1]
        width, height = page.get_size()
        dpi = min(_MOST_DPI, max(_LEAST_DPI, native or _DRAWN_DPI))
        dpi = min(dpi, 72 * (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        bitmap = page.render(scale=dpi / 72)
        picture = bitmap.to_pil().convert("RGB")
        bitmap.close()
        page.close()
        yield number, picture, dpi
