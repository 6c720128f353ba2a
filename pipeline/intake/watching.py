"""The watch over an inbox: listings, file events that shorten the wait, and the workers, in one loop."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Pipe, wait
from pathlib import Path
from typing import Any, Final, Literal

from models import OutputError, StoreError
from pipeline.disks import network_kind
from pipeline.folder_events import events_arrive
from pipeline.intake.crew import Crew
from pipeline.intake.events import Event, EventKind, Tell
from pipeline.intake.inbox import Inbox
from pipeline.intake.listing import AwayError
from pipeline.intake.names import MARK
from pipeline.intake.outputs import Outputs
from pipeline.intake.worker import Orders
from pipeline.messages import printable, say
from pipeline.settings import InboxSettings
from pipeline.store import Store

_ASK_SECONDS: Final = 3.0
"""how often the store is asked whether workers of other machines have read a document of this inbox"""
_TAKE_SECONDS: Final = 1.0
_LISTING_PAUSE: Final = 0.3
_POLL_SECONDS: Final = 5.0
_AWAY_SECONDS: Final = 3.0
_ONCE_PATIENCE: Final = 60.0
_STOP_SECONDS: Final = 10.0
_LONGEST_PAUSE: Final = 30.0

Mode = Literal["events", "polling"]


class Bell:
    """Wakes the loop, from another thread or from the handler of a signal; and says when to stop."""

    def __init__(self) -> None:
        self.stopping = False
        self.waitable, self._end = Pipe(duplex=False)
        self._rung = False

    def ring(self) -> None:
        """Wake the loop: something may have come in."""
        if not self._rung:
            self._rung = True
            self._end.send_bytes(b"!")

    def stop(self, *_: object) -> None:
        """Have the loop end."""
        self.stopping = True
        self.ring()

    def heard(self) -> bool:
        """Return whether it rang since the last time."""
        rung = False
        while self.waitable.poll():
            self.waitable.recv_bytes()
            self._rung, rung = False, True
        return rung


@dataclass
class Tally:
    """What came of a watch: how many files were read, failed, were there already, were refused; and how many are ``left`` in the inbox."""

    done: int = 0
    failed: int = 0
    duplicate: int = 0
    refused: int = 0
    left: int = 0

    def count(self, kind: EventKind) -> None:
        if kind in ("done", "failed", "duplicate", "refused"):
            setattr(self, kind, getattr(self, kind) + 1)


@dataclass
class Watch:
    """The watch over ``folder``. ``staging`` is a folder that no other watch uses, for copies; ``once``: do what is to be done, and end.

    ``started`` is called once the inbox is ours.
    """

    folder: Path
    settings: InboxSettings
    orders: Orders
    jobs: int
    staging: Path
    tell: Tell
    bell: Bell = field(default_factory=Bell)
    once: bool = False
    started: Callable[[], None] = lambda: None
    tally: Tally = field(default_factory=Tally)

    def run(self) -> Tally:
        """Watch until the bell says stop; with ``once``, until each file was dealt with as far as it can be now.

        Raises LockedError where another watcher is there, OutputError where the inbox cannot be written to (with ``once``, also where it is
        not there), RuleError; StoreError where the store cannot be opened (without ``once`` it waits while it "unreachable" or "busy").
        """
        store = self._open_store()
        if store is None:
            return self.tally
        crew = Crew(self.orders, self.jobs, store, self._tell)
        inbox = Inbox(self.folder, self.settings, store, self.staging, self.orders.out, self._tell)
        ears: _Ears | None = None
        try:
            if not self._open_inbox(inbox):
                return self.tally
            self.started()
            self._clean()
            mode = self._mode()
            ears = _Ears(self.folder, self._is_own, self.bell) if mode == "events" and not self.once else None
            if self.orders.out:
                Outputs(self.orders.out).bring_all(store)
            _Loop(self, inbox, crew, store, ears, mode).run()
        finally:
            if ears:
                ears.close()
            inbox.finished([outcome.document for outcome in crew.stop(_STOP_SECONDS)])
            self._put_away(inbox)
            self.tally.left = inbox.left
            inbox.close()
            store.close()
        return self.tally

    def _tell(self, event: Event) -> None:
        self.tally.count(event.kind)
        self.tell(event)

    def _open_store(self) -> Store | None:
        pause, told = 1.0, ""
        while not self.bell.stopping:
            try:
                store = self.orders.open()
            except StoreError as error:
                if self.once or error.code not in ("unreachable", "busy"):
                    raise
                if str(error) != told:  # one night without a server is one line
                    self.tell(Event("fault", str(error), code=error.code))
                    told = str(error)
            else:
                if told:
                    self.tell(Event("mended", say("watch.event-mended")))
                return store
            self.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        return None

    def _open_inbox(self, inbox: Inbox) -> bool:
        """Take the lock; wait for the folder where it is not there."""
        is_told = False
        while not self.bell.stopping:
            if self.folder.is_dir():
                try:
                    inbox.open()
                    return True
                except OSError as error:
                    reason = error.strerror or str(error)
                    raise OutputError(say("watch.not-writable", folder=printable(self.folder), reason=reason)) from error
            if self.once:
                raise OutputError(say("watch.no-folder", folder=printable(self.folder)))
            if not is_told:
                self.tell(Event("away", say("watch.event-away", folder=printable(self.folder))))
                is_told = True
            self.sleep(_AWAY_SECONDS)
        return False

    def sleep(self, seconds: float) -> None:
        """Wait, but not longer than until the bell rings."""
        self.bell.waitable.poll(seconds)
        self.bell.heard()

    def _clean(self) -> None:
        """Copies that a killed watcher left behind; the lock says that nobody else uses them."""
        for left in self.staging.glob("copy-*"):
            left.unlink(missing_ok=True)

    def _mode(self) -> Mode:
        """Find out whether file events come. On a share the probe would deceive: what other machines do there is never told."""
        folder, polling = self.folder, self.settings.polling
        if self.once:
            return "polling"
        kind = network_kind(folder)
        if polling == "yes":
            mode, message = "polling", say("watch.mode-set")
        elif polling == "no":
            mode, message = "events", say("watch.mode-events")
        elif kind:
            mode, message = "polling", say("watch.mode-share", kind=kind)
        elif _events_arrive(folder):
            mode, message = "events", say("watch.mode-events")
        else:
            mode, message = "polling", say("watch.mode-silent")
        self.tell(Event("mode", message, place=printable(folder), code=mode))
        return "events" if mode == "events" else "polling"

    def _is_own(self, path: Path) -> bool:
        parts = path.relative_to(self.folder).parts if path.is_relative_to(self.folder) else ()
        return bool(parts) and parts[0] in (MARK, self.settings.done, self.settings.duplicate, self.settings.failed)

    def _put_away(self, inbox: Inbox) -> None:
        try:
            inbox.put_away(ask=False)
        except (StoreError, AwayError):
            return  # the next watcher does it


class _Loop:
    """What goes round: look, take, put away, hear the workers."""

    def __init__(self, watch: Watch, inbox: Inbox, crew: Crew, store: Store, ears: "_Ears | None", mode: Mode) -> None:
        self._watch, self._inbox, self._crew, self._store, self._ears = watch, inbox, crew, store, ears
        settings = watch.settings
        self._every = (
            settings.listing_seconds if mode == "events" else min(settings.listing_seconds, max(settings.stable_seconds, 1), _POLL_SECONDS)
        )
        self._began = time.monotonic()
        self._listing = self._asking = 0.0
        """when to list, and to ask the store, next"""
        self._listed = 0.0
        self._fault: StoreError | None = None
        self._faulty_since = 0.0
        self._pause = 0.0
        self._away = False

    def run(self) -> None:
        bell, crew = self._watch.bell, self._crew
        if not self._watch.once:
            crew.start()
        while not bell.stopping:
            try:
                self._round()
                if self._watch.once and self._is_done():
                    return
                timeout = self._timeout()
            except AwayError:
                timeout = self._wait_for_folder()
            except StoreError as error:
                timeout = self._wait_for_store(error)
            wait([bell.waitable, *crew.pipes], timeout)
            self._inbox.finished([outcome.document for outcome in self._attend()])
            if bell.heard():
                self._listing = min(self._listing, max(time.monotonic(), self._listed + _LISTING_PAUSE))

    def _attend(self) -> list[Any]:
        outcomes = self._crew.attend() if self._crew.is_started else []
        for outcome in outcomes:
            if outcome.trace:
                self._watch.tell(Event("program-fault", outcome.message or "", outcome.name, outcome.document, trace=outcome.trace))
        return outcomes

    def _round(self) -> None:
        if self._away:
            self._come_back()
        now = time.monotonic()
        if now >= self._listing:
            self._inbox.look()
            self._listed = time.monotonic()
            self._listing = self._listed + self._every
        waiting = self._inbox.take(_TAKE_SECONDS)
        if self._watch.once and not self._crew.is_started and (waiting or self._store.counts()["received"] or self._inbox.expected):
            self._crew.start()
        if waiting:
            self._crew.wake()
        ask = now >= self._asking
        self._inbox.put_away(ask)
        if ask:
            self._asking = time.monotonic() + _ASK_SECONDS
        if self._fault:
            self._fault, self._pause = None, 0.0
            self._watch.tell(Event("mended", say("watch.event-mended")))

    def _timeout(self) -> float:
        """Return the seconds until something is to be done though nobody says a word."""
        now = time.monotonic()
        pauses = [self._listing - now, self._inbox.pause(), self._crew.pause]
        if self._inbox.expected:
            pauses.append(self._asking - now)
        return max(0.0, min(pause for pause in pauses if pause is not None))

    def _is_done(self) -> bool:
        settled = self._inbox.is_quiet or time.monotonic() - self._began > 3 * self._watch.settings.stable_seconds + 10
        return settled and not self._inbox.expected and (not self._crew.is_started or self._crew.is_idle)

    # --- faults --------------------------------------------------------------------------------------------------------------

    def _wait_for_store(self, error: StoreError) -> float:
        now = time.monotonic()
        if self._fault is None:
            self._faulty_since = now
            self._watch.tell(Event("fault", str(error), code=error.code))
        self._fault = error
        if self._watch.once and now - self._faulty_since > _ONCE_PATIENCE:
            raise error
        self._pause = min(2 * self._pause or 0.5, _LONGEST_PAUSE)
        return self._pause

    def _wait_for_folder(self) -> float:
        if self._watch.once:
            raise OutputError(say("watch.no-folder", folder=printable(self._watch.folder)))
        if not self._away:
            self._away = True
            self._watch.tell(Event("away", say("watch.event-away", folder=printable(self._watch.folder))))
        return _AWAY_SECONDS

    def _come_back(self) -> None:
        self._inbox.reopen()
        self._away = False
        self._listing = 0.0
        if self._ears:
            self._ears.restart()
        self._watch.tell(Event("back", say("watch.event-back", folder=printable(self._watch.folder))))


def _events_arrive(folder: Path) -> bool:
    try:
        return events_arrive(folder)
    except Exception:  # no inotify left, no right to write: the listing is the truth anyway
        return False


class _Ears:
    """Listens for file events in a thread, and rings the bell. What it misses, the next listing finds."""

    def __init__(self, folder: Path, is_own: Callable[[Path], bool], bell: Bell) -> None:
        self._folder, self._is_own, self._bell = folder, is_own, bell
        self._stop = threading.Event()
        self._start()

    def _start(self) -> None:
        self._stop = threading.Event()
        threading.Thread(target=self._listen, args=(self._stop,), daemon=True).start()

    def _listen(self, stop: threading.Event) -> None:
        from watchfiles import watch

        def is_news(_change: object, path: str) -> bool:
            return not self._is_own(Path(path))

        while not stop.is_set():
            try:
                for _ in watch(
                    self._folder, watch_filter=is_news, stop_event=stop, debounce=200, step=50, rust_timeout=1000, force_polling=False,
                    raise_interrupt=False,
                ):  # fmt: skip
                    self._bell.ring()
            except Exception:  # the folder is gone; a Rust error has no type of its own
                pass
            stop.wait(_AWAY_SECONDS)

    def restart(self) -> None:
        """Listen anew: the folder is another one."""
        self._stop.set()
        self._start()

    def close(self) -> None:
        """Listen no more."""
        self._stop.set()
