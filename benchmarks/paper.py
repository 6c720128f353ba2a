"""A DOCX becomes a PDF (LibreOffice), and a PDF becomes a scan of its printed pages."""

import math
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from benchmarks.word_file import FONT

DPI: Final = 200
_POINTS: Final = 72
_RED: Final = (212, 70, 75)
_BLUE: Final = (60, 75, 165)
_STAMP: Final = 1.42  # inches across: 36 mm, the size that is prescribed
_PATIENCE: Final = 600  # seconds


@dataclass(frozen=True)
class Quality:
    """How a scanner and the office before it treat a page: degrees, the noise's standard deviation, pixels, and so on."""

    name: str
    skew: float
    noise: float
    blur: float
    black: int
    white: int
    stamp: bool
    jpeg: int


CLEAN: Final = Quality("clean", 0.0, 2.0, 0.0, 0, 255, False, 90)
OFFICE: Final = Quality("office", 0.7, 9.0, 0.7, 35, 238, True, 75)


def write_pdfs(documents: Sequence[Path], folder: Path) -> None:
    """Print the DOCX files ``documents`` as PDF files of the same stem in ``folder``. Raises RuntimeError where LibreOffice cannot."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise RuntimeError("LibreOffice is needed: sudo apt-get install libreoffice-writer-nogui fonts-croscore")
    if (fonts := shutil.which("fc-list")) and FONT not in subprocess.run(
        [fonts, ":lang=vi"], capture_output=True, text=True, check=True
    ).stdout:
        raise RuntimeError(f"the font {FONT} is needed, or Vietnamese letters come from several: sudo apt-get install fonts-croscore")
    with tempfile.TemporaryDirectory() as profile:
        command = [program, "--headless", f"-env:UserInstallation={Path(profile).as_uri()}", "--convert-to", "pdf", "--outdir", str(folder)]
        subprocess.run([*command, *map(str, documents)], capture_output=True, check=True, timeout=_PATIENCE)
    missing = [document.name for document in documents if not (folder / f"{document.stem}.pdf").exists()]
    if missing:
        raise RuntimeError(f"LibreOffice did not print {', '.join(missing)}")


def write_scan(pdf: Path, target: Path, quality: Quality, signer: str | None) -> int:
    """Write the pages of ``pdf`` as a PDF of pictures, and return how many; the stamp touches the name of ``signer``.

    The same PDF gives the same pictures: chance is seeded with its name.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [_scanned(document[number], number, pdf.stem, quality, signer) for number in range(len(document))]
    finally:
        document.close()
    pages[0].save(target, save_all=True, append_images=pages[1:], resolution=DPI, quality=quality.jpeg)
    return len(pages)


def _scanned(page: Any, number: int, name: str, quality: Quality, signer: str | None) -> Image.Image:
    chance = np.random.default_rng(zlib.crc32(f"{name} {number}".encode()))
    picture = page.render(scale=DPI / _POINTS).to_pil().convert("RGB")
    place = _find(page, signer) if quality.stamp and signer else None
    if place:
        picture = ImageChops.multiply(picture, _ink(picture.size, place))  # ink is no cover: black letters stay black below it
    if quality.skew:
        picture = picture.rotate(
            quality.skew * (1 if number % 2 else -1), resample=Image.Resampling.BICUBIC, fillcolor=(255, 255, 255), expand=False
        )
    if quality.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(quality.blur))
    pixels = np.asarray(picture, dtype=np.float32)
    pixels = quality.black + pixels * ((quality.white - quality.black) / 255)
    pixels += chance.normal(0.0, quality.noise, pixels.shape[:2])[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _find(page: Any, signer: str) -> tuple[float, float] | None:
    """Return where the name ``signer`` stands last on the page: its left edge and its top in pixels."""
    text = page.get_textpage()
    search = text.search(signer)
    found = None
    while hit := search.get_next():
        found = hit
    if not found:
        return None
    left, _, _, top = text.get_charbox(found[0])
    return left * DPI / _POINTS, (page.get_height() - top) * DPI / _POINTS


def _ink(size: tuple[int, int], place: tuple[float, float]) -> Image.Image:
    """Return a white page with a round red stamp over the left third of the signature, as is the rule, and a signature in blue."""
    radius = _STAMP * DPI / 2
    x, y = place[0] + radius * 0.1, place[1] - radius * 0.75
    page = Image.new("RGB", size, (255, 255, 255))
    draw = ImageDraw.Draw(page)
    for share, width in ((1.0, 6), (0.93, 2), (0.55, 2)):
        draw.ellipse([x - radius * share, y - radius * share, x + radius * share, y + radius * share], outline=_RED, width=width)
    font = ImageFont.load_default(radius * 0.22)
    for step in range(28):
        angle = step * 2 * math.pi / 28
        at = (x + radius * 0.74 * math.cos(angle), y + radius * 0.74 * math.sin(angle))
        draw.text(at, "UBNDTXHCNVMQ"[step % 12], fill=_RED, font=font, anchor="mm")
    reach = [radius * (0.16 if corner % 2 else 0.4) for corner in range(10)]
    draw.polygon([(x + r * math.sin(k * math.pi / 5), y - r * math.cos(k * math.pi / 5)) for k, r in enumerate(reach)], fill=_RED)
    wave = [(place[0] + 4 * t, place[1] - 40 + 34 * math.sin(t / 4) - t * 0.4) for t in range(70)]
    draw.line(wave, fill=_BLUE, width=4)
    return page
