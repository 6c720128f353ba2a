"""A scanned or photographed page made fit for reading: upright, straight, evenly lit, without coloured ink, letters large enough."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

Pixels = NDArray[np.uint8]
Dark = NDArray[np.bool_]

A4_INCHES: Final = 8.27
# The height (ascenders and tone marks included) of letters in pixels that Tesseract reads best, and below which a page is enlarged.
_GOOD_HEIGHT: Final = 26
_SMALL_HEIGHT: Final = 20
_MOST_ENLARGED: Final = 2.5
# A page of more pixels than this is made smaller first: A4 at 300 dpi, A3 at 220.
_MOST_PIXELS: Final = 9_500_000
_STRIP: Final = 256
_COLOURED: Final = 30
_STEEPEST: Final = 6.0
_LEAST_TILT: Final = 0.08


@dataclass(frozen=True)
class CleanPage:
    """A page ready for Tesseract: dark letters on white. ``points`` is the size of a pixel in points (1/72 inch).

    ``dark`` are the pixels with ink. Places are those of the straightened page (``straighten``), from its upper left corner.
    """

    pixels: Pixels
    dark: Dark
    points: float
    width: float
    height: float


def clean(image: Image.Image, dpi: float | None, turn: int = 0) -> CleanPage:
    """Return ``image``, turned by ``turn`` degrees and straightened, as black letters on white.

    ``dpi`` None means unknown (a photo): the page is then taken to be as wide as A4. Coloured ink (stamps, signatures) is
    bleached; black letters under it stay. Small letters are enlarged.
    """
    upright, shrunk = _upright(image, turn)
    dpi = _dots(upright, dpi, shrunk)
    grey = _level(_bleach(upright), tilt(upright))
    pixels = np.asarray(grey)
    scale = _scale(pixels)
    if scale == 1:
        pixels = _without_specks(pixels)
    else:
        size = round(grey.width * scale), round(grey.height * scale)
        pixels = np.asarray(grey.resize(size, Image.Resampling.LANCZOS))
    return CleanPage(pixels, pixels < 128, 72 / dpi / scale, upright.width * 72 / dpi, upright.height * 72 / dpi)


def straighten(image: Image.Image, dpi: float | None, turn: int = 0) -> tuple[Image.Image, float]:
    """Return the page in colour or grey as ``clean`` sees it (EXIF turn undone, turned by ``turn``, lines level), and the size of
    its pixels in points. The boxes that are read refer to this picture.
    """
    upright, shrunk = _upright(image, turn)
    return _level(upright, tilt(upright)), 72 / _dots(upright, dpi, shrunk)


def _dots(upright: Image.Image, dpi: float | None, shrunk: float) -> float:
    return dpi * shrunk if dpi else max(20.0, min(upright.size) / A4_INCHES)


def _upright(image: Image.Image, turn: int) -> tuple[Image.Image, float]:
    """Return the page turned as its EXIF data and ``turn`` say, and by how much it was made smaller (1 or less)."""
    image = _plain(ImageOps.exif_transpose(image))
    shrunk = min(1.0, (_MOST_PIXELS / (image.width * image.height)) ** 0.5)
    if shrunk < 1:
        image = image.resize((max(1, int(image.width * shrunk)), max(1, int(image.height * shrunk))), Image.Resampling.BOX)
    return (image.rotate(turn, expand=True) if turn else image), shrunk


def _level(image: Image.Image, angle: float) -> Image.Image:
    if abs(angle) < _LEAST_TILT:
        return image
    return image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255 if image.mode == "L" else (255, 255, 255))


def _plain(image: Image.Image) -> Image.Image:
    """Return ``image`` as grey or RGB; what is transparent becomes white paper."""
    if image.mode in {"RGBA", "LA", "PA"} or (image.mode == "P" and "transparency" in image.info):
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, layer).convert("RGB")
    if image.mode in {"1", "L"}:
        return image.convert("L")
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        return Image.fromarray(((values - low) * (255 / max(1.0, high - low))).astype(np.uint8))
    return image.convert("RGB")


def _small_dark(image: Image.Image, longest: int) -> Dark:
    """Return the ink of a small copy of ``image``: darker than its surroundings by a third."""
    grey = image.convert("L")
    shrink = max(1, round(max(grey.size) / longest))
    small = grey.reduce(shrink) if shrink > 1 else grey
    paper = small.filter(ImageFilter.BoxBlur(12))
    return np.asarray(small, dtype=np.int16) * 4 < np.asarray(paper, dtype=np.int16) * 3


def tilt(image: Image.Image) -> float:
    """Return by how many degrees (counter-clockwise) the page must be turned so that its lines run level."""
    dark = _small_dark(image, 1400)
    y, x = np.nonzero(dark)
    if len(y) < 500:
        return 0.0
    step = max(1, len(y) // 120_000)
    y, x = y[::step].astype(np.float64), x[::step] - dark.shape[1] / 2

    def sharpness(angle: float) -> float:
        rows = np.bincount((y + x * np.tan(np.radians(angle)) + dark.shape[1]).astype(np.int64))
        return float((np.diff(rows).astype(np.float64) ** 2).sum())

    best = max((a / 2 for a in range(int(-_STEEPEST * 2), int(_STEEPEST * 2) + 1)), key=sharpness)
    for width, parts in ((0.5, 5), (0.1, 5)):
        best = max((best + width * k / parts for k in range(-parts, parts + 1)), key=sharpness)
    # no line of print stands out at a steep angle by chance alone: it must beat the page as it is clearly
    return -best if sharpness(best) > sharpness(0.0) * 1.03 else 0.0


def _bleach(image: Image.Image) -> Image.Image:
    """Return the page as grey: paper white whatever its light, letters black, coloured ink as paper."""
    if image.mode == "RGB" and not _has_colour(image):
        image = image.convert("L")
    planes = [(np.asarray(plane), np.asarray(_paper(plane))) for plane in image.split()]
    # in strips: a page as floating-point numbers would take a third of a gigabyte
    strips = range(0, image.height, _STRIP)
    grey = np.concatenate([_grey([(p[y : y + _STRIP], light[y : y + _STRIP]) for p, light in planes]) for y in strips])
    ink = grey[::3, ::3]
    ink = ink[ink < 153]
    black = min(115.0, float(np.percentile(ink, 20)) if ink.size > 50 else 0.0)
    values = np.clip((np.arange(256) - black) / (235 - black), 0, 1)
    # grey edges of small letters count as ink: measured best on photos of 70 dpi, no harm on scans
    return Image.fromarray(np.rint(255 * values**1.8).astype(np.uint8)[grey])


def _has_colour(image: Image.Image) -> bool:
    small = np.asarray(image.reduce(4) if min(image.size) >= 8 else image, dtype=np.int16)
    return bool(((small.max(axis=2) - small.min(axis=2)) > _COLOURED).mean() > 0.0002)


def _grey(planes: list[tuple[Pixels, Pixels]]) -> Pixels:
    """Return how bright a strip is beside its paper, 0 to 255, coloured ink brightened."""
    colours = np.stack([plane / light.astype(np.float32) for plane, light in planes])
    grey = colours.max(axis=0)
    if len(planes) == 3:
        # red, blue and violet ink is bright in one colour at least, black under it in none; a JPEG smears colour over its neighbours
        colour = (np.clip(grey, 0, 1) - np.clip(colours.min(axis=0), 0, 1)) * 255
        spread = np.asarray(Image.fromarray(colour.astype(np.uint8)).filter(ImageFilter.MaxFilter(3)), dtype=np.float32)
        grey *= 1 + 2 * np.clip(spread / 255 - 0.1, 0, 1)
    bright: Pixels = np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)
    return bright


def _paper(plane: Image.Image) -> Image.Image:
    """Return the brightness of the bare paper around every pixel (85 to 255)."""
    cell = max(4, round(min(plane.size) / 120))
    light = plane.resize((max(1, plane.width // cell), max(1, plane.height // cell)), Image.Resampling.BOX)
    light = light.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.BoxBlur(3))
    # a picture or a black bar is no paper: nothing is lit up more than threefold
    return light.point(lambda value: max(85, value)).resize(plane.size, Image.Resampling.BILINEAR)


def _without_specks(pixels: Pixels) -> Pixels:
    """Return the page without single dark pixels: dust, and the noise of a scanner."""
    dark = np.pad(pixels < 160, 1)
    rows = dark[:-2].astype(np.int8) + dark[1:-1] + dark[2:]
    around = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    return np.where(dark[1:-1, 1:-1] & (around == 1), np.uint8(255), pixels)


def _scale(pixels: Pixels) -> float:
    """Return how much to enlarge the page so that its letters are high enough; 1 where they are."""
    height = line_height(pixels < 128)
    if not height or height >= _SMALL_HEIGHT:
        return 1.0
    return min(_MOST_ENLARGED, _GOOD_HEIGHT / height)


def line_height(dark: Dark) -> float:
    """Return the usual height in pixels of a printed line (tone marks to descenders); 0 on a page without lines."""
    profile = dark.sum(axis=1)
    if not profile.any():
        return 0.0
    lines = profile > max(2.0, 0.12 * float(np.percentile(profile[profile > 0], 90)))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], lines.astype(np.int8), [0]))))
    heights = (edges[1::2] - edges[::2]).astype(float)
    heights = heights[heights >= 4]
    return float(np.median(heights)) if len(heights) else 0.0
