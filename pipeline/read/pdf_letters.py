"""The letters of a PDF page and where each one stands, fetched from pdfium in bulk."""

import ctypes
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from math import hypot, pi
from typing import Any, Final

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from pipeline.read.compose import Box

LINE_HYPHEN: Final = "\x02"
"""What pdfium gives for a hyphen, a soft one too, at the end of a line."""
_BULK_HYPHEN: Final = 0xFFFE  # the same where letters are fetched in bulk
_LIGATURES: Final = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_FAR: Final = 1e5  # points: nothing is printed further away
_SAMPLES: Final = 64  # letters whose angle tells which way is up
_ITALIC: Final = 0.22  # quarter turns: letters slanted by hand of the program lean by less
_TALL: Final = 1.2  # from the height of the tallest letter to the size of its font, where the file gives none
_BOXED_NUMBER: Final = 16  # letters of a number or day that a clerk has put on the page as a note


def _plain(function: Any, *arguments: Any) -> Callable[..., int]:
    """Return a function of pdfium that takes addresses as numbers: a call costs a third of one with typed pointers."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.CFUNCTYPE(ctypes.c_int, *arguments)(address)


_loose_box = _plain(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_origin = _plain(pdfium.FPDFText_GetCharOrigin, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_letter = _plain(pdfium.FPDFText_GetUnicode, ctypes.c_void_p, ctypes.c_int)


@dataclass(frozen=True, eq=False)
class Frame:
    """How a page lies: its visible box in its own space, and the quarter turns (clockwise) after which it is upright."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, upright."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)

    def boxes(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return boxes (left, bottom, right, top of the page's space) as left, top, right, bottom from the upper left corner."""
        left, bottom, right, top = raw[:, 0] - self.left, raw[:, 1] - self.bottom, self.right - raw[:, 2], self.top - raw[:, 3]
        width, height = self.right - self.left, self.top - self.bottom
        sides = (
            (left, top, width - right, height - bottom),
            (bottom, left, height - top, width - right),
            (right, bottom, width - left, height - top),
            (top, right, height - bottom, width - left),
        )[self.turns]
        return np.stack(sides, axis=1)


@dataclass(frozen=True, eq=False)
class Letters:
    """The letters of a page in the file's order, blanks left out.

    Their boxes (left, top, right, bottom) and the lines they stand on (``feet``) are in points from the upper left corner;
    ``spaced`` tells before which a blank stands. ``apart`` are the letters of notes laid over the page, ``slanting`` those
    turned against it.
    """

    words: tuple[str, ...]
    boxes: NDArray[np.float64]
    feet: NDArray[np.float64]
    sizes: NDArray[np.float64]
    spaced: NDArray[np.bool_]
    apart: NDArray[np.bool_]
    slanting: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def spelled(self) -> list[str]:
        """The letters, each with the blank before it."""
        return [f" {word}" if blank else word for word, blank in zip(self.words, self.spaced.tolist(), strict=True)]


@contextmanager
def opened_text(page: Any) -> Iterator[Any]:
    """Give the text page of a pdfium page, or None where it has none."""
    text = pdfium.FPDFText_LoadPage(page)
    try:
        yield text or None
    finally:
        if text:
            pdfium.FPDFText_ClosePage(text)


def count_letters(page: Any) -> int:
    """Return how many letters pdfium sees on ``page``."""
    with opened_text(page) as text:
        return max(0, pdfium.FPDFText_CountChars(text)) if text else 0


def read_frame(page: Any, text: Any) -> Frame:
    """Return how ``page`` lies. Upright is what most of its letters are, whatever the page's own turn says."""
    rect = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, rect)
    turns = max(0, pdfium.FPDFPage_GetRotation(page)) % 4
    count = pdfium.FPDFText_CountChars(text) if text else 0
    if count > 0:
        angles = (pdfium.FPDFText_GetCharAngle(text, i) for i in range(0, count, max(1, count // _SAMPLES)))
        quarters = Counter(-round(angle / (pi / 2)) % 4 for angle in angles if angle >= 0)  # pdfium turns them clockwise
        if quarters and (best := quarters.most_common(1)[0])[1] > 0.6 * quarters.total():
            turns = best[0]
    return Frame(rect.left, rect.bottom, rect.right, rect.top, turns)


def read_letters(text: Any, frame: Frame, own: int, notes: list[Box]) -> Letters:
    """Return the letters of a text page. Those from index ``own`` on come from the ``notes`` laid over it (boxes in the page's space).

    A note of a few letters in one line ("447" in the blank of a number) is part of the page's text, longer ones are apart.
    """
    count = max(0, pdfium.FPDFText_CountChars(text)) if text else 0
    raw = np.zeros((count, 4), dtype=np.float32)
    origins = np.zeros((count, 2), dtype=np.float64)
    code = np.zeros(0, dtype=np.int64)
    if count:
        address = ctypes.cast(text, ctypes.c_void_p).value
        box, x = (range(start, start + 16 * count, 16) for start in (raw.ctypes.data, origins.ctypes.data))
        y = range(x.start + 8, x.stop + 8, 16)
        deque(map(_loose_box, repeat(address), range(count), box), maxlen=0)
        deque(map(_origin, repeat(address), range(count), x, y), maxlen=0)
        code = _codes(text, address, count)
    raw, origins = (np.clip(np.nan_to_num(places), -_FAR, _FAR) for places in (raw, origins))
    raw = np.clip(np.nan_to_num(raw), -_FAR, _FAR)
    origins = np.clip(np.nan_to_num(origins), -_FAR, _FAR)
    boxes = frame.boxes(raw[:, [0, 3, 2, 1]].astype(np.float64))  # FS_RECTF: left, top, right, bottom
    feet = frame.boxes(np.concatenate((origins, origins), axis=1))[:, 3]
    blank = (code <= 32) & (code != ord(LINE_HYPHEN)) | (code == 0xA0) | (code == 0x200B) | (code == 0xFEFF) | (code == 0x3000)
    marks = (code >= 0x300) & (code < 0x370)
    if marks.any():  # a mark stands where its letter stands
        for i in np.flatnonzero(marks).tolist():
            if i and not blank[i - 1]:
                boxes[i] = boxes[i - 1]
    kept = np.flatnonzero(~blank)
    after = np.cumsum(blank)[kept]
    spaced = np.diff(after, prepend=0) > 0
    words = list(code[kept].astype("<u4").tobytes().decode("utf-32-le", "replace"))
    for i in np.flatnonzero((code[kept] >= 0xFB00) & (code[kept] < 0xFB07)).tolist():
        words[i] = _LIGATURES[ord(words[i])]
    boxes, feet = boxes[kept], feet[kept]
    apart = _apart(boxes, feet, kept >= own, frame.boxes(np.array(notes)).tolist() if notes else [])
    sizes, slanting = _measure(text, kept, boxes, feet)
    return Letters(tuple(words), boxes, feet, sizes, spaced, apart, slanting)


def _codes(text: Any, address: int | None, count: int) -> NDArray[np.int64]:
    buffer = (ctypes.c_ushort * (count + 1))()
    if pdfium.FPDFText_GetText(text, 0, count, buffer) == count + 1:
        code: NDArray[np.int64] = np.array(buffer, dtype=np.int64)[:count]
        if not ((code >= 0xD800) & (code < 0xE000)).any():
            code[code == _BULK_HYPHEN] = ord(LINE_HYPHEN)
            return code
    code = np.fromiter(map(_letter, repeat(address), range(count)), dtype=np.int64, count=count)
    code[(code < 0) | (code >= 0x110000) | ((code >= 0xD800) & (code < 0xE000))] = 0xFFFD
    return code


def _apart(boxes: NDArray[np.float64], feet: NDArray[np.float64], noted: NDArray[np.bool_], notes: list[Box]) -> NDArray[np.bool_]:
    apart = noted.copy()
    if not noted.any():
        return apart
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    for left, top, right, bottom in notes:
        inside = noted & (x >= left - 2) & (x <= right + 2) & (y >= top - 2) & (y <= bottom + 2)
        if 0 < inside.sum() <= _BOXED_NUMBER and np.ptp(feet[inside]) < 4:
            apart[inside] = False
    return apart


def _measure(text: Any, kept: NDArray[np.int64], boxes: NDArray[np.float64], feet: NDArray[np.float64]) -> tuple[Any, Any]:
    """Return the size of each letter, and which are turned against the page (watermarks, stamps).

    Both are asked once for each stretch of letters that stand on one foot line.
    """
    sizes, slanting = np.zeros(len(kept)), np.zeros(len(kept), dtype=np.bool_)
    if not len(kept):
        return sizes, slanting
    jumps = np.flatnonzero(np.abs(np.diff(feet)) > 1.0) + 1
    starts, ends = np.concatenate(([0], jumps)).tolist(), np.concatenate((jumps, [len(kept)])).tolist()
    angles = [pdfium.FPDFText_GetCharAngle(text, int(kept[start])) / (pi / 2) for start in starts]
    level = Counter(round(angle) % 4 for angle in angles if angle >= 0 and abs(angle - round(angle)) <= _ITALIC)
    up = level.most_common(1)[0][0] if level else 0
    matrix = pdfium.FS_MATRIX()
    for start, end, angle in zip(starts, ends, angles, strict=True):
        slanting[start:end] = angle >= 0 and (abs(angle - round(angle)) > _ITALIC or round(angle) % 4 != up)
        scale = hypot(matrix.c, matrix.d) if pdfium.FPDFText_GetMatrix(text, int(kept[start]), matrix) else 1.0
        size = pdfium.FPDFText_GetFontSize(text, int(kept[start])) * scale
        tall = float(np.max(feet[start:end] - boxes[start:end, 1]))
        sizes[start:end] = size if 0.6 * tall < size < 4 * tall else max(1.0, _TALL * tall)
    return sizes, slanting
