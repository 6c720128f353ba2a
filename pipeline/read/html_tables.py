"""The tables of a web page: their grid, and whether they hold data or only lay out the page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.read.compose import Cell, Gap, Grid, Piece

Item = Piece | Grid | Gap
_MOST_COLUMNS: Final = 1000
_MOST_COVERED: Final = 100  # columns that one cell covers; browsers allow 1000, no page has them
_MOST_PLACES: Final = 1_000_000


@dataclass
class HtmlCell:
    """A cell as the page writes it; ``rows`` 0 means down to the last one."""

    rows: int
    columns: int
    ruled: bool
    head: bool
    items: list[Item] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        """Whether there is a word in it."""
        return any(isinstance(item, Grid) or (isinstance(item, Piece) and item.words.strip()) for item in self.items)


@dataclass
class HtmlTable:
    """A table as the page writes it; ``first`` says that no words stand before it, where letterheads stand."""

    ruled: bool
    layout: bool
    first: bool
    rows: list[list[HtmlCell]] = field(default_factory=list)

    def items(self) -> Iterator[Item]:
        """Yield a grid; or, where the table only lays out the page, the words of its cells one after the other."""
        cells = [cell for row in self.rows for cell in row]
        form = self._form(cells)
        if form == "grid":
            yield self._grid()
            return
        for cell in cells:
            if form == "layout":
                yield Gap()
            for item in cell.items:
                yield replace(item, kind="line") if form == "layout" and isinstance(item, Piece) and item.kind == "paragraph" else item
        yield Gap()

    def _form(self, cells: list[HtmlCell]) -> str:
        filled = [row for row in ([cell for cell in row if cell.filled] for row in self.rows) if row]
        widest = max(map(len, filled), default=0)
        if widest <= 1:
            return "frame"
        if (
            self.layout
            or len(self.rows) * max(map(_width, self.rows)) > _MOST_PLACES
            or any(isinstance(item, Grid) for cell in cells for item in cell.items)
        ):
            return "layout"
        if len(filled) < 2 or (self.first and widest <= 2 and len(filled) <= 4):
            return "layout"
        if self.ruled or any(cell.head for cell in cells) or sum(cell.ruled for cell in cells) * 2 >= len(cells):
            return "grid"
        wide = sum(len(row) > 2 for row in filled)
        return "grid" if wide >= 3 or (widest > 3 and wide >= 2) else "layout"

    def _grid(self) -> Grid:
        taken: dict[int, int] = {}  # column: rows below that are covered from above
        rows: list[dict[int, Cell]] = []
        width = 0
        for r, row in enumerate(self.rows):
            placed: dict[int, Cell] = {}
            at = 0
            covered, taken = taken, {column: left - 1 for column, left in taken.items() if left > 1}
            for cell in row:
                while covered.get(at):
                    at += 1
                if at >= _MOST_COLUMNS and placed:
                    last = max(placed)
                    placed[last] = replace(placed[last], pieces=(*placed[last].pieces, *_in_cell(cell)))
                    continue
                columns = _width([cell])
                columns = next((n for n in range(1, columns) if covered.get(at + n)), columns)
                most = len(self.rows) - r
                down = min(cell.rows, most) if cell.rows else most
                placed[at] = Cell(tuple(_in_cell(cell)), down, columns)
                if down > 1:
                    taken.update(dict.fromkeys(range(at, at + columns), down - 1))
                at += columns
            width = max(width, at, *(column + 1 for column in covered)) if covered else max(width, at)
            rows.append(placed)
        return Grid(tuple(rows), width)


def _width(row: Iterable[HtmlCell]) -> int:
    return sum(min(max(1, cell.columns), _MOST_COVERED) for cell in row)


def _in_cell(cell: HtmlCell) -> Iterator[Piece]:
    for item in cell.items:
        if isinstance(item, Piece):
            yield replace(item, kind="cell")
