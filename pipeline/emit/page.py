"""A directive with its tasks as one HTML file: to be read without the program, to be printed, to be sent by mail.

The file needs nothing else and fetches nothing (a Content-Security-Policy says so to the browser); it works without its script, which only
filters the table. From each row links lead to the words it came from, from these words to the row.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

from models import Header, Result, Span, Task
from models.outline import Role
from pipeline.emit.loads import write_loads
from pipeline.emit.marks import Mark, mark
from pipeline.emit.picture import write_picture
from pipeline.emit.rows import Row, build_rows
from pipeline.emit.templates import render
from pipeline.emit.timeline import write_timeline
from pipeline.emit.words import SEVERITIES, STATUSES, plain, say_day, say_document, say_issued, say_target
from pipeline.emit.workbook_register import PROGRESS, REVIEWS, Standing, progress_of

_FOLDER: Final = Path(__file__).parent / "templates" / "page"
_ROLES: Final[Mapping[Role, str]] = {"lead": "Chủ trì", "coordinate": "Phối hợp", "implement": "Thực hiện", "report_to": "Nhận báo cáo"}
_BADGES: Final = 12  # rows that one word shows links to
_PLACES: Final = 8  # places that one finding shows links to


@dataclass(frozen=True)
class Said:
    """A value of a row, and the id of the words it was read from ("" where it was read from none)."""

    text: str
    to: str = ""


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    row: Row
    leads: tuple[Said, ...]
    coordinators: tuple[Said, ...]
    others: tuple[tuple[str, tuple[Said, ...]], ...]
    deadlines: tuple[Said, ...]
    confidence: str


@dataclass(frozen=True)
class Question:
    """A finding with links to the words it points at."""

    id: str
    severity: str
    label: str
    message: str
    places: tuple[str, ...]
    more: int


def write_page(result: Result, standings: Mapping[str, Standing] | None = None) -> bytes:
    """Return ``result`` as one HTML file (UTF-8): the directive's text, its tasks, findings and pictures.

    ``standings`` (task id → how people left it) are those of a store: whether a task was approved, how far it is, what was noted.
    The same result gives the same bytes.
    """
    rows = build_rows(result)
    names = {unit.id: plain(unit.name) for unit in result.units}
    words: dict[Span, dict[int, str]] = {}  # words → rows they hold for → as what
    left = standings or {}
    lines = [_line(task, row, names, words, left.get(task.id)) for task, row in zip(result.tasks, rows, strict=True)]
    questions = _questions(result)
    name = say_document(result.header, result.source)
    style, script = _part("page.css"), _part("page.js")
    values = {
        "name": name,
        "title": plain(result.header.title or ""),
        "facts": _facts(result),
        "status": STATUSES[result.status],
        "lines": lines,
        "questions": questions,
        "source": mark(result.text, [*_task_marks(result.tasks), *_word_marks(result.tasks, words), *_finding_marks(result)]),
        "pictures": _pictures(result, rows, name),
        "sha256": result.source.sha256,
        "file": plain(result.source.name),
        "style": Markup(style),
        "script": Markup(script),
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "roles": _ROLES,
    }
    return render("page/page.html", values).encode("utf-8")


def _line(task: Task, row: Row, names: Mapping[str, str], words: dict[Span, dict[int, str]], left: Standing | None) -> Line:
    found: dict[tuple[str, str], Span] = {}
    for one in task.assignments:
        found.setdefault((one.role, names.get(one.unit_id) or plain(one.name)), one.origin.span)
    for deadline in task.deadlines:
        found.setdefault(("deadline", plain(deadline.text)), deadline.span)
    for target in task.targets:
        found.setdefault(("target", say_target(target)), target.span)

    def said(kind: str, values: Sequence[str], keys: Sequence[str] | None = None) -> tuple[Said, ...]:
        told = []
        for value, key in zip(values, keys or values, strict=True):
            span = found.get((kind, key))
            if span is not None and span.start < span.end:
                words.setdefault(span, {}).setdefault(row.number, kind)
            told.append(Said(value, _id(span) if span is not None and span.start < span.end else ""))
        return tuple(told)

    others = (
        ("Thực hiện", said("implement", row.implementers)),
        ("Báo cáo", said("report_to", row.receivers)),
        ("Chỉ tiêu", said("target", row.targets)),
        ("Sản phẩm", tuple(map(Said, row.products))),
        ("Ghi chú", tuple(map(Said, row.notes))),
        *(_left(left) if left else ()),
    )
    return Line(
        row=row,
        leads=said("lead", row.leads),
        coordinators=said("coordinate", row.coordinators),
        others=tuple(other for other in others if other[1]),
        deadlines=said("deadline", row.deadlines.lines(), row.deadlines.printed),
        confidence=f"{row.confidence:.0%}" if row.confidence is not None else "",
    )


def _left(standing: Standing) -> Iterator[tuple[str, tuple[Said, ...]]]:
    """Yield what people said of a task: review, progress where work has begun, their note."""
    yield "Rà soát", (Said(REVIEWS[standing.review]),)
    progress, done = progress_of(standing.work), standing.work.done_on
    if progress != "not-started":
        yield "Trạng thái", (Said(PROGRESS[progress] + (f" ({say_day(done.isoformat())})" if done else "")),)
    if standing.note:
        yield "Người xem ghi", (Said(plain(standing.note)),)


def _id(span: Span) -> str:
    return f"w{span.start}-{span.end}"


def _task_marks(tasks: Sequence[Task]) -> list[Mark]:
    return [
        Mark(task.span, "task", f"v{number}", f"Nhiệm vụ {number}", ((str(number), f"n{number}"),)) for number, task in enumerate(tasks, 1)
    ]


def _word_marks(tasks: Sequence[Task], words: Mapping[Span, Mapping[int, str]]) -> list[Mark]:
    """Return the marks of words that a row took a value from. Where they lie outside of the task's words, links lead to its row."""
    marks = []
    for span, rows in words.items():
        far = [n for n in rows if not (tasks[n - 1].span.start <= span.start and span.end <= tasks[n - 1].span.end)]
        badges = [(str(n), f"n{n}") for n in far[:_BADGES]] + ([("…", f"n{far[_BADGES]}")] if len(far) > _BADGES else [])
        kind = next(iter(rows.values()))
        marks.append(Mark(span, f"word {kind}", _id(span), badges=tuple(badges)))
    return marks


def _finding_marks(result: Result) -> list[Mark]:
    return [
        Mark(span, f"found {finding.severity}", f"p{number}-{place}", plain(finding.message), ((f"?{number}", f"f{number}"),))
        for number, finding in enumerate(result.findings, 1)
        for place, span in enumerate(finding.spans[:_PLACES], 1)
    ]


def _questions(result: Result) -> list[Question]:
    return [
        Question(
            f"f{number}", finding.severity, SEVERITIES[finding.severity], plain(finding.message),
            tuple(f"p{number}-{place}" for place, span in enumerate(finding.spans[:_PLACES], 1) if span.start < span.end),
            max(0, len(finding.spans) - _PLACES),
        )
        for number, finding in enumerate(result.findings, 1)
    ]  # fmt: skip


def _facts(result: Result) -> list[tuple[str, str]]:
    header: Header = result.header
    signer = header.signer
    facts = (
        ("Cơ quan ban hành", header.issuer.name if header.issuer else ""),
        ("Ngày", say_issued(header.issued_on) if header.issued_on else ""),
        ("Người ký", ", ".join(filter(None, (signer.signed_for, signer.post, signer.name))) if signer else ""),
        ("Kính gửi", "; ".join(party.name for party in header.addressees)),
        ("Tình trạng", STATUSES[result.status]),
    )
    return [(label, plain(value)) for label, value in facts if value]


def _pictures(result: Result, rows: Sequence[Row], name: str) -> list[tuple[str, Markup]]:
    made: list[tuple[str, bytes]] = []
    if any(row.deadlines.due for row in rows):
        made.append(("Thời hạn", write_timeline(rows, name)))
    if any(row.leads or row.coordinators or row.implementers for row in rows):
        made.append(("Số nhiệm vụ của từng đơn vị", write_loads(rows, name)))
    if any(not edge.is_loose for edge in result.graph.edges):
        made.append(("Quan hệ giữa các đơn vị", write_picture(result.graph, name)))
    return [(title, Markup(picture.decode("utf-8"))) for title, picture in made]


@lru_cache(maxsize=2)
def _part(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").replace("\r\n", "\n")


@lru_cache(maxsize=2)
def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
