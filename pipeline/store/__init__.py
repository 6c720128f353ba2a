"""The store: the one memory of the office. Documents and who works on them, results, tasks, what people decided, versions, the feed.

``Store.open`` is the door, docs/store.md says what is promised. SQLAlchemy stays inside.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import func, select

from models import (
    Change,
    Claim,
    Decision,
    Delivery,
    Difference,
    Link,
    Received,
    Result,
    ReviewedTask,
    ReviewEvent,
    Span,
    Step,
    StoredDocument,
    StoreError,
)
from models.stored import DocumentState
from pipeline.messages import say
from pipeline.store import queue, reviews
from pipeline.store.accounts import Accounts
from pipeline.store.audit import Audit
from pipeline.store.database import Database
from pipeline.store.difference import compare
from pipeline.store.events import load_events
from pipeline.store.feed import Policy, count_released, load_delivery, read_feed, record_delivery, record_failure
from pipeline.store.finish import finish
from pipeline.store.links import link_of
from pipeline.store.migrations import migrate
from pipeline.store.originals import Originals
from pipeline.store.overview import Overview
from pipeline.store.parts import sweep_parts
from pipeline.store.projection import load_tasks
from pipeline.store.register import Register
from pipeline.store.rows import called, document_of, load_document, load_result
from pipeline.store.saved_views import SavedViews
from pipeline.store.search import DocumentFilter, DocumentPage, Sort, TaskFilter, TaskPage, search_documents, search_tasks
from pipeline.store.tables import documents, links, results, review_events, tasks, unit_names
from pipeline.store.unit_pages import UnitPages
from pipeline.store.visits import Visits
from pipeline.store.webhooks import Webhooks
from pipeline.store.whereabouts import Whereabouts, load_whereabouts
from pipeline.store.words import searchable

__all__ = ["DocumentFilter", "DocumentPage", "Policy", "Sort", "Store", "TaskFilter", "TaskPage", "Whereabouts", "compare"]

_ORIGINALS: Final = "originals"


class Store:
    """The memory of an office. Safe to use from several threads and, each with a Store of its own, several processes and machines.

    Every method is one transaction: it is done wholly or not at all. Each raises StoreError where the database cannot be reached, written
    to or is damaged; ``code`` tells which.
    """

    def __init__(self, database: Database, originals: Originals, policy: Policy) -> None:
        self._database = database
        self._originals = originals
        self._policy: Policy = policy
        self.audit: Final = Audit(database)
        self.overview: Final = Overview(database)
        self.webhooks: Final = Webhooks(database)
        self.accounts: Final = Accounts(database)
        self.visits: Final = Visits(database)
        self.register: Final = Register(database)
        self.saved_views: Final = SavedViews(database)
        self.unit_pages: Final = UnitPages(database)

    @classmethod
    def open(cls, address: str | Path, originals: Path | None = None, *, publish: Policy = "signed-off") -> "Store":
        """Open the store at ``address``, a file for SQLite (made where it is not there) or "postgresql://…"; bring its tables up to date.

        ``originals`` is the folder of the files received; by default it lies beside the SQLite file, for PostgreSQL it must be named
        (a share that all machines see). ``publish`` says what enters the feed. Raises StoreError: "address", "unreachable",
        "unwritable", "damaged", "newer" (made by a later version of the program), "originals" (PostgreSQL, none named).
        """
        database = Database(str(address))
        if originals is None:
            if database.path is None:
                raise StoreError("originals", say("store.originals-wanted"))
            originals = database.path.parent / _ORIGINALS
        migrate(database)
        return cls(database, Originals(originals), publish)

    def close(self) -> None:
        """Give the connections back. The store can be used again afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Where the store is, without its password."""
        return self._database.address

    @property
    def originals(self) -> Path:
        """The folder of the files received."""
        return self._originals.folder

    def sweep(self) -> int:
        """Remove what processes that were killed while they received a file have left beside the originals: what nobody has written to
        for an hour and nobody holds. Return how many files that were."""
        return sweep_parts(self.originals)

    # --- receiving and working ----------------------------------------------------------------------------------------------

    def receive(
        self,
        path: Path,
        *,
        name: str | None = None,
        media_type: str | None = None,
        received_from: str | None = None,
        envelope: Mapping[str, Any] | None = None,
    ) -> Received:
        """Take the file at ``path`` into the store, to be worked on; ``path`` itself stays where it is.

        ``name`` is its name for people (that of ``path`` by default), ``received_from`` says whence it came, ``envelope`` is kept as it
        is and goes with each task into the feed. Where the same bytes were received before, nothing is entered and that document is
        returned.
        Raises OSError where ``path`` cannot be read.
        """
        return queue.receive(self._database, self._originals, path, name or path.name, media_type, received_from, envelope)

    def claim(self, worker: str, seconds: float) -> Claim | None:
        """Give the oldest document that waits to ``worker`` for ``seconds``, None where none waits.

        A claim that ran out without ``finish`` or ``fail`` (the worker died) is given again, after those that were not tried yet; after
        three such the document fails ("poison").
        """
        return queue.claim(self._database, worker, seconds)

    def renew(self, claim: Claim, seconds: float) -> Claim:
        """Prolong ``claim`` to ``seconds`` from now. Raises LeaseLostError where the document is another's by now."""
        return queue.renew(self._database, claim, seconds)

    def release(self, claim: Claim) -> None:
        """Give the document back untried, as a worker does that is told to stop. Raises LeaseLostError."""
        queue.release(self._database, claim)

    def finish(self, claim: Claim, result: Result) -> StoredDocument:
        """Enter what the worker made of the document, and end the claim: result, tasks, state, version, links and feed at once.

        Raises LeaseLostError, and enters nothing, where the document is another's by now.
        """
        return finish(self._database, claim, result, self._policy)

    def fail(self, claim: Claim, code: str, message: str) -> None:
        """End the claim with a fault of the file; it is not tried again unless ``requeue`` says so. Raises LeaseLostError."""
        queue.fail(self._database, claim, code, message)

    def requeue(self, document: int) -> None:
        """Let a document be read again (mended program, newer rules); what people decided stands.

        Raises StoreError "unknown", "refused" (it is being read, or waits to be).
        """
        queue.requeue(self._database, document)

    def outdated(self, rulebook: str) -> list[int]:
        """Return the documents whose result was made with other rules than ``rulebook`` (a hash), oldest first."""
        with self._database.read() as connection:
            old = select(documents.c.id).where(documents.c.state.in_(("review", "done")), documents.c.rulebook != rulebook)
            return list(connection.execute(old.order_by(documents.c.id)).scalars())

    # --- documents ----------------------------------------------------------------------------------------------------------

    def document(self, document: int) -> StoredDocument:
        """Return a document. Raises StoreError ("unknown")."""
        with self._database.read() as connection:
            return document_of(load_document(connection, document))

    def documents(self, *states: DocumentState, limit: int = 100, offset: int = 0) -> list[StoredDocument]:
        """Return the documents in one of ``states`` (all where none is named), newest first."""
        wanted = select(documents).order_by(documents.c.id.desc()).limit(limit).offset(offset)
        if states:
            wanted = wanted.where(documents.c.state.in_(states))
        with self._database.read() as connection:
            return [document_of(row) for row in connection.execute(wanted).mappings()]

    def in_force(self) -> list[StoredDocument]:
        """Return the documents that were read, without those that a later version took the place of, oldest first."""
        wanted = select(documents).where(documents.c.state.in_(("review", "done")), documents.c.latest).order_by(documents.c.id)
        with self._database.read() as connection:
            return [document_of(row) for row in connection.execute(wanted).mappings()]

    def by_sha256(self, sha256: str) -> StoredDocument | None:
        """Return the document with these bytes, None where they were never received."""
        with self._database.read() as connection:
            row = connection.execute(select(documents).where(documents.c.sha256 == sha256)).mappings().one_or_none()
            return document_of(row) if row else None

    def counts(self) -> dict[DocumentState, int]:
        """Return how many documents are in each state; all states are there."""
        found: dict[DocumentState, int] = dict.fromkeys(("received", "working", "review", "done", "failed", "duplicate"), 0)
        with self._database.read() as connection:
            for state, count in connection.execute(select(documents.c.state, func.count()).group_by(documents.c.state)):
                found[state] = count
        return found

    def whereabouts(self, documents: Collection[int]) -> dict[int, Whereabouts]:
        """Return how far the review of each of ``documents`` has come, who had it last, its other versions and its duplicates."""
        with self._database.read() as connection:
            return load_whereabouts(connection, documents)

    def original(self, document: int) -> Path:
        """Return the file that was received. Raises StoreError ("unknown", or "originals" where it is no longer there)."""
        with self._database.read() as connection:
            row = load_document(connection, document)
        path = self._originals.find(row["sha256"])
        if path is None:
            raise StoreError("originals", say("store.original-lost", name=called(row), path=self._originals.folder / row["sha256"]))
        return path

    def result(self, document: int) -> Result:
        """Return the current result of a document. Raises StoreError ("unknown") where it has none."""
        with self._database.read() as connection:
            row = load_document(connection, document)
            result = load_result(connection, document)
        if result is None:
            raise StoreError("unknown", say("store.no-result", name=called(row)))
        return result

    def rulebooks(self, document: int) -> list[str]:
        """Return the hashes of the rules that a document was read with, in order."""
        with self._database.read() as connection:
            wanted = select(results.c.rulebook).where(results.c.document_id == document).order_by(results.c.made_at, results.c.id)
            return list(connection.execute(wanted).scalars())

    # --- tasks and decisions ------------------------------------------------------------------------------------------------

    def tasks(self, document: int, *, gone: bool = False, uids: Sequence[str] | None = None) -> list[ReviewedTask]:
        """Return the tasks of a document as they stand, in its order; ``gone``: also those split, merged, dropped or undone.

        ``uids``: only these.
        """
        here = [tasks.c.document_id == document, *(() if gone else (tasks.c.gone.is_(None),))]
        if uids is not None:
            here.append(tasks.c.uid.in_(uids))
        with self._database.read() as connection:
            return load_tasks(connection, *here)

    def task_versions(self, document: int, *, gone: bool = False) -> list[tuple[str, int]]:
        """Return uid and version of the tasks of a document in its order: who holds them knows by it which ones changed."""
        wanted = select(tasks.c.uid, tasks.c.version).where(tasks.c.document_id == document).order_by(tasks.c.place, tasks.c.id)
        with self._database.read() as connection:
            return [(uid, version) for uid, version in connection.execute(wanted if gone else wanted.where(tasks.c.gone.is_(None)))]

    def task(self, document: int, uid: str) -> ReviewedTask:
        """Return a task. Raises StoreError ("unknown")."""
        with self._database.read() as connection:
            found = load_tasks(connection, tasks.c.document_id == document, tasks.c.uid == uid)
            name = "" if found else called(load_document(connection, document))
        if not found:
            raise StoreError("unknown", say("store.no-task", name=name, task=uid))
        return found[0]

    def decide(
        self, document: int, who: str, decisions: Sequence[Decision], additions: Sequence[tuple[Span, Mapping[str, Any]]] = ()
    ) -> Step:
        """Take ``decisions`` as one step, which one undo takes back; several on one task take effect in their order.

        ``additions`` are tasks that the program missed, made in the same step as ``add`` makes them.

        Raises StaleError with the tasks as they stand, and changes nothing, where one of them is no longer in the version that was seen;
        StoreError "refused" (signed off, no reason, no valid task), "unknown".
        """
        with self._review(document, who) as review:
            return reviews.decide(review, decisions, additions)

    def split(self, document: int, who: str, task: str, version: int, parts: Sequence[Mapping[str, Any]]) -> Step:
        """Put two or more tasks in the place of one: each is the whole with the fields that ``parts`` names, and with the place ``span``
        where one is named. The parts are open: what they take over from the whole is still to be looked at. Raises as ``decide``."""
        with self._review(document, who) as review:
            return reviews.split(review, task, version, parts)

    def merge(self, document: int, who: str, versions: Mapping[str, int], fields: Mapping[str, Any] | None = None) -> Step:
        """Put one task in the place of several (uid → version seen): their words joined and all their values, but for ``fields``.
        It is open."""
        with self._review(document, who) as review:
            return reviews.merge(review, versions, fields or {})

    def add(self, document: int, who: str, span: Span, fields: Mapping[str, Any] | None = None) -> Step:
        """Make a task of the words at ``span`` of the document's text that the program missed, with ``fields``; without any it is open,
        as nobody has said yet who is to do it."""
        with self._review(document, who) as review:
            return reviews.add(review, span, fields or {})

    def undo(self, document: int, who: str, step: str) -> Step:
        """Take a step back as a step of its own; of an undo, this is the redo. Raises StoreError ("refused") where one of its tasks was
        decided on since, or the step does not hold any more."""
        with self._review(document, who) as review:
            return reviews.undo(review, step)

    def undoable(self, document: int, who: str) -> tuple[str | None, str | None]:
        """Return the step that ``who`` can undo next, and the undo that can be taken back next (redo)."""
        with self._database.read() as connection:
            return reviews.steps_to_undo(connection, document, who)

    def sign_off(self, document: int, who: str, revision: int) -> StoredDocument:
        """Close the review of a document as it stood at ``revision``: its tasks enter the feed, those of its earlier versions that it
        does not have leave it. Raises StaleError where somebody decided since; StoreError ("refused") while a task is open."""
        with self._review(document, who) as review:
            return reviews.sign_off(review, revision)

    def withdraw_sign_off(self, document: int, who: str, reason: str | None = None) -> StoredDocument:
        """Open the review of a signed-off document again; receivers of the feed learn of changes at the next sign-off."""
        with self._review(document, who) as review:
            return reviews.withdraw_sign_off(review, reason)

    def events(self, document: int, task: str | None = None) -> list[ReviewEvent]:
        """Return what was decided on a document (on one task of it), in order."""
        here = [review_events.c.document_id == document, *((review_events.c.task == task,) if task else ())]
        with self._database.read() as connection:
            return load_events(connection, *here)

    @contextmanager
    def _review(self, document: int, who: str) -> Iterator[reviews.Review]:
        with self._database.write() as connection:
            yield reviews.Review(connection, self._database, document, who, self._policy)

    # --- search -------------------------------------------------------------------------------------------------------------

    def search(
        self, words: str = "", wanted: TaskFilter | None = None, *, sort: Sort = "relevance", limit: int = 50, offset: int = 0
    ) -> TaskPage:
        """Return the tasks that hold all ``words`` (the last may be the beginning of one) and all "phrases in quotes".

        Words without marks find those with marks; words with marks are found as typed first, and only so with ``TaskFilter.exact``. By
        relevance, what stands in one piece as typed comes first; then the newest document. Raises nothing, whatever is typed.
        """
        with self._database.read() as connection:
            return search_tasks(connection, words, wanted or TaskFilter(), sort, limit, offset)

    def search_documents(self, words: str = "", wanted: DocumentFilter | None = None, *, limit: int = 50, offset: int = 0) -> DocumentPage:
        """Return the documents whose head or text holds ``words``, as in ``search``."""
        with self._database.read() as connection:
            return search_documents(connection, words, wanted or DocumentFilter(), limit, offset)

    def units(self, words: str = "", limit: int = 50) -> list[tuple[str, str]]:
        """Return (unit id, name) of the units that tasks name and whose names begin with or hold ``words``, with or without marks."""
        folded = searchable(words).folded
        wanted = select(unit_names.c.unit_id, unit_names.c.name).order_by(
            unit_names.c.folded.startswith(folded, autoescape=True).desc(), func.length(unit_names.c.folded), unit_names.c.name
        )
        if folded:
            wanted = wanted.where(unit_names.c.folded.contains(folded, autoescape=True))
        with self._database.read() as connection:
            return [(unit, name) for unit, name in connection.execute(wanted.limit(limit))]

    # --- versions and links -------------------------------------------------------------------------------------------------

    def versions(self, document: int) -> list[StoredDocument]:
        """Return the versions of a document, itself among them, in order."""
        with self._database.read() as connection:
            family = load_document(connection, document)["family_id"]
            wanted = select(documents).where(documents.c.family_id == family).order_by(documents.c.version)
            return [document_of(row) for row in connection.execute(wanted).mappings()]

    def difference(self, old: int, new: int) -> Difference:
        """Return what changed from one document's result to another's, task by task. Raises StoreError ("unknown")."""
        return compare(self.result(old), self.result(new))

    def links(self, document: int) -> list[Link]:
        """Return what a document says that it does to others, and what others say that they do to it (``target``)."""
        with self._database.read() as connection:
            wanted = select(links).where((links.c.document_id == document) | (links.c.target_id == document)).order_by(links.c.id)
            return [link_of(row) for row in connection.execute(wanted).mappings()]

    # --- the feed -----------------------------------------------------------------------------------------------------------

    def feed(self, since: int = 0, limit: int = 500) -> list[Change]:
        """Return the changes after number ``since``, in order. Who asks again from the last number it has worked off misses none."""
        return read_feed(self._database, since, limit)

    def released(self, document: int) -> int:
        """Return how many tasks of a document the feed has handed over and not withdrawn."""
        with self._database.read() as connection:
            return count_released(connection, document)

    def delivery(self, target: str) -> Delivery:
        """Return how far the receiver ``target`` of the feed has come."""
        return load_delivery(self._database, target)

    def delivered(self, target: str, cursor: int) -> Delivery:
        """All changes up to ``cursor`` arrived at ``target``; the cursor never goes back."""
        return record_delivery(self._database, target, cursor)

    def delivery_failed(self, target: str, error: str, retry_after: timedelta) -> Delivery:
        """A delivery to ``target`` failed; it is to be tried again after ``retry_after``."""
        return record_failure(self._database, target, error, retry_after)
