"""Red stamps on the head of a scan ("MẬT", "KHẨN", "ĐẾN"): read by themselves, as cleaning bleaches their ink."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from pipeline.read.compose import Box
from pipeline.read.printed_page import PrintedLine
from pipeline.read.scan_clean import Dark, Pixels, straighten, tilt
from pipeline.read.scan_engine import read_words
from pipeline.read.scan_ruling import find_runs
from pipeline.read.scan_words import build_lines
from pipeline.rulebook import Rulebook

_Part = tuple[int, int, int, int]

_MM: Final = 72 / 25.4
_HEAD: Final = 0.45
"""of the height of a page: marks of secrecy and of urgency stand under the number or beside the letterhead (NĐ 30/2020, phụ lục I)"""
_FAINT: Final = 30
"""by how much (of 255) ink must be redder than anything else to be a stamp's"""
_DARK: Final = 120
_LEAST_INK: Final = 5.0  # square millimetres: the strokes of three capitals
_CELL: Final = 1.0  # millimetres: so near each other, above and beside, red spots are one stamp
_NEAR: Final = (2, 4)
_SMALLEST: Final = (7.0, 2.5)
_LARGEST: Final = (130.0, 60.0)
_MARK: Final = (80.0, 30.0)  # millimetres, slanted
_SEAL: Final = (14.0, 1.3)  # a seal is at least so high (millimetres), and no broader or higher than that ratio
_CORNER: Final = 0.13  # of the breadth of a circle: a square of that size in the corner of its box is empty
_SOLID: Final = 0.12
_MOST_STAMPS: Final = 6
_FRAME: Final = 2.2  # millimetres from the edge of a stamp that its frame, single or double, takes
_GOOD_DPI: Final = 240
_TURNS: Final = (0.0, 1.5, -1.5)
_SIZES: Final = (1.0, 0.7)
_SURE: Final = 0.5
_LEAST_LETTERS: Final = 3
_ALIKE: Final = 0.8
_RULE: Final = "stamp"
_BORDER: Final = 12


def read_stamps(image: Image.Image, dpi: float | None, turn: int, program: str, file: str, book: Rulebook) -> list[PrintedLine]:
    """Return the lines of red print on the head of the page ``image``, turned by ``turn`` degrees; slanted stamps are levelled.

    Their box is that of the whole stamp, on the page as ``scan_clean.straighten`` has it. No program is started for a page
    without red ink. Raises SourceError "ocr-failed".
    """
    if not _has_red(image):
        return []
    page, points = straighten(image, dpi, turn)
    head = page.crop((0, 0, page.width, int(page.height * _HEAD)))
    parts = _stamps(np.asarray(_redness(head)) > _FAINT, _MM / points)
    stamps = [_ink(head.crop(part)) for part in parts]

    def read(numbers: Sequence[int], turns: Sequence[float], sizes: Sequence[float]) -> Iterator[list[list[PrintedLine]]]:
        pictures = [picture for n in numbers for picture in _pictures(stamps[n], points, turns, sizes)]
        words = iter(read_words(pictures, program, file, page=False))
        for _ in numbers:
            yield [build_lines(next(words), points, (0.0, 0.0), book).lines for _ in turns for _ in sizes]

    readings = list(read(range(len(parts)), (0.0,), (1.0,)))
    unsure = [n for n, part in enumerate(parts) if _fits_mark(part, _MM / points) and not _is_settled(readings[n][0], book)]
    for n, more in zip(unsure, read(unsure, _TURNS, _SIZES), strict=True):
        readings[n] += more
    found: list[PrintedLine] = []
    for part, readings_of in zip(parts, readings, strict=True):
        box: Box = (part[0] * points, part[1] * points, part[2] * points, part[3] * points)
        found += [replace(line, box=box) for line in _best(readings_of, book)]
    return found


def _fits_mark(part: _Part, mm: float) -> bool:
    """Whether a stamp may be one of secrecy or urgency: of one line."""
    return part[2] - part[0] <= _MARK[0] * mm and part[3] - part[1] <= _MARK[1] * mm


def _is_settled(lines: Sequence[PrintedLine], book: Rulebook) -> bool:
    return len(lines) == 1 and lines[0].words in book["ocr"].tables["stamps"]["words"]


def without_known(stamps: Sequence[PrintedLine], known: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Return ``stamps`` but for those that stand among ``known`` lines: red so dark that it was not bleached."""
    return [stamp for stamp in stamps if not any(_touch(stamp.box, line.box) and _same(stamp.words, line.words) for line in known)]


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _same(one: str, other: str) -> bool:
    return one in other or _likeness(_bare(one), _bare(other)) >= _ALIKE


def _best(readings: Sequence[Sequence[PrintedLine]], book: Rulebook) -> Sequence[PrintedLine]:
    """Return the words of that reading of a stamp which is most like a stamp in use (rules/ocr.toml), or else surest."""
    best: Sequence[PrintedLine] = ()
    merit = (0.0, 0.0)
    for read in readings:
        for lines in (read, _joined(read)) if len(read) == 2 else (read,):
            known = [_known(line, book) for line in lines]
            kept = [mended or line for (_, mended), line in zip(known, lines, strict=True) if mended or _is_word(line)]
            found = max((likeness for likeness, _ in known), default=0.0), sum(line.confidence * len(line.words) for line in kept)
            if found > merit:
                best, merit = kept, found
    return best


def _joined(lines: Sequence[PrintedLine]) -> Sequence[PrintedLine]:
    """Return two lines as one: a stamp may be read as two columns."""
    return [PrintedLine(" ".join(line.words for line in lines), lines[0].box, min(line.confidence for line in lines))]


def _known(line: PrintedLine, book: Rulebook) -> tuple[float, PrintedLine | None]:
    """Return how like the most similar stamp in use ``line`` is, and the line mended to that; (0, None) where none is alike."""
    bare = _bare(line.words)
    if len(bare) < _LEAST_LETTERS or 2 * sum(c.isupper() for c in line.words) < len(bare):
        return 0.0, None
    likeness, words = max((_likeness(bare, _bare(words)), words) for words in book["ocr"].tables["stamps"]["words"])
    if likeness < _ALIKE:
        return 0.0, None
    if line.words == words:
        return likeness, line
    return likeness, PrintedLine(words, line.box, line.confidence, ((0, len(words), line.words, _RULE),))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _bare(words: str) -> str:
    """Return the letters of ``words`` without marks."""
    apart = unicodedata.normalize("NFD", words.upper().replace("Đ", "D"))
    return "".join(c for c in apart if c.isalnum())


def _is_word(line: PrintedLine) -> bool:
    letters = sum(c.isalpha() for c in line.words)
    return line.confidence >= _SURE and letters >= _LEAST_LETTERS and letters >= 0.5 * len(line.words.replace(" ", ""))


def _has_red(image: Image.Image) -> bool:
    if image.mode in {"1", "L", "LA", "F"} or image.mode.startswith("I"):
        return False
    colours = image.convert("RGB")
    small = np.asarray(_redness(colours.reduce(3) if min(image.size) >= 300 else colours))
    # of a stamp at 70 dpi, the least, more is left
    return int((small > _FAINT).sum()) > 20


def _redness(image: Image.Image) -> Image.Image:
    """Return by how much every pixel is redder than green and blue, and than its paper."""
    if image.mode != "RGB":
        return Image.new("L", image.size)
    red, green, blue = image.split()
    spare = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    tint = int(np.median(np.asarray(spare)[::7, ::7])) if min(image.size) >= 7 else 0
    return spare.point(lambda value: max(0, value - tint)) if tint else spare


def _ink(stamp: Image.Image) -> Image.Image:
    """Return the red ink of a stamp, 0 to 255, and what of it black print that crosses it hides: black that lies between red."""
    red = _redness(stamp)
    values = np.asarray(red)
    full = max(2.0 * _FAINT, float(np.percentile(values[values > _FAINT], 60)))
    ink = red.point(lambda value: round(min(1.0, max(0.0, (value - _FAINT / 2) / (full - _FAINT / 2))) * 255))
    between = red.point(lambda value: 255 if value > _FAINT else 0).filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.MinFilter(7))
    planes = stamp.split()
    black = ImageChops.lighter(planes[0], ImageChops.lighter(planes[1], planes[2])).point(lambda value: 160 if value < _DARK else 0)
    return ImageChops.lighter(ink, ImageChops.darker(between, black))


def _stamps(red: Dark, mm: float) -> list[_Part]:
    """Return the boxes (pixels) of what is red, stands together and may bear words, that with the most ink first."""
    cell = max(2, round(_CELL * mm))
    solid = red.copy()
    solid[1:-1, 1:-1] = red[1:-1, 1:-1] & red[:-2, 1:-1] & red[2:, 1:-1] & red[1:-1, :-2] & red[1:-1, 2:]
    ink, firm = _by_cells(red, cell), _by_cells(solid, cell)
    found = []
    for group in _groups({(int(y), int(x)) for y, x in np.argwhere(ink > max(1, cell * cell // 40))}):
        ys, xs = [y for y, _ in group], [x for _, x in group]
        wide, high = (max(xs) + 1 - min(xs)) * cell / mm, (max(ys) + 1 - min(ys)) * cell / mm
        amount = sum(int(ink[place]) for place in group)
        # a scanner that is out of register edges black letters with red: such ink has no breadth
        fringe = mm > 5 and sum(int(firm[place]) for place in group) < _SOLID * amount
        seal = high >= _SEAL[0] and max(wide, high) <= _SEAL[1] * min(wide, high) and _is_round(group)
        fits = _SMALLEST[0] <= wide <= _LARGEST[0] and _SMALLEST[1] <= high <= _LARGEST[1] and high <= 2 * wide
        if amount >= _LEAST_INK * mm * mm and fits and not fringe and not seal:
            left, top = max(0, (min(xs) - 1) * cell), max(0, (min(ys) - 1) * cell)
            found.append((amount, (left, top, min(red.shape[1], (max(xs) + 2) * cell), min(red.shape[0], (max(ys) + 2) * cell))))
    return [part for _, part in sorted(found, reverse=True)[:_MOST_STAMPS]]


def _is_round(group: Sequence[tuple[int, int]]) -> bool:
    """Whether the corners of the box around ``group`` are empty."""
    top, left = min(y for y, _ in group), min(x for _, x in group)
    high, wide = max(y for y, _ in group) - top + 1, max(x for _, x in group) - left + 1
    edge = _CORNER * min(high, wide)
    return not any(min(y - top, top + high - 1 - y) + 1 <= edge and min(x - left, left + wide - 1 - x) + 1 <= edge for y, x in group)


def _by_cells(mask: Dark, cell: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Return how many pixels of each square of ``cell`` pixels are set."""
    high, wide = -(-mask.shape[0] // cell), -(-mask.shape[1] // cell)
    whole = np.zeros((high * cell, wide * cell), np.int32)
    whole[: mask.shape[0], : mask.shape[1]] = mask
    counts: np.ndarray[tuple[int, ...], np.dtype[np.int32]] = whole.reshape(high, cell, wide, cell).sum(axis=(1, 3), dtype=np.int32)
    return counts


def _groups(left: set[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield the cells that stand near each other."""
    reach = [(y, x) for y in range(-_NEAR[0], _NEAR[0] + 1) for x in range(-_NEAR[1], _NEAR[1] + 1)]
    while left:
        group = [left.pop()]
        for y, x in group:  # grows
            near = {(y + dy, x + dx) for dy, dx in reach} & left
            left -= near
            group.extend(near)
        yield group


def _pictures(ink: Image.Image, points: float, turns: Sequence[float], sizes: Sequence[float]) -> Iterator[Pixels]:
    """Yield a stamp as black letters on white, without its frame: levelled and then turned by ``turns`` (degrees), in ``sizes``."""
    scale = max(1.0, _GOOD_DPI * points / 72)
    ink = ink.resize((round(ink.width * scale), round(ink.height * scale)), Image.Resampling.LANCZOS)
    slant = tilt(ImageChops.invert(ink))
    for turn in turns:
        turned = np.asarray(ink.rotate(slant + turn, Image.Resampling.BICUBIC, expand=True))
        picture = np.pad(255 - _without_frame(turned, _MM / points * scale), _BORDER, constant_values=255)
        for size in sizes:
            shape = round(picture.shape[1] * size), round(picture.shape[0] * size)
            yield picture if size == 1 else np.asarray(Image.fromarray(picture).resize(shape, Image.Resampling.LANCZOS))


def _without_frame(ink: Pixels, mm: float) -> Pixels:
    """Return a level stamp without the lines of its frame: level ones that are long, and upright ones at its two ends."""
    for _ in range(2):  # a frame may be double
        dark = ink > 127
        rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
        if not len(rows):
            return ink
        lines = find_runs(dark, int((columns[-1] - columns[0]) * 0.4), False)
        if not lines.any():
            return ink
        upright = find_runs(dark, int((rows[-1] - rows[0]) * 0.5), True)
        ends = int(_FRAME * mm)
        upright[:, columns[0] + ends : max(columns[0] + ends, columns[-1] - ends)] = False
        around = Image.fromarray(lines | upright).convert("L").filter(ImageFilter.MaxFilter(5))
        ink = np.where(np.asarray(around) > 0, np.uint8(0), ink)
    return ink
