"""Makes small PDFs for tests: words and rulings at given places, through pdfium, in a font with Vietnamese letters."""

import ctypes
import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import ImageFont

WIDTH, HEIGHT = 595.0, 842.0
_FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
_NAMES = ("Tinos-Regular.ttf", "DejaVuSans.ttf", "LiberationSerif-Regular.ttf", "times.ttf", "Times New Roman.ttf")


@dataclass(frozen=True)
class Words:
    """Words that begin at ``x`` and stand on a line ``y`` points below the upper edge of the page."""

    x: float
    y: float
    words: str
    size: float = 13.0
    degrees: float = 0.0


@dataclass(frozen=True)
class Rule:
    """A ruling from one point to another (points from the upper left corner), drawn as a thin filled box as Word does."""

    left: float
    top: float
    right: float
    bottom: float


def _font() -> bytes:
    for folder in _FONTS:
        for name in _NAMES:
            if found := next(folder.rglob(name), None):
                return found.read_bytes()
    raise AssertionError("no font with Vietnamese letters: apt-get install fonts-croscore")


def width(words: str, size: float = 13.0) -> float:
    """Return how many points ``words`` are wide in the font of ``make_pdf``."""
    return float(ImageFont.truetype(io.BytesIO(_font()), 1000).getlength(words)) * size / 1000


def make_pdf(pages: Sequence[Sequence[Words | Rule]], turn: int = 0) -> bytes:
    """Return a PDF whose pages show what they hold, in that order of the file; ``turn`` turns the pages as shown (degrees)."""
    document = pypdfium2.PdfDocument.new()
    data = _font()
    font = pdfium.FPDFText_LoadFont(
        document.raw, (ctypes.c_uint8 * len(data)).from_buffer_copy(data), len(data), pdfium.FPDF_FONT_TRUETYPE, 1
    )
    for content in pages:
        page = document.new_page(WIDTH, HEIGHT)
        for item in content:
            pdfium.FPDFPage_InsertObject(page.raw, _words(document, font, item) if isinstance(item, Words) else _rule(item))
        page.set_rotation(turn)
        page.gen_content()
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def _words(document: pypdfium2.PdfDocument, font: object, item: Words) -> object:
    shown = pdfium.FPDFPageObj_CreateTextObj(document.raw, font, item.size)
    coded = (item.words + "\0").encode("utf-16-le")
    pdfium.FPDFText_SetText(shown, (ctypes.c_ushort * (len(coded) // 2)).from_buffer_copy(coded))
    a = radians(item.degrees)
    pdfium.FPDFPageObj_Transform(shown, cos(a), sin(a), -sin(a), cos(a), item.x, HEIGHT - item.y)
    return shown


def _rule(item: Rule) -> object:
    width, height = max(0.5, item.right - item.left), max(0.5, item.bottom - item.top)
    box = pdfium.FPDFPageObj_CreateNewRect(item.left, HEIGHT - item.top - height, width, height)
    pdfium.FPDFPath_SetDrawMode(box, pdfium.FPDF_FILLMODE_WINDING, False)
    return box


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[Rule]:
    """Return the rulings of a table with these bounds of columns and rows."""
    return [Rule(xs[0], y, xs[-1], y) for y in ys] + [Rule(x, ys[0], x, ys[-1]) for x in xs]
