"""What the store remembers of a directive: the file that was received, where it is in the office, what it is linked to."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from models.span import Span

DocumentState = Literal["received", "working", "review", "done", "failed", "duplicate"]
ChangeKind = Literal["created", "changed", "withdrawn"]
LinkRelation = Literal["replaces", "repeals", "amends", "extends", "recalls", "corrects", "suspends"]


class StoredDocument(BaseModel):
    """A file in the store and what is known of it. Header values are None until it has been read.

    ``state``: received (waiting), working (claimed), review (read, waiting for people), done (signed off), failed (``fault_code`` and
    ``fault_message`` say why), duplicate (the words of ``duplicate_of`` in another format: it has no tasks of its own).
    ``status`` is that of the result ("clean", "needs-review"). ``family_id`` is the first document received of those that are versions
    of one another, ``version`` its place among them (from 1; drafts first, then by date), ``latest`` whether it is the last.
    ``revision`` counts the steps of review. Times are UTC.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    sha256: str
    name: str
    media_type: str | None = None
    size: int
    received_at: datetime
    received_from: str | None = None
    envelope: dict[str, Any] | None = None
    state: DocumentState
    fault_code: str | None = None
    fault_message: str | None = None
    attempts: int = 0
    worker: str | None = None
    lease_until: datetime | None = None
    finished_at: datetime | None = None
    status: str | None = None
    rulebook: str | None = None
    kind_code: str | None = None
    kind_name: str | None = None
    number: str | None = None
    issuer: str | None = None
    issuer_id: str | None = None
    issued_on: str | None = None
    title: str | None = None
    draft: bool = False
    duplicate_of: int | None = None
    family_id: int | None = None
    version: int = 1
    latest: bool = True
    revision: int = 0
    signed_off_at: datetime | None = None
    signed_off_by: str | None = None


class Received(BaseModel):
    """What became of a file that was handed in. ``new`` is False where the same bytes were received before, as ``document``."""

    model_config = ConfigDict(frozen=True)

    document: StoredDocument
    new: bool


class Claim(BaseModel):
    """The right of a worker to a document until ``until`` (UTC). ``token`` proves it; ``attempt`` counts from 1."""

    model_config = ConfigDict(frozen=True)

    document: StoredDocument
    worker: str
    token: str
    attempt: int
    until: datetime


class Link(BaseModel):
    """A document says that it replaces, amends … another one. ``target`` is that one in the store, None while it is not there.

    ``kind``, ``number`` and ``date`` are those of the citation; ``span`` is the whole of the words that say it.
    """

    model_config = ConfigDict(frozen=True)

    relation: LinkRelation
    kind: str | None = None
    number: str
    date: str | None = None
    span: Span
    rule: str
    document: int | None = None
    target: int | None = None


class Change(BaseModel):
    """An entry of the feed. ``sequence`` only grows; ``key`` is for receivers to tell a repeated delivery.

    ``task`` is the task's uid in the store; ``payload`` is the task as trackers get it (None when withdrawn).
    """

    model_config = ConfigDict(frozen=True)

    sequence: int
    at: datetime
    kind: ChangeKind
    task: str
    document: int
    version: int
    payload: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        """The idempotency key of this change."""
        return f"{self.task}:{self.sequence}"


class Delivery(BaseModel):
    """How far a receiver of the feed has come: all up to ``cursor`` arrived. ``attempts`` counts failures since then."""

    model_config = ConfigDict(frozen=True)

    target: str
    cursor: int = 0
    attempts: int = 0
    last_error: str | None = None
    retry_at: datetime | None = None
    delivered_at: datetime | None = None
