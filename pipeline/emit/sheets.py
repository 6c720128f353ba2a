"""Sheets of an Excel workbook as a Vietnamese office prints them (A4 landscape, Times New Roman, header on every page).

Rows go to the disk as they come, so that memory does not grow with them.
"""

import io
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import zip_longest
from math import ceil
from typing import IO, Any, Final, Literal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from pipeline.emit.sheet_rows import SheetOfRows

Cell = str | int | float | date | datetime | None
Style = Literal["text", "number", "share", "percent", "money", "centred"]

LONGEST: Final = 32_767  # characters Excel takes in a cell
SPARE: Final = 200  # lines below a table that have its drop-downs too, for what people add
_FIRST_YEAR = 1900  # Excel has no days before
_LINE = 15.75  # points a line of the font below
_TALLEST = 409  # points Excel makes a row
_LETTERS_A_WIDTH = 1.22  # letters of the font below in one unit of column width, on the safe side
_FONT = {"font_name": "Times New Roman", "font_size": 12}
_BOXED = {**_FONT, "border": 1, "border_color": "#BFBFBF", "valign": "top"}
_HEADER = {**_BOXED, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True}
_STYLES: dict[str, dict[str, Any]] = {
    "text": {**_BOXED, "text_wrap": True},
    "centred": {**_BOXED, "align": "center", "text_wrap": True},
    "number": {**_BOXED, "align": "center"},
    "share": {**_BOXED, "align": "center", "num_format": "0.000"},
    "percent": {**_BOXED, "align": "center", "num_format": "0%"},
    "money": {**_BOXED, "num_format": "#,##0"},
    "day": {**_BOXED, "align": "center", "num_format": "dd/mm/yyyy"},
    "moment": {**_BOXED, "align": "center", "num_format": "dd/mm/yyyy hh:mm", "text_wrap": True},
    "missing": {**_BOXED, "bg_color": "#FFF2CC"},
    "header": {**_HEADER, "bg_color": "#DDEBF7"},
    "fixed-header": {**_HEADER, "bg_color": "#E7E6E6"},
    "upright-header": {**_HEADER, "bg_color": "#DDEBF7", "rotation": 90, "valign": "bottom"},
    "title": {**_FONT, "bold": True, "font_size": 15, "align": "center", "valign": "vcenter", "text_wrap": True},
    "subtitle": {**_FONT, "italic": True, "align": "center", "valign": "vcenter", "text_wrap": True},
    "section": {**_FONT, "bold": True, "font_size": 13, "valign": "bottom"},
    "plain": {**_FONT, "text_wrap": True, "valign": "top"},
    "overdue": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True},
    "soon": {"bg_color": "#FFEB9C", "font_color": "#7F6000", "bold": True},
    "finished": {"font_color": "#548235"},
    "dropped": {"font_color": "#7F7F7F", "font_strikeout": True},
    "doubtful": {"bg_color": "#FCE4D6"},
}
SAMPLES: Final = ("overdue", "soon", "missing", "doubtful", "finished", "dropped", "header", "fixed-header")
"""the styles that a legend can show"""


@dataclass(frozen=True)
class Column:
    """A column of a table. ``width`` is in characters; a ``required`` cell that is empty is coloured.

    ``aside``: it stands to the right of what is printed; rows are not made higher for it. ``key`` names it for programs, whatever
    people make of its title and place; ``fixed`` ones are only for looking at. ``choices`` is a range of cells that hold what a person may
    pick; ``strict``: nothing else may be typed.
    """

    title: str
    width: float
    style: Style = "text"
    required: bool = False
    hidden: bool = False
    key: str = ""
    fixed: bool = False
    aside: bool = False
    upright: bool = False
    choices: str = ""
    strict: bool = False


class Book:
    """An Excel workbook, written to ``out`` or, without it, into memory. The same calls give the same bytes; ``made`` is the creation date
    it carries.

    Sheets are filled from top to bottom, several of them in turns if need be.
    """

    def __init__(self, title: str, made: date, out: IO[bytes] | None = None) -> None:
        self._out = out or io.BytesIO()
        self._parts = tempfile.TemporaryDirectory(prefix="giaoviec-")
        self._book = xlsxwriter.Workbook(self._out, {"constant_memory": True, "tmpdir": self._parts.name})
        self._book.set_properties({"title": title, "created": datetime.combine(made, time())})
        self._styles = {name: self._book.add_format(style) for name, style in _STYLES.items()}
        self._styles |= {f"sample-{name}": self._book.add_format({**_BOXED, **_STYLES[name]}) for name in SAMPLES}
        self._tables = 0

    def add(
        self, name: str, columns: Sequence[Column], titles: Sequence[str] = (), *, one_page: bool = False, drawn: bool = False
    ) -> "Sheet":
        """Add a sheet with the widths of ``columns``; ``titles`` stand centred above everything, the first one large.

        It is printed as wide as a page; ``one_page``: as high, too. ``drawn``: charts or pictures stand on it; it is held in memory, since
        a chart carries the values of its cells with it.
        """
        self._book.constant_memory = not drawn
        sheet = self._book.add_worksheet(name, None if drawn else SheetOfRows)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 1 if one_page else 0)
        sheet.set_footer('&C&"Times New Roman"&10Trang &P/&N')
        sheet.hide_gridlines(2)
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width, None, {"hidden": True} if column.hidden else {})
        made = Sheet(sheet, self, columns)
        for i, title in enumerate(titles):
            made.banner(title, "subtitle" if i else "title")
        return made

    def add_lists(self, name: str, lists: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Add a hidden sheet with a column for each list (title, members); ``list_ranges`` tells where they stand."""
        sheet = self._book.add_worksheet(name, SheetOfRows)
        sheet.hide()
        for row, values in enumerate(zip_longest(*((title, *members) for title, members in lists))):
            for column, value in enumerate(values):
                if value is not None:
                    sheet.write_string(row, column, clean(value))

    def add_record(self, name: str, lines: Iterable[Sequence[str]]) -> None:
        """Add a sheet for programs, which people neither see nor can show with the usual command."""
        sheet = self._book.add_worksheet(name, SheetOfRows)
        sheet.very_hidden()
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                sheet.write_string(row, column, value)

    def chart(self, kind: Literal["bar", "column"], subtype: str | None = None) -> Any:
        """Return a new chart."""
        return self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})

    def style(self, name: str) -> Any:
        """Return the cell format called ``name``."""
        return self._styles[name]

    def next_table(self) -> str:
        """Return a name for a table that no other table of the book has."""
        self._tables += 1
        return f"Bang{self._tables}"

    def finish(self) -> None:
        """End the file. Raises OSError where it cannot be written."""
        self._book.constant_memory = False  # else it closes files of rows that drawn sheets do not have; the others close their own
        try:
            with self._parts:
                self._book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(str(error)) from error

    def close(self) -> bytes:
        """Return the finished file, of a workbook in memory."""
        assert isinstance(self._out, io.BytesIO)
        self.finish()
        return self._out.getvalue()


class Sheet:
    """A sheet that is filled from top to bottom: a row is written to the disk once the next one begins."""

    def __init__(self, sheet: Any, book: Book, columns: Sequence[Column]) -> None:
        self._sheet, self._book, self._columns = sheet, book, columns
        self._row = 0
        self._first = self._last = 0

    @property
    def top(self) -> int:
        """The first row that nothing was written to, from 0."""
        return self._row

    def banner(self, text: str, style: str) -> None:
        """Write ``text`` over the whole width."""
        shown = [i for i, column in enumerate(self._columns) if not (column.hidden or column.aside)]
        width = sum(self._columns[i].width for i in shown)
        per_line = width * (0.8 if style == "title" else 1.05)
        if len(shown) > 1:
            self._sheet.merge_range(self._row, 0, self._row, shown[-1], "", self._book.style(style))
        self._sheet.write_string(self._row, 0, clean(text), self._book.style(style))
        self._sheet.set_row(self._row, (24 if style == "title" else 17) * max(1, ceil(len(text) / per_line)))
        self._row += 1

    def section(self, text: str) -> None:
        """Write a bold line with room above it."""
        self._sheet.set_row(self._row, 30)
        self._sheet.write_string(self._row, 0, text, self._book.style("section"))
        self._row += 1

    def lines(self, lines: Sequence[str]) -> None:
        """Write paragraphs of plain text, in the first column."""
        for line in lines:
            self._sheet.set_row(self._row, _height([(self._columns[0].width, line)]))
            self._sheet.write_string(self._row, 0, clean(line), self._book.style("plain"))
            self._row += 1

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write label and value a row, in the first two columns."""
        for label, value in pairs:
            self._sheet.set_row(self._row, _height([(self._columns[0].width, label), (self._columns[1].width, value)]))
            self._sheet.write_string(self._row, 0, label, self._book.style("header"))
            self._put(self._row, 1, value, "text")
            self._row += 1

    def legend(self, samples: Sequence[tuple[str, str]]) -> None:
        """Write a coloured cell (style, words) a row, in the first column."""
        for style, words in samples:
            self._sheet.write_string(self._row, 0, words, self._book.style(f"sample-{style}"))
            self._row += 1

    def keys(self, prefix: str) -> None:
        """Write ``prefix`` and the keys of the columns into a hidden row: a column is known by it wherever it goes, whatever its title."""
        for i, column in enumerate(self._columns):
            self._sheet.write_string(self._row, i, prefix + column.key)
        self._sheet.set_row(self._row, None, None, {"hidden": True})
        self._row += 1

    def table(self, lines: Iterable[Sequence[Cell]], freeze: bool = True, tall: float = 36, filtered: bool = True) -> None:
        """Write ``lines`` as an Excel table; ``freeze`` keeps its header (``tall`` points) in view and on every printed page."""
        top = self._row
        columns = [{"header": c.title, "header_format": self._book.style(_header(c))} for c in self._columns]
        self._sheet.set_row(top, tall)
        for i, column in enumerate(columns):
            self._sheet.write_string(top, i, column["header"], column["header_format"])
        for line in lines:
            self._row += 1
            shown = [(c.width, v) for c, v in zip(self._columns, line, strict=True) if not (c.hidden or c.aside)]
            self._sheet.set_row(self._row, _height(shown))
            for i, (about, value) in enumerate(zip(self._columns, line, strict=True)):
                self._put(self._row, i, value, "missing" if about.required and value in ("", None) else about.style)
        last = max(self._row, top + 1)
        options = {"name": self._book.next_table(), "style": None, "columns": columns, "autofilter": filtered}
        self._sheet.add_table(top, 0, last, len(self._columns) - 1, options)
        self._first, self._last, self._row = top + 1, last, last + 1
        for i, about in enumerate(self._columns):
            if about.choices:
                self._offer(i, about)
        if freeze:
            self._sheet.freeze_panes(top + 1, 0)
            self._sheet.repeat_rows(top)

    def _offer(self, column: int, about: Column) -> None:
        wrong = {"error_title": about.title, "error_message": "Hãy chọn một giá trị trong danh sách."}
        rule = {"validate": "list", "source": about.choices, "show_error": about.strict, **(wrong if about.strict else {})}
        self._sheet.data_validation(self._first, column, self._last + SPARE, column, rule)

    def colour(self, columns: tuple[str, str], condition: str, style: str) -> None:
        """Colour the cells of the last table from one column to another where ``condition`` holds: a formula, a column in it as {key}."""
        places = {c.key: i for i, c in enumerate(self._columns) if c.key}
        cells = {key: f"${xl_col_to_name(i)}{self._first + 1}" for key, i in places.items()}
        rule = {"type": "formula", "criteria": condition.format_map(cells), "format": self._book.style(style)}
        self._sheet.conditional_format(self._first, places[columns[0]], self._last + SPARE, places[columns[1]], rule)

    def print_columns(self) -> None:
        """Print the rows up to here without the columns that stand aside."""
        last = max(i for i, column in enumerate(self._columns) if not (column.hidden or column.aside))
        self._sheet.print_area(0, 0, self._row - 1, last)

    def place(self, row: int, column: int, chart: Any, size: tuple[int, int]) -> None:
        """Put ``chart`` with its upper left corner in a cell; ``size`` is in pixels."""
        chart.set_size({"width": size[0], "height": size[1]})
        self._sheet.insert_chart(row, column, chart)

    def picture(self, png: bytes, says: str) -> None:
        """Put a picture below what was written; ``says`` is read out to those who do not see it."""
        self._sheet.insert_image(self._row, 0, "picture.png", {"image_data": io.BytesIO(png), "description": says, "object_position": 2})

    def values(self, row: int, column: int, lines: Sequence[Sequence[Cell]], header: bool = True) -> None:
        """Write ``lines`` as a grid that begins in a cell, the first line as its header."""
        for n, line in enumerate(lines):
            for i, value in enumerate(line):
                style = "header" if header and n == 0 else "text" if isinstance(value, str) else "number"
                self._put(row + n, column + i, value, style)
        self._row = max(self._row, row + len(lines))

    def _put(self, row: int, column: int, value: Cell, style: str) -> None:
        if isinstance(value, str) and value:
            self._sheet.write_string(row, column, clean(value), self._book.style(style))
        elif isinstance(value, date) and value.year >= _FIRST_YEAR:
            self._sheet.write_datetime(row, column, value, self._book.style("moment" if isinstance(value, datetime) else "day"))
        elif isinstance(value, date):
            self._sheet.write_string(row, column, written_day(value), self._book.style("text"))
        elif isinstance(value, int | float):
            self._sheet.write_number(row, column, value, self._book.style(style))
        else:
            self._sheet.write_blank(row, column, None, self._book.style(style))


def clean(text: str) -> str:
    """Return ``text`` as a cell takes it: NFC, no control characters but line breaks and tabs, at most LONGEST characters."""
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or not (unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff"))
    return unicodedata.normalize("NFC", text)[:LONGEST]


def written_day(value: date) -> str:
    """Return a day that Excel does not know as text."""
    return f"{value:%d/%m}/{value.year:04}"


def unique(titles: Sequence[str]) -> list[str]:
    """Return ``titles`` so that none is empty and no two are equal, whatever their case: the columns of a table must differ."""
    seen: dict[str, int] = {}
    told = []
    for title in (title or "–" for title in titles):
        count = seen[title.casefold()] = seen.get(title.casefold(), 0) + 1
        told.append(title if count == 1 else f"{title} ({count})")
    return told


def list_ranges(name: str, lists: Sequence[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Return by title of a list the cells that hold its members on the sheet ``name``, as a formula."""
    letters = {title: xl_col_to_name(i) for i, (title, _) in enumerate(lists)}
    return {title: f"='{name}'!${letters[title]}$2:${letters[title]}${max(2, len(members) + 1)}" for title, members in lists}


def choices_of(ranges: Mapping[str, str], columns: Sequence[Column]) -> list[Column]:
    """Return ``columns`` with the names of lists in ``choices`` replaced by the cells that hold them."""
    return [replace(column, choices=ranges[column.choices]) if column.choices else column for column in columns]


def _header(column: Column) -> str:
    return "upright-header" if column.upright else "fixed-header" if column.fixed else "header"


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
