"""Papers that an office hands on, made from templates: the appendix that assigns tasks, a checklist for each unit, a letter of hand-over.

Each is written as Word ("docx") or PDF ("pdf"). An office can change the templates (docs/templates.md); here is what fills them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from models import Header, Result
from pipeline.emit.checklist import Checklist, build_checklists
from pipeline.emit.groups import is_of_the_party
from pipeline.emit.loads import write_loads
from pipeline.emit.names import FileStems
from pipeline.emit.printed import write_print
from pipeline.emit.rows import Row, build_rows
from pipeline.emit.timeline import write_timeline
from pipeline.emit.word import write_word
from pipeline.emit.words import plain, say_document, say_issued, shorten
from pipeline.settings import PapersSettings

Form = Literal["docx", "pdf"]
_Part = tuple[Result, Sequence[Row], str]
"""a directive, its rows, and the name that a unit has in it"""

APPENDIX: Final = "phu-luc"
CHECKLIST: Final = "viec-theo-don-vi"
HAND_OVER: Final = "giao-viec"

_TITLED: Final = 250  # characters of a name in a heading
_UNCLEAR: Final = "Chưa rõ đơn vị chủ trì"


@dataclass(frozen=True)
class Office:
    """Who writes the papers: [papers] of the settings. ``templates``: a folder of its own templates (what is not there is taken from ours).

    ``name`` and ``parent`` stand in the letterhead of letters, ``place`` before the date; what is empty stays dotted, to be filled in.
    """

    name: str = ""
    parent: str = ""
    place: str = ""
    templates: Path | None = None

    @classmethod
    def of(cls, settings: PapersSettings) -> "Office":
        """Return the office that the settings name."""
        return cls(settings.office, settings.parent, settings.place, settings.templates)


def _any(unit: str) -> bool:
    return True


def write_appendix(results: Sequence[Result], form: Form = "docx", office: Office | None = None) -> bytes:
    """Return the appendix "Phân công nhiệm vụ" of ``results``: a table of who does what with whom by when.

    Layout by Nghị định 30/2020/NĐ-CP, Phụ lục I and III. With several directives each has a title row. In the PDF the deadlines and loads
    follow as pictures. The same results and templates (for PDF also: the same fonts on the machine) give the same bytes. Raises OutputError
    where a template of the office is faulty: which file, which tag.
    """
    groups = [{"document": _name(result), "title": _title(result.header), "tasks": _tasks(build_rows(result))} for result in results]
    head = results[0].header if len(results) == 1 else None
    values = {
        **_letterhead(head),
        "title": "Phân công nhiệm vụ",
        "attached_to": _attached(results[0]) if head else "",
        "groups": groups,
        "count": sum(len(result.tasks) for result in results),
    }
    if form == "docx":
        return write_word(APPENDIX, values, _folder(office))
    pictures = {}
    if len(results) == 1:
        rows, name = build_rows(results[0]), _name(results[0])
        if any(row.deadlines.due for row in rows):
            pictures["thoi-han.svg"] = write_timeline(rows, name)
        pictures["khoi-luong.svg"] = write_loads(rows, name)
    return write_print(APPENDIX, {**values, "pictures": list(pictures)}, _folder(office), pictures)


def write_checklist(checklist: Checklist, form: Form = "docx", office: Office | None = None) -> bytes:
    """Return the tasks of one lead unit as a table with a box to tick for each (see ``build_checklists``); else as ``write_appendix``."""
    others = [tuple(name for name in row.leads if name != checklist.unit) for row in checklist.rows]
    values = {
        "title": "Danh mục nhiệm vụ",
        "unit": shorten(checklist.unit or _UNCLEAR, _TITLED),
        "document": checklist.document,
        "document_title": checklist.title,
        "tasks": [{**_task(row, n), "co_leads": led} for n, (row, led) in enumerate(zip(checklist.rows, others, strict=True), 1)],
        "count": len(checklist.rows),
    }
    return _write(CHECKLIST, values, form, office)


def write_hand_over(results: Sequence[Result], unit: str, form: Form = "docx", office: Office | None = None) -> bytes:
    """Return a letter (công văn) that hands over to ``unit`` (a name as the rows have it) its tasks in ``results``.

    Those it leads come first, then those in which it coordinates or acts. Number, date, signer and what ``office`` leaves open are
    dotted lines. Else as ``write_appendix``.
    """
    return _hand_over([(result, build_rows(result), unit) for result in results], unit, form, office)


def letters(
    results: Sequence[Result], form: Form = "docx", office: Office | None = None, wanted: Callable[[str], bool] = _any
) -> Iterator[tuple[str, bytes]]:
    """Yield for each unit that leads, coordinates or acts, and is ``wanted``, its letter of hand-over: the name of the file, what is in it.

    Units of several directives are one where their ids are one: offices of two districts that are called the same get a letter each.
    """
    stems = FileStems()
    for unit, tables in _by_unit([(result, build_rows(result)) for result in results]):
        if wanted(unit):
            yield f"{stems.take(unit)}.{form}", _hand_over(tables, unit, form, office)


def checklists(
    results: Sequence[Result], form: Form = "docx", office: Office | None = None, wanted: Callable[[str], bool] = _any
) -> Iterator[tuple[str, bytes]]:
    """Yield the checklists of each of ``results`` whose unit is ``wanted`` ("" where none is named): the name of the file, what is in it.

    Of several directives each has a folder.
    """
    folders = FileStems()
    for result in results:
        folder = f"{folders.take(_name(result))}/" if len(results) > 1 else ""
        for made in build_checklists(result, build_rows(result)):
            if wanted(made.unit or ""):
                yield f"{folder}{made.stem}.{form}", write_checklist(made, form, office)


def _by_unit(tables: Sequence[tuple[Result, Sequence[Row]]]) -> Iterator[tuple[str, list[_Part]]]:
    """Yield each unit with the directives in which it has tasks, leads first, in the order of the documents; its name is the first met."""
    ids = [{plain(unit.name): unit.id for unit in result.units} for result, _ in tables]
    leads: dict[str, dict[int, str]] = {}
    others: dict[str, dict[int, str]] = {}
    for n, (_, rows) in enumerate(tables):
        for row in rows:
            for found, names in ((leads, row.leads), (others, (*row.coordinators, *row.implementers))):
                for name in names:
                    found.setdefault(ids[n].get(name, name), {}).setdefault(n, name)
    for key in dict.fromkeys([*leads, *others]):
        called = {**others.get(key, {}), **leads.get(key, {})}
        parts = [(*tables[n], called[n]) for n in sorted(called)]
        yield parts[0][2], parts


def _hand_over(tables: Sequence[_Part], unit: str, form: Form, office: Office | None) -> bytes:
    led: list[dict[str, Any]] = []
    helped: list[dict[str, Any]] = []
    named: list[Result] = []
    for result, rows, name in tables:
        leads = [row.led_by(name) for row in rows if name in row.leads]
        helps = [row for row in rows if name not in row.leads and name in (*row.coordinators, *row.implementers)]
        if leads or helps:
            named.append(result)
        for held, found in ((led, leads), (helped, helps)):
            held += [{**_task(row, len(held) + n), "document": _name(result)} for n, row in enumerate(found, 1)]
    office = office or Office()
    values = {
        "issuer": plain(office.name).upper(),
        "parent": plain(office.parent).upper(),
        "party": is_of_the_party(office.name),
        "organ": plain(office.name),
        "place": plain(office.place),
        "unit": shorten(plain(unit), _TITLED),
        "documents": [{"document": _name(result), "title": _title(result.header), "issuer": _issuer(result.header)} for result in named],
        "led": led,
        "helped": helped,
        "count": len(led) + len(helped),
    }
    return _write(HAND_OVER, values, form, office)


def _write(name: str, values: Mapping[str, Any], form: Form, office: Office | None) -> bytes:
    return write_word(name, values, _folder(office)) if form == "docx" else write_print(name, values, _folder(office))


def _folder(office: Office | None) -> Path | None:
    return office.templates if office else None


def _letterhead(header: Header | None) -> dict[str, Any]:
    """Return what stands on top: the issuer of the directive itself, nothing where it is not printed."""
    issuer, parent = _issuer(header) if header else "", plain(header.parent_issuer.name) if header and header.parent_issuer else ""
    return {"issuer": issuer.upper(), "parent": parent.upper(), "party": is_of_the_party(issuer)}


def _issuer(header: Header) -> str:
    return plain(header.issuer.name) if header.issuer else ""


def _attached(result: Result) -> str:
    """Return what stands in brackets under the title: to which document the appendix belongs."""
    header = result.header
    if not (header.kind or header.number):
        return f"Kèm theo {_name(result)}"
    issuer = f" của {_issuer(header)}" if header.issuer else ""
    kind = header.kind.name if header.kind else "Văn bản"
    number = f"số {header.number}" if header.number else "số ……"
    issued = say_issued(header.issued_on) if header.issued_on else "ngày …… tháng …… năm ……"
    return plain(f"Kèm theo {kind} {number} {issued}{issuer}")


def _name(result: Result) -> str:
    return say_document(result.header, result.source)


def _title(header: Header) -> str:
    return plain(header.title or "")


def _tasks(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [_task(row, row.number) for row in rows]


def _task(row: Row, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "place": row.place,
        "text": row.text,
        "whole": row.whole or "",
        "leads": row.leads,
        "coordinators": row.coordinators,
        "implementers": row.implementers,
        "receivers": row.receivers,
        "deadlines": tuple(row.deadlines.lines()),
        "targets": row.targets,
        "products": row.products,
        "basis": row.basis,
        "notes": row.notes,
    }
