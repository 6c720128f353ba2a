"""Checklists: what each lead unit has to do, in Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models import Result
from pipeline.emit.names import FileStems
from pipeline.emit.rows import Row
from pipeline.emit.templates import render
from pipeline.emit.words import plain, say_document

UNCLEAR = "chua-ro-don-vi"
_MARKUP = re.compile(r"([\\`*_<>\[\]|#])")


@dataclass(frozen=True)
class Checklist:
    """The tasks one unit leads (``unit`` None: those that name no lead); ``stem`` is its file name without extension."""

    unit: str | None
    stem: str
    document: str
    title: str
    rows: tuple[Row, ...]


def build_checklists(result: Result, rows: Sequence[Row]) -> list[Checklist]:
    """Return a checklist for each lead in the order of the document, then one of the tasks without a lead, if any.

    A task with several leads stands in the list of each; where it gives several orders, with the words of those that are its own first.
    """
    title = plain(result.header.title or "")
    issuer = f" của {plain(result.header.issuer.name)}" if result.header.issuer else ""
    document = say_document(result.header, result.source) + issuer
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for unit in row.leads:
            groups.setdefault(unit, []).append(row.led_by(unit))
    stems = FileStems()
    stems.take(UNCLEAR)
    lists = [Checklist(unit, stems.take(unit), document, title, tuple(led)) for unit, led in groups.items()]
    if unclear := tuple(row for row in rows if not row.leads):
        lists.append(Checklist(None, UNCLEAR, document, title, unclear))
    return lists


def write_markdown(checklist: Checklist) -> bytes:
    """Return ``checklist`` as Markdown with a box to tick for each task."""
    return render("checklist.md", {"checklist": checklist, "md": escape}).encode("utf-8")


def escape(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\1", text)
