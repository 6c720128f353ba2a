"""The pages of a PDF or scan as pictures, and where words stand on them.

A page is drawn when somebody looks at it, in a child process with limits (the file came from outside), and kept on the disk for others
and for later, in a folder that goes when the program ends.
"""

import atexit
import shutil
import struct
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from models import Block, Source
from pipeline.isolate import MEGABYTE, Limits, Reader
from pipeline.read.page_marks import PageMarks, Part, Places
from pipeline.read.page_words import measure_words
from pipeline.review.rows import Row
from pipeline.review.source import build_marks
from pipeline.review.view import DocumentView

_LIMITS: Final = Limits(silence=60, seconds=120, written=64 * MEGABYTE)
_KEPT: Final = 300 * MEGABYTE
_POINTS_A_METRE: Final = 72 / 0.0254


@dataclass(frozen=True)
class PageRange:
    """A page, and from where to where in the text its words stand (both -1 where it has none)."""

    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Picture:
    """A page as PNG. ``width`` and ``height`` are in points, as boxes are."""

    path: Path
    width: float
    height: float


@dataclass(frozen=True)
class Frame:
    """A part of a printed line that is marked, in points. ``kind`` holds the classes of the mark; ``number`` is set once a task."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    says: str = ""
    number: str = ""
    to: str = ""


def has_pages(view: DocumentView) -> bool:
    """Say whether the document's file has pages of its own whose places are known: PDF and pictures."""
    kind = view.result.source.media_type
    return (kind == "application/pdf" or kind.startswith("image/")) and any(b.page and b.box for b in view.result.blocks)


def page_list(view: DocumentView) -> list[PageRange]:
    """Return the pages of a document that has some."""
    ranges: dict[int, tuple[int, int]] = {}
    for block in view.result.blocks:
        if block.page:
            start, end = ranges.get(block.page, (block.span.start, block.span.end))
            ranges[block.page] = min(start, block.span.start), max(end, block.span.end)
    count = max(view.result.source.pages or 1, max(ranges, default=1))
    return [PageRange(number, *ranges.get(number, (-1, -1))) for number in range(1, count + 1)]


def frames(view: DocumentView, rows: list[Row], page: int) -> list[Frame]:
    """Return what is marked on a page: the words of tasks and their values, of findings and of orders without a task."""
    places: Places = view.kept.made.setdefault("places", Places(view.result.text, view.result.blocks))
    here = next((one for one in page_list(view) if one.number == page), PageRange(page, -1, -1))
    found = []
    for mark in build_marks(view, rows):
        if mark.span.start >= here.end or mark.span.end <= here.start or mark.kind == "furniture":
            continue
        label = mark.badges[0] if mark.id and mark.badges else ("", "")
        for part in places.find([mark.span]):
            if part.page == page:
                x, y, width, height = _edges(part)
                found.append(Frame(x, y, width, height, mark.kind, mark.says, *label))
                label = ("", "")
    return sorted(found, key=lambda frame: not frame.kind.startswith(("own", "found", "unclaimed", "one-order")))


def _edges(part: Part) -> tuple[float, float, float, float]:
    """Return left, top, width and height of a part of a line; widths of letters are guessed."""
    left, top, right, bottom = part.box
    shares = measure_words(part.words)
    begin, end = left + shares[part.start] * (right - left), left + shares[part.end] * (right - left)
    return round(begin, 1), round(top, 1), round(max(1.0, end - begin), 1), round(max(1.0, bottom - top), 1)


class Pictures:
    """Draws pages and keeps the pictures. One page is drawn at a time; threads wait for each other."""

    def __init__(self) -> None:
        self._reader = Reader(_LIMITS)
        self._folder = Path(tempfile.mkdtemp(prefix="giaoviec-trang-"))
        self._kept: OrderedDict[tuple[str, int], tuple[Picture, int]] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, file: Path, source: Source, blocks: tuple[Block, ...], number: int) -> Picture | None:
        """Return page ``number`` of ``file``, None where it has no such page. Raises SourceError as reading does."""
        key = (source.sha256, number)
        with self._lock:
            if key not in self._kept:
                picture = self._draw(file, source, blocks, number)
                if picture is None:
                    return None
                self._kept[key] = picture, picture.path.stat().st_size
                self._make_room()
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def _draw(self, file: Path, source: Source, blocks: tuple[Block, ...], number: int) -> Picture | None:
        on_page = tuple(block for block in blocks if block.page == number)
        marks = PageMarks(source=source, text="", blocks=on_page, tasks=(), units=(), deadlines=(), only=number)
        with tempfile.TemporaryDirectory(dir=self._folder, ignore_cleanup_errors=True) as place:
            names, _ = self._reader.draw(file, marks, Path(place))
            if not names:
                return None
            path = self._folder / f"{source.sha256}-{number}.png"
            (Path(place) / names[0]).replace(path)
        return Picture(path, *_size(path))

    def _make_room(self) -> None:
        while len(self._kept) > 1 and sum(size for _, size in self._kept.values()) > _KEPT:
            _, (picture, _) = self._kept.popitem(last=False)
            picture.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Throw all pictures away."""
        self._reader.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _size(path: Path) -> tuple[float, float]:
    """Return width and height in points, as the head of a PNG tells them."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    width, height = struct.unpack(">II", head[16:24])
    at = head.find(b"pHYs")
    scale = struct.unpack(">I", head[at + 4 : at + 8])[0] / _POINTS_A_METRE if at > 0 else 1.0
    return width / scale, height / scale


@lru_cache(maxsize=1)
def pictures() -> Pictures:
    """Return the pictures that this process keeps."""
    made = Pictures()
    atexit.register(made.close)
    return made
