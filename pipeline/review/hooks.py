"""What administrators do with webhooks, on the page and through the API: checked, done, entered in the audit trail."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import Request

from models import Person, StoreError, Webhook, WebhookMessage
from models.webhooks import NoticeKind
from pipeline.messages import say
from pipeline.review.faults import BadRequest
from pipeline.review.people import address_of
from pipeline.review.sender import check_address
from pipeline.review.site import Site


def add_webhook(site: Site, person: Person, request: Request, url: str, kinds: Sequence[NoticeKind]) -> tuple[Webhook, str]:
    """Return a new webhook and its secret. Raises BadRequest where nothing may be sent to ``url``, or it is to be told of nothing."""
    url = url.strip()
    if fault := check_address(url, site.settings.review.webhook_hosts):
        raise BadRequest(fault)
    if not kinds:
        raise BadRequest(say("api.no-kinds"))
    made, secret = site.store.webhooks.add(url, kinds, person.name)
    site.store.audit.add(person.name, "webhook-add", url, address_of(request), {"webhook": made.id, "kinds": list(kinds)})
    return made, secret


def switch(site: Site, person: Person, request: Request, webhook: int, *, on: bool) -> Webhook:
    """Switch a webhook on or off. Raises StoreError ("unknown"), BadRequest where its host is not in the settings any more."""
    known = site.store.webhooks.get(webhook)
    if on and (fault := check_address(known.url, site.settings.review.webhook_hosts)):
        raise BadRequest(fault, 409)
    found = site.store.webhooks.switch_on(webhook) if on else site.store.webhooks.switch_off(webhook)
    site.store.audit.add(person.name, "webhook-on" if on else "webhook-off", found.url, address_of(request), {"webhook": webhook})
    return found


def try_out(site: Site, person: Person, request: Request, webhook: int) -> WebhookMessage:
    """Send a message of the type "test". Raises StoreError "unknown", "refused" (it is switched off)."""
    known = site.store.webhooks.get(webhook)
    if not known.active:
        raise StoreError("refused", say("api.webhook-off", webhook=webhook))
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    made = site.store.webhooks.send_test(webhook, {"type": "test", "timestamp": now, "data": {"webhook": webhook, "who": person.full_name}})
    site.store.audit.add(person.name, "webhook-test", known.url, address_of(request), {"webhook": webhook, "message": made.message})
    return made


def all_again(site: Site, person: Person, request: Request, webhook: int) -> Webhook:
    """Send all that was given up once more. Raises StoreError ("unknown")."""
    count = site.store.webhooks.send_given_up_again(webhook)
    found = site.store.webhooks.get(webhook)
    site.store.audit.add(person.name, "webhook-again", found.url, address_of(request), {"webhook": webhook, "messages": count})
    return found


def again(site: Site, person: Person, request: Request, message: int) -> WebhookMessage:
    """Send a message once more. Raises StoreError ("unknown")."""
    found = site.store.webhooks.send_again(message)
    details = {"webhook": found.webhook, "message": found.message}
    site.store.audit.add(person.name, "webhook-again", site.store.webhooks.get(found.webhook).url, address_of(request), details)
    return found
