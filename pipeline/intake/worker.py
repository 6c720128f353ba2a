"""A worker: claims a document, reads it, enters what it found, and takes the next. What happens to it costs that document at most.

The claim is a lease in the store, prolonged while the document is worked on. A worker that dies, or hangs, no longer prolongs it: the
document is given to another one, three times at most.
"""

import os
import shutil
import signal
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypeVar

from models import Claim, LeaseLostError, RuleError, SourceError, StoredDocument, StoreError
from pipeline.intake.outputs import Outputs
from pipeline.isolate import LIMITS
from pipeline.messages import printable, say, speak
from pipeline.rulebook import rulebook
from pipeline.run import process
from pipeline.settings import STORE_VARIABLE
from pipeline.store import Policy, Store

LEASE_SECONDS: Final = 60.0
_MOST_SECONDS: Final = LIMITS.seconds + 300
"""for one document: its reader may take all of its own time, what follows is a matter of seconds"""
_IDLE_SECONDS: Final = 2.0
_LONGEST_PAUSE: Final = 15.0
_LITTLE_SPACE: Final = 20_000_000
"""bytes free for temporary files below which a fault may be the disk's, not the file's"""
_DOCUMENTS_A_WORKER: Final = 1_000

_T = TypeVar("_T")


@dataclass(frozen=True)
class Orders:
    """What a worker is told. ``lease`` is in seconds: so long a document waits for a new worker after its worker died with its machine.

    ``store`` "" is the address in the variable GIAOVIEC_STORE_URL where the worker runs: a password need not go over the network.
    """

    store: str
    originals: Path | None = None
    out: Path | None = None
    allow_secret: bool = False
    lease: float = LEASE_SECONDS
    publish: Policy = "signed-off"
    language: str = "vi"

    def open(self) -> Store:
        """Open the store. Raises StoreError."""
        return Store.open(self.store or os.environ.get(STORE_VARIABLE, ""), self.originals, publish=self.publish)


@dataclass(frozen=True)
class Outcome:
    """What became of a document: its state, or None where its claim was lost or given back. ``trace`` is that of a fault of the program."""

    document: int
    name: str
    state: str | None
    seconds: float
    code: str | None = None
    message: str | None = None
    trace: str | None = None


class Listener:
    """What a worker tells whoever started it, and whether it is to stop. This one does not care."""

    def claimed(self, claim: Claim) -> None:
        """A document was claimed."""

    def beat(self) -> None:
        """The worker lives."""

    def fault(self, error: StoreError) -> None:
        """The store cannot be used for the moment."""

    def stopping(self) -> bool:
        """Return whether the worker is to stop."""
        return False


def work_once(store: Store, orders: Orders, worker: str, listener: Listener | None = None) -> Outcome | None:
    """Claim a document and deal with it; return what became of it, None where none waits.

    Raises StoreError where the store, the originals or the disk cannot be used for the moment (the document is given back, or waits for
    its lease to end), RuleError where the rules are faulty.
    """
    listener = listener or Listener()
    claim = store.claim(worker, orders.lease)
    if claim is None:
        return None
    listener.claimed(claim)
    began = time.monotonic()
    with _held(store, claim, orders.lease, listener) as hold:
        try:
            document, code, message, trace = _deal_with(store, claim, orders, hold, listener)
        except LeaseLostError:
            return Outcome(claim.document.id, claim.document.name, None, time.monotonic() - began)
        except BaseException:
            with suppress(StoreError):
                store.release(claim)
            raise
    state = document.state if document else "failed"
    return Outcome(claim.document.id, claim.document.name, state, time.monotonic() - began, code, message, trace)


def _deal_with(
    store: Store, claim: Claim, orders: Orders, hold: "_Hold", listener: Listener
) -> tuple[StoredDocument | None, str | None, str | None, str | None]:
    """Return the document as it is now, or None with code, message and traceback of why it failed."""
    name, code, message, trace = claim.document.name, "", "", None
    try:
        path = _original(store, claim)
        result = process(path, rulebook(), allow_secret=orders.allow_secret)
        if result.status != "failed":
            document = _persist(lambda: store.finish(claim, result), hold, listener)
            return document, None, None, _write_outputs(orders, document, lambda outputs: outputs.write(document, result))
        code, message = result.findings[0].code, f"{name}: {result.findings[0].message}"
    except SourceError as error:
        code, message = error.code, str(error)
        with suppress(StoreError):
            message = message.replace(printable(store.original(claim.document.id)), name)
    except (RuleError, StoreError):
        raise
    except Exception as error:
        trace = traceback.format_exc()
        code, message = "program-fault", say("watch.program-fault", file=name, what=f"{type(error).__name__}: {error}"[:200])
    if code == "crashed" and listener.stopping():
        raise StoreError("refused", say("watch.stopping"))  # the reader was ended with us
    if _is_full(tempfile.gettempdir()):
        raise StoreError("full", say("watch.temporary-full", folder=printable(Path(tempfile.gettempdir()))))
    _persist(lambda: store.fail(claim, code, message), hold, listener)
    return None, code, message, trace


def _is_full(folder: str) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LITTLE_SPACE
    except OSError:
        return False


def _original(store: Store, claim: Claim) -> Path:
    """Return the file of a claimed document. Where the whole folder cannot be reached, that is no fault of the document: StoreError."""
    try:
        return store.original(claim.document.id)
    except StoreError as error:
        if error.code == "originals" and store.originals.is_dir():
            raise SourceError("original-lost", str(error)) from error
        raise


def _persist(act: Callable[[], _T], hold: "_Hold", listener: Listener) -> _T:
    """Do ``act`` on the store; while it cannot be reached, or the disk is full, keep what was worked out and try again."""
    pause = 0.2
    while True:
        try:
            return act()
        except LeaseLostError:
            raise
        except StoreError as error:
            hold.is_waiting = True
            listener.fault(error)
            if listener.stopping():
                raise
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _write_outputs(orders: Orders, document: StoredDocument, write: Callable[[Outputs], None]) -> str | None:
    """Write the files; what fails here is made good by whoever looks after the folder. Returns the traceback of a fault."""
    if orders.out is None or document.state not in ("review", "done"):
        return None
    try:
        write(Outputs(orders.out))
    except OSError:
        return None
    except Exception:
        return traceback.format_exc()
    return None


# --- the lease -----------------------------------------------------------------------------------------------------------


class _Hold:
    """A claim that is being prolonged. ``is_waiting``: the work is done, the store cannot take it yet."""

    is_waiting = False


@contextmanager
def _held(store: Store, claim: Claim, lease: float, listener: Listener) -> Iterator[_Hold]:
    """Prolong ``claim`` during the block; after _MOST_SECONDS of work on one document, end this process."""
    hold, over = _Hold(), threading.Event()
    end = time.monotonic() + _MOST_SECONDS

    def prolong() -> None:
        while not over.wait(lease / 3):
            if time.monotonic() > end and not hold.is_waiting:
                os._exit(1)  # it hangs: nothing else would end it
            listener.beat()
            with suppress(StoreError):
                store.renew(claim, lease)

    thread = threading.Thread(target=prolong, daemon=True)
    thread.start()
    try:
        yield hold
    finally:
        over.set()
        thread.join()


# --- a process of its own --------------------------------------------------------------------------------------------------


class _Line(Listener):
    """The line to the process that started this one. It goes dead when that one dies: then this one ends too."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._lock, self._stop = pipe, threading.Lock(), threading.Event()

    def send(self, kind: str, value: Any = None) -> None:
        try:
            with self._lock:
                self._pipe.send((kind, value))
        except OSError:
            self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait for a word, at most so long."""
        try:
            end = time.monotonic() + seconds
            while not self._stop.is_set():
                if self._pipe.poll(max(0.0, min(0.5, end - time.monotonic()))):
                    if self._pipe.recv() == "stop":
                        self._stop.set()
                    elif seconds:
                        return
                elif time.monotonic() >= end:
                    return
        except (OSError, EOFError):
            self._stop.set()

    def stop(self, *_: object) -> None:
        self._stop.set()

    def claimed(self, claim: Claim) -> None:
        self.send("claim", claim)

    def beat(self) -> None:
        self.send("beat")

    def fault(self, error: StoreError) -> None:
        self.send("fault", (error.code, str(error)))

    def stopping(self) -> bool:
        return self._stop.is_set()


def serve(orders: Orders, name: str, pipe: Connection) -> None:
    """Work until told to stop over ``pipe``, by SIGTERM, or by the end of the process that holds its other end.

    Tells over it: "claim" (a Claim), "beat", "outcome" (an Outcome), "idle", "fault" (code, message), "fatal" (message).
    """
    line = _Line(pipe)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C comes to all; whoever started us tells us to stop
    signal.signal(signal.SIGTERM, line.stop)
    _bound()
    speak(orders.language)
    pause, count = 0.2, 0
    store: Store | None = None
    while not line.stopping() and count < _DOCUMENTS_A_WORKER:
        try:
            store = store or orders.open()
            outcome = work_once(store, orders, name, line)
        except RuleError as error:
            line.send("fatal", str(error))
            return
        except StoreError as error:
            line.fault(error)
            line.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            continue
        pause = 0.2
        if outcome is None:
            line.send("idle")
            line.wait(_IDLE_SECONDS)
        else:
            count += 1
            line.send("outcome", outcome)
            line.wait(0)


def _bound() -> None:
    """Leave some of the machine's memory to others, whatever a document does."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = LIMITS.memory if hard == resource.RLIM_INFINITY else min(LIMITS.memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
