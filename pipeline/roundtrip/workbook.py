"""An edited workbook, read as Excel or LibreOffice saved it: rows by their hidden ids, columns by their hidden keys."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from models import SourceError
from pipeline.emit.workbook_register import DOCUMENT, ID, KEY, MARKED, RECORD_HEAD, RECORD_SHEET, REGISTER, REGISTER_SHEET, mark, plain_cell
from pipeline.messages import say
from pipeline.read.guard import guard_zip
from pipeline.units import ascii_fold

TITLES: Final[Mapping[str, str]] = {column.key: column.title for column in (*REGISTER, DOCUMENT)}
MOST_BYTES: Final = 60_000_000
_MOST_ROWS: Final = 200_000
_MOST_CELLS: Final = 10_000_000
_PART: Final = 1_000_000  # bytes of a part that is looked through at once
_LOOKED: Final = 100_000_000  # bytes that the question whose workbook it is may cost
_ENTRIES: Final = 4_000
_SIGNS: Final = (f"{KEY}{ID}<".encode(), f">{RECORD_HEAD[0]}<".encode())
_SHEET = re.compile(rb"<sheet\b[^>]*\bname=\"([^\"]*)\"")
_CELL = re.compile(rb"<c\b[^>]{0,200}?\br=\"([A-Z]{1,3})(\d{1,7})\"")
_FEWEST: Final = 4  # columns that must be known before a row counts as the head of the register


@dataclass(frozen=True)
class Exported:
    """A task as it was in the workbook when that was made. ``version`` is None where the workbook did not come out of a store."""

    id: str
    document: int
    version: int | None
    marks: Mapping[str, str]


@dataclass(frozen=True)
class ExportedDocument:
    """A document of the workbook. ``sha256`` is that of its file."""

    sha256: str
    number: str
    name: str


@dataclass(frozen=True)
class ReturnedRow:
    """A line of the register as it is now. ``number`` is its row in the sheet, ``id`` "" for one that a person added."""

    number: int
    id: str
    cells: Mapping[str, Any]

    def edited(self, was: Exported) -> list[str]:
        """Return the columns whose cells are no longer what they were, in the order of MARKED."""
        return [name for name in MARKED if name in self.cells and name in was.marks and mark(self.cells[name]) != was.marks[name]]


@dataclass(frozen=True)
class Returned:
    """A workbook that came back. ``missing`` are the columns that are no longer there."""

    documents: Sequence[ExportedDocument]
    tasks: Mapping[str, Exported]
    rows: Sequence[ReturnedRow]
    missing: Sequence[str] = field(default_factory=tuple)


def is_our_workbook(path: Path) -> bool:
    """Return whether the file is a workbook that this program made, edited or not, whatever its name. Raises nothing for odd files."""
    try:
        with zipfile.ZipFile(path) as package:
            if len(package.infolist()) > _ENTRIES:
                return False
            with package.open("xl/workbook.xml") as stream:
                names = _SHEET.findall(stream.read(_PART))
            return RECORD_SHEET.encode() in names and any(_holds(package, name) for name in package.namelist() if _may_hold(name))
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        return False


def _may_hold(name: str) -> bool:
    return name == "xl/sharedStrings.xml" or name.startswith("xl/worksheets/sheet")


def _holds(package: zipfile.ZipFile, name: str) -> bool:
    """Whether the key of the hidden column stands in a part, or the head of the record, which stays where the row of keys was deleted."""
    before, looked = b"", 0
    with package.open(name) as stream:
        while (chunk := stream.read(_PART)) and looked < _LOOKED:
            window = before + chunk
            if any(sign in window for sign in _SIGNS):
                return True
            before, looked = chunk[-max(map(len, _SIGNS)) :], looked + len(chunk)
    return False


def read_workbook(path: Path, name: str) -> Returned:
    """Return what stands in an edited workbook; ``name`` is what messages call it.

    Raises SourceError: "not-found", "not-readable", "not-a-workbook" (another format), "not-ours" (no record of ours in it), "newer",
    "no-register" (the register, or its column of ids, was removed), "broken", "password", "too-large", "unsafe-…".
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError("too-large", say("import.too-large", file=name))
        raw = path.read_bytes()
    except FileNotFoundError:
        raise SourceError("not-found", say("import.not-found", file=name)) from None
    except OSError as error:
        raise SourceError("not-readable", say("import.not-readable", file=name, reason=error.strerror or str(error))) from None
    if not raw.startswith(b"PK"):
        raise SourceError("not-a-workbook", say("import.not-a-workbook", file=name))
    guard_zip(raw, name)
    if not is_our_workbook(path):
        raise SourceError("not-ours", say("import.not-ours", file=name))
    _guard_cells(raw, name)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(raw))
        documents, tasks = _record(book.get_sheet_by_name(RECORD_SHEET).to_python(skip_empty_area=False), name)
        names = sorted((n for n in book.sheet_names if n != RECORD_SHEET), key=lambda n: n != REGISTER_SHEET)
        for sheet in names:
            lines = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            if (head := _head(lines)) is not None:
                return _register(lines, *head, documents, tasks, name)
    except CalamineError as error:
        raise SourceError("broken", say("import.broken", file=name, reason=str(error))) from error
    raise SourceError("no-register", say("import.no-register", file=name))


def _guard_cells(raw: bytes, name: str) -> None:
    """See that no cell stands so far out that the grid up to it would fill the memory."""
    with zipfile.ZipFile(BytesIO(raw)) as package:
        for part in package.namelist():
            if not part.startswith("xl/worksheets/"):
                continue
            rows = columns = 0
            for letters, number in _cells(package, part):
                rows = max(rows, int(number))
                width = 0
                for letter in letters:
                    width = width * 26 + letter - 64
                columns = max(columns, width)
            if rows > _MOST_ROWS or rows * columns > _MOST_CELLS:
                raise SourceError("too-large", say("import.too-far", file=name, rows=rows))


def _cells(package: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes]]:
    before = b""
    with package.open(part) as stream:
        while chunk := stream.read(_PART):
            window = before + chunk
            yield from _CELL.findall(window)
            before = window[-300:]


def _record(lines: Sequence[Sequence[Any]], name: str) -> tuple[list[ExportedDocument], dict[str, Exported]]:
    """Return the documents and tasks of the record sheet."""
    rows = [[plain_cell(cell) for cell in line] for line in lines]
    if not rows or tuple(rows[0][:2]) != RECORD_HEAD[:2]:
        raise SourceError("not-ours", say("import.not-ours", file=name))
    if rows[0][2:3] != [RECORD_HEAD[2]]:
        raise SourceError("newer", say("import.newer", file=name))
    documents: list[ExportedDocument] = []
    tasks: dict[str, Exported] = {}
    marked: Sequence[str] = MARKED
    for row in rows[1:]:
        match row:
            case ["marks", *names]:
                marked = [one for one in names if one]
            case ["document", _, sha256, number, title, *_]:
                documents.append(ExportedDocument(sha256, number, title))
            case ["task", key, document, version, marks, *_] if document.isdigit() and int(document) < len(documents):
                known = int(version) if version.isdigit() else None
                tasks[key] = Exported(key, int(document), known, dict(zip(marked, marks.split(), strict=False)))
    return documents, tasks


def _head(lines: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    """Return the row after which the register begins, and the places of its columns; None where the sheet does not hold it.

    They are known by the hidden row of keys, where that was removed by their titles.
    """
    titles = {ascii_fold(title): key for key, title in TITLES.items()}
    by_title: tuple[int, dict[str, int]] | None = None
    for at, line in enumerate(lines):
        places: dict[str, int] = {}
        for i, cell in enumerate(line):
            if isinstance(cell, str) and cell.startswith(KEY):
                places.setdefault(cell.removeprefix(KEY).strip(), i)
        if len(places) >= _FEWEST:
            return at + 1, {key: i for key, i in places.items() if key in TITLES}
        if by_title is None:
            told: dict[str, int] = {}
            for i, cell in enumerate(line):
                if isinstance(cell, str) and (key := titles.get(ascii_fold(cell))):
                    told.setdefault(key, i)
            if len(told) >= _FEWEST and ID in told:
                by_title = at, told
    return by_title


def _register(
    lines: Sequence[Sequence[Any]],
    head: int,
    places: Mapping[str, int],
    documents: Sequence[ExportedDocument],
    tasks: Mapping[str, Exported],
    name: str,
) -> Returned:
    if ID not in places:
        raise SourceError("no-register", say("import.no-ids", file=name))
    rows = []
    for number, line in enumerate(lines[head + 1 :], head + 2):
        cells = {key: line[i] if i < len(line) else "" for key, i in places.items()}
        if any(plain_cell(value) for key, value in cells.items() if key != ID):
            rows.append(ReturnedRow(number, plain_cell(cells[ID]), cells))
    missing = [column.title for column in REGISTER if column.key not in places and column.key in MARKED]
    return Returned(documents, tasks, rows, missing)
