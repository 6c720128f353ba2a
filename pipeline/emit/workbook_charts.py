"""The sheet "Biểu đồ" of a workbook: how many tasks each unit has, and in which months deadlines fall, as charts of Excel's own."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from pipeline.emit.rows import Row
from pipeline.emit.sheets import Book, Column
from pipeline.emit.words import shorten
from pipeline.units import ascii_fold

_SHEET: Final = "Biểu đồ"
_COLUMNS: Final = (Column("Đơn vị", 42), *(Column("", 12) for _ in range(14)))
_UNITS: Final = 15
_MONTHS: Final = 24
_NAME: Final = 40  # letters of a unit
_WIDTH: Final = 1000  # pixels
_BAR: Final = 30  # pixels
_FONT: Final = {"name": "Times New Roman", "size": 11}
_COLOURS: Final = ("#2F6DB5", "#C8551B")


def add_charts(book: Book, rows: Sequence[Row]) -> None:
    """Add the sheet: the units with most tasks (led, and asked to help), and the months with deadlines, the numbers beside the charts."""
    sheet = book.add(_SHEET, _COLUMNS, ("BIỂU ĐỒ",), one_page=True, drawn=True)
    units = _loads(rows)
    top = sheet.top
    sheet.values(top, 0, [("Đơn vị", "Chủ trì", "Phối hợp"), *units])
    at = top
    if units:
        chart = book.chart("bar")
        for column in (1, 2):
            chart.add_series(_series(column, (0, top + 1, len(units))))
        chart.set_y_axis({"reverse": True, "num_font": _FONT})
        chart.set_x_axis(_counts(max(leads for _, leads, _ in units), max(helps for *_, helps in units)))
        _finish(chart, "Số nhiệm vụ theo đơn vị" + (f" ({_UNITS} đơn vị chủ trì nhiều nhất)" if len(units) == _UNITS else ""))
        height = 130 + 2 * _BAR * len(units)
        sheet.place(top, 4, chart, (_WIDTH, min(height, 1000)))
        at = top + max(len(units) + 1, min(height, 1000) // 21) + 2
    months = _months(rows)
    sheet.values(at, 0, [("Tháng", "Số hạn"), *months])
    if months:
        chart = book.chart("column")
        chart.add_series({**_series(1, (0, at + 1, len(months))), "data_labels": {"value": True, "font": _FONT}})
        _finish(chart, "Số nhiệm vụ đến hạn theo tháng" + (f" ({_MONTHS} tháng cuối)" if len(months) == _MONTHS else ""))
        chart.set_x_axis({"num_font": {**_FONT, "rotation": -45}})
        chart.set_y_axis(_counts(max(count for _, count in months)))
        chart.set_legend({"none": True})
        sheet.place(at, 4, chart, (_WIDTH, 420))


def _loads(rows: Sequence[Row]) -> list[tuple[str, int, int]]:
    """Return (unit, tasks it leads, tasks it helps with), those that lead most first."""
    leads = Counter(unit for row in rows for unit in row.leads)
    helps = Counter(unit for row in rows for unit in row.coordinators)
    ranked = sorted(leads, key=lambda unit: (-leads[unit], -helps[unit], ascii_fold(unit)))
    return [(shorten(unit, _NAME), leads[unit], helps[unit]) for unit in ranked[:_UNITS]]


def _months(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Return (month, tasks that fall due in it), the last months where there are many."""
    found = Counter((row.deadlines.due.year, row.deadlines.due.month) for row in rows if row.deadlines.due is not None)
    return [(f"{month:02}/{year:04}", found[year, month]) for year, month in sorted(found)[-_MONTHS:]]


def _series(column: int, place: tuple[int, int, int]) -> dict[str, Any]:
    names, first, count = place
    last = first + count - 1
    colour = _COLOURS[(column - 1) % len(_COLOURS)]
    return {
        "name": [_SHEET, first - 1, column],
        "categories": [_SHEET, first, names, last, names],
        "values": [_SHEET, first, column, last, column],
        "fill": {"color": colour},
        "gap": 60,
    }


def _counts(*most: int) -> dict[str, Any]:
    """Return an axis of whole numbers."""
    grid = {"visible": True, "line": {"color": "#D9D9D9"}}
    return {"num_font": _FONT, "num_format": "0", "min": 0, "major_unit": max(1, -(-max(most) // 10)), "major_gridlines": grid}


def _finish(chart: Any, title: str) -> None:
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 14}})
    chart.set_legend({"position": "bottom", "font": _FONT})
