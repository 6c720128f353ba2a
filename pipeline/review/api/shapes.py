"""What goes in and out of the API beside the models themselves. What comes in is taken at its word: a key that is not known is refused."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from models import Account, ApiToken, Person, ReviewedTask, Right, StoredDocument, Webhook
from models.outline import Role
from models.people import OfficeRole
from models.stored import DocumentState
from models.webhooks import NoticeKind
from pipeline.handover.record import ChangeRecord
from pipeline.review.lanes import Due, State
from pipeline.store.saved_views import SavedView
from pipeline.store.timeline import TimelineEntry
from pipeline.store.unit_pages import Partner, UnitLoad
from pipeline.store.visits import Visit

Name = Annotated[str, Field(min_length=1, max_length=600)]
Words = Annotated[str, Field(min_length=1, max_length=20_000)]
Place = Annotated[tuple[int, int], Field(description="[start, end) in code points of the document's text", examples=[(120, 164)])]


class _In(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


# --- refusals ----------------------------------------------------------------------------------------------------------------


class Refusal(_Out):
    """Why a request was refused. ``code`` is stable, ``message`` for people.

    ``newer`` is there with the code "stale" only: the tasks as they stand now, since somebody else was faster.
    """

    code: str
    message: str
    newer: tuple[ReviewedTask, ...] | None = None


class Refused(_Out):
    """The body of every answer of 400 and above."""

    error: Refusal


# --- documents ---------------------------------------------------------------------------------------------------------------


class Documents(_Out):
    """A page of documents, newest first. ``total`` counts up to 1,000 (``more``: there are more). ``next`` is the address of the next page,
    null where this is the last.
    """

    documents: tuple[StoredDocument, ...]
    total: int
    more: bool
    next: str | None = None


class TakenFile(_Out):
    """What became of a file that was sent. ``verdict``: new, again (it could not be read before and is read again), same (its bytes are
    there already), workbook (decisions were taken over from a workbook of ours), skipped (no document), refused.
    """

    name: str
    verdict: Literal["new", "again", "same", "workbook", "skipped", "refused"]
    message: str
    document: StoredDocument | None = None


class TakenFiles(_Out):
    """What became of the files of a form, in their order."""

    files: tuple[TakenFile, ...]


class Counts(_Out):
    """How many documents are in each state."""

    documents: dict[DocumentState, int]


class Present(_Out):
    """Who else has a document open, the latest first, and the document's ``revision`` as it is now."""

    others: tuple[Visit, ...]
    revision: int


class Me(_Out):
    """Who asks, and what they may do."""

    name: str
    full_name: str
    role: OfficeRole
    rights: tuple[Right, ...]

    @classmethod
    def of(cls, person: Person, rights: frozenset[Right]) -> "Me":
        """Return ``person`` as the API tells it."""
        return cls(name=person.name, full_name=person.full_name, role=person.role, rights=tuple(sorted(rights)))


# --- tasks -------------------------------------------------------------------------------------------------------------------


class Tasks(_Out):
    """The tasks of a document as they stand, in its order."""

    tasks: tuple[ReviewedTask, ...]


class TaskPageAnswer(_Out):
    """A page of the register, with the documents of its tasks by id. ``total`` counts up to 10,000 (``more``: there are more)."""

    tasks: tuple[ReviewedTask, ...]
    documents: dict[int, StoredDocument]
    total: int
    more: bool
    next: str | None = None


class Views(_Out):
    """The saved filters of whoever asks."""

    views: tuple[SavedView, ...]


class ViewIn(_In):
    """A filter of the register under a name; ``query`` is that of an address of the page (/nhiem-vu?…); what cannot be read is left out."""

    name: Name
    query: Annotated[str, Field(max_length=4000, examples=["nhanh=qua-han&don-vi=so-y-te"])]


class UnitIn(_In):
    """A unit in a role. ``unit_id`` may be left out: it is made of the name as everywhere."""

    role: Role
    name: Name
    unit_id: Name | None = None


class DeadlineIn(_In):
    """A deadline: its words and their normal form (models/README.md). Without ``span`` its words are those of the task as a whole."""

    text: Name
    start: Name | None = None
    due: Name | None = None
    repeat: Name | None = None
    bound: Literal["before", "by", "within", "from"] = "by"
    span: Place | None = None


class TargetIn(_In):
    """A number to be reached."""

    text: Name
    value: float | int | tuple[float | int, float | int]
    unit: str
    comparator: Literal["=", ">=", ">", "<=", "<"] = "="
    total: float | int | None = None
    of: str | None = None
    span: Place | None = None


class ProductIn(_In):
    """What a task is to yield."""

    text: Name
    span: Place | None = None


class TaskFields(_In):
    """The fields of a task that people may set. What is left out stays as it is; a list that is given takes the place of the whole list."""

    title: Name | None = None
    text: Words | None = None
    assignments: tuple[UnitIn, ...] | None = None
    deadlines: tuple[DeadlineIn, ...] | None = None
    targets: tuple[TargetIn, ...] | None = None
    products: tuple[ProductIn, ...] | None = None

    def given(self) -> dict[str, Any]:
        """Return the fields that are set, in the JSON form that the store takes."""
        return self.model_dump(mode="json", exclude_none=True)


class DecisionIn(_In):
    """A decision about the task ``task`` as it was seen in ``version``. ``edit`` wants ``fields``, ``reject`` a ``reason``."""

    task: str
    version: int
    kind: Literal["approve", "edit", "reject", "unclear", "reopen"]
    fields: TaskFields = TaskFields()
    reason: Annotated[str, Field(max_length=2000)] | None = None


class AdditionIn(_In):
    """A task that the program missed, made of the words at ``span``."""

    span: Place
    fields: TaskFields = TaskFields()


class DecisionsIn(_In):
    """One step of review, which one undo takes back."""

    decisions: Annotated[tuple[DecisionIn, ...], Field(max_length=2000)] = ()
    additions: Annotated[tuple[AdditionIn, ...], Field(max_length=200)] = ()

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decisions": [
                        {"task": "5f0c1b2d3e4a5968", "version": 1, "kind": "approve"},
                        {
                            "task": "9a8b7c6d5e4f3021",
                            "version": 3,
                            "kind": "edit",
                            "fields": {"deadlines": [{"text": "trước ngày 30/6/2027", "due": "2027-06-30", "bound": "before"}]},
                        },
                        {"task": "0011223344556677", "version": 1, "kind": "reject", "reason": "Không phải nhiệm vụ"},
                    ]
                }
            ]
        }
    )


class WorkIn(_In):
    """How far the work on a task is. ``done_times`` and ``events``: see TaskState."""

    started_on: date | None = None
    done_on: date | None = None
    done_times: dict[str, date] = {}
    events: dict[str, date] = {}


class ProgressIn(_In):
    """What is recorded of the work on the task ``task``, seen in ``version``: it takes the place of what was recorded before."""

    task: str
    version: int
    work: WorkIn


class ProgressesIn(_In):
    """Progress of tasks, one step."""

    tasks: Annotated[tuple[ProgressIn, ...], Field(min_length=1, max_length=2000)]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tasks": [{"task": "5f0c1b2d3e4a5968", "version": 2, "work": {"done_on": "2027-03-01"}}]}]}
    )


class SplitIn(_In):
    """Several tasks in the place of one: each is the whole with the fields that its part names."""

    task: str
    version: int
    parts: Annotated[tuple[TaskFields, ...], Field(min_length=2, max_length=50)]


class MergeIn(_In):
    """One task in the place of several (uid → version seen), with their values together but for ``fields``."""

    tasks: Annotated[dict[str, int], Field(min_length=2, max_length=50)]
    fields: TaskFields = TaskFields()


class UndoIn(_In):
    """Which step is taken back. Without ``step`` it is the last one of whoever asks."""

    step: str | None = None


class SignOffIn(_In):
    """The document's ``revision`` that was seen: it is signed off as it was looked at, or not at all."""

    revision: int


class ReopenIn(_In):
    """Why a signed-off document is opened again."""

    reason: Annotated[str, Field(max_length=2000)] | None = None


class Undoable(_Out):
    """The step that whoever asks can undo next, and the undo that they can take back next."""

    undo: str | None
    redo: str | None


# --- across documents --------------------------------------------------------------------------------------------------------


class NamedUnit(_Out):
    """A unit as tasks name it: one id in all documents of the office, maybe several names."""

    id: str
    name: str


class Units(_Out):
    """Units whose names hold the words asked for, best first."""

    units: tuple[NamedUnit, ...]


class UnitAnswer(_Out):
    """A unit: the numbers of its tasks (``load``), its names, those most used first, and the units in the same tasks."""

    load: UnitLoad
    names: tuple[str, ...]
    partners: tuple[Partner, ...]


class EdgeAnswer(_Out):
    """``source`` leads and ``target`` is asked (unit ids), in so many ``tasks``."""

    source: str
    target: str
    relation: Literal["coordinates", "directs", "reports"]
    tasks: int


class EdgesAnswer(_Out):
    """Who works with whom: units (id → name), those with most tasks first, and their edges, those with most tasks first."""

    units: dict[str, str]
    edges: tuple[EdgeAnswer, ...]


class DueDay(_Out):
    """A deadline on its day. ``state``: late, soon, later, done; ``again``: it comes back; ``assumed``: its words name no day of the
    calendar, one was assumed.
    """

    day: date
    state: State
    again: bool
    assumed: bool
    deadline: TimelineEntry

    @classmethod
    def of(cls, due: Due) -> "DueDay":
        """Return ``due`` as the API tells it."""
        return cls(day=due.day, state=due.state, again=due.again, assumed=due.assumed, deadline=due.entry)


class TimelineAnswer(_Out):
    """A page of the deadlines from ``due_from`` to ``due_to``, by day. ``more``: there were too many, ``due_to`` is the last day that is
    whole; ``more_counted``: of those that have to be counted, the older documents are missing.
    """

    deadlines: tuple[DueDay, ...]
    due_from: date
    due_to: date
    total: int
    more: bool
    more_counted: bool
    next: str | None = None


class Format(_Out):
    """A form of export and the suffix of its file; "" where it is a folder, which comes as .zip."""

    name: str
    suffix: str


class Formats(_Out):
    """The forms in which tasks are handed on (docs/exports.md)."""

    formats: tuple[Format, ...]


# --- the feed and webhooks ---------------------------------------------------------------------------------------------------


class FeedPage(_Out):
    """Changes in their order. ``next`` is where to go on from, also where nothing is new; ``more``: ask again at once."""

    changes: tuple[ChangeRecord, ...]
    next: str
    more: bool


class ReceiverAnswer(_Out):
    """How far a receiver of the feed has come: ``cursor`` as it was kept last."""

    name: str
    cursor: str


class CursorIn(_In):
    """The cursor of the last change that was worked off."""

    cursor: Annotated[str, Field(max_length=200)]


class Webhooks(_Out):
    """All webhooks, also those that were switched off."""

    webhooks: tuple[Webhook, ...]


def _once(kinds: tuple[NoticeKind, ...]) -> tuple[NoticeKind, ...]:
    return tuple(dict.fromkeys(kinds))


class WebhookIn(_In):
    """An address that is told of ``kinds`` from now on."""

    url: Annotated[str, Field(max_length=1000, examples=["https://theodoi.coquan.vn/giaoviec"])]
    kinds: Annotated[tuple[NoticeKind, ...], Field(min_length=1), AfterValidator(_once)]


class NewWebhook(_Out):
    """A webhook that was made. ``secret`` is shown this once: with it the receiver verifies what it gets."""

    webhook: Webhook
    secret: str


# --- accounts and tokens -----------------------------------------------------------------------------------------------------


class AccountAnswer(_Out):
    """An account, and when it was last there; null where it is not signed in."""

    account: Account
    seen_at: datetime | None = None


class Accounts(_Out):
    """All accounts, also those that were switched off."""

    accounts: tuple[AccountAnswer, ...]


class AccountIn(_In):
    """Somebody who may sign in from now on. Without ``full_name`` they are called by their ``name``."""

    name: Annotated[str, Field(min_length=1, max_length=200, examples=["lan.nguyen"])]
    role: OfficeRole
    full_name: Annotated[str, Field(max_length=600)] = ""


class AccountChangeIn(_In):
    """What is to be otherwise with an account; what is left out stays as it is."""

    role: OfficeRole | None = None
    full_name: Name | None = None
    active: bool | None = None


class OneTimePassword(_Out):
    """An account and its ``password`` for one use, shown this once: whoever signs in with it must choose their own."""

    account: Account
    password: str


class Tokens(_Out):
    """All tokens of programs, also those that were revoked; never the tokens themselves."""

    tokens: tuple[ApiToken, ...]


class TokenIn(_In):
    """A program that may ask for data from now on, with the rights of ``role``."""

    name: Annotated[str, Field(min_length=1, max_length=200, examples=["Phần mềm theo dõi"])]
    role: OfficeRole


class NewToken(_Out):
    """A token that was made: its ``record``, and the ``token`` itself, shown this once."""

    record: ApiToken
    token: str
