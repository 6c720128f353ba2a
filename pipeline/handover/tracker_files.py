"""Files that trackers import, written by a mapping: CSV, Excel, JSON, the XML of Microsoft Project."""

import csv
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import IO, Protocol

from pipeline.emit.plain_sheet import PlainSheet
from pipeline.handover.cells import Cell, cells, head
from pipeline.handover.fields import fields
from pipeline.handover.files import Parts
from pipeline.handover.mapping import Mapping
from pipeline.handover.material import Directive
from pipeline.handover.mspdi import ProjectFile


class _Writer(Protocol):
    """Writes one file after another, each from ``begin`` to ``end``."""

    def begin(self, path: Path) -> None: ...

    def row(self, values: Sequence[Cell], group: str, leads: Sequence[str]) -> None: ...

    def end(self) -> None: ...


class _Csv:
    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._stream: IO[str] | None = None

    def begin(self, path: Path) -> None:
        encoding = "utf-8-sig" if self._mapping.bom else "utf-8"
        self._stream = path.open("w", encoding=encoding, errors="replace", newline="")
        self._writer = csv.writer(self._stream, delimiter=self._mapping.separator, lineterminator="\r\n")
        self._writer.writerow(head(self._mapping))

    def row(self, values: Sequence[Cell], group: str, leads: Sequence[str]) -> None:
        self._writer.writerow([_text(value) for value in values])

    def end(self) -> None:
        if self._stream:
            self._stream.close()


class _Sheet:
    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping

    def begin(self, path: Path) -> None:
        self._sheet = PlainSheet(path, self._mapping.sheet, head(self._mapping))

    def row(self, values: Sequence[Cell], group: str, leads: Sequence[str]) -> None:
        self._sheet.write([_text(value) if isinstance(value, tuple) else value for value in values])

    def end(self) -> None:
        self._sheet.close()


class _Json:
    """An array with one object a line; what is empty is left out."""

    def __init__(self, mapping: Mapping) -> None:
        self._names = head(mapping)
        self._stream: IO[str] | None = None

    def begin(self, path: Path) -> None:
        self._stream = path.open("w", encoding="utf-8", errors="replace", newline="\n")
        self._between = "[\n"

    def row(self, values: Sequence[Cell], group: str, leads: Sequence[str]) -> None:
        told = {name: _plain(value) for name, value in zip(self._names, values, strict=True) if value not in (None, "", ())}
        assert self._stream
        self._stream.write(self._between + json.dumps(told, ensure_ascii=False))
        self._between = ",\n"

    def end(self) -> None:
        if self._stream and not self._stream.closed:
            self._stream.write("[]\n" if self._between == "[\n" else "\n]\n")
            self._stream.close()


def write_tracker(directives: Iterable[Directive], mapping: Mapping, path: Path) -> tuple[Path, ...]:
    """Write the tasks of ``directives`` as ``mapping`` says into ``path``, or into numbered files beside it where one may not hold all.

    Returns the paths. Raises OutputError where they cannot be written, or where a task has nothing for a column
    that the tracker demands; then no file is left.
    """
    writer = _writer(mapping)
    parts = Parts(path, writer.begin, writer.end, mapping.rows)
    done = False
    try:
        for directive in directives:
            for task in fields(directive):
                values, leads = cells(task, mapping), task.values["leads"]
                parts.next_row()
                writer.row(values, task.group, leads if isinstance(leads, tuple) else ())
        paths = parts.finish()
        done = True
        return paths
    finally:
        if not done:
            with suppress(OSError, AttributeError):
                writer.end()
            parts.drop()


def _writer(mapping: Mapping) -> _Writer:
    if mapping.kind == "xlsx":
        return _Sheet(mapping)
    if mapping.kind == "json":
        return _Json(mapping)
    return ProjectFile(mapping) if mapping.kind == "mspdi" else _Csv(mapping)


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, date):
        return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(value: Cell) -> object:
    if isinstance(value, tuple):
        return list(value)
    return _text(value) if isinstance(value, date) else value
