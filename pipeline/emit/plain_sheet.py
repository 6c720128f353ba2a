"""A workbook of one bare sheet, as programs take tables in: titles in the first row, no merged cells, no formulas.

Rows go to the disk as they come, so that memory does not grow with them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import xlsxwriter

Cell = str | int | float | date | datetime | None

_LONGEST: Final = 32_767  # characters Excel takes in a cell
_FIRST_YEAR: Final = 1900  # Excel has no days before
_MADE: Final = datetime(2000, 1, 1)  # the same rows give the same bytes, whatever the day


class PlainSheet:
    """A sheet being written to ``path``; ``close`` (or leaving ``with``) finishes the file."""

    def __init__(self, path: Path, name: str, titles: Sequence[str]) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._book.set_properties({"title": name, "created": _MADE})
        self._sheet = self._book.add_worksheet(name[:31])
        self._sheet.freeze_panes(1, 0)
        bold, self._day, self._moment = (
            self._book.add_format(form) for form in ({"bold": True}, {"num_format": "yyyy-mm-dd"}, {"num_format": "yyyy-mm-dd hh:mm"})
        )
        for column, title in enumerate(titles):
            self._sheet.write_string(0, column, title, bold)
        self._row = 1

    def write(self, cells: Sequence[Cell]) -> None:
        """Write the next row; text is never taken for a formula, days are days."""
        for column, cell in enumerate(cells):
            if isinstance(cell, date) and cell.year >= _FIRST_YEAR:
                at = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
                self._sheet.write_datetime(self._row, column, at, self._moment if isinstance(cell, datetime) else self._day)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                self._sheet.write_number(self._row, column, cell)
            elif cell not in (None, ""):
                self._sheet.write_string(self._row, column, str(cell)[:_LONGEST])
        self._row += 1

    def close(self) -> None:
        """Finish the file. Raises OSError where it cannot be written."""
        try:
            self._book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
