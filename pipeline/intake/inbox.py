"""An inbox: files are taken when they are whole, entered into the store, and moved to where they belong when their document was read.

The order makes it safe to end anywhere: what a file is, is written down (journal), then the store receives it, then its document is read;
where it goes is written down, then it goes there, then its note is written, then the entry goes.
"""

import time
import traceback
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from models import SourceError, StoredDocument, StoreError
from pipeline.disks import network_kind
from pipeline.intake.conclusion import event_of, kind_of, note_of
from pipeline.intake.events import Event, Tell
from pipeline.intake.journal import Arrival, Journal
from pipeline.intake.listing import AwayError, Seen, list_inbox, look_at, place_of
from pipeline.intake.lock import InboxLock
from pipeline.intake.names import MARK
from pipeline.intake.outputs import Outputs
from pipeline.intake.places import free_names, give_back, hold, make_place, move, write_note
from pipeline.intake.settling import Settling
from pipeline.intake.snapshot import BusyError, Snapshot, snapshot
from pipeline.intake.whole import is_whole
from pipeline.messages import printable, say
from pipeline.read import MAX_FILE_BYTES, MEGABYTE
from pipeline.roundtrip import is_our_workbook, take_back
from pipeline.settings import InboxSettings
from pipeline.store import Store

_AT_WORK: Final = frozenset({"received", "working"})
_ASKED: Final = 50
"""documents that the store is asked for at a time, when nobody said that they are read"""
_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 60.0


class Inbox:
    """One watched folder. Raises StoreError from everything that asks the store, AwayError from everything that looks at the folder."""

    def __init__(self, folder: Path, settings: InboxSettings, store: Store, staging: Path, out: Path | None, tell: Tell) -> None:
        self.folder = folder
        self._settings, self._store, self._staging, self._tell = settings, store, staging, tell
        self._outputs = Outputs(out) if out else None
        self._own = (settings.done, settings.duplicate, settings.failed)
        self._journal = Journal(folder)
        self._lock = InboxLock(folder / MARK / "lock")
        self._settling = Settling(settings.stable_seconds, time.monotonic, time.time)
        self._arrivals: dict[str, Arrival] = {}
        self._begun: dict[str, Arrival] = {}
        """entries of files that the store may have received, or not: the process ended in between"""
        self._finished: set[int] = set()
        self._asked = 0
        self._stuck: dict[str, tuple[float, float]] = {}
        """path → when to try again, and the pause after that"""
        self._local = network_kind(folder) is None
        self._place = (0, 0)

    # --- there or not --------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Take the lock, and up the work where an earlier watcher left it. Raises LockedError, OSError."""
        self._lock.acquire()
        self._place = place_of(self.folder)
        self._settling.recall(self._journal.load_waiting())
        self._take_up({arrival.path: arrival for arrival in self._journal.load()})

    def reopen(self) -> None:
        """Take up the work after the folder was away. Raises AwayError while it is, LockedError.

        A folder without our own in it, on another disk than before, is the bare place of a share that is not there. On the same disk,
        somebody removed our own: it is made again.
        """
        try:
            here, bare = place_of(self.folder), not (self.folder / MARK).is_dir()
            if bare and here[0] != self._place[0]:
                raise AwayError
            self._lock.acquire()
            if bare and here == self._place:
                for arrival in (*self._arrivals.values(), *self._begun.values()):
                    self._journal.put(arrival)
            self._place = here
            self._take_up({arrival.path: arrival for arrival in self._journal.load()})
        except OSError as error:
            raise AwayError from error

    def _take_up(self, found: Mapping[str, Arrival]) -> None:
        self._begun = {path: one for path, one in found.items() if one.verdict == "taken" and one.document is None}
        self._arrivals = {path: one for path, one in found.items() if path not in self._begun}
        self._finished = {one.document for one in self._arrivals.values() if one.document is not None}
        self._stuck.clear()

    def close(self) -> None:
        """Keep what the next watcher must know, and give the lock back."""
        if self._lock.is_held():
            self._journal.keep_waiting(self._settling.record())
        self._lock.release()

    def check(self) -> None:
        """See that the folder is still the one that was opened."""
        if not self._lock.is_held():
            raise AwayError

    # --- taking --------------------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """List the folder."""
        self.check()
        try:
            listing = list_inbox(self.folder, self._own)
        except OSError as error:
            raise AwayError from error
        self._settling.see(seen for seen in listing if not self._is_known(seen))

    def _is_known(self, seen: Seen) -> bool:
        arrival = self._arrivals.get(str(seen.path))
        return arrival is not None and arrival.signature == seen.signature

    def take(self, most: float) -> int:
        """Take what has settled, for ``most`` seconds at the longest; return how many documents wait for workers now because of it."""
        end, count = time.monotonic() + most, 0
        for seen in self._settling.ready():
            if time.monotonic() > end:
                break
            self.check()
            now = look_at(self.folder, seen.path, seen.opened)
            if now is None:
                self._settling.forget(seen)
            elif now.signature != seen.signature:
                self._settling.update(now)
            else:
                count += self._try_safely(now)
        return count

    def _try_safely(self, seen: Seen) -> bool:
        """A fault of ours costs this file, not the others."""
        try:
            return self._try(seen)
        except (StoreError, AwayError):
            raise
        except Exception as error:
            self._settling.refuse(seen)
            self._tell_fault(seen.path, error)
            return False

    def _try(self, seen: Seen) -> bool:
        """Take a file if it is whole; return whether a document waits for workers because of it."""
        if seen.size > MAX_FILE_BYTES:
            size = f"{seen.size / MEGABYTE:.0f}"
            self._refuse(seen, say("watch.too-large", file=printable(seen.path), size=size, limit=MAX_FILE_BYTES // MEGABYTE))
            return False
        try:
            with snapshot(self.folder, seen, self._staging, self._local) as copy:
                if not is_whole(copy.path):
                    self._wait(seen, say("watch.not-whole", file=printable(seen.path)))
                elif (seen.opened or copy.written) and not self._waited_enough(seen):
                    self._tell_waiting(seen, "busy", say("watch.busy", file=printable(seen.path)))
                elif is_our_workbook(copy.path):
                    self._take_back(seen, copy)
                else:
                    return self._receive(seen, copy)
        except BusyError:
            self._wait(seen, say("watch.busy", file=printable(seen.path)))
        except OSError as error:
            self._wait(seen, say("watch.unreadable", file=printable(seen.path), reason=error.strerror or error))
        return False

    def _waited_enough(self, seen: Seen) -> bool:
        return self._settling.refuse(seen) >= 60 * self._settings.give_up_minutes

    def _wait(self, seen: Seen, reason: str) -> None:
        """The file is not whole, or cannot be read: try again, in the end give it up."""
        if self._waited_enough(seen):
            self._refuse(seen, reason)
        else:
            self._tell_waiting(seen, "not-whole", reason)

    def _tell_waiting(self, seen: Seen, code: str, reason: str) -> None:
        if self._settling.is_first(seen):
            self._tell(Event("waiting", reason, printable(seen.path), code=code))

    def _refuse(self, seen: Seen, reason: str) -> None:
        self._enter(Arrival(str(seen.path), "", *seen.signature, "refused", reason=reason), seen)

    def _take_back(self, seen: Seen, copy: Snapshot) -> None:
        """Take over what people edited in a workbook of ours. Where this ends half-way it is done again, and finds nothing left to do."""
        before = self._arrivals.get(str(seen.path))
        if before is not None and self._is_moved(before):
            self._conclude(before)  # this is another file of the same name
        try:
            told = take_back(self._store, copy.path, printable(seen.path), date.today())
        except SourceError as error:
            self._refuse(seen, str(error))
            return
        self._enter(Arrival(str(seen.path), copy.sha256, *seen.signature, "workbook", reason=told), seen)

    def _receive(self, seen: Seen, copy: Snapshot) -> bool:
        path, where = str(seen.path), printable(self.folder / seen.path)
        before, begun = self._arrivals.get(path), self._begun.get(path)
        if before is not None and self._is_moved(before):
            self._conclude(before)  # this is another file of the same name
        elif before is not None:
            if before.sha256 == copy.sha256:  # only its time changed
                self._enter(replace(before, mtime_ns=seen.mtime_ns), seen)
                return False
            self._drop(before, say("watch.event-replaced", file=printable(seen.path)))
        arrival = Arrival(path, copy.sha256, *seen.signature, "taken")
        known = self._store.by_sha256(copy.sha256)
        ours = known is not None and known.received_from == where
        if known is None:
            self._put(arrival)  # whose document it will be, whatever happens from here
            self._begun[path] = arrival
            received = self._store.receive(copy.path, name=seen.path.name, received_from=where)
            known, ours = received.document, received.new or received.document.received_from == where
            verdict = arrival if ours else replace(arrival, verdict="duplicate")
        elif begun is not None and begun.sha256 == copy.sha256 and ours:
            verdict = arrival
        elif known.state == "failed":
            verdict = replace(arrival, failed_at=_moment(known))
        elif known.state in _AT_WORK and ours and not self._is_expected(known):
            verdict = arrival
        else:
            verdict = replace(arrival, verdict="duplicate")
        self._enter(replace(verdict, document=known.id), seen)
        if known.state not in _AT_WORK:
            self._finished.add(known.id)
        if verdict.failed_at:
            self._store.requeue(known.id)
        if verdict.verdict == "duplicate":
            return False
        self._tell(Event("taken", say("watch.event-taken", file=printable(seen.path)), printable(seen.path), known.id))
        return True

    def _is_expected(self, document: StoredDocument) -> bool:
        return any(one.document == document.id and one.verdict == "taken" for one in self._arrivals.values())

    def _enter(self, arrival: Arrival, seen: Seen) -> None:
        self._put(arrival)
        self._arrivals[arrival.path] = arrival
        self._begun.pop(arrival.path, None)
        self._settling.forget(seen)

    def _put(self, arrival: Arrival) -> None:
        try:
            self._journal.put(arrival)
        except OSError as error:
            raise StoreError("full", say("watch.disk", folder=printable(self.folder), reason=error.strerror or error)) from error

    # --- putting away --------------------------------------------------------------------------------------------------------

    def finished(self, documents: Collection[int]) -> None:
        """Workers say that they are done with ``documents``."""
        self._finished |= set(documents)

    def put_away(self, ask: bool) -> int:
        """Move the files whose documents were read; return how many. ``ask`` the store for documents that nobody spoke of, too."""
        now, count = time.monotonic(), 0
        asked = self._next_asked() if ask else frozenset()
        for arrival in sorted(self._arrivals.values(), key=lambda one: one.document or 0):
            due, _ = self._stuck.get(arrival.path, (0.0, 0.0))
            told = arrival.document is None or arrival.document in self._finished or arrival.target
            if due > now or not (told or arrival.document in asked):
                continue
            self.check()
            try:
                count += self._conclude(arrival)
            except OSError as error:
                self._tell_stuck(arrival, error)
            except (StoreError, AwayError):
                raise
            except Exception as error:
                self._stuck[arrival.path] = (now + _LONGEST_PAUSE, _LONGEST_PAUSE)
                self._tell_fault(Path(arrival.path), error)
        self._finished &= {one.document for one in self._arrivals.values() if one.document is not None}
        return count

    def _next_asked(self) -> frozenset[int]:
        """Return some documents to ask the store for: each has its turn."""
        waiting = sorted({one.document for one in self._arrivals.values() if one.document is not None} - self._finished)
        later = [document for document in waiting if document > self._asked]
        chosen = (later or waiting)[:_ASKED]
        self._asked = chosen[-1] if chosen else 0
        return frozenset(chosen)

    def _conclude(self, arrival: Arrival) -> bool:
        """Move a file and write its note, if its document was read; return whether it was. Raises OSError where that cannot be done now."""
        document = self._store.document(arrival.document) if arrival.document is not None else None
        if document is not None and document.state in _AT_WORK:
            self._finished.discard(document.id)  # the note of a copy, too, says what its document is
            return False
        if document is not None and arrival.verdict == "taken":
            if document.state == "failed" and arrival.failed_at == _moment(document):
                self._store.requeue(document.id)
                return False
            if self._outputs:
                self._outputs.bring(self._store, document)
        if not self._is_moved(arrival):
            moved = self._move(arrival, document)
            if moved is None:
                return False
            arrival = moved
        assert arrival.target and arrival.note
        out = self._outputs.folder_of(document) if self._outputs and document else None
        write_note(self.folder / arrival.note, note_of(self._store, arrival, document, out))
        self._journal.drop(arrival)
        self._arrivals.pop(arrival.path, None)
        self._stuck.pop(arrival.path, None)
        self._tell(event_of(arrival, document, self.folder / arrival.target))
        return True

    def _is_moved(self, arrival: Arrival) -> bool:
        """A process may have ended between the move and all that follows."""
        if arrival.target is None:
            return False
        try:
            return (self.folder / arrival.target).lstat().st_size == arrival.size
        except OSError:
            return False

    def _move(self, arrival: Arrival, document: StoredDocument | None) -> Arrival | None:
        """Move the file; return the entry with where it is now, None where it is no longer the file that was taken."""
        source = self.folder / arrival.path
        now = look_at(self.folder, Path(arrival.path))
        if now is None:
            if arrival.target:
                give_back(self.folder / arrival.target)
            self._drop(arrival, say("watch.event-gone", file=printable(Path(arrival.path))))
            return None
        if now.signature != arrival.signature:
            self._settling.update(now)  # it is looked at again: it may be another file of the same name
            return None
        arrival = self._hold_place(arrival, document)
        target = self.folder / (arrival.target or "")
        try:
            renamed = move(source, target)
        except OSError:
            give_back(target)
            raise
        found = target.lstat()
        if renamed and (found.st_size, found.st_mtime_ns) != now.signature and not source.exists():
            target.replace(source)  # written over at this very moment: that is another file, and comes in again
            return None
        return arrival

    def _hold_place(self, arrival: Arrival, document: StoredDocument | None) -> Arrival:
        """Return the entry with a place for the file, written down and then held by an empty file.

        Where a process ended before the move, it is the place that the file was to have.
        """
        if arrival.target:
            with suppress(OSError):
                if (self.folder / arrival.target).stat().st_size == 0:
                    return arrival
        kind, path = kind_of(arrival, document), Path(arrival.path)
        if kind == "done":
            folder = make_place(self.folder, self._settings.done, Path(f"{datetime.now():%Y-%m}") / path.parent)
        else:
            folder = make_place(self.folder, self._settings.duplicate if kind == "duplicate" else self._settings.failed, path.parent)
        while True:
            target, note = free_names(folder, path.name)
            arrival = replace(arrival, target=str(target.relative_to(self.folder)), note=str(note.relative_to(self.folder)))
            self._journal.put(arrival)
            self._arrivals[arrival.path] = arrival
            with suppress(FileExistsError):
                hold(target)
                return arrival

    def _drop(self, arrival: Arrival, message: str) -> None:
        self._journal.drop(arrival)
        self._arrivals.pop(arrival.path, None)
        self._stuck.pop(arrival.path, None)
        self._tell(Event("gone", message, printable(Path(arrival.path)), arrival.document))

    def _tell_stuck(self, arrival: Arrival, error: OSError) -> None:
        """What keeps a file from being moved (open in Word, no right, no space) passes: try again."""
        _, pause = self._stuck.get(arrival.path, (0.0, 0.0))
        if pause == 0.0:
            file = printable(Path(arrival.path))
            reason = error.strerror or str(error)
            self._tell(Event("stuck", say("watch.event-stuck", file=file, reason=reason), file, arrival.document))
        pause = min(2 * pause, _LONGEST_PAUSE) or _PAUSE
        self._stuck[arrival.path] = (time.monotonic() + pause, pause)

    def _tell_fault(self, path: Path, error: Exception) -> None:
        file, what = printable(path), f"{type(error).__name__}: {error}"[:200]
        self._tell(Event("program-fault", say("watch.program-fault", file=file, what=what), file, trace=traceback.format_exc()))

    # --- how far it is -------------------------------------------------------------------------------------------------------

    def pause(self) -> float | None:
        """Return the seconds until there is something to do without anybody's word, None where there is nothing."""
        pauses = [due - time.monotonic() for due, _ in self._stuck.values()]
        if (settling := self._settling.pause()) is not None:
            pauses.append(settling)
        return max(0.0, min(pauses)) if pauses else None

    @property
    def expected(self) -> int:
        """The files whose documents are not read yet, or that can be moved at once."""
        return len(self._arrivals.keys() - self._stuck.keys())

    @property
    def left(self) -> int:
        """The files that cannot be taken or moved for now."""
        return len(self._stuck) + len(self._settling.refused())

    @property
    def is_quiet(self) -> bool:
        """Whether each file was tried at least once."""
        return not self._settling.fresh()


def _moment(document: StoredDocument) -> str | None:
    return document.finished_at.isoformat() if document.finished_at else None
