"""Webhooks: which addresses are told of what, and how it went."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request

from models import Webhook, WebhookMessage
from pipeline.review.api.answers import Limit, refusals
from pipeline.review.api.shapes import NewWebhook, WebhookIn, Webhooks
from pipeline.review.hooks import add_webhook, again, all_again, switch, try_out
from pipeline.review.people import Administrator
from pipeline.review.site import TheSite

router = APIRouter(tags=["webhooks"], prefix="/webhooks")
Hook = Annotated[int, Path(ge=1, lt=1 << 63, description="a webhook's id")]
Message = Annotated[int, Path(ge=1, lt=1 << 63, description="a message's id")]


@router.get("")
def list_webhooks(site: TheSite, person: Administrator) -> Webhooks:
    """List all webhooks."""
    return Webhooks(webhooks=tuple(site.store.webhooks.all()))


@router.post("", status_code=201)
def create_webhook(request: Request, site: TheSite, person: Administrator, wanted: WebhookIn) -> NewWebhook:
    """Tell an address of what happens from now on. Only machines in [review] webhook_hosts may be named."""
    made, secret = add_webhook(site, person, request, wanted.url, wanted.kinds)
    return NewWebhook(webhook=made, secret=secret)


@router.get("/{webhook}", responses=refusals(404))
def get_webhook(site: TheSite, person: Administrator, webhook: Hook) -> Webhook:
    """Get a webhook and how many of its messages wait, arrived, were given up."""
    return site.store.webhooks.get(webhook)


@router.post("/{webhook}/off", responses=refusals(404))
def switch_webhook_off(request: Request, site: TheSite, person: Administrator, webhook: Hook) -> Webhook:
    """Send nothing more; what waits goes on waiting."""
    return switch(site, person, request, webhook, on=False)


@router.post("/{webhook}/on", responses=refusals(404, 409))
def switch_webhook_on(request: Request, site: TheSite, person: Administrator, webhook: Hook) -> Webhook:
    """Go on where it was switched off: what happened since then is sent, too."""
    return switch(site, person, request, webhook, on=True)


@router.post("/{webhook}/test", status_code=202, responses=refusals(404, 409))
def test_webhook(request: Request, site: TheSite, person: Administrator, webhook: Hook) -> WebhookMessage:
    """Send a message of the type "test"; ask for the messages to see how it went."""
    return try_out(site, person, request, webhook)


@router.get("/{webhook}/messages", responses=refusals(404))
def list_webhook_messages(
    site: TheSite,
    person: Administrator,
    webhook: Hook,
    before: Annotated[int | None, Query(ge=1, lt=1 << 63, description="only those older than the message of this id")] = None,
    limit: Limit = 50,
) -> list[WebhookMessage]:
    """List the messages of a webhook with their last tries, newest first."""
    site.store.webhooks.get(webhook)
    return site.store.webhooks.messages(webhook, limit, before)


@router.post("/{webhook}/again", status_code=202, responses=refusals(404))
def send_given_up_again(request: Request, site: TheSite, person: Administrator, webhook: Hook) -> Webhook:
    """Send all that was given up once more, in its order."""
    return all_again(site, person, request, webhook)


@router.post("/messages/{message}/again", status_code=202, responses=refusals(404))
def send_message_again(request: Request, site: TheSite, person: Administrator, message: Message) -> WebhookMessage:
    """Send a message once more under its id, whether it arrived or was given up."""
    return again(site, person, request, message)
