"""The feed for other programs: what was released, changed or withdrawn since they last asked (docs/exports.md).

Delivery is at least once: who was interrupted asks again with the cursor of the last line that was worked off, and skips what was seen
under its key. Nothing is remembered here for the one who asks.
"""

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import Final

from models import Change, SourceError
from pipeline.handover.record import ChangeRecord, TaskRecord
from pipeline.messages import say
from pipeline.store import Store

MOST: Final = 5_000
_FORM: Final = b"1"


@dataclass(frozen=True)
class Page:
    """Changes in their order. ``cursor`` is where the next page begins, also where this one is empty; ``more``: ask again at once."""

    changes: tuple[ChangeRecord, ...]
    cursor: str
    more: bool


def read_changes(store: Store, since: str | None = None, limit: int = 500) -> Page:
    """Return the changes after ``since`` (a cursor; None: from the first), at most ``limit`` (and never more than MOST).

    Raises SourceError ("bad-cursor") where ``since`` is no cursor of this program.
    """
    start = open_cursor(since) if since else 0
    wanted = max(1, min(limit, MOST))
    found = store.feed(start, wanted + 1)
    page = found[:wanted]
    return Page(tuple(map(record_change, page)), make_cursor(page[-1].sequence if page else start), len(found) > wanted)


def make_cursor(sequence: int) -> str:
    """Return the cursor behind the change ``sequence``. What is in it is nobody else's business and may change."""
    body = _FORM + str(sequence).encode()
    return base64.urlsafe_b64encode(body + zlib.crc32(body).to_bytes(4)).decode().rstrip("=")


def open_cursor(cursor: str) -> int:
    """Return the number of the change that ``cursor`` stands behind. Raises SourceError ("bad-cursor")."""
    try:
        raw = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        body, sign = raw[:-4], raw[-4:]
        if body[:1] == _FORM and zlib.crc32(body).to_bytes(4) == sign:
            return int(body[1:])
    except (binascii.Error, ValueError):
        pass
    raise SourceError("bad-cursor", say("feed.bad-cursor", cursor=cursor[:60]))


def record_change(change: Change) -> ChangeRecord:
    """Return an entry of the feed as receivers read it."""
    return ChangeRecord(
        key=change.key,
        cursor=make_cursor(change.sequence),
        kind=change.kind,
        at=change.at,
        task=change.task,
        document=change.document,
        version=change.version,
        payload=TaskRecord.model_validate({**change.payload, "version": change.version}) if change.payload else None,
    )
