"""The workers that read what comes in while the server runs: the same crew as that of ``giaoviec work``, looked after by a thread of it."""

import threading
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from models import RuleError
from pipeline.intake import FAULTS, Bell, Event, Orders, Tell, work
from pipeline.messages import say
from pipeline.store import Store

_REMEMBERED: Final = 5
_SHORTEST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0
_LONG_LIFE: Final = 300.0
"""seconds after which a crew that ends was a good one: the next is begun without a pause"""


class Workers:
    """``jobs`` workers, each a process. What happens is told to ``tell``; faults other than those of a file are remembered for the page."""

    def __init__(self, orders: Orders, store: Store, jobs: int, tell: Tell = lambda event: None) -> None:
        self.jobs = jobs
        self._orders, self._store, self._tell = orders, store, tell
        self._bell, self._lock, self._over = Bell(), threading.Lock(), threading.Event()
        self._faults: deque[tuple[datetime, Event]] = deque(maxlen=_REMEMBERED)
        self._thread = threading.Thread(target=self._run, name="workers", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """End all workers: each may finish its document for a few seconds, then the document is given back."""
        self._over.set()
        with self._lock:
            self._bell.stop()
        self._thread.join()

    def wake(self) -> None:
        """Something came in."""
        with self._lock:
            self._bell.ring()

    @property
    def are_there(self) -> bool:
        """Whether documents are read: not so where the rules are faulty."""
        return self._thread.is_alive() and not self._over.is_set()

    @property
    def faults(self) -> tuple[tuple[datetime, Event], ...]:
        """The last faults, newest first, with the time."""
        return tuple(reversed(self._faults))

    def _run(self) -> None:
        pause = _SHORTEST_PAUSE
        while not self._over.is_set():
            began = time.monotonic()
            try:
                work(self._orders, self._store, self.jobs, self._hear, self._bell)
            except RuleError as error:
                self._hear(Event("fault", str(error), code="rules"))
                return  # no document can be read before somebody has mended them
            except Exception as error:  # whatever it is, the office must not be left without workers
                what = f"{type(error).__name__}: {error}"[:200]
                self._hear(Event("program-fault", say("inbox.workers-fault", what=what), trace=traceback.format_exc()))
            pause = _SHORTEST_PAUSE if time.monotonic() - began > _LONG_LIFE else min(2 * pause, _LONGEST_PAUSE)
            self._over.wait(pause)

    def _hear(self, event: Event) -> None:
        if event.kind in FAULTS and event.kind != "failed":  # the list of documents tells of those
            self._faults.append((datetime.now().astimezone(), event))
        self._tell(event)


@contextmanager
def working(workers: Workers | None) -> Iterator[None]:
    """Have ``workers`` work during the block; they end with it, however it ends."""
    if workers is None:
        yield
        return
    workers.start()
    try:
        yield
    finally:
        workers.stop()
