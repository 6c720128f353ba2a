"""Work without an inbox: the workers of this machine, or an engine with those of many, over what waits in the store."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing.connection import wait as wait_for_pipes
from pathlib import Path
from typing import Any, Final

from models import GiaoviecError, RuleError, StoreError
from pipeline.intake.crew import Crew
from pipeline.intake.events import Event, EventKind, Tell
from pipeline.intake.outputs import Outputs
from pipeline.intake.watching import Bell
from pipeline.intake.worker import Orders, Outcome, work_once
from pipeline.messages import printable, say, speak
from pipeline.run import collect
from pipeline.store import Store

TASK_SECONDS: Final = 5.0
"""how long a task of an engine works: what the engine costs is paid once a task"""
_STOP_SECONDS: Final = 10.0
_FAULTS: Final = 20
_PAUSE: Final = 1.0


class EngineError(GiaoviecError):
    """The engine cannot be reached, or its workers all die."""


def receive_all(store: Store, paths: Iterable[Path], tell: Tell, bell: Bell) -> int:
    """Take files and folders into the store, as ``giaoviec run`` collects them; return how many are new.

    They stay where they are. What was received before is passed over, so that a second start goes on where the first one ended.
    """
    count = 0
    for path, fault in collect(paths, Path(os.devnull))[0]:
        if bell.stopping:
            break
        try:
            if fault:
                raise fault
            received = store.receive(path, received_from=printable(path.absolute()))
        except StoreError:
            raise
        except (GiaoviecError, OSError) as error:
            file = printable(path)
            reason = str(error) if isinstance(error, GiaoviecError) else say("watch.unreadable", file=file, reason=error.strerror or error)
            tell(Event("refused", reason, file))
            continue
        if received.new:
            count += 1
            tell(Event("taken", say("watch.event-taken", file=printable(path)), printable(path), received.document.id))
    return count


def work(orders: Orders, store: Store, jobs: int, tell: Tell, bell: Bell, *, once: bool = False) -> None:
    """Work with processes of this machine until the bell says stop; with ``once``, until nothing waits. Raises RuleError, OutputError.

    A ring of the bell wakes the workers that have nothing to do: without it they look for themselves every few seconds.
    """
    crew = Crew(orders, jobs, store, tell)
    try:
        if orders.out:
            Outputs(orders.out).bring_all(store)
        crew.start()
        while not bell.stopping:
            wait_for_pipes([bell.waitable, *crew.pipes], crew.pause)
            for outcome in crew.attend():
                tell(event_of(outcome))
            if bell.heard() and not bell.stopping:
                crew.wake()
            if once and crew.is_idle and not _is_open(store):
                break
    finally:
        for outcome in crew.stop(_STOP_SECONDS):
            tell(event_of(outcome))


def event_of(outcome: Outcome) -> Event:
    """Return what became of a document as an event."""
    if outcome.state is None:
        return Event("worker", say("watch.event-lost", file=outcome.name), outcome.name, outcome.document, code="lost")
    if outcome.state == "failed":
        return Event("failed", outcome.message or "", outcome.name, outcome.document, code=outcome.code, trace=outcome.trace)
    kind: EventKind = "duplicate" if outcome.state == "duplicate" else "done"
    return Event(kind, say(f"watch.read-{kind}", file=outcome.name), outcome.name, outcome.document)


def _is_open(store: Store) -> bool:
    counts = store.counts()
    return bool(counts["received"] or counts["working"])


# --- an engine -----------------------------------------------------------------------------------------------------------


def drain(
    executor: Executor, orders: Orders, store: Store, width: Callable[[], int], tell: Tell, bell: Bell, *, seconds: float = TASK_SECONDS
) -> int:
    """Have ``executor`` work until nothing waits in the store; return how many documents were dealt with.

    Each of its tasks claims documents one after another for ``seconds``, as any worker does: the store is the truth, the engine carries
    only the order to work. A task that dies with its machine costs nothing; the document it had waits for its lease, and is poison after
    three. ``width`` says how many tasks are to run at a time. Raises EngineError, RuleError, StoreError.
    """
    running: set[Future[list[Outcome]]] = set()
    count = faults = 0
    while not bell.stopping:
        counts = store.counts()
        if not running and not counts["received"] and not counts["working"]:
            break
        wanted = min(width(), counts["received"]) or int(counts["working"] > len(running))
        try:
            while len(running) < wanted:
                running.add(executor.submit(work_for, orders, seconds))
        except (BrokenExecutor, RuntimeError) as error:
            raise EngineError(say("watch.engine-broken", reason=error)) from error
        done, running = wait(running, timeout=_PAUSE, return_when=FIRST_COMPLETED)
        for future in done:
            fault = future.exception()
            if fault is None:
                outcomes = future.result()
                count += len(outcomes)
                faults = 0 if outcomes else faults
                for outcome in outcomes:
                    tell(event_of(outcome))
                continue
            if isinstance(fault, (RuleError, StoreError)):
                raise fault
            faults += 1
            what = f"{type(fault).__name__}: {fault}"[:300]
            if faults >= _FAULTS or isinstance(fault, BrokenExecutor):
                raise EngineError(say("watch.engine-broken", reason=what)) from fault
            tell(Event("worker", say("watch.event-task-died", what=what), code=type(fault).__name__))
        if not done and not running:
            time.sleep(_PAUSE)
    for future in running:
        future.cancel()
    return count


def work_for(orders: Orders, seconds: float) -> list[Outcome]:
    """Work until nothing waits, for ``seconds`` at most (and the time of the document in hand): the task of an engine."""
    speak(orders.language)
    worker = f"{socket.gethostname()}:{os.getpid()}/{threading.get_ident()}"
    end = time.monotonic() + seconds
    outcomes: list[Outcome] = []
    while outcome := work_once(_store(orders), orders, worker):
        outcomes.append(outcome)
        if time.monotonic() >= end:
            break
    return outcomes


@lru_cache(maxsize=4)
def _store(orders: Orders) -> Store:
    return orders.open()


@contextmanager
def dask_executor(address: str) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """Reach a Dask scheduler ("tcp://host:8786", "tls://…"); give its executor, and what says how many tasks it can run at a time.

    Certificates are those of Dask's own settings (distributed.comm.tls). Raises EngineError.
    """
    try:
        import distributed
    except ImportError as error:
        raise EngineError(say("watch.engine-missing")) from error
    try:
        connect: Any = distributed.Client  # it says nothing of its types
        client = connect(address, timeout="15s", set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise EngineError(say("watch.engine-unreachable", address=address, reason=error)) from error
    with client:
        executor: Executor = client.get_executor(pure=False)
        yield executor, lambda: max(1, sum(client.nthreads().values()))
