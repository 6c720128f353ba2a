"""Administration of webhooks: which addresses are told of what, and how each delivery went."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models import NOTICE_KINDS
from models.webhooks import NoticeKind, WebhookEnd
from pipeline.review.faults import BadRequest
from pipeline.review.hooks import add_webhook, again, all_again, switch, try_out
from pipeline.review.people import Administrator
from pipeline.review.render import render
from pipeline.review.site import Id, Site, TheSite

router = APIRouter()
_PAGE: Final = "/quan-tri/webhook"
_SHOWN: Final = 50
KINDS: Final[dict[NoticeKind, str]] = {
    "document.received": "nhận văn bản",
    "document.read": "đọc xong văn bản",
    "document.failed": "văn bản không đọc được",
    "document.signed_off": "ký duyệt văn bản",
    "document.reopened": "mở lại văn bản đã ký duyệt",
    "task.reviewed": "có người rà soát nhiệm vụ",
    "task.created": "giao nhiệm vụ mới",
    "task.changed": "nhiệm vụ đã giao thay đổi",
    "task.withdrawn": "rút nhiệm vụ đã giao",
}
_ENDED: Final[dict[WebhookEnd, str]] = {
    "person": "có người tắt",
    "gone": "máy nhận báo không nhận nữa (410)",
    "unreachable": "nhiều ngày không nối được với máy nhận",
    "not-allowed": "máy nhận không còn trong webhook_hosts",
}


@router.get(_PAGE)
def show_webhooks(request: Request, site: TheSite, person: Administrator) -> HTMLResponse:
    """All webhooks, and the form for a new one."""
    return _list(request, site)


@router.post(_PAGE)
def add(
    request: Request,
    site: TheSite,
    person: Administrator,
    url: Annotated[str, Form(max_length=2000)] = "",
    kinds: Annotated[list[NoticeKind] | None, Form()] = None,
) -> HTMLResponse:
    """Make a webhook; its secret is in the answer, and never again."""
    chosen = tuple(dict.fromkeys(kinds or ()))
    try:
        made, secret = add_webhook(site, person, request, url, chosen)
    except BadRequest as fault:
        return _list(request, site, status=fault.status, fault=str(fault), typed={"url": url, "kinds": chosen})
    return _list(request, site, made=made, secret=secret)


@router.get("/quan-tri/webhook/{webhook}")
def show_log(
    request: Request, site: TheSite, person: Administrator, webhook: Id, before: Annotated[int | None, Query(alias="truoc", ge=1)] = None
) -> HTMLResponse:
    """The messages of a webhook and how it went, newest first."""
    found = site.store.webhooks.messages(webhook, _SHOWN + 1, before)
    older = found[_SHOWN - 1].id if len(found) > _SHOWN else None
    hook = site.store.webhooks.get(webhook)
    return render(request, "webhook_log.html", hook=hook, messages=found[:_SHOWN], older=older, kinds=KINDS, ended=_ENDED)


@router.post("/quan-tri/webhook/{webhook}/thu")
def send_test(request: Request, site: TheSite, person: Administrator, webhook: Id) -> Response:
    """Send a message to try it with."""
    try_out(site, person, request, webhook)
    return _back(webhook)


@router.post("/quan-tri/webhook/{webhook}/tat")
def switch_off(request: Request, site: TheSite, person: Administrator, webhook: Id) -> Response:
    """Switch a webhook off."""
    switch(site, person, request, webhook, on=False)
    return _back(webhook)


@router.post("/quan-tri/webhook/{webhook}/bat")
def switch_on(request: Request, site: TheSite, person: Administrator, webhook: Id) -> Response:
    """Switch a webhook on again."""
    switch(site, person, request, webhook, on=True)
    return _back(webhook)


@router.post("/quan-tri/webhook/{webhook}/gui-lai")
def send_given_up_again(request: Request, site: TheSite, person: Administrator, webhook: Id) -> Response:
    """Send all that was given up once more."""
    all_again(site, person, request, webhook)
    return _back(webhook)


@router.post("/quan-tri/webhook/tin/{message}/gui-lai")
def send_again(request: Request, site: TheSite, person: Administrator, message: Id) -> Response:
    """Send a message once more."""
    return _back(again(site, person, request, message).webhook)


def _back(webhook: int) -> Response:
    return RedirectResponse(f"{_PAGE}/{webhook}", 303)


def _list(request: Request, site: Site, **values: Any) -> HTMLResponse:
    hosts = site.settings.review.webhook_hosts
    known = {"fault": None, "made": None, "secret": None, "typed": {"url": "", "kinds": NOTICE_KINDS}}
    return render(request, "webhooks.html", hooks=site.store.webhooks.all(), hosts=hosts, kinds=KINDS, ended=_ENDED, **{**known, **values})
