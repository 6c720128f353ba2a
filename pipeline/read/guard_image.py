"""Pictures are measured by their headers before a pixel of them is unpacked."""

import io
import warnings
from typing import Final

from PIL import Image, UnidentifiedImageError

from models import SourceError
from pipeline.messages import say
from pipeline.read.guard import refuse

MAX_PIXELS: Final = 80_000_000
"""A3 at 600 dots an inch has 70 million."""
MAX_FRAMES: Final = 1_000
FORMATS: Final = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")


def guard_image(raw: bytes, file: str) -> None:
    """See that each page of the picture ``raw`` is of a size that paper has.

    Raises SourceError: "broken" where the header cannot be read, "unsafe-pixels", "unsafe-frames".
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own warning comes at 89 million pixels, after our refusal
            with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
                for frame in range(MAX_FRAMES + 1 if image.format == "TIFF" else 1):
                    try:
                        image.seek(frame)
                    except EOFError:
                        return
                    if image.width * image.height > MAX_PIXELS:
                        raise _too_many(file, image.width, image.height)
                if image.format == "TIFF":
                    raise refuse(file, "frames", limit=MAX_FRAMES)
    except Image.DecompressionBombError as error:
        raise _too_many(file) from error
    except UnidentifiedImageError as error:
        raise SourceError("broken", say("read.broken", file=file, reason=say("unsafe.no-picture"))) from error
    except MemoryError:
        raise
    except SourceError:
        raise
    except Exception as error:  # Pillow's decoders raise what their code happens to raise on damaged headers
        raise SourceError("broken", say("read.broken", file=file, reason=error)) from error


def _too_many(file: str, width: int = 0, height: int = 0) -> SourceError:
    size = f"{width} × {height}" if width else say("unsafe.many")
    return refuse(file, "pixels", size=size, limit=MAX_PIXELS // 1_000_000)
