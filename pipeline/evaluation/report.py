"""The files of the report: a page that needs nothing but a browser, the same as Markdown, and the figures as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models import OutputError
from pipeline.evaluate import FIELDS, HEADER, ROLES
from pipeline.evaluation.calibration import draw_bars
from pipeline.evaluation.evaluation import Evaluation, SetEvaluation
from pipeline.evaluation.record import make_record
from pipeline.evaluation.templates import render
from pipeline.messages import language, printable, say

PAGE: Final = "report.html"
TEXT: Final = "report.md"
RECORD: Final = "report.json"

_ACCURACY: Final = frozenset(("type", "parent", *HEADER))  # gold and program both have one value for each
_OVERVIEW: Final = ("clean rows", "clauses", "type", "parent", "tasks", *ROLES, "due", "targets", "citations", "edges")
_KEY: Final = ("clean rows", "tasks", "units", "due")
_ROWS: Final = 15  # wrong rows shown of a document
_RULES: Final = 25
_OMISSIONS: Final = 40
_SLIPS: Final = 60
_CHANGES: Final = 150


@dataclass(frozen=True)
class _Cut:
    """The first of many things, and how many more there are."""

    shown: Sequence[object]
    more: int


def write_report(evaluation: Evaluation, folder: Path) -> tuple[Path, ...]:
    """Write report.html, report.md and report.json into ``folder`` (made if it is not there) and return their paths.

    The same evaluation gives the same bytes in the same language. Raises OutputError where they cannot be written.
    """
    record = json.dumps(make_record(evaluation), ensure_ascii=False, indent=1) + "\n"
    values = _values(evaluation)
    files = {PAGE: render("report.html", values), TEXT: render("report.md", values), RECORD: record}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode("utf-8", errors="replace"))
    except OSError as error:
        raise OutputError(say("run.out-not-writable", out=printable(folder), reason=error.strerror or str(error))) from error
    return tuple(folder / name for name in files)


def _values(evaluation: Evaluation) -> dict[str, object]:
    return {
        "evaluation": evaluation,
        "language": language(),
        "fields": FIELDS,
        "accuracy": _ACCURACY,
        "overview": _OVERVIEW,
        "key": _KEY,
        "draw": draw_bars,
        "codes": _codes,
        "rows": lambda rows: _cut(rows, _ROWS),
        "rules": lambda tracks: _cut([track for track in tracks if track.wrong], _RULES),
        "omissions": lambda omissions: _cut(omissions, _OMISSIONS),
        "slips": lambda slips: _cut(slips, _SLIPS),
        "values": lambda values: _cut(values, _CHANGES),
    }


def _cut(many: Sequence[object], most: int) -> _Cut:
    return _Cut(many[:most], max(0, len(many) - most))


def _codes(each: SetEvaluation) -> list[tuple[str, list[int]]]:
    """Return each code of findings with how often it stands in each document."""
    return [(code, [document.findings.get(code, 0) for document in each.documents]) for code in sorted(each.findings)]
