"""nhiem-vu.xlsx: the task register of one directive, and that of many, with what people look at beside it.

``pipeline.roundtrip`` reads it back once people have edited it; what the two agree on is ``workbook_register``.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import IO

from models import Graph, Result
from pipeline.emit.rows import Deadlines, Row
from pipeline.emit.sheets import Book, Cell, Column, choices_of, list_ranges
from pipeline.emit.spool import Spool
from pipeline.emit.words import plain, read_day, say_document
from pipeline.emit.workbook_charts import add_charts
from pipeline.emit.workbook_guide import add_guide
from pipeline.emit.workbook_pictures import add_pictures
from pipeline.emit.workbook_register import (
    DOCUMENT,
    KEY,
    MARKED,
    PROGRESS,
    PROGRESS_LIST,
    RECORD_HEAD,
    RECORD_SHEET,
    REGISTER,
    REGISTER_SHEET,
    REVIEWS,
    REVIEWS_LIST,
    UNITS_LIST,
    Standing,
    record_document,
    record_task,
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
    document_line,
    finding_lines,
    money_lines,
    target_lines,
    unit_lines,
    unit_order,
)
from pipeline.network import Merging
from pipeline.units import ascii_fold

_LISTS = "_danh_muc"
_UNDATED = date(2000, 1, 1)  # creation date of a workbook whose documents bear no full date
_COLUMNS = (REGISTER[0], DOCUMENT, *REGISTER[1:])


def write_workbook(result: Result, rows: Sequence[Row], standings: Mapping[str, Standing] | None = None) -> bytes:
    """Return the workbook of one directive: the register "Nhiệm vụ", and sheets to look at.

    ``standings`` (task id → how people left it) are those of a store; without it each task is as it was found.
    """
    workbook = Workbook()
    workbook.add(result, rows, standings)
    return _written(workbook, of_many=False)


def write_overall_workbook(
    results: Iterable[Result], tables: Iterable[Sequence[Row]], graph: Graph, standings: Mapping[str, Standing] | None = None
) -> bytes:
    """Return one workbook over ``results`` with their rows (``tables``) and merged graph; ``standings`` as in ``write_workbook``."""
    workbook = Workbook(graph)
    for result, rows in zip(results, tables, strict=True):
        workbook.add(result, rows, standings)
    return _written(workbook, of_many=True)


def _written(workbook: "Workbook", of_many: bool) -> bytes:
    buffer = io.BytesIO()
    workbook.write(buffer, of_many)
    return buffer.getvalue()


class Workbook:
    """A workbook of directives that come one after another: what its sheets show of each is put on disk, so that memory does not grow with
    them. ``graph`` is that of all of them, where it is known already.
    """

    def __init__(self, graph: Graph | None = None) -> None:
        self._graph, self._merging = graph, Merging()
        self._first: Told | None = None
        self._documents: Spool[tuple[Cell, ...]] = Spool()
        self._tasks = 0
        self._made: date | None = None
        self._register: Spool[tuple[Cell, ...]] = Spool()
        self._kept: Spool[Row] = Spool()
        self._by_unit: Spool[tuple[Cell, ...]] = Spool()
        self._order: list[tuple[str, str, int]] = []  # of the lines by unit, each key there once
        self._keys: dict[tuple[Cell, Cell], tuple[str, str, int]] = {}
        self._targets: Spool[tuple[Cell, ...]] = Spool()
        self._money: Spool[tuple[Cell, ...]] = Spool()
        self._findings: Spool[tuple[Cell, ...]] = Spool()
        self._record: Spool[tuple[str, ...]] = Spool()
        self._units: set[str] = set()
        self._places: dict[str, tuple[str, str]] = {}

    def add(self, result: Result, rows: Sequence[Row], standings: Mapping[str, Standing] | None = None) -> None:
        """Add a directive with its rows; ``standings`` as in ``write_workbook``."""
        standings = standings or {}
        one = Told(result, rows, say_document(result.header, result.source))
        place = len(self._documents)
        self._first = one if place == 0 else None
        self._documents.append(document_line(one))
        self._made = max((day for day in (self._made, _issued(result)) if day is not None), default=None)
        if self._graph is None:
            self._merging.add(result.graph)
        self._record.append(record_document(place, result.source.sha256, result.header.number or "", one.name))
        for row in rows:
            self._add_row(one, place, row, standings.get(row.task_id, Standing()))
        for line in unit_lines(one, standings):
            self._by_unit.append(line)
            share = (line[0], line[1])
            self._order.append(self._keys.get(share) or self._keys.setdefault(share, unit_order(line)))
        for spool, lines in ((self._targets, target_lines(one)), (self._money, money_lines(one)), (self._findings, finding_lines(one))):
            for line in lines:
                spool.append(line)

    def _add_row(self, one: Told, place: int, row: Row, standing: Standing) -> None:
        self._tasks += 1
        cells = row_cells(row, standing) | {"document": one.result.header.number or one.name, "number": self._tasks}
        self._register.append(tuple(cells[column.key] for column in _COLUMNS))
        self._record.append(record_task(place, cells, standing.version))
        self._places[row.task_id] = one.name, row.place
        for held in (row.leads, row.coordinators, row.implementers, row.receivers):
            self._units.update(held)
        if standing.review != "rejected":
            self._kept.append(_counted(row, self._tasks))

    def write(self, out: IO[bytes], of_many: bool | None = None) -> None:
        """Write the workbook: of one directive, or ``of_many`` (None: as many as there are). The same directives give the same bytes.

        Raises OSError where the disk is full.
        """
        first = None if of_many else self._first
        graph = self._graph or (first.result.graph if first else self._merging.graph())
        title, titles, about = self._titles(first)
        book = Book(title, self._made or _UNDATED, out)
        lists = self._lists()
        self._add_register(book, titles, list_ranges(_LISTS, lists), first is None)
        add_units(book, (self._by_unit[n] for n in sorted(range(len(self._by_unit)), key=self._order.__getitem__)))
        add_targets(book, self._targets)
        add_matrix(book, graph, {task: ("", place) for task, (_, place) in self._places.items()} if first else self._places)
        add_money(book, self._money)
        add_findings(book, self._findings)
        add_charts(book, self._kept)
        add_pictures(book, self._kept, graph, about)
        if first:
            add_facts(book, first)
        else:
            add_documents(book, self._documents)
        add_guide(book)
        book.add_lists(_LISTS, lists)
        book.add_record(RECORD_SHEET, chain((RECORD_HEAD, ("marks", *MARKED)), self._record))
        book.finish()

    def _titles(self, first: Told | None) -> tuple[str, tuple[str, str], str]:
        """Return the name of the workbook, what stands above the register, and what the pictures are of."""
        if first is None:
            documents = f"{len(self._documents)} văn bản"
            return "Tất cả nhiệm vụ", ("TẤT CẢ NHIỆM VỤ", f"({self._tasks} nhiệm vụ trong {documents})"), documents
        header = first.result.header
        title = plain(header.title or "")
        issuer = f" của {plain(header.issuer.name)}" if header.issuer else ""
        titles = ("BẢNG GIAO NHIỆM VỤ", f"(Theo {first.name}{issuer}" + (f": {title})" if title else ")"))
        return f"Nhiệm vụ: {first.name}", titles, first.name

    def _lists(self) -> list[tuple[str, list[str]]]:
        by_name = sorted(self._units, key=lambda unit: (ascii_fold(unit), unit))
        return [(UNITS_LIST, by_name), (REVIEWS_LIST, list(REVIEWS.values())), (PROGRESS_LIST, list(PROGRESS.values()))]

    def _add_register(self, book: Book, titles: tuple[str, str], lists: Mapping[str, str], of_many: bool) -> None:
        columns: tuple[Column, ...] = _COLUMNS if of_many else REGISTER
        lines: Iterator[tuple[Cell, ...]] = iter(self._register)
        sheet = book.add(REGISTER_SHEET, choices_of(lists, columns), titles)
        sheet.keys(KEY)
        sheet.table(lines if of_many else ((line[0], *line[2:]) for line in lines))
        kept = f'{{review}}<>"{REVIEWS["rejected"]}"'
        sheet.colour(("deadline", "due"), f"=AND({OVERDUE},{kept})", "overdue")
        sheet.colour(("deadline", "due"), f"=AND({SOON},{kept})", "soon")
        sheet.colour(("number", "note"), f'={{review}}="{REVIEWS["rejected"]}"', "dropped")
        sheet.colour(("progress", "done"), f'={{progress}}="{PROGRESS["done"]}"', "finished")
        sheet.colour(("confidence", "confidence"), "=AND(ISNUMBER({confidence}),{confidence}<0.6)", "doubtful")
        sheet.print_columns()


def _counted(row: Row, number: int) -> Row:
    """Return what charts and pictures count of ``row``, under its number in the register."""
    none = ()
    due = Deadlines(none, none, row.deadlines.due)
    return Row(row.task_id, number, "", "", row.leads, row.coordinators, none, none, due, none, none, none, none)


def _issued(result: Result) -> date | None:
    day = read_day(result.header.issued_on)
    return day if isinstance(day, date) and day.year >= _UNDATED.year - 100 else None
