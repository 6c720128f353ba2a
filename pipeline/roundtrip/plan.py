"""What an edited workbook asks for: changes of cells, tasks that were added, and what cannot be taken over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from models import Decision, Span

ProblemCode = Literal[
    "conflict", "not-a-day", "not-a-state", "no-reason", "no-text", "twice", "unknown-task", "unknown-document", "gone", "signed-off",
    "no-words", "which-document", "there-already", "contradiction", "refused",
]  # fmt: skip
NoteCode = Literal["new-unit", "rows-gone", "column-gone", "fixed-edited", "new-row-state"]


@dataclass(frozen=True)
class Change:
    """An edited cell: ``before`` as the store has it, ``after`` as it stands in the workbook. ``field`` is the key of its column."""

    row: int
    document: int
    task: str
    title: str
    field: str
    before: str
    after: str
    decision: Decision


@dataclass(frozen=True)
class Addition:
    """A line that a person added: a task that the program missed, with its words in the document's text."""

    row: int
    document: int
    text: str
    span: Span
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is not taken over, and why; ``row`` is None where it concerns more than a row."""

    code: ProblemCode
    row: int | None
    message: str


@dataclass(frozen=True)
class Note:
    """What a person should know of what is taken over."""

    code: NoteCode
    row: int | None
    message: str


@dataclass(frozen=True)
class Plan:
    """All of it. ``rows`` counts the lines of the register, ``same`` those that nobody edited; ``names`` are those of the documents."""

    rows: int
    same: int
    changes: tuple[Change, ...]
    additions: tuple[Addition, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    names: Mapping[int, str]
