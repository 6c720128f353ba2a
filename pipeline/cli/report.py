"""The report of a run: a table for people, an object for programs."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.messages import printable, say
from pipeline.run import DocumentReport, RunReport

_STYLES = {"clean": "green", "needs-review": "yellow", "failed": "red"}
_FOLDERS_SHOWN = 6
_SEVERITIES = ("error", "warning", "note")


def _document(report: DocumentReport) -> str:
    return " ".join(part for part in (report.kind, report.number) if part) or "–"


def _base(paths: Sequence[Path]) -> str:
    """Return the folder that all files lie in; empty where there is none (two drives)."""
    try:
        return os.path.commonpath([path.parent for path in paths])
    except ValueError:
        return ""


def _short(path: Path, base: str) -> str:
    """Return ``path`` as seen from ``base``: in the table, the names tell the files apart, not the way to them."""
    return printable(path.relative_to(base) if base and path.name and path.is_relative_to(base) else path)


def build_table(report: RunReport) -> Table:
    """Return one row per document, and the totals where there is more than one."""
    many = len(report.documents) > 1
    totals = run_record(report)["totals"]
    base = _base([document.path for document in report.documents])
    table = Table(show_footer=many, box=None, padding=(0, 2, 0, 0), header_style="bold", footer_style="bold", expand=False)
    table.add_column(say("table.file"), say("table.total", count=totals["documents"]), overflow="fold", min_width=12)
    table.add_column(say("table.document"), overflow="fold", min_width=14)
    for name, total in (
        ("tasks", totals["tasks"]),
        ("unassigned", totals["unassigned"]),
        ("deadlines", totals["with_deadline"]),
        ("findings", totals["findings"]["error"] + totals["findings"]["warning"]),
    ):
        table.add_column(say(f"table.{name}"), str(total), justify="right")
    table.add_column(say("table.status"))
    for document in report.documents:
        to_look_at = document.findings.get("error", 0) + document.findings.get("warning", 0)
        figures = (document.tasks, document.unassigned, document.deadlines, to_look_at)
        unread = document.status == "failed"
        table.add_row(
            Text(_short(document.path, base)),
            Text("–" if unread else _document(document)),
            *("–" if unread else str(figure) for figure in figures),
            Text(say(f"table.{document.status}"), style=_STYLES[document.status]),
        )
    return table


def print_report(report: RunReport, console: Console) -> None:
    """Print the table, and where the files are."""
    console.print(build_table(report))
    folders = [printable(Path(d.folder.name)) + "/" for d in report.documents if d.folder]
    if not folders:
        return
    console.print()
    console.print(Text(say("table.where", out=printable(report.out))), soft_wrap=True)
    names = ", ".join(printable(Path(path.name)) for path in report.files)
    shown = ", ".join(folders[:_FOLDERS_SHOWN]) + (" …" if len(folders) > _FOLDERS_SHOWN else "")
    for line in (say("table.where-all", files=names), say("table.where-each", folders=shown)):
        console.print(Padding(line, (0, 0, 0, 2)))


def run_record(report: RunReport) -> dict[str, Any]:
    """Return the report of a run as ``giaoviec run --json`` prints it."""
    documents = [
        {
            "file": printable(d.path),
            "status": d.status,
            "folder": printable(d.folder) if d.folder else None,
            "code": d.code,
            "message": d.message,
            "kind": d.kind,
            "number": d.number,
            "tasks": d.tasks,
            "unassigned": d.unassigned,
            "with_deadline": d.deadlines,
            "findings": {severity: d.findings.get(severity, 0) for severity in _SEVERITIES},
        }
        for d in report.documents
    ]
    states = Counter(d.status for d in report.documents)
    return {
        "out": printable(report.out),
        "documents": documents,
        "totals": {
            "documents": len(report.documents),
            "clean": states["clean"],
            "needs_review": states["needs-review"],
            "failed": states["failed"],
            "tasks": sum(d.tasks for d in report.documents),
            "unassigned": sum(d.unassigned for d in report.documents),
            "with_deadline": sum(d.deadlines for d in report.documents),
            "findings": {severity: sum(d.findings.get(severity, 0) for d in report.documents) for severity in _SEVERITIES},
        },
        "files": [printable(path) for path in report.files],
        "skipped": dict(report.skipped),
    }
