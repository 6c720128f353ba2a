"""The sheets "Thời hạn" and "Sơ đồ" of a workbook: when tasks fall due, and who works with whom, as pictures."""

from collections.abc import Iterable
from typing import Final

from models import Graph
from pipeline.emit.drawn import write_png
from pipeline.emit.layout import WIDTH
from pipeline.emit.picture import write_picture
from pipeline.emit.rows import Row
from pipeline.emit.sheets import Book, Column
from pipeline.emit.timeline import write_timeline

TIMELINE: Final = "Thời hạn"
GRAPH: Final = "Sơ đồ"
_PIXELS: Final = int(WIDTH)
_COLUMNS: Final = tuple(Column("", 9) for _ in range(20))  # programs fit a sheet to the page by whole columns: one wide one would be cut


def add_pictures(book: Book, rows: Iterable[Row], graph: Graph, name: str) -> None:
    """Add the sheets. The numbers in the timeline are those of ``rows``, the register's; ``name`` is said under the titles."""
    pictures = (
        (TIMELINE, write_timeline(rows, name), "Nhiệm vụ theo ngày đến hạn, mỗi đơn vị chủ trì một hàng"),
        (GRAPH, write_picture(graph, name), "Đơn vị nào phối hợp, chỉ đạo, báo cáo với đơn vị nào"),
    )
    for title, picture, says in pictures:
        sheet = book.add(title, _COLUMNS, drawn=True)
        sheet.picture(write_png(picture, _PIXELS), says)
