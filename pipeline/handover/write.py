"""One format after another: what is written, into which file, from which material."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from models import Graph, OutputError, TrackedTask
from pipeline.due import Counting, calendar_pieces, track, write_calendar, write_calendars
from pipeline.emit.papers import Office
from pipeline.emit.picture import write_picture
from pipeline.emit.rows import build_rows
from pipeline.emit.tables import BOM, MACHINE_COLUMNS, PEOPLE_COLUMNS, machine_lines, people_lines, write_csv
from pipeline.handover.files import whole
from pipeline.handover.graphs import write_cytoscape, write_dot, write_mermaid
from pipeline.handover.mapping import SUFFIXES, load_mapping, trackers
from pipeline.handover.mapping import Mapping as TrackerMapping
from pipeline.handover.material import Directive, without_drafts
from pipeline.handover.paper import Form, write_appendix, write_checklists, write_letters, write_pages, write_workbook
from pipeline.handover.record import line, records
from pipeline.handover.tracker_files import write_tracker
from pipeline.messages import language, printable, say
from pipeline.network import merge_graphs, write_gexf, write_graphml
from pipeline.settings import Settings

_STATE_COLUMNS: Final = ("review", "started_on", "done_on", "document_id")
_GRAPHS: Final[Mapping[str, tuple[str, Callable[[Graph], bytes]]]] = {
    "graphml": (".graphml", write_graphml),
    "gexf": (".gexf", write_gexf),
    "dot": (".dot", write_dot),
    "mermaid": (".mmd", write_mermaid),
    "cytoscape": (".cyjs", write_cytoscape),
    "svg": (".svg", lambda graph: write_picture(graph, say("export.picture"))),
}
_PAPERS: Final[Mapping[str, Form]] = {"docx": "docx", "pdf": "pdf"}
_LETTERS: Final[Mapping[str, Form]] = {"letters-docx": "docx", "letters-pdf": "pdf"}
_CHECKLISTS: Final[Mapping[str, Form]] = {"checklists-docx": "docx", "checklists-pdf": "pdf"}
_LISTS: Final[Mapping[str, str]] = {
    "jsonl": ".jsonl", "csv": ".csv", "csv-excel": ".csv", "ics": ".ics", "xlsx": ".xlsx", "html": ".html", "docx": ".docx", "pdf": ".pdf",
    **dict.fromkeys([*_LETTERS, *_CHECKLISTS], ""),
}  # fmt: skip
HELPING: Final = frozenset(_LETTERS)
"""formats in which the unit that is asked for gets the tasks in which it helps, too"""


@lru_cache(maxsize=1)
def formats() -> Mapping[str, str]:
    """Return the formats that ``export`` knows, each with the suffix of its file ("" for a folder): data, papers, graph, trackers."""
    graphs = {name: suffix for name, (suffix, _) in _GRAPHS.items()}
    return {**_LISTS, **graphs, **{name: SUFFIXES[load_mapping(file).kind] for name, file in trackers().items()}}


@dataclass(frozen=True)
class Exported:
    """What was written. ``drafts`` are directives left out since they order nothing yet; ``hint`` says how the tracker takes the file."""

    files: tuple[Path, ...]
    tasks: int
    documents: int
    drafts: tuple[str, ...] = ()
    hint: str | None = None


class _Count:
    """Counts what passes by."""

    def __init__(self, material: Iterable[Directive]) -> None:
        self._material = material
        self.tasks = self.documents = 0

    def __iter__(self) -> Iterator[Directive]:
        for directive in self._material:
            self.tasks += len(directive.held)
            self.documents += bool(directive.held)
            yield directive


def export(
    material: Iterable[Directive],
    name: str,
    out: Path,
    *,
    settings: Settings | None = None,
    mapping: TrackerMapping | None = None,
    today: date | None = None,
    unit: str | None = None,
) -> Exported:
    """Write the tasks of ``material`` in the format ``name`` (one of ``formats``) to ``out``, and return what was written.

    ``out`` is a file; for "ics" a folder too, which then gets a calendar for each unit (see pipeline.due), for "html" too (a page for each
    directive), for letters and checklists always; ``unit``: only those of the units that it names. ``mapping`` takes the place of that of a
    tracker. Directives pass one after another, so that memory does not grow with their number; only the graph is held, and of a project
    file the units. Each file is there whole or not at all. Trackers, calendars and letters leave drafts out. Papers follow the
    templates of ``settings``. Raises OutputError where ``out`` cannot be written, and what reading the material raises.
    """
    drafts: dict[str, None] = {}
    hint = None
    if mapping is None and name in trackers():
        mapping = load_mapping(trackers()[name])
    counted = _Count(without_drafts(material, drafts) if mapping is not None or name == "ics" or name in _LETTERS else material)
    settings = settings or Settings()
    office = Office.of(settings.papers)
    if mapping is not None:
        files = write_tracker(counted, mapping, out)
        hint = (mapping.hint or {}).get(language()) or (mapping.hint or {}).get("vi")
    elif name == "ics":
        files = _calendars(counted, out, settings, today or date.today())
    elif name == "xlsx":
        files = write_workbook(counted, _file(out))
    elif name in _PAPERS:
        files = write_appendix(counted, _PAPERS[name], _file(out), office)
    elif name in _LETTERS:
        files = write_letters(counted, _LETTERS[name], out, office, unit)
    elif name in _CHECKLISTS:
        files = write_checklists(counted, _CHECKLISTS[name], out, office, unit)
    elif name == "html":
        files = write_pages(counted, out)
    elif name in _GRAPHS:
        graph = merge_graphs(directive.result.graph for directive in counted if directive.held)
        files = _stream(out, iter([_GRAPHS[name][1](graph)]))
    else:
        files = _stream(out, _STREAMS[name](counted))
    return Exported(files, counted.tasks, counted.documents, tuple(drafts), hint)


def _file(out: Path) -> Path:
    if out.is_dir():
        raise OutputError(say("export.is-folder", out=printable(out)))
    return out


def _stream(out: Path, pieces: Iterator[bytes]) -> tuple[Path, ...]:
    with whole(_file(out)) as part, part.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
    return (out,)


def _jsonl(material: Iterable[Directive]) -> Iterator[bytes]:
    for directive in material:
        for record in records(directive):
            yield (line(record) + "\n").encode("utf-8", "replace")


def _csv(material: Iterable[Directive]) -> Iterator[bytes]:
    yield write_csv([(*MACHINE_COLUMNS, *_STATE_COLUMNS)])
    for directive in material:
        lines = zip(machine_lines(directive.result), directive.held, strict=True)
        yield write_csv([(*told, h.review, h.work.started_on, h.work.done_on, h.task.document_id) for told, h in lines])


def _csv_excel(material: Iterable[Directive]) -> Iterator[bytes]:
    yield BOM + write_csv([(say("export.col-document"), *PEOPLE_COLUMNS)])
    for directive in material:
        yield write_csv([(directive.name, *told) for told in people_lines(build_rows(directive.result))])


_STREAMS: Final[Mapping[str, Callable[[Iterable[Directive]], Iterator[bytes]]]] = {"jsonl": _jsonl, "csv": _csv, "csv-excel": _csv_excel}


def _calendars(material: Iterable[Directive], out: Path, settings: Settings, today: date) -> tuple[Path, ...]:
    counting = Counting.of(settings.time)
    if out.suffix.lower() == ".ics" and not out.is_dir():
        name = say("due.calendar-all")
        return _stream(out, calendar_pieces(map(_tracked, material), lambda tasks: write_calendar(tasks, name, today, counting)))
    return write_calendars((tracked for directive in material for tracked in _tracked(directive)), out, today, counting)


def _tracked(directive: Directive) -> list[TrackedTask]:
    recorded = [(one.task, one.work.model_copy(update={"version": one.version})) for one in directive.held]
    return track(directive.result, recorded)
