"""A task as other programs get it: one JSON object, with a published schema (docs/schema/task-1.0.json, change-1.0.json)."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models.stored import ChangeKind
from pipeline.handover.material import Directive

SCHEMA_VERSION: Final = "1.0"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class UnitRecord(_Record):
    """A unit: its id (one unit has one in all documents of an office) and the name it bears in the document."""

    id: str
    name: str


class DocumentRecord(_Record):
    """The directive that a task comes from. ``id`` is its row in the store, ``sha256`` the hash of its file; ``envelope`` is the header of
    the edXML envelope it came in.
    """

    id: int | None = None
    sha256: str
    name: str
    kind_name: str | None = None
    number: str | None = None
    issuer: str | None = None
    issued_on: str | None = None
    title: str | None = None
    draft: bool = False
    envelope: dict[str, Any] | None = None


class DeadlineRecord(_Record):
    """A deadline: the printed words and their normal form (models/README.md)."""

    text: str
    start: str | None = None
    due: str | None = None
    repeat: str | None = None
    bound: Literal["before", "by", "within", "from"] = "by"


class TargetRecord(_Record):
    """A number to be reached; see models/README.md."""

    text: str
    value: float | int | tuple[float | int, float | int]
    unit: str
    comparator: Literal["=", ">=", ">", "<=", "<"] = "="
    total: float | int | None = None
    of: str | None = None
    confidence: float | None = None


class CitationRecord(_Record):
    """Another document that the task names by its number."""

    kind: str | None = None
    number: str
    date: str | None = None
    issuer: str | None = None


class TaskRecord(_Record):
    """A task. ``id`` names it for good (through corrections, re-reading and new versions where it comes from a store); ``task_id`` is its
    id in its result. ``document_id`` is the DocumentId by which the national axis knows the directive.

    ``review`` is what people decided (null: nobody was asked), ``version`` grows with each decision.
    """

    id: str
    task_id: str
    document_id: str | None = None
    document: DocumentRecord
    clause: str
    title: str
    text: str
    lead: tuple[UnitRecord, ...] = ()
    coordinate: tuple[UnitRecord, ...] = ()
    implement: tuple[UnitRecord, ...] = ()
    report_to: tuple[UnitRecord, ...] = ()
    deadlines: tuple[DeadlineRecord, ...] = ()
    targets: tuple[TargetRecord, ...] = ()
    products: tuple[str, ...] = ()
    citations: tuple[CitationRecord, ...] = ()
    started_on: date | None = None
    done_on: date | None = None
    review: Literal["open", "approved", "edited", "rejected", "unclear"] | None = None
    version: int = 1
    confidence: float | None = None


class ChangeRecord(_Record):
    """A line of the feed. ``key`` is the same in every delivery of this change: what was seen under it need not be done again.

    ``cursor`` is where to go on from (``giaoviec feed --since``). ``payload`` is the task as it stands after the change, null where it was
    withdrawn.
    """

    key: str
    cursor: str
    kind: ChangeKind
    at: AwareDatetime
    task: str
    document: int
    version: int
    payload: TaskRecord | None = Field(default=None)


def records(directive: Directive) -> Iterator[TaskRecord]:
    """Yield the tasks of ``directive`` as records, in its order."""
    header, source = directive.result.header, directive.result.source
    document = DocumentRecord(
        id=directive.number,
        sha256=source.sha256,
        name=source.name,
        kind_name=header.kind.name if header.kind else None,
        number=header.number,
        issuer=header.issuer.name if header.issuer else None,
        issued_on=header.issued_on,
        title=header.title,
        draft=header.draft,
        envelope=source.envelope.model_dump(mode="json", exclude_none=True) if source.envelope else None,
    )
    for one in directive.held:
        task = one.task
        roles = {
            role: tuple(UnitRecord(id=a.unit_id, name=a.name) for a in task.assignments if a.role == role)
            for role in ("lead", "coordinate", "implement", "report_to")
        }
        yield TaskRecord(
            id=task.id,
            task_id=one.found_id,
            document_id=task.document_id,
            document=document,
            clause=task.clause_id,
            title=task.title,
            text=task.text,
            **roles,
            deadlines=tuple(DeadlineRecord.model_validate(d, from_attributes=True) for d in task.deadlines),
            targets=tuple(TargetRecord.model_validate(t, from_attributes=True) for t in task.targets),
            products=tuple(product.text for product in task.products),
            citations=tuple(CitationRecord.model_validate(c, from_attributes=True) for c in task.citations),
            started_on=one.work.started_on,
            done_on=one.work.done_on,
            review=one.review,
            version=one.version,
            confidence=task.confidence,
        )


def line(record: BaseModel) -> str:
    """Return ``record`` as one line of JSON, letters as they are."""
    # JSON leaves U+2028 raw, which some readers take for the end of a line
    text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def schema(of: Literal["task", "change"]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a line of the export "jsonl" ("task") or of the feed ("change")."""
    model = TaskRecord if of == "task" else ChangeRecord
    made = model.model_json_schema(mode="serialization" if of == "task" else "validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"giaoviec {of} {SCHEMA_VERSION}",
        **{key: value for key, value in made.items() if key != "title"},
    }


def write_schema(of: Literal["task", "change"]) -> bytes:
    """Return ``schema(of)`` as it is checked in under docs/schema."""
    return (json.dumps(schema(of), ensure_ascii=False, indent=2) + "\n").encode("utf-8")
