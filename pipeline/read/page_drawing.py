"""Marks on the picture of a page: a coloured frame around each task with its number, tints under units and deadlines."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pipeline.read.page_marks import Part
from pipeline.read.page_words import find_edges

Colour = tuple[int, int, int]
Edges = tuple[float, float, float, float]
"""left, top, right, bottom in pixels"""

# told apart by the colour-blind too, and dark enough for white figures on them
FRAMES: Final[tuple[Colour, ...]] = ((0, 98, 178), (200, 80, 0), (0, 125, 85), (150, 50, 150), (190, 25, 45), (110, 85, 20))
DEADLINE_TINT: Final[Colour] = (255, 236, 110)
UNIT_TINT: Final[Colour] = (190, 230, 255)
# all in points
_LINE: Final = 1.0
_PAD_ACROSS: Final = 2.5
_PAD_DOWN: Final = 0.5
_FIGURES: Final = 10.0
_STEP: Final = 2.0
_DARK: Final = 150
_BARE: Final = 0.004


def draw_marks(
    picture: Image.Image, scale: float, tasks: Sequence[tuple[int, Sequence[Part]]], units: Sequence[Part], deadlines: Sequence[Part]
) -> Image.Image:
    """Return ``picture`` (``scale`` pixels a point) with its marks: ``tasks`` are numbers and places of those on this page.

    Colours follow the numbers in turn: a task has one colour on all its pages.
    """
    grey = np.asarray(picture.convert("L"))
    page = np.array(picture.convert("RGB"))
    for parts, tint in ((units, UNIT_TINT), (deadlines, DEADLINE_TINT)):
        for part in parts:
            _tint(page, _edges(part, grey, scale), tint)
    marked = Image.fromarray(page)
    shapes = _shapes([(number, [(_edges(part, grey, scale), part.cell) for part in parts]) for number, parts in tasks], scale)
    for number, shape in shapes:
        _frame(marked, shape, _colour(number), max(1, round(_LINE * scale)))
    _label(marked, grey, scale, shapes)
    return marked


def _colour(number: int) -> Colour:
    return FRAMES[(number - 1) % len(FRAMES)]


def _edges(part: Part, grey: NDArray[np.uint8], scale: float) -> Edges:
    left, top, right, bottom = (value * scale for value in part.box)
    if part.start > 0 or part.end < len(part.words):
        line = grey[max(0, int(top)) : int(bottom) + 1, max(0, int(left)) : int(right) + 1]
        if line.size:
            begin, end = find_edges(line, part.words, part.start, part.end)
            left, right = left + begin, left + end
    return left, top, right, bottom


def _tint(page: NDArray[np.uint8], edges: Edges, tint: Colour) -> None:
    left, top, right, bottom = (max(0, round(value)) for value in edges)
    area = page[top:bottom, left:right]
    # as a marker pen does: white takes the colour, ink stays
    area[:] = np.minimum(area, np.array(tint, dtype=np.uint8))


def _shapes(tasks: Sequence[tuple[int, Sequence[tuple[Edges, bool]]]], scale: float) -> list[tuple[int, list[Edges]]]:
    """Return for each task the rectangles that cover it. ``tasks`` are numbers and their lines, with whether they stand in a table.

    Lines that follow one another in a column hang together and end flush. A row of a table is one rectangle, if that covers
    nothing of other tasks: where cells reach over several rows, each cell has its own.
    """
    found = []
    for number, lines in tasks:
        shape = [rectangle for column in _columns([edges for edges, cell in lines if not cell]) for rectangle in _flush(column, scale)]
        if cells := [edges for edges, cell in lines if cell]:
            row = _hull(cells)
            alone = not any(_overlap(row, edges) for other, others in tasks if other != number for edges, _ in others)
            shape.extend(_padded(box, scale) for box in ([row] if alone else map(_hull, _columns(cells))))
        found.append((number, shape))
    return found


def _columns(lines: Sequence[Edges]) -> list[list[Edges]]:
    columns: list[list[Edges]] = []
    for line in lines:
        if columns and _follows(columns[-1][-1], line):
            columns[-1].append(line)
        else:
            columns.append([line])
    return columns


def _hull(boxes: Sequence[Edges]) -> Edges:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _overlap(one: Edges, other: Edges) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _padded(box: Edges, scale: float) -> Edges:
    across, down = _PAD_ACROSS * scale, _PAD_DOWN * scale
    return box[0] - across, box[1] - down, box[2] + across, box[3] + down


def _follows(last: Edges, one: Edges) -> bool:
    height = max(last[3] - last[1], one[3] - one[1])
    beneath = last[1] + 0.3 * height < one[1] < last[3] + 0.9 * height
    return beneath and min(last[2], one[2]) > max(last[0], one[0])


def _flush(column: Sequence[Edges], scale: float) -> list[Edges]:
    left, _, right, _ = _hull(column)
    last = len(column) - 1
    across, down = _PAD_ACROSS * scale, _PAD_DOWN * scale
    found = []
    for i, line in enumerate(column):
        top = (column[i - 1][3] + line[1]) / 2 if i else line[1] - down
        bottom = (line[3] + column[i + 1][1]) / 2 if i < last else line[3] + down
        found.append(((line[0] if i == 0 else left) - across, top, (line[2] if i == last else right) + across, bottom))
    return found


def _frame(page: Image.Image, shape: Iterable[Edges], colour: Colour, line: int) -> None:
    """Draw the outline of all rectangles of ``shape`` together."""
    boxes = [(round(left), round(top), round(right), round(bottom)) for left, top, right, bottom in shape]
    edges = _hull(boxes)
    hull = int(edges[0]), int(edges[1]), int(edges[2]), int(edges[3])
    edge = line + 1  # the outline stands around the words, not on their tone marks
    mask = Image.new("L", (hull[2] - hull[0] + 2 * edge, hull[3] - hull[1] + 2 * edge))
    pen = ImageDraw.Draw(mask)
    for left, top, right, bottom in boxes:
        pen.rectangle((left - hull[0] + edge, top - hull[1] + edge, right - hull[0] + edge - 1, bottom - hull[1] + edge - 1), fill=255)
    wider = np.asarray(mask.filter(ImageFilter.MaxFilter(2 * line + 1)))
    outline = Image.fromarray(wider - np.asarray(mask))
    page.paste(colour, (hull[0] - edge, hull[1] - edge), outline)


def _label(page: Image.Image, grey: NDArray[np.uint8], scale: float, shapes: Sequence[tuple[int, Sequence[Edges]]]) -> None:
    """Put each number beside the first line of its task: on bare paper to its left if there is any, else over its corner."""
    font = ImageFont.load_default(max(8.0, _FIGURES * scale))
    pen = ImageDraw.Draw(page)
    free = grey >= _DARK
    for number, shape in shapes:
        box = pen.textbbox((0, 0), str(number), font=font)
        width, height = round(box[2] - box[0] + 3 * scale), round(box[3] - box[1] + 3 * scale)
        left, top, _, bottom = shape[0]
        y = round(min(max(0.0, (top + bottom - height) / 2), page.height - height))
        x = _bare(free, round(left - width - scale), y, width, height, max(1, round(_STEP * scale)))
        if x is None:
            x, y = max(0, round(left)), max(0, round(top - height))
        free[max(0, y) : y + height, x : x + width] = False
        pen.rectangle((x, y, x + width - 1, y + height - 1), fill=_colour(number))
        pen.text((x + width / 2, y + height / 2), str(number), fill="white", font=font, anchor="mm")


def _bare(free: NDArray[np.bool_], x: int, y: int, width: int, height: int, step: int) -> int | None:
    """Return the place nearest to ``x``, going left, where a label covers next to nothing."""
    while x >= 0:
        if free[y : y + height, x : x + width].mean() >= 1 - _BARE:
            return x
        x -= step
    return None
