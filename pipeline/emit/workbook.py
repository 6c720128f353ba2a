"""nhiem-vu.xlsx: the task register of one directive, and that of many, with what people look at beside it.

``pipeline.roundtrip`` reads it back once people have edited it; what the two agree on is ``workbook_register``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from models import Graph, Result
from pipeline.emit.rows import Row
from pipeline.emit.sheets import Book, Cell, Column, choices_of, list_ranges
from pipeline.emit.words import plain, read_day, say_document
from pipeline.emit.workbook_charts import add_charts
from pipeline.emit.workbook_guide import add_guide
from pipeline.emit.workbook_pictures import add_pictures
from pipeline.emit.workbook_register import (
    DOCUMENT,
    KEY,
    PROGRESS,
    PROGRESS_LIST,
    RECORD_SHEET,
    REGISTER,
    REGISTER_SHEET,
    REVIEWS,
    REVIEWS_LIST,
    UNITS_LIST,
    Dossier,
    Standing,
    record_lines,
    row_cells,
)
from pipeline.emit.workbook_views import (
    OVERDUE,
    SOON,
    Told,
    add_documents,
    add_facts,
    add_findings,
    add_matrix,
    add_money,
    add_targets,
    add_units,
)
from pipeline.units import ascii_fold

_LISTS = "_danh_muc"
_UNDATED = date(2000, 1, 1)  # creation date of a workbook whose documents bear no full date


def write_workbook(result: Result, rows: Sequence[Row], standings: Mapping[str, Standing] | None = None) -> bytes:
    """Return the workbook of one directive: the register "Nhiệm vụ", and sheets to look at.

    ``standings`` (task id → how people left it) are those of a store; without it each task is as it was found.
    """
    name = say_document(result.header, result.source)
    title = plain(result.header.title or "")
    issuer = f" của {plain(result.header.issuer.name)}" if result.header.issuer else ""
    titles = ("BẢNG GIAO NHIỆM VỤ", f"(Theo {name}{issuer}" + (f": {title})" if title else ")"))
    book = Book(f"Nhiệm vụ: {name}", _made([result]))
    _fill(book, [Told(result, rows, name)], result.graph, titles, standings or {}, of_many=False)
    return book.close()


def write_overall_workbook(
    results: Sequence[Result], tables: Sequence[Sequence[Row]], graph: Graph, standings: Mapping[str, Standing] | None = None
) -> bytes:
    """Return one workbook over ``results`` with their rows (``tables``) and merged graph; ``standings`` as in ``write_workbook``."""
    told = [Told(result, rows, say_document(result.header, result.source)) for result, rows in zip(results, tables, strict=True)]
    titles = ("TẤT CẢ NHIỆM VỤ", f"({sum(map(len, tables))} nhiệm vụ trong {len(results)} văn bản)")
    book = Book("Tất cả nhiệm vụ", _made(results))
    _fill(book, told, graph, titles, standings or {}, of_many=True)
    return book.close()


def _fill(
    book: Book, told: Sequence[Told], graph: Graph, titles: tuple[str, str], standings: Mapping[str, Standing], *, of_many: bool
) -> None:
    lists = _lists(told)
    _add_register(book, told, standings, titles, list_ranges(_LISTS, lists), of_many)
    add_units(book, told, standings)
    add_targets(book, told)
    add_matrix(book, graph, {row.task_id: (one.name if of_many else "", row.place) for one in told for row in one.rows})
    add_money(book, told)
    add_findings(book, told)
    kept = [row for row in _numbered(told) if standings.get(row.task_id, Standing()).review != "rejected"]
    add_charts(book, kept)
    add_pictures(book, kept, graph, f"{len(told)} văn bản" if of_many else told[0].name)
    if of_many:
        add_documents(book, told)
    else:
        add_facts(book, told[0])
    add_guide(book)
    book.add_lists(_LISTS, lists)
    dossiers = [Dossier(one.name, one.result.header.number or "", one.result.source.sha256, one.rows) for one in told]
    book.add_record(RECORD_SHEET, record_lines(dossiers, standings))


def _numbered(told: Iterable[Told]) -> list[Row]:
    """Return all rows with their numbers in the register."""
    return [replace(row, number=number) for number, row in enumerate((row for one in told for row in one.rows), 1)]


def _lists(told: Iterable[Told]) -> list[tuple[str, list[str]]]:
    rows = [row for one in told for row in one.rows]
    units = {unit for row in rows for held in (row.leads, row.coordinators, row.implementers, row.receivers) for unit in held}
    by_name = sorted(units, key=lambda unit: (ascii_fold(unit), unit))
    return [(UNITS_LIST, by_name), (REVIEWS_LIST, list(REVIEWS.values())), (PROGRESS_LIST, list(PROGRESS.values()))]


def _add_register(
    book: Book, told: Sequence[Told], standings: Mapping[str, Standing], titles: tuple[str, str], lists: Mapping[str, str], of_many: bool
) -> None:
    columns: tuple[Column, ...] = (REGISTER[0], DOCUMENT, *REGISTER[1:]) if of_many else REGISTER
    lines: list[list[Cell]] = []
    for one in told:
        for row in one.rows:
            cells = row_cells(row, standings.get(row.task_id, Standing()))
            cells |= {"document": one.result.header.number or one.name, "number": len(lines) + 1}
            lines.append([cells[column.key] for column in columns])
    sheet = book.add(REGISTER_SHEET, choices_of(lists, columns), titles)
    sheet.keys(KEY)
    sheet.table(lines)
    kept = f'{{review}}<>"{REVIEWS["rejected"]}"'
    sheet.colour(("deadline", "due"), f"=AND({OVERDUE},{kept})", "overdue")
    sheet.colour(("deadline", "due"), f"=AND({SOON},{kept})", "soon")
    sheet.colour(("number", "note"), f'={{review}}="{REVIEWS["rejected"]}"', "dropped")
    sheet.colour(("progress", "done"), f'={{progress}}="{PROGRESS["done"]}"', "finished")
    sheet.colour(("confidence", "confidence"), "=AND(ISNUMBER({confidence}),{confidence}<0.6)", "doubtful")
    sheet.print_columns()


def _made(results: Sequence[Result]) -> date:
    days = [day for result in results if isinstance(day := read_day(result.header.issued_on), date) and day.year >= _UNDATED.year - 100]
    return max(days, default=_UNDATED)
