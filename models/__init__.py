"""The nouns of giaoviec: reading this list is learning its vocabulary (models/README.md is the glossary)."""

from models.difference import AspectChange, Difference, TaskChange
from models.document import Aside, Block, Document, Mend, Source, Table
from models.envelope import Attachment, Envelope, Organ
from models.errors import (
    AlignmentError,
    GiaoviecError,
    LeaseLostError,
    OutputError,
    RuleError,
    SettingsError,
    SourceError,
    StaleError,
    StoreError,
)
from models.finding import Finding
from models.graph import Edge, Graph, Node
from models.outline import Cell, Citation, Clause, Deadline, Header, Kind, Mention, Outline, Party, Signer, Target
from models.people import RIGHTS, Account, ApiToken, AuditEntry, OfficeRole, Person, Right
from models.result import Result
from models.review import Decision, ReviewedTask, ReviewEvent, Step
from models.span import Span
from models.status import (
    Awaited,
    AwaitedItem,
    DueItem,
    DueReport,
    Occurrence,
    TaskState,
    TrackedTask,
    UnitDue,
    WorkStatus,
)
from models.stored import Change, Claim, Delivery, Link, Received, StoredDocument
from models.task import Assignment, Order, Origin, Product, Task, TaskDeadline
from models.unit import Unit
from models.webhooks import NOTICE_KINDS, Notice, Outgoing, Webhook, WebhookAttempt, WebhookMessage

__all__ = [
    "NOTICE_KINDS",
    "RIGHTS",
    "Account",
    "AlignmentError",
    "ApiToken",
    "Aside",
    "AspectChange",
    "Assignment",
    "Attachment",
    "AuditEntry",
    "Awaited",
    "AwaitedItem",
    "Block",
    "Cell",
    "Change",
    "Citation",
    "Claim",
    "Clause",
    "Deadline",
    "Decision",
    "Delivery",
    "Difference",
    "Document",
    "DueItem",
    "DueReport",
    "Edge",
    "Envelope",
    "Finding",
    "GiaoviecError",
    "Graph",
    "Header",
    "Kind",
    "LeaseLostError",
    "Link",
    "Mend",
    "Mention",
    "Node",
    "Notice",
    "Occurrence",
    "OfficeRole",
    "Order",
    "Organ",
    "Origin",
    "Outgoing",
    "Outline",
    "OutputError",
    "Party",
    "Person",
    "Product",
    "Received",
    "Result",
    "ReviewEvent",
    "ReviewedTask",
    "Right",
    "RuleError",
    "SettingsError",
    "Signer",
    "Source",
    "SourceError",
    "Span",
    "StaleError",
    "Step",
    "StoreError",
    "StoredDocument",
    "Table",
    "Target",
    "Task",
    "TaskChange",
    "TaskDeadline",
    "TaskState",
    "TrackedTask",
    "Unit",
    "UnitDue",
    "Webhook",
    "WebhookAttempt",
    "WebhookMessage",
    "WorkStatus",
]
