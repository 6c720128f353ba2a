"""Webhooks: which addresses are told of what, the messages that wait for them, and how each try went.

Notices become messages of a webhook in one transaction with its cursor, so that none is left out or made twice. Whoever sends holds the
lease on the webhook: two servers on one store never send to the same address at the same time. A sender that dies between sending and
saying so leaves the message to be sent again under the same id.
"""

import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models import Notice, Outgoing, StoreError, Webhook, WebhookAttempt, WebhookMessage
from models.webhooks import NoticeKind, WebhookEnd
from pipeline.messages import say
from pipeline.store.database import Database
from pipeline.store.notices import last_notice, read_notices
from pipeline.store.tables import webhook_attempts, webhook_messages, webhooks

_SECRET_BYTES: Final = 32
_ERROR: Final = 300
_TRIES: Final = 5
_FREE: Final[Mapping[str, Any]] = {"lease": None, "lease_until": None}
MakePayload = Callable[[Notice], dict[str, Any]]
"""Makes of a notice what its receivers read."""


class Webhooks:
    """The webhooks of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- what people do -----------------------------------------------------------------------------------------------------

    def add(self, url: str, kinds: Sequence[NoticeKind], who: str) -> tuple[Webhook, str]:
        """Tell ``url`` of ``kinds`` from now on. Returns the webhook and its secret ("whsec_…"), which is not shown again."""
        secret = f"whsec_{b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
        with self._database.write() as connection:
            values = {"url": url, "secret": secret, "kinds": list(kinds), "created_by": who, "cursor": last_notice(connection)}
            made = insert(webhooks).values(**values, created_at=self._database.now(connection)).returning(webhooks.c.id)
            return _load(connection, connection.execute(made).scalar_one()), secret

    def all(self) -> list[Webhook]:
        """Return all webhooks, also those switched off, oldest first."""
        with self._database.read() as connection:
            return [_webhook(row) for row in connection.execute(_rows().order_by(webhooks.c.id)).mappings()]

    def get(self, webhook: int) -> Webhook:
        """Return a webhook. Raises StoreError ("unknown")."""
        with self._database.read() as connection:
            return _load(connection, webhook)

    def switch_off(self, webhook: int, ended: WebhookEnd = "person") -> Webhook:
        """Send nothing to a webhook any more. What waits for it goes on waiting. Raises StoreError ("unknown")."""
        with self._database.write() as connection:
            _load(connection, webhook)
            connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(active=False, ended=ended, **_FREE))
            return _load(connection, webhook)

    def switch_on(self, webhook: int) -> Webhook:
        """Go on where a webhook was switched off: what happened since then is sent, too. Raises StoreError ("unknown")."""
        with self._database.write() as connection:
            _load(connection, webhook)
            again = {"active": True, "ended": None, "failures": 0, "wait_until": None}
            connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(**again, **_FREE))
            return _load(connection, webhook)

    def messages(self, webhook: int, limit: int = 50, before: int | None = None) -> list[WebhookMessage]:
        """Return the messages of a webhook with their last tries, newest first; ``before``: only those older than the one of that id."""
        wanted = select(webhook_messages).where(webhook_messages.c.webhook_id == webhook).order_by(webhook_messages.c.id.desc())
        if before is not None:
            wanted = wanted.where(webhook_messages.c.id < before)
        with self._database.read() as connection:
            rows = connection.execute(wanted.limit(limit)).mappings().all()
            tries = _tries(connection, [row["id"] for row in rows])
            return [_message(row, tries.get(row["id"], ())) for row in rows]

    def message(self, message: int) -> WebhookMessage:
        """Return a message with its last tries. Raises StoreError ("unknown")."""
        with self._database.read() as connection:
            return _load_message(connection, message)

    def send_again(self, message: int) -> WebhookMessage:
        """Send a message once more, under the same id, whether it was delivered or given up. Raises StoreError ("unknown")."""
        with self._database.write() as connection:
            found = _load_message(connection, message)
            again = {"due_at": self._database.now(connection), "delivered_at": None, "given_up_at": None, "refusals": 0}
            connection.execute(update(webhook_messages).where(webhook_messages.c.id == message).values(again))
            connection.execute(update(webhooks).where(webhooks.c.id == found.webhook).values(wait_until=None))
            return _load_message(connection, message)

    def send_given_up_again(self, webhook: int) -> int:
        """Send all that was given up once more, in its order; return how many messages that is. Raises StoreError ("unknown")."""
        with self._database.write() as connection:
            _load(connection, webhook)
            again = {"due_at": self._database.now(connection), "given_up_at": None, "refusals": 0}
            given_up = (webhook_messages.c.webhook_id == webhook, webhook_messages.c.given_up_at.is_not(None))
            return connection.execute(update(webhook_messages).where(*given_up).values(again)).rowcount

    def send_test(self, webhook: int, payload: Mapping[str, Any]) -> WebhookMessage:
        """Put a message to try a webhook with in front of nobody else's. Raises StoreError ("unknown")."""
        key = f"test:{secrets.token_hex(8)}"
        with self._database.write() as connection:
            _load(connection, webhook)
            now = self._database.now(connection)
            values = {"webhook_id": webhook, "message": key, "kind": "test", "subject": key, "payload": dict(payload)}
            made = insert(webhook_messages).values(**values, made_at=now, due_at=now).returning(webhook_messages.c.id)
            message = connection.execute(made).scalar_one()
            connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(wait_until=None))
            return _load_message(connection, message)

    # --- what the outbox does -----------------------------------------------------------------------------------------------

    def collect(self, make: MakePayload, limit: int = 500) -> int:
        """Make messages of what happened since each active webhook was last looked after, and return how many notices were taken up.

        At most ``limit`` a webhook: the rest is left to the next call.
        """
        with self._database.read() as connection:
            end = last_notice(connection)
            behind = select(webhooks.c.id).where(webhooks.c.active, webhooks.c.cursor < end).order_by(webhooks.c.id)
            keys = connection.execute(behind).scalars().all()
        return sum(self._collect(key, make, limit) for key in keys)

    def _collect(self, webhook: int, make: MakePayload, limit: int) -> int:
        with self._database.write() as connection:
            locked = select(webhooks).where(webhooks.c.id == webhook, webhooks.c.active).with_for_update(skip_locked=True)
            row = connection.execute(locked).mappings().one_or_none()
            if row is None:
                return 0
            found = read_notices(connection, row["cursor"], limit)
            now = self._database.now(connection)
            made = [
                {
                    "webhook_id": webhook,
                    "message": notice.key,
                    "kind": notice.kind,
                    "subject": notice.subject,
                    "payload": make(notice),
                    "made_at": now,
                    "due_at": now,
                }
                for notice in found
                if notice.kind in row["kinds"]
            ]
            if made:
                entry = (sqlite if self._database.is_sqlite else postgresql).insert(webhook_messages)
                connection.execute(entry.on_conflict_do_nothing(index_elements=["webhook_id", "message"]), made)
            if found:
                connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(cursor=found[-1].sequence))
            return len(found)

    def ready(self) -> list[int]:
        """Return the webhooks that have something to send now and nobody who sends it."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            return list(connection.execute(select(webhooks.c.id).where(_is_free(now), _has_due(now)).order_by(webhooks.c.id)).scalars())

    def lease(self, webhook: int, seconds: float) -> str | None:
        """Give the right to send to a webhook for ``seconds``; None where somebody else has it or nothing may be sent."""
        with self._database.write() as connection:
            now, token = self._database.now(connection), secrets.token_hex(16)
            free = select(webhooks.c.id).where(webhooks.c.id == webhook, _is_free(now)).with_for_update(skip_locked=True)
            if connection.execute(free).first() is None:
                return None
            values = {"lease": token, "lease_until": now + timedelta(seconds=seconds)}
            connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(values))
            return token

    def next(self, webhook: int, lease: str, seconds: float) -> Outgoing | None:
        """Return the message to send next and prolong the lease; None where there is none, or the lease is another's now.

        The oldest that is due, but none before an older one about the same task or document.
        """
        with self._database.write() as connection:
            now = self._database.now(connection)
            held = select(webhooks).where(webhooks.c.id == webhook, webhooks.c.lease == lease, webhooks.c.active).with_for_update()
            hook = connection.execute(held).mappings().one_or_none()
            if hook is None or (hook["wait_until"] and hook["wait_until"] > now):
                return None
            first = select(webhook_messages).where(webhook_messages.c.webhook_id == webhook, _may_go(now)).order_by(webhook_messages.c.id)
            row = connection.execute(first.limit(1)).mappings().one_or_none()
            if row is None:
                return None
            connection.execute(update(webhooks).where(webhooks.c.id == webhook).values(lease_until=now + timedelta(seconds=seconds)))
            return Outgoing(lease=lease, url=hook["url"], secret=hook["secret"], failures=hook["failures"], message=_message(row))

    def delivered(self, message: int, status: int, milliseconds: int) -> None:
        """A message arrived."""
        with self._database.write() as connection:
            now = self._try(connection, message, status, None, milliseconds)
            self._settle(connection, message, {"delivered_at": now, "due_at": None})
            self._settle_hook(connection, message, {"failures": 0, "wait_until": None})

    def refused(self, message: int, status: int | None, error: str, milliseconds: int, again_after: timedelta | None) -> None:
        """The receiver is there and did not take the message: to be tried again after a while, or given up (None)."""
        with self._database.write() as connection:
            now = self._try(connection, message, status, error, milliseconds)
            values = {"due_at": now + again_after} if again_after is not None else {"due_at": None, "given_up_at": now}
            self._settle(connection, message, {**values, "refusals": webhook_messages.c.refusals + 1})
            self._settle_hook(connection, message, {"failures": 0, "wait_until": None})

    def unreachable(self, message: int, status: int | None, error: str, milliseconds: int, again_after: timedelta) -> None:
        """Nobody was there to take the message: everything for this receiver waits for a while."""
        with self._database.write() as connection:
            now = self._try(connection, message, status, error, milliseconds)
            self._settle(connection, message, {})
            self._settle_hook(connection, message, {"failures": webhooks.c.failures + 1, "wait_until": now + again_after})

    def ended(self, message: int, status: int | None, error: str, milliseconds: int, ended: WebhookEnd) -> None:
        """Nothing more is to be sent to this receiver; the message and those behind it wait until it is switched on again."""
        with self._database.write() as connection:
            self._try(connection, message, status, error, milliseconds)
            self._settle(connection, message, {})
            self._settle_hook(connection, message, {"active": False, "ended": ended, "wait_until": None, **_FREE})

    def release(self, webhook: int, lease: str) -> None:
        """Give the right to send back."""
        with self._database.write() as connection:
            connection.execute(update(webhooks).where(webhooks.c.id == webhook, webhooks.c.lease == lease).values(_FREE))

    def _try(self, connection: Connection, message: int, status: int | None, error: str | None, milliseconds: int) -> datetime:
        now = self._database.now(connection)
        values = {"message_id": message, "at": now, "status": status, "error": error[:_ERROR] if error else None}
        connection.execute(insert(webhook_attempts).values(**values, milliseconds=milliseconds))
        return now

    def _settle(self, connection: Connection, message: int, values: Mapping[str, Any]) -> None:
        counted = {**values, "attempts": webhook_messages.c.attempts + 1}
        connection.execute(update(webhook_messages).where(webhook_messages.c.id == message).values(counted))

    def _settle_hook(self, connection: Connection, message: int, values: Mapping[str, Any]) -> None:
        owner = select(webhook_messages.c.webhook_id).where(webhook_messages.c.id == message).scalar_subquery()
        connection.execute(update(webhooks).where(webhooks.c.id == owner).values(values))


def _is_free(now: datetime) -> ColumnElement[bool]:
    return and_(
        webhooks.c.active,
        or_(webhooks.c.lease_until.is_(None), webhooks.c.lease_until < now),
        or_(webhooks.c.wait_until.is_(None), webhooks.c.wait_until <= now),
    )


def _has_due(now: datetime) -> ColumnElement[bool]:
    return exists().where(webhook_messages.c.webhook_id == webhooks.c.id, _may_go(now))


def _may_go(now: datetime) -> ColumnElement[bool]:
    """Return that a message is due, and that no older one about the same thing still waits."""
    older = webhook_messages.alias("older")
    same = and_(older.c.webhook_id == webhook_messages.c.webhook_id, older.c.subject == webhook_messages.c.subject)
    waits = exists().where(same, older.c.id < webhook_messages.c.id, older.c.due_at.is_not(None))
    return and_(webhook_messages.c.due_at <= now, ~waits)


def _rows() -> Any:
    """Return the query whose rows ``_webhook`` takes."""
    own = webhook_messages.c.webhook_id == webhooks.c.id

    def count(*where: ColumnElement[bool]) -> Any:
        return select(func.count()).select_from(webhook_messages).where(own, *where).scalar_subquery()

    return select(
        webhooks,
        count(webhook_messages.c.due_at.is_not(None)).label("waiting"),
        count(webhook_messages.c.given_up_at.is_not(None)).label("given_up"),
        count(webhook_messages.c.delivered_at.is_not(None)).label("delivered"),
        select(func.max(webhook_messages.c.delivered_at)).where(own).scalar_subquery().label("delivered_at"),
    )


def _load(connection: Connection, webhook: int) -> Webhook:
    row = connection.execute(_rows().where(webhooks.c.id == webhook)).mappings().one_or_none()
    if row is None:
        raise StoreError("unknown", say("api.no-webhook", webhook=webhook))
    return _webhook(row)


def _load_message(connection: Connection, message: int) -> WebhookMessage:
    row = connection.execute(select(webhook_messages).where(webhook_messages.c.id == message)).mappings().one_or_none()
    if row is None:
        raise StoreError("unknown", say("api.no-message", message=message))
    return _message(row, _tries(connection, [message]).get(message, ()))


def _tries(connection: Connection, messages: Sequence[int]) -> dict[int, tuple[WebhookAttempt, ...]]:
    """Return the last tries of each message, newest first."""
    number = func.row_number().over(partition_by=webhook_attempts.c.message_id, order_by=webhook_attempts.c.id.desc())
    some = select(webhook_attempts, number.label("n")).where(webhook_attempts.c.message_id.in_(messages)).subquery()
    found: dict[int, tuple[WebhookAttempt, ...]] = {}
    wanted = select(some).where(some.c.n <= _TRIES).order_by(some.c.message_id, some.c.n)
    for row in connection.execute(wanted).mappings():
        one = WebhookAttempt(at=row["at"], status=row["status"], error=row["error"], milliseconds=row["milliseconds"])
        found[row["message_id"]] = (*found.get(row["message_id"], ()), one)
    return found


def _webhook(row: RowMapping) -> Webhook:
    return Webhook.model_validate({name: row[name] for name in Webhook.model_fields})


def _message(row: RowMapping, tries: tuple[WebhookAttempt, ...] = ()) -> WebhookMessage:
    values = {name: row[name] for name in WebhookMessage.model_fields if name not in ("webhook", "tries")}
    return WebhookMessage.model_validate({**values, "webhook": row["webhook_id"], "tries": tries})
