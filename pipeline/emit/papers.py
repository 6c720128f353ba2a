"""Papers that an office hands on, made from templates: the appendix that assigns tasks, a checklist for each unit, a letter of hand-over.

Each is written as Word ("docx") or PDF ("pdf"). An office can change the templates (docs/templates.md); here is what fills them.
"""

import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Literal

from models import Header, Result
from pipeline.emit.checklist import Checklist, build_checklists
from pipeline.emit.groups import is_of_the_party
from pipeline.emit.loads import write_loads
from pipeline.emit.names import FileStems
from pipeline.emit.printed import takes_parts, write_print, write_print_in_parts
from pipeline.emit.rows import Row, build_rows
from pipeline.emit.spool import Spool
from pipeline.emit.timeline import write_timeline
from pipeline.emit.word import write_word, write_word_into
from pipeline.emit.words import plain, say_document, say_issued, shorten
from pipeline.settings import PapersSettings

Form = Literal["docx", "pdf"]

APPENDIX: Final = "phu-luc"
CHECKLIST: Final = "viec-theo-don-vi"
HAND_OVER: Final = "giao-viec"

_PART: Final = 500  # tasks of several directives that are set at once: about 60 MB
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


def write_appendix(results: Iterable[Result], form: Form = "docx", office: Office | None = None) -> bytes:
    """Return the appendix "Phân công nhiệm vụ" of ``results``: a table of who does what with whom by when.

    Layout by Nghị định 30/2020/NĐ-CP, Phụ lục I and III. With several directives each has a title row. In the PDF the deadlines and loads
    follow as pictures. The same results and templates (for PDF also: the same fonts on the machine) give the same bytes. Raises OutputError
    where a template of the office is faulty: which file, which tag.
    """
    with tempfile.TemporaryDirectory(prefix="giaoviec-") as made:
        file = Path(made) / APPENDIX
        write_appendix_file(file, results, form, office)
        return file.read_bytes()


def write_appendix_file(out: Path, results: Iterable[Result], form: Form = "docx", office: Office | None = None) -> None:
    """Write into the file ``out`` what ``write_appendix`` returns; memory does not grow with the number of ``results``.

    As PDF, tasks of many directives are set some hundred at a time: each such part begins a page, and the whole is not tagged.
    """
    groups: Spool[dict[str, Any]] = Spool(held=1)  # each is a whole directive
    first, count = None, 0
    for result in results:
        first = result if not groups else None
        tasks = _tasks(build_rows(result))
        groups.append({"document": _name(result), "title": _title(result.header), "tasks": tasks})
        count += len(tasks)
    values = {
        **_letterhead(first.header if first else None),
        "title": "Phân công nhiệm vụ",
        "attached_to": _attached(first) if first else "",
        "many": len(groups) > 1,
        "groups": groups,
        "count": count,
        "pictures": [],
        "first_page": 1,
    }
    if form == "docx":
        with out.open("wb") as stream:
            write_word_into(stream, APPENDIX, values, _folder(office))
    elif count > _PART and len(groups) > 1 and takes_parts(APPENDIX, _folder(office)):
        write_print_in_parts(out, APPENDIX, ({**values, "groups": part} for part in _parts(groups)), _folder(office))
    else:
        pictures = _pictures(first) if first else {}
        values |= {"groups": list(groups), "pictures": list(pictures)}
        out.write_bytes(write_print(APPENDIX, values, _folder(office), pictures))


def _parts(groups: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for group in groups:
        if part and sum(len(one["tasks"]) for one in (*part, group)) > _PART:
            yield part
            part = []
        part.append(group)
    yield part


def _pictures(result: Result) -> dict[str, bytes]:
    rows, name = build_rows(result), _name(result)
    pictures = {"thoi-han.svg": write_timeline(rows, name)} if any(row.deadlines.due for row in rows) else {}
    return {**pictures, "khoi-luong.svg": write_loads(rows, name)}


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


def write_hand_over(results: Iterable[Result], unit: str, form: Form = "docx", office: Office | None = None) -> bytes:
    """Return a letter (công văn) that hands over to ``unit`` (a name as the rows have it) its tasks in ``results``.

    Those it leads come first, then those in which it coordinates or acts. Number, date, signer and what ``office`` leaves open are
    dotted lines. Else as ``write_appendix``.
    """
    letter = _Letter(unit)
    for result in results:
        cited = _Cited.of(result)
        for row in build_rows(result):
            letter.add(cited, row, unit)
    return letter.write(form, office)


def letters(
    results: Iterable[Result], form: Form = "docx", office: Office | None = None, wanted: Callable[[str], bool] = _any
) -> Iterator[tuple[str, bytes]]:
    """Yield for each unit that leads, coordinates or acts, and is ``wanted``, its letter of hand-over: the name of the file, what is in it.

    Units of several directives are one where their ids are one: offices of two districts that are called the same get a letter each. Memory
    does not grow with the number of ``results``.
    """
    rows: Spool[tuple[int, Row]] = Spool()
    documents: list[_Cited] = []
    shares: dict[str, _Share] = {}
    leads: dict[str, None] = {}
    for result in results:
        ids = {plain(unit.name): unit.id for unit in result.units}
        for row in build_rows(result):
            leads |= dict.fromkeys(ids.get(name, name) for name in row.leads)
            for name in dict.fromkeys((*row.leads, *row.coordinators, *row.implementers)):
                share = shares.setdefault(ids.get(name, name), _Share())
                share.names.setdefault(len(documents), name)
                share.rows.append(len(rows))
            rows.append((len(documents), row))
        documents.append(_Cited.of(result))
    stems = FileStems()
    for key in dict.fromkeys((*leads, *shares)):
        share = shares[key]
        letter = _Letter(next(iter(share.names.values())))
        if not wanted(letter.unit):
            continue
        for place, row in (rows[n] for n in share.rows):
            letter.add(documents[place], row, share.names[place])
        yield f"{stems.take(letter.unit)}.{form}", letter.write(form, office)


def checklists(
    results: Iterable[Result], form: Form = "docx", office: Office | None = None, wanted: Callable[[str], bool] = _any
) -> Iterator[tuple[str, bytes]]:
    """Yield the checklists of each of ``results`` whose unit is ``wanted`` ("" where none is named): the name of the file, what is in it.

    Of several directives each has a folder.
    """
    folders = FileStems()
    coming = iter(results)
    begin = list(islice(coming, 2))
    for result in chain(begin, coming):
        folder = f"{folders.take(_name(result))}/" if len(begin) > 1 else ""
        for made in build_checklists(result, build_rows(result)):
            if wanted(made.unit or ""):
                yield f"{folder}{made.stem}.{form}", write_checklist(made, form, office)


@dataclass(frozen=True, slots=True)
class _Cited:
    """A directive as a letter names it."""

    document: str
    title: str
    issuer: str

    @classmethod
    def of(cls, result: Result) -> "_Cited":
        return cls(_name(result), _title(result.header), _issuer(result.header))


@dataclass(frozen=True, slots=True)
class _Share:
    """What falls to a unit: its name in each document (by place), the places of its rows."""

    names: dict[int, str] = field(default_factory=dict)
    rows: "array[int]" = field(default_factory=lambda: array("l"))


class _Letter:
    """A letter of hand-over that is being gathered."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self._documents: dict[_Cited, None] = {}
        self._led: Spool[dict[str, Any]] = Spool()
        self._helped: Spool[dict[str, Any]] = Spool()

    def add(self, cited: _Cited, row: Row, name: str) -> None:
        """Add a row of the document ``cited``, if the unit, which is called ``name`` there, has to do with it."""
        if name in row.leads:
            held, row = self._led, row.led_by(name)
        elif name in (*row.coordinators, *row.implementers):
            held = self._helped
        else:
            return
        self._documents.setdefault(cited)
        held.append({**_task(row, len(held) + 1), "document": cited.document})

    def write(self, form: Form, office: Office | None) -> bytes:
        """Return the letter."""
        office = office or Office()
        values: dict[str, Any] = {
            "issuer": plain(office.name).upper(),
            "parent": plain(office.parent).upper(),
            "party": is_of_the_party(office.name),
            "organ": plain(office.name),
            "place": plain(office.place),
            "unit": shorten(plain(self.unit), _TITLED),
            "documents": [asdict(cited) for cited in self._documents],
            "led": self._led,
            "helped": self._helped,
            "count": len(self._led) + len(self._helped),
            "has_led": bool(self._led),
            "first_page": 1,
            "is_last": True,
        }
        if form == "docx":
            return write_word(HAND_OVER, values, _folder(office))
        if values["count"] <= _PART or not takes_parts(HAND_OVER, _folder(office)):
            return write_print(HAND_OVER, {**values, "led": list(self._led), "helped": list(self._helped)}, _folder(office))
        with tempfile.TemporaryDirectory(prefix="giaoviec-") as made:
            file = Path(made) / HAND_OVER
            write_print_in_parts(file, HAND_OVER, ({**values, **part} for part in self._parts()), _folder(office))
            return file.read_bytes()

    def _parts(self) -> Iterator[dict[str, Any]]:
        led = len(self._led)
        for begin in range(0, led + len(self._helped), _PART):
            end = begin + _PART
            helped = self._helped[max(0, begin - led) : max(0, end - led)]
            yield {"led": self._led[begin:end], "helped": helped, "is_last": end >= led + len(self._helped)}


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
