"""Sheets of an Excel workbook as a Vietnamese office prints them (A4 landscape, Times New Roman, header on every page)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from typing import Any, Literal

import xlsxwriter

Cell = str | int | float | date | datetime | None

_LONGEST = 32_767  # characters Excel takes in a cell
_FIRST_YEAR = 1900  # Excel has no days before
_LINE = 15.75  # points a line of the font below
_TALLEST = 409  # points Excel makes a row
_LETTERS_A_WIDTH = 1.22  # letters of the font below in one unit of column width, on the safe side
_FONT = {"font_name": "Times New Roman", "font_size": 12}
_BOXED = {**_FONT, "border": 1, "border_color": "#BFBFBF", "valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "text": {**_BOXED, "text_wrap": True},
    "number": {**_BOXED, "align": "center"},
    "share": {**_BOXED, "align": "center", "num_format": "0.000"},
    "day": {**_BOXED, "align": "center", "num_format": "dd/mm/yyyy"},
    "moment": {**_BOXED, "align": "center", "num_format": 'hh"h"mm dd/mm/yyyy', "text_wrap": True},
    "missing": {**_BOXED, "bg_color": "#FFF2CC"},
    "header": {**_BOXED, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": "#DDEBF7"},
    "title": {**_FONT, "bold": True, "font_size": 15, "align": "center", "valign": "vcenter", "text_wrap": True},
    "subtitle": {**_FONT, "italic": True, "align": "center", "valign": "vcenter", "text_wrap": True},
    "section": {**_FONT, "bold": True, "font_size": 13, "valign": "bottom"},
}


@dataclass(frozen=True)
class Column:
    """A column of a table. ``width`` is in characters; a ``required`` cell that is empty is coloured."""

    title: str
    width: float
    style: Literal["text", "number", "share"] = "text"
    required: bool = False
    hidden: bool = False


class Book:
    """An Excel workbook in memory. The same calls give the same bytes; ``made`` is the creation date it carries."""

    def __init__(self, title: str, made: date) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self._book.set_properties({"title": title, "created": datetime.combine(made, time())})
        self._styles = {name: self._book.add_format(style) for name, style in _STYLES.items()}
        self._tables = 0

    def add(self, name: str, columns: Sequence[Column], titles: Sequence[str] = ()) -> "Sheet":
        """Add a sheet with the widths of ``columns``; ``titles`` stand centred above everything, the first one large."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer('&C&"Times New Roman"&10Trang &P/&N')
        sheet.hide_gridlines(2)
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width, None, {"hidden": True} if column.hidden else {})
        made = Sheet(sheet, self, columns)
        for i, title in enumerate(titles):
            made.banner(title, "subtitle" if i else "title")
        return made

    def style(self, name: str) -> Any:
        """Return the cell format called ``name``."""
        return self._styles[name]

    def next_table(self) -> str:
        """Return a name for a table that no other table of the book has."""
        self._tables += 1
        return f"Bang{self._tables}"

    def close(self) -> bytes:
        """Return the finished file."""
        self._book.close()
        return self._buffer.getvalue()


class Sheet:
    """A sheet that is filled from top to bottom."""

    def __init__(self, sheet: Any, book: Book, columns: Sequence[Column]) -> None:
        self._sheet, self._book, self._columns = sheet, book, columns
        self._row = 0

    def banner(self, text: str, style: str) -> None:
        """Write ``text`` over the whole width."""
        shown = [i for i, column in enumerate(self._columns) if not column.hidden]
        width = sum(self._columns[i].width for i in shown)
        per_line = width * (0.8 if style == "title" else 1.05)
        self._sheet.merge_range(self._row, 0, self._row, shown[-1], "", self._book.style(style))
        self._sheet.write_string(self._row, 0, text[:_LONGEST], self._book.style(style))
        self._sheet.set_row(self._row, (24 if style == "title" else 17) * max(1, ceil(len(text) / per_line)))
        self._row += 1

    def section(self, text: str) -> None:
        """Write a bold line with room above it."""
        self._sheet.set_row(self._row, 30)
        self._sheet.write_string(self._row, 0, text, self._book.style("section"))
        self._row += 1

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write label and value a row, in the first two columns."""
        for label, value in pairs:
            self._sheet.set_row(self._row, _height([(self._columns[0].width, label), (self._columns[1].width, value)]))
            self._sheet.write_string(self._row, 0, label, self._book.style("header"))
            self._put(self._row, 1, value, "text")
            self._row += 1

    def table(self, lines: Sequence[Sequence[Cell]], freeze: bool = True) -> None:
        """Write ``lines`` as an Excel table with filter; ``freeze`` keeps its header in view and on every printed page."""
        top, last = self._row, self._row + max(1, len(lines))
        header = self._book.style("header")
        self._sheet.add_table(top, 0, last, len(self._columns) - 1, {
            "name": self._book.next_table(), "style": None,
            "columns": [{"header": column.title, "header_format": header} for column in self._columns],
        })  # fmt: skip
        for line in lines:
            self._row += 1
            self._sheet.set_row(self._row, _height([(c.width, v) for c, v in zip(self._columns, line, strict=True) if not c.hidden]))
            for i, (column, value) in enumerate(zip(self._columns, line, strict=True)):
                self._put(self._row, i, value, "missing" if column.required and value in ("", None) else column.style)
        self._row = last + 1
        self._sheet.set_row(top, 36)
        if freeze:
            self._sheet.freeze_panes(top + 1, 0)
            self._sheet.repeat_rows(top)

    def _put(self, row: int, column: int, value: Cell, style: str) -> None:
        if isinstance(value, str) and value:
            self._sheet.write_string(row, column, value[:_LONGEST], self._book.style(style))
        elif isinstance(value, date) and value.year >= _FIRST_YEAR:
            self._sheet.write_datetime(row, column, value, self._book.style("moment" if isinstance(value, datetime) else "day"))
        elif isinstance(value, date):
            self._sheet.write_string(row, column, f"{value:%d/%m}/{value.year:04}", self._book.style("text"))
        elif isinstance(value, int | float):
            self._sheet.write_number(row, column, value, self._book.style(style))
        else:
            self._sheet.write_blank(row, column, None, self._book.style(style))


def _height(cells: Sequence[tuple[float, Cell]]) -> float:
    """Return the height in points of a row with these widths and values: not every program fits rows to their text itself."""
    lines = max((_wrapped(value, width * _LETTERS_A_WIDTH) for width, value in cells if isinstance(value, str)), default=1)
    return min(_TALLEST, _LINE * lines + 3)


def _wrapped(text: str, letters: float) -> int:
    """Return on how many lines ``text`` stands where a line takes so many letters."""
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        used = 0
        for word in paragraph.split(" "):
            if used and used + 1 + len(word) > letters:
                lines += 1
                used = 0
            used += len(word) + (1 if used else 0)
            while used > letters:
                lines += 1
                used -= int(letters)
    return lines
