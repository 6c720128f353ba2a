"""Results → files: what clerks, officials and other programs take away."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from models import Result
from pipeline.emit.checklist import build_checklists, write_markdown
from pipeline.emit.page import write_page
from pipeline.emit.papers import write_appendix, write_checklist
from pipeline.emit.picture import write_picture
from pipeline.emit.record import schema, write_record, write_schema
from pipeline.emit.rows import build_rows
from pipeline.emit.tables import write_machine_csv, write_people_csv
from pipeline.emit.words import say_document
from pipeline.emit.workbook import write_overall_workbook, write_workbook
from pipeline.network import merge_graphs, write_graphml

__all__ = ["emit", "emit_all", "schema", "write_schema"]

CHECKLISTS = "viec-theo-don-vi"


def emit(result: Result, folder: Path) -> tuple[Path, ...]:
    """Write the files of one directive into ``folder`` (made where it is missing) and return their paths.

    result.json; nhiem-vu.csv (programs), nhiem-vu-excel.csv and nhiem-vu.xlsx (people); van-ban.html (the directive beside its tasks);
    phu-luc.docx (the appendix that assigns the tasks); do-thi.graphml and do-thi.svg; and under viec-theo-don-vi/ a checklist for each
    lead unit as .md and .docx. PDF is made where it is asked for: it depends on the fonts of the machine. The same result gives the same
    bytes. Files of an earlier run that this one does not write stay. Raises OSError where the folder cannot be written.
    """
    rows = build_rows(result)
    lists = build_checklists(result, rows)
    return _write(folder, [
        ("result.json", write_record(result)),
        ("nhiem-vu.csv", write_machine_csv([result])),
        ("nhiem-vu-excel.csv", write_people_csv(rows)),
        ("nhiem-vu.xlsx", write_workbook(result, rows)),
        ("van-ban.html", write_page(result)),
        ("phu-luc.docx", write_appendix([result])),
        ("do-thi.graphml", write_graphml(result.graph)),
        ("do-thi.svg", write_picture(result.graph, say_document(result.header, result.source))),
        *((f"{CHECKLISTS}/{made.stem}.md", write_markdown(made)) for made in lists),
        *((f"{CHECKLISTS}/{made.stem}.docx", write_checklist(made)) for made in lists),
    ])  # fmt: skip


def emit_all(results: Sequence[Result], folder: Path) -> tuple[Path, ...]:
    """Write what holds over all ``results`` into ``folder`` (made where it is missing) and return the paths.

    tat-ca-nhiem-vu.csv and .xlsx, do-thi.graphml and do-thi.svg; units of several documents are one where their ids are one.
    The same results in the same order give the same bytes. Raises OSError where the folder cannot be written.
    """
    graph = merge_graphs(result.graph for result in results)
    return _write(folder, [
        ("tat-ca-nhiem-vu.csv", write_machine_csv(results)),
        ("tat-ca-nhiem-vu.xlsx", write_overall_workbook(results, map(build_rows, results), graph)),
        ("do-thi.graphml", write_graphml(graph)),
        ("do-thi.svg", write_picture(graph, f"{len(results)} văn bản")),
    ])  # fmt: skip


def _write(folder: Path, files: Iterable[tuple[str, bytes]]) -> tuple[Path, ...]:
    paths = []
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return tuple(paths)
