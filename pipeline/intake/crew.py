"""The workers of this machine: each a process of its own, started again when it dies, ended when it hangs."""

import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from multiprocessing.process import BaseProcess
from typing import Any, Final

from models import Claim, RuleError, StoreError
from pipeline.intake.events import Event, Tell
from pipeline.intake.worker import Orders, Outcome, serve
from pipeline.messages import say
from pipeline.store import Store

_PRELOADED: Final = ["__main__", "pipeline.intake.preload"]
_START_SECONDS: Final = 120.0
_SHORT_LIFE: Final = 10.0
_LONGEST_PAUSE: Final = 30.0


@dataclass
class _Member:
    """One place in the crew: the process that fills it, and what it does."""

    name: str
    process: BaseProcess | None = None
    pipe: Connection | None = None
    claim: Claim | None = None
    idle: bool = False
    heard: bool = False
    last: float = 0.0
    began: float = 0.0
    pause: float = 0.0
    due: float = 0.0


@dataclass
class Crew:
    """``jobs`` workers. ``store`` is that of the process itself, to free at once what a dead worker held."""

    orders: Orders
    jobs: int
    store: Store
    tell: Tell
    _members: list[_Member] = field(default_factory=list)
    _faulty: bool = False

    def start(self) -> None:
        """Start the workers that are not there. With fork servers the first one waits for the rules to be loaded, the others do not."""
        if not self._members:
            here = f"{socket.gethostname()}:{os.getpid()}"
            self._members = [_Member(f"{here}/{number + 1}") for number in range(self.jobs)]
        now = time.monotonic()
        for member in self._members:
            if member.process is None and member.due <= now:
                self._fill(member)

    def _fill(self, member: _Member) -> None:
        ours, theirs = Pipe()
        process = _process((self.orders, member.name, theirs))
        try:
            process.start()
        except (OSError, EOFError) as error:  # no memory, no more processes; the process that forks them was killed
            ours.close()
            self._wait_longer(member, say("watch.event-worker-ended", how=f"{type(error).__name__}: {error}"))
            return
        finally:
            theirs.close()
        member.process, member.pipe, member.claim, member.idle, member.heard = process, ours, None, False, False
        member.began = member.last = time.monotonic()

    @property
    def is_started(self) -> bool:
        """Whether ``start`` was called."""
        return bool(self._members)

    @property
    def pipes(self) -> Sequence[Connection]:
        """What to wait on: then ``attend``."""
        return [member.pipe for member in self._members if member.pipe]

    @property
    def pause(self) -> float | None:
        """Seconds until somebody is to be looked after, though nothing was heard of anybody."""
        return 1.0 if self._members else None

    @property
    def is_idle(self) -> bool:
        """Whether each worker found nothing to do since the last ``wake``."""
        return all(member.idle for member in self._members)

    def wake(self) -> None:
        """Tell the workers that there are new documents."""
        for member in self._members:
            member.idle = False
            if member.pipe:
                with suppress(OSError):
                    member.pipe.send("go")

    def attend(self) -> list[Outcome]:
        """Hear what the workers have to say, and see to it that all are there. Raises RuleError where the rules are faulty."""
        outcomes: list[Outcome] = []
        for member in self._members:
            outcomes += self._hear(member)
            if member.process is not None and member.pipe is None:
                self._bury(member)
            elif member.process is not None and time.monotonic() - member.last > self._patience(member):
                _kill(member.process.pid)
        self.start()
        return outcomes

    def _patience(self, member: _Member) -> float:
        return 10 + 1.5 * self.orders.lease if member.heard else _START_SECONDS

    def _hear(self, member: _Member) -> list[Outcome]:
        outcomes: list[Outcome] = []
        try:
            while member.pipe and member.pipe.poll():
                kind, value = member.pipe.recv()
                member.last, member.heard = time.monotonic(), True
                if kind == "claim":
                    member.claim, member.idle = value, False
                    self._mend()
                elif kind == "outcome":
                    member.claim = None
                    outcomes.append(value)
                elif kind == "idle":
                    member.idle = True
                    self._mend()
                elif kind == "fault" and not self._faulty:
                    self._faulty = True
                    self.tell(Event("fault", value[1], code=value[0]))
                elif kind == "fatal":
                    raise RuleError(value)
        except (OSError, EOFError):
            self._hang_up(member)
        return outcomes

    def _mend(self) -> None:
        if self._faulty:
            self._faulty = False
            self.tell(Event("mended", say("watch.event-mended")))

    def _hang_up(self, member: _Member) -> None:
        if member.pipe:
            with suppress(OSError):
                member.pipe.close()
            member.pipe = None

    def _bury(self, member: _Member) -> None:
        """A worker is no more: what it had claimed is free at once, its place is filled again (later each time where all die young)."""
        process, claim = member.process, member.claim
        assert process
        process.join(2)
        if process.is_alive():
            process.kill()
            process.join(2)
        code, lived = process.exitcode, time.monotonic() - member.began
        process.close()
        member.process, member.claim, member.idle = None, None, False
        if code == 0 and claim is None:
            member.due = 0.0
            return
        if claim is None and not member.heard and lived < _SHORT_LIFE:
            self._wait_longer(member, say("watch.event-worker-ended", how=code))
            return
        member.pause = member.due = 0.0
        name = claim.document.name if claim else None
        message = say("watch.event-worker-died", how=code, file=name) if name else say("watch.event-worker-ended", how=code)
        self.tell(Event("worker", message, name, claim.document.id if claim else None, code=str(code)))
        if claim:
            with suppress(StoreError):
                self.store.renew(claim, 0)

    def _wait_longer(self, member: _Member, message: str) -> None:
        """A place cannot be filled: try again, later each time."""
        member.pause = min(2 * member.pause or 1.0, _LONGEST_PAUSE)
        member.due = time.monotonic() + member.pause
        self.tell(Event("worker", message))

    def stop(self, seconds: float) -> list[Outcome]:
        """Let each worker finish its document, for ``seconds`` at most; then end it, and give its document back untried."""
        outcomes: list[Outcome] = []
        for member in self._members:
            if member.pipe:
                with suppress(OSError):
                    member.pipe.send("stop")
        end = time.monotonic() + seconds
        while any(member.pipe for member in self._members) and time.monotonic() < end:
            for member in self._members:
                outcomes += self._hear(member)
            time.sleep(0.02)
        for member in self._members:
            if member.process is None:
                continue
            if member.pipe:
                _kill(member.process.pid)
                self._hang_up(member)
                if member.claim:
                    with suppress(StoreError):
                        self.store.release(member.claim)
            member.process.join(2)
            member.process = None
        self._members = []
        return outcomes


def _kill(process: int | None) -> None:
    """End a worker whose pipe is open: so it lives. Its Process object may think otherwise, where the one that forked it was killed."""
    with suppress(OSError):
        if process:
            os.kill(process, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def _process(arguments: tuple[Any, ...]) -> BaseProcess:
    """Return a process of ``serve``, not started; where the system can, it is forked from one that has the rules loaded."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn").Process(target=serve, args=arguments, daemon=True)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context.Process(target=serve, args=arguments, daemon=True)
