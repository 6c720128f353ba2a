"""What other programs are told: notices of what happened in the office, the addresses they go to, and how each delivery went."""

from datetime import datetime
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict

from models.stored import Change

NoticeKind = Literal[
    "document.received", "document.read", "document.failed", "document.signed_off", "document.reopened",
    "task.reviewed", "task.created", "task.changed", "task.withdrawn",
]  # fmt: skip
NOTICE_KINDS: Final[tuple[NoticeKind, ...]] = get_args(NoticeKind)
WebhookEnd = Literal["person", "gone", "unreachable", "not-allowed"]


class Notice(BaseModel):
    """Something that happened to a document or a task. ``sequence`` only grows, in the order in which it happened.

    ``change`` is the entry of the feed that "task.created", "task.changed" and "task.withdrawn" tell of; ``data`` is what the others
    tell, as it was at that moment.
    """

    model_config = ConfigDict(frozen=True)

    sequence: int
    at: datetime
    kind: NoticeKind
    document: int
    task: str | None = None
    change: Change | None = None
    data: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        """The idempotency key of this notice; that of a change is the one it has in the feed."""
        return self.change.key if self.change else f"notice:{self.sequence}"

    @property
    def subject(self) -> str:
        """What it is about: notices about the same task (or the same document as a whole) reach a receiver in their order."""
        return self.task or f"document:{self.document}"


class Webhook(BaseModel):
    """An address that notices of ``kinds`` are sent to. Its secret is shown once, when it is made.

    ``cursor`` is the last notice that was taken up for it. ``failures`` counts the times in a row that nobody answered; until
    ``wait_until`` it is left alone. ``ended`` says why it was switched off: by a "person", "gone" (the receiver answered 410),
    "unreachable" (nobody answered for days), "not-allowed" (its host is not in the settings any more). ``waiting``, ``given_up`` and
    ``delivered`` count its messages.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    url: str
    kinds: tuple[NoticeKind, ...]
    active: bool = True
    ended: WebhookEnd | None = None
    cursor: int = 0
    failures: int = 0
    wait_until: datetime | None = None
    created_at: datetime
    created_by: str
    waiting: int = 0
    given_up: int = 0
    delivered: int = 0
    delivered_at: datetime | None = None


class WebhookAttempt(BaseModel):
    """One try to deliver a message. ``status`` is what the receiver answered (None: nothing), ``error`` what went wrong in words."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    status: int | None = None
    error: str | None = None
    milliseconds: int | None = None


class WebhookMessage(BaseModel):
    """A message to a webhook. ``message`` is its id for the receiver, the same in every try: what came under it need not be done again.

    It waits until ``due_at``; None once it was delivered or given up. ``tries`` are the last ones, newest first.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    webhook: int
    message: str
    kind: str
    subject: str
    payload: dict[str, Any]
    made_at: datetime
    attempts: int = 0
    refusals: int = 0
    due_at: datetime | None = None
    delivered_at: datetime | None = None
    given_up_at: datetime | None = None
    tries: tuple[WebhookAttempt, ...] = ()


class Outgoing(BaseModel):
    """A message that is to be sent now by who holds ``lease``, and where to."""

    model_config = ConfigDict(frozen=True)

    lease: str
    url: str
    secret: str
    failures: int
    message: WebhookMessage
