"""The outbox: a thread of the server that makes messages of what happened, and others that send them.

All it knows is in the store, so that it may be killed at any moment, and any number of servers may run on one store: each webhook is
looked after by whoever holds its lease.
"""

import logging
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

from models import Notice, Outgoing, StoreError
from models.webhooks import WebhookEnd
from pipeline.handover.feed import record_change
from pipeline.review.sender import SECONDS, Answer, check_address, send
from pipeline.store import Store

PAUSES: Final = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5), timedelta(hours=10),
    timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
"""how long to wait before each further try, as Standard Webhooks advise; then a message is given up, a receiver that is not there left"""
_AWAY: Final = frozenset({429, 502, 503, 504})
"""answers of a gateway or of a receiver that is overrun: everything for it waits, not only this message"""
_SENDERS: Final = 4
_LEASE: Final = 60.0
_AT_A_TIME: Final = 200
_log = logging.getLogger(__name__)


def payload_of(notice: Notice) -> dict[str, Any]:
    """Return what receivers read of ``notice``: its type, when it happened, and what it is about.

    A change of the feed is told as the feed tells it (docs/schema/change-1.0.json).
    """
    data = record_change(notice.change).model_dump(mode="json") if notice.change else notice.data
    return {"type": notice.kind, "timestamp": notice.at.isoformat().replace("+00:00", "Z"), "data": data}


class Outbox:
    """Sends what happens in ``store`` to its webhooks, as long as it is entered (``with Outbox(…):``)."""

    def __init__(
        self,
        store: Store,
        hosts: Collection[str],
        *,
        pauses: Sequence[timedelta] = PAUSES,
        tick: float = 1.0,
        seconds: float = SECONDS,
    ) -> None:
        self._store, self._hosts, self._pauses, self._tick, self._seconds = store, hosts, pauses, tick, seconds
        self._stop = threading.Event()
        self._busy: set[int] = set()
        self._senders = ThreadPoolExecutor(_SENDERS, "giaoviec-webhook")
        self._thread = threading.Thread(target=self._run, name="giaoviec-outbox", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End; what is being sent is finished first."""
        self._stop.set()
        self._thread.join()
        self._senders.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._stop.is_set():
            taken = 0
            try:
                taken = self._store.webhooks.collect(payload_of)
                for webhook in self._store.webhooks.ready():
                    if webhook not in self._busy:
                        self._busy.add(webhook)
                        self._senders.submit(self._drain, webhook)
            except StoreError as fault:  # the store is away for a while: nothing is lost, it is asked again
                _log.warning("%s", fault)
            except Exception:
                _log.exception("webhooks")
            self._stop.wait(0 if taken else self._tick)

    def _drain(self, webhook: int) -> None:
        """Send what waits for a webhook, one after the other."""
        hooks = self._store.webhooks
        try:
            if lease := hooks.lease(webhook, _LEASE):
                try:
                    for _ in range(_AT_A_TIME):
                        if self._stop.is_set() or (found := hooks.next(webhook, lease, _LEASE)) is None:
                            break
                        self._deliver(found)
                finally:
                    hooks.release(webhook, lease)
        except StoreError as fault:
            _log.warning("%s", fault)
        except Exception:
            _log.exception("webhook %s", webhook)
        finally:
            self._busy.discard(webhook)

    def _deliver(self, found: Outgoing) -> None:
        hooks, message = self._store.webhooks, found.message
        if fault := check_address(found.url, self._hosts):
            self._end(found, Answer(None, fault, 0), "not-allowed")
            return
        answer = send(found.url, found.secret, message.message, message.payload, self._seconds)
        told = answer.error or ""
        if answer.status is not None and not told:
            hooks.delivered(message.id, answer.status, answer.milliseconds)
        elif answer.status == 410:
            self._end(found, answer, "gone")
        elif answer.status is not None and answer.status not in _AWAY:
            hooks.refused(message.id, answer.status, told, answer.milliseconds, self._pause(message.refusals))
        elif (pause := self._pause(found.failures)) is not None:
            hooks.unreachable(message.id, answer.status, told, answer.milliseconds, pause)
        else:
            self._end(found, answer, "unreachable")

    def _end(self, found: Outgoing, answer: Answer, why: WebhookEnd) -> None:
        self._store.webhooks.ended(found.message.id, answer.status, answer.error or "", answer.milliseconds, why)
        self._store.audit.add("giaoviec", "webhook-ended", found.url, details={"why": why, "error": answer.error})

    def _pause(self, tries: int) -> timedelta | None:
        return self._pauses[tries] if tries < len(self._pauses) else None
