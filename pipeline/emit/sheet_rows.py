"""A worksheet whose rows go to the disk as they come and that has a table all the same.

XlsxWriter's "constant_memory" mode refuses tables, for one reason: ``add_table`` writes the head of the table, whose row may have gone to
the disk by then. Here whoever fills the sheet has written the head, and names the table after its last row. Besides, what XlsxWriter keeps
of each row and cell until the end (heights of rows, which cells belong to a table) is dropped.
"""

from collections.abc import Mapping
from typing import Any

from xlsxwriter.worksheet import Worksheet


class _Nothing(dict[Any, Any]):
    """A record that keeps nothing."""

    def __setitem__(self, key: object, value: object) -> None:
        pass


class SheetOfRows(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types, so its classes are Any to mypy
    """See above. Text is always text, also where it looks like the markup of a rich string."""

    def __init__(self) -> None:
        super().__init__()
        self.table_cells = _Nothing()  # whether tables overlap is not looked at
        self.row_sizes = _Nothing()  # for pictures, which have sheets of the other kind
        self._names_table = False

    def add_table(self, first_row: int, first_col: int, last_row: int, last_col: int, options: Mapping[str, Any] | None = None) -> int:
        """Make a table of cells that are written, its head included; see XlsxWriter."""
        self._names_table, self.constant_memory = True, False
        try:
            made: int = super().add_table(first_row, first_col, last_row, last_col, options)
        finally:
            self._names_table, self.constant_memory = False, True
        return made

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> int:
        if self._names_table:
            return 0
        written: int = super()._write_string(row, col, string, cell_format)
        return written

    def _write_single_row(self, current_row_num: int = 0) -> None:
        row = self.previous_row
        super()._write_single_row(current_row_num)
        self.row_info.pop(row, None)

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        self._xml_inline_string(string, False, attributes)
