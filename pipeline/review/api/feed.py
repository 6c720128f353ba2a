"""The feed over HTTP: what was released, changed or withdrawn, in order, at least once (docs/exports.md)."""

import asyncio
import time
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool

from models import SourceError
from pipeline.handover.feed import MOST, make_cursor, open_cursor, read_changes
from pipeline.review.api.answers import refusals
from pipeline.review.api.shapes import CursorIn, FeedPage, ReceiverAnswer
from pipeline.review.faults import BadRequest
from pipeline.review.people import Deliverer
from pipeline.review.site import TheSite

router = APIRouter(tags=["feed"])
_EVERY: Final = 0.5
_LONGEST: Final = 30
Receiver = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[\w.:-]+$", description="the receiver's name")]


@router.get("/feed", responses=refusals(400))
async def read_feed(
    request: Request,
    site: TheSite,
    person: Deliverer,
    since: Annotated[str | None, Query(max_length=200, description="the cursor of the last change worked off")] = None,
    receiver: Annotated[str | None, Query(max_length=100, description="without ``since``: the receiver whose kept cursor counts")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="at most so many")] = 500,
    wait: Annotated[float, Query(ge=0, le=_LONGEST, description="where nothing is new, wait up to so many seconds for it")] = 0,
) -> FeedPage:
    """Read the changes after a cursor. Keep the ``cursor`` of each change once it is worked off, and ask again from there.

    Who dies in between asks again from the old cursor: a change may come twice (its ``key`` tells), none is missed.
    """
    if since is None and receiver is not None:
        kept = await run_in_threadpool(site.store.delivery, f"api:{receiver}")
        since = make_cursor(kept.cursor)
    until = time.monotonic() + wait
    while True:
        try:
            page = await run_in_threadpool(read_changes, site.store, since, limit)
        except SourceError as error:
            raise BadRequest(str(error), 400) from error
        left = until - time.monotonic()
        # no thread waits: hundreds of receivers may stand here while people work
        if page.changes or left <= 0 or await request.is_disconnected():
            return FeedPage(changes=page.changes, next=page.cursor, more=page.more)
        await asyncio.sleep(min(_EVERY, left))


@router.get("/feed/receivers/{receiver}")
def get_receiver(site: TheSite, person: Deliverer, receiver: Receiver) -> ReceiverAnswer:
    """Get the cursor that was kept for a receiver; one that was never heard of begins at the first change."""
    return ReceiverAnswer(name=receiver, cursor=make_cursor(site.store.delivery(f"api:{receiver}").cursor))


@router.put("/feed/receivers/{receiver}", responses=refusals(400))
def keep_cursor(site: TheSite, person: Deliverer, receiver: Receiver, wanted: CursorIn) -> ReceiverAnswer:
    """Keep a receiver's cursor for it. It never goes back."""
    try:
        sequence = open_cursor(wanted.cursor)
    except SourceError as error:
        raise BadRequest(str(error), 400) from error
    return ReceiverAnswer(name=receiver, cursor=make_cursor(site.store.delivered(f"api:{receiver}", sequence).cursor))
