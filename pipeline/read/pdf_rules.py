"""What is drawn on a PDF page: the rulings of its tables, and how much of it pictures cover."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from pipeline.read.compose import Box
from pipeline.read.pdf_letters import Frame

_THIN: Final = 3.0  # points: a box so thin is a ruling
_SHORT: Final = 4.0  # points: a ruling shorter than this is a piece of a dotted one, or of a drawing
_MOST_OBJECTS: Final = 60_000
_MOST_SEGMENTS: Final = 4_000  # a path of more is a drawing
_DEEPEST: Final = 4


class _Matrix(NamedTuple):
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def of(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def under(self, outer: "_Matrix") -> "_Matrix":
        """Return the matrix of an object in a group that itself is drawn by ``outer``."""
        a, b, c, d, e, f = self
        return _Matrix(
            a * outer.a + b * outer.c, a * outer.b + b * outer.d, c * outer.a + d * outer.c, c * outer.b + d * outer.d,
            *outer.of(e, f),
        )  # fmt: skip


@dataclass
class Drawing:
    """Rulings (boxes in points from the upper left corner) of a page, level and upright ones; ``pictures`` is the share of the page
    that pictures cover (0 to 1), ``dpi`` the resolution of the finest of them; ``paths`` counts drawn shapes.
    """

    level: list[Box] = field(default_factory=list)
    upright: list[Box] = field(default_factory=list)
    pictures: float = 0.0
    dpi: float = 0.0
    paths: int = 0


def read_drawing(page: Any, frame: Frame) -> Drawing:
    """Return what is drawn on ``page``."""
    found = Drawing()
    thin: list[Box] = []
    for item, matrix in _objects(page):
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_PATH:
            found.paths += 1
            thin.extend(_rulings(item, matrix))
        else:
            _see_picture(item, matrix, frame, found)
    if thin:
        for left, top, right, bottom in frame.boxes(np.array(thin)).tolist():
            (found.level if right - left >= bottom - top else found.upright).append((left, top, right, bottom))
    found.pictures = min(1.0, found.pictures)
    return found


def _objects(page: Any) -> Iterator[tuple[Any, _Matrix]]:
    """Yield the paths and pictures of ``page``, those in groups included, each with the matrix of its group."""
    stack: list[tuple[Any, _Matrix, int]] = []
    seen = 0
    total = pdfium.FPDFPage_CountObjects(page)
    for i in range(min(total, _MOST_OBJECTS)):
        stack.append((pdfium.FPDFPage_GetObject(page, i), _Matrix(), 0))
        while stack:
            item, matrix, depth = stack.pop()
            kind = pdfium.FPDFPageObj_GetType(item)
            seen += 1
            if kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
                yield item, matrix
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST and seen < _MOST_OBJECTS:
                inner = _matrix(item).under(matrix)
                for k in range(min(pdfium.FPDFFormObj_CountObjects(item), _MOST_OBJECTS)):
                    stack.append((pdfium.FPDFFormObj_GetObject(item, k), inner, depth + 1))


def _matrix(item: Any) -> _Matrix:
    raw = pdfium.FS_MATRIX()
    return _Matrix(raw.a, raw.b, raw.c, raw.d, raw.e, raw.f) if pdfium.FPDFPageObj_GetMatrix(item, raw) else _Matrix()


def _bounds(item: Any, matrix: _Matrix) -> Box | None:
    """Return left, bottom, right, top of an object in the page's space."""
    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *sides):
        return None
    left, bottom, right, top = (side.value for side in sides)
    corners = [matrix.of(x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _see_picture(item: Any, matrix: _Matrix, frame: Frame, found: Drawing) -> None:
    if bounds := _bounds(item, matrix):
        left, bottom, right, top = bounds
        width = max(0.0, min(right, frame.right) - max(left, frame.left))
        height = max(0.0, min(top, frame.top) - max(bottom, frame.bottom))
        found.pictures += width * height / max(1.0, (frame.right - frame.left) * (frame.top - frame.bottom))
        across, down = ctypes.c_uint(), ctypes.c_uint()
        if width * height > 0 and pdfium.FPDFImageObj_GetImagePixelSize(item, across, down):
            sides = sorted((across.value, down.value))
            spread = sorted((right - left, top - bottom))
            found.dpi = max(found.dpi, min(72 * side / max(1.0, length) for side, length in zip(sides, spread, strict=True)))


def _rulings(item: Any, matrix: _Matrix) -> Iterator[Box]:
    """Yield the thin boxes of a path: a filled sliver, or the straight sides of what is stroked."""
    bounds = _bounds(item, matrix)
    if bounds is None:
        return
    left, bottom, right, top = bounds
    if right - left <= _THIN or top - bottom <= _THIN:
        yield bounds
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    segments = pdfium.FPDFPath_CountSegments(item)
    if not 2 <= segments <= _MOST_SEGMENTS or not pdfium.FPDFPath_GetDrawMode(item, fill, stroke):
        return
    own = _matrix(item).under(matrix)
    for points in _outlines(item, segments, own):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if max(xs) - min(xs) <= _THIN or max(ys) - min(ys) <= _THIN:
            yield min(xs), min(ys), max(xs), max(ys)
        elif stroke.value:
            for (x, y), (u, v) in pairwise(points):
                if abs(x - u) <= 0.5 or abs(y - v) <= 0.5:
                    yield min(x, u), min(y, v), max(x, u), max(y, v)


def _outlines(item: Any, segments: int, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
    """Yield the corners of each outline of a path; one that closes ends where it began. Outlines with curves are left out."""
    points: list[tuple[float, float]] = []
    curved = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(segments):
        segment = pdfium.FPDFPath_GetPathSegment(item, i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1 and not curved:
                yield points
            points, curved = [], False
        curved = curved or kind == pdfium.FPDF_SEGMENT_BEZIERTO
        points.append(matrix.of(x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1 and not curved:
        yield points
