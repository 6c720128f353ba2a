"""Scans and photos: pages of letters as pixels, read by Tesseract on all cores."""

import hashlib
import io
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from PIL import Image

from models import Document, Source, SourceError
from pipeline.messages import say
from pipeline.pulse import beat
from pipeline.read.compose import compose
from pipeline.read.guard_image import guard_image
from pipeline.read.printed import PrintedPage, arrange
from pipeline.read.scan_engine import require_engine
from pipeline.read.scan_markers import mend_markers
from pipeline.read.scan_page import Engine, read_page
from pipeline.rulebook import rulebook

Page = tuple[int, Image.Image, float | None]
"""A page's number from 1, its picture, and its dots an inch if they are known."""

_FORMATS: Final = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}


def read_scan(raw: bytes, file: str, name: str) -> Document:
    """Return the picture ``raw`` (PNG, JPEG, TIFF of many pages, BMP, WEBP) as a document read by OCR; ``file`` is what messages call it.

    Boxes are in points on the straightened page (``scan_clean.straighten``). Raises SourceError "ocr-missing", "ocr-failed",
    "broken", "unsafe-pixels", "unsafe-frames", "empty".
    """
    require_engine(file)
    guard_image(raw, file)
    try:
        with Image.open(io.BytesIO(raw), formats=list(_FORMATS)) as image:
            media_type = _FORMATS[image.format or "PNG"]
            pages = recognise(open_frames(image), file)
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises on damaged pictures
        raise SourceError("broken", say("read.broken", file=file, reason=error)) from error
    source = Source(name=name, sha256=hashlib.sha256(raw).hexdigest(), media_type=media_type, pages=len(pages), ocr=True)
    document = compose(arrange(pages), source)
    if not document.text.strip():
        raise SourceError("empty", say("read.empty", file=file))
    return document


def recognise(pages: Iterable[Page], file: str = "") -> list[PrintedPage]:
    """Return ``pages`` read, in their order; ``file`` is what messages call the file that they are of.

    As many pages are read at once as there are cores, each by one process; no more than these are held in memory. Raises
    SourceError "ocr-missing" where Tesseract or its Vietnamese data is not installed, "ocr-failed" where it breaks off.
    """
    engine = Engine(require_engine(file), file, rulebook())
    workers = os.cpu_count() or 1
    read: list[PrintedPage] = []
    waiting: deque[Future[PrintedPage]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for page in pages:
            waiting.append(pool.submit(read_page, *page, engine))
            if len(waiting) >= workers:
                read.append(waiting.popleft().result())
                beat()
        for future in waiting:
            read.append(future.result())
            beat()
    return mend_markers(read, engine.book)


def open_frames(image: Image.Image) -> Iterator[Page]:
    """Yield the pages of an opened picture: TIFF may have many, other formats have one."""
    for number in range(getattr(image, "n_frames", 1) if image.format == "TIFF" else 1):
        image.seek(number)
        yield number + 1, image.copy(), _dpi(image)


def _dpi(image: Image.Image) -> float | None:
    """Return the resolution that the file states, if its page is then of a size that paper has."""
    dpi = float((image.info.get("dpi") or (0, 0))[0])
    short = min(image.size) / dpi if dpi > 0 else 0
    return dpi if 4 <= short <= 18 else None
