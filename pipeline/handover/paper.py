"""What people open: the workbook, papers to print and sign, pages to look at."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from models import OutputError, Result
from pipeline.emit.names import FileStems
from pipeline.emit.page import write_page
from pipeline.emit.papers import Office, checklists, letters, write_appendix_file
from pipeline.emit.rows import build_rows
from pipeline.emit.words import plain
from pipeline.emit.workbook import Workbook
from pipeline.emit.workbook_register import Standing
from pipeline.handover.files import whole
from pipeline.handover.material import Directive, is_named
from pipeline.messages import printable, say
from pipeline.units import ascii_fold

Form = Literal["docx", "pdf"]

_HTML: Final = (".html", ".htm")


def write_workbook(material: Iterable[Directive], out: Path) -> tuple[Path, ...]:
    """Write the workbook of all directives: it can be sent back edited, where it comes out of a store (pipeline.roundtrip)."""
    made = Workbook()
    for directive in material:
        if directive.held:
            made.add(directive.result, build_rows(directive.result), _standings(directive))
    with whole(out) as part, part.open("wb") as stream:
        made.write(stream)
    return (out,)


def write_appendix(material: Iterable[Directive], form: Form, out: Path, office: Office) -> tuple[Path, ...]:
    """Write the appendix that assigns the tasks of all directives."""
    with whole(out) as part:
        write_appendix_file(part, (directive.result for directive in material if directive.held), form, office)
    return (out,)


def write_letters(material: Iterable[Directive], form: Form, out: Path, office: Office, unit: str | None) -> tuple[Path, ...]:
    """Write into the folder ``out`` a letter to each unit that leads, coordinates or acts; ``unit``: only to those that it names."""
    named = _Named(unit)
    return _write_each(letters(named.met(material), form, office, named), out, form)


def write_checklists(material: Iterable[Directive], form: Form, out: Path, office: Office, unit: str | None) -> tuple[Path, ...]:
    """Write into the folder ``out`` a checklist for each lead unit, of several directives in a folder each; ``unit`` as above."""
    named = _Named(unit)
    return _write_each(checklists(named.met(material), form, office, named), out, form)


def write_pages(material: Iterable[Directive], out: Path) -> tuple[Path, ...]:
    """Write a page for each directive into the folder ``out``; of one directive ``out`` may be a file. Raises OutputError."""
    held = (directive for directive in material if directive.held)
    if out.suffix.lower() in _HTML and not out.is_dir():
        first, second = next(held, None), next(held, None)
        if second is not None:
            raise OutputError(say("export.one-page", out=printable(out)))
        return (_write(out, _page(first)),) if first else ()
    stems = FileStems()
    return tuple(_write(out / f"{stems.take(directive.name)}.html", _page(directive)) for directive in held)


class _Named:
    """Tells whether a unit is the one that was asked for: by its id (in the directives met so far), its name or words of it."""

    def __init__(self, unit: str | None) -> None:
        self._unit = unit
        self._names: set[str] = set()

    def met(self, material: Iterable[Directive]) -> Iterator[Result]:
        """Yield the results with tasks, and take note of their units."""
        for directive in material:
            if directive.held:
                if self._unit is not None:
                    units = directive.result.units
                    self._names.update(plain(one.name) for one in units if ascii_fold(one.id) == ascii_fold(self._unit))
                yield directive.result

    def __call__(self, name: str) -> bool:
        return self._unit is None or name in self._names or is_named(name, self._unit)


def _page(directive: Directive) -> bytes:
    return write_page(directive.result, _standings(directive) if directive.number else None)


def _standings(directive: Directive) -> Mapping[str, Standing]:
    """Return how people left the tasks; a version only where the store knows one."""
    return {
        one.task.id: Standing(one.version if directive.number else None, one.review or "open", one.work, one.note) for one in directive.held
    }


def _write_each(files: Iterable[tuple[str, bytes]], out: Path, form: Form) -> tuple[Path, ...]:
    if out.suffix.lower() == f".{form}" and not out.is_dir():
        raise OutputError(say("export.needs-folder", out=printable(out)))
    return tuple(_write(out / name, content) for name, content in files)


def _write(path: Path, content: bytes) -> Path:
    with whole(path) as part:
        part.write_bytes(content)
    return path
