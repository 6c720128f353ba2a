"""What stands before all pages: only this site's own pages may ask it to change anything, and browsers are told to hold it strictly.

A request that changes something must come from a page of this site: browsers say so in Sec-Fetch-Site (on https and localhost only) and in
Origin (always, for such requests); one without either is refused unless it carries a token, which no other page can send along.

Forms and JSON are small: what is longer is not read, before anybody asks who sends it. Only where files are handed in may more come.
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.messages import say
from pipeline.review.faults import API, fault_page
from pipeline.review.site import Site

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OPENER: Final = ("Cross-Origin-Opener-Policy", "same-origin")
"""only for browsers that heed it: to http from another machine they complain of it on every page"""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_BODY: Final = 2 * 1024 * 1024
_FORWARDED: Final = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})
UPLOADS: Final = frozenset({"/van-ban", "/api/v1/documents"})
"""where files are handed in; these ask who sends them, and count, before and while they read"""


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                given = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    given.setdefault(name, value)
                if scope["scheme"] == "https" or _is_this_machine(host):
                    given.setdefault(*_OPENER)
                if scope["path"].startswith("/static/"):
                    given["Cache-Control"] = "public, max-age=31536000, immutable" if scope["query_string"] else "no-cache"
                else:
                    given.setdefault("Cache-Control", "no-store")
            await send(message)

        if host not in self._site.hosts and not _is_own_address(host, scope):
            await _refuse(400, "host", say("review.other-host", host=host))(scope, receive, send_guarded)
        elif not self._site.login and not _FORWARDED.isdisjoint(headers):
            # without login everybody is taken for who sits here: not those whom a server in front of this one lets in
            await _refuse(400, "proxy", say("review.proxy"))(scope, receive, send_guarded)
        elif scope["method"] not in _SAFE and not _from_here(headers, scope):
            await _refuse(403, "origin", say("review.other-origin"))(scope, receive, send_guarded)
        else:
            try:
                await self._app(scope, receive if scope["path"] in UPLOADS else _bounded(headers, receive), send_guarded)
            except Exception:
                if not begun:  # a fault of ours: what it is goes to the log, where the server writes it when it is raised again
                    await fault_page(Request(scope), 500, "unexpected", say("review.unexpected"))(scope, receive, send_guarded)
                raise


def _from_here(headers: Headers, scope: Scope) -> bool:
    if scope["path"].startswith(API) and headers.get("authorization", "").lower().startswith("bearer "):
        return "cookie" not in headers
    if (site := headers.get("sec-fetch-site")) is not None and site != "same-origin":
        return False
    try:
        origin = urlsplit(headers.get("origin") or headers.get("referer") or "")
    except ValueError:
        return False
    downgraded = scope["scheme"] == "https" and origin.scheme != "https"
    return origin.netloc.lower() == headers.get("host", "").lower() and not downgraded


def _is_own_address(host: str, scope: Scope) -> bool:
    """Say whether ``host`` is the very address, in digits, at which the request arrived: no name of anybody's can stand for that."""
    try:
        asked, arrived = urlsplit(f"//{host}"), scope.get("server") or ("", None)
        return asked.netloc == host and asked.port == arrived[1] and _digits(asked.hostname) == _digits(arrived[0])
    except ValueError:
        return False


def _is_this_machine(host: str) -> bool:
    return host.partition(":")[0] == "localhost" or host.startswith(("127.", "[::1]"))


def _digits(address: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    found = ipaddress.ip_address(address or "")
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _bounded(headers: Headers, receive: Receive) -> Receive:
    """Return ``receive`` for bodies up to LONGEST_BODY; a longer one is broken off (413)."""
    said = headers.get("content-length", "")
    too_long = said.isdecimal() and (len(said) > 18 or int(said) > LONGEST_BODY)
    come = 0

    async def bounded() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if too_long or come > LONGEST_BODY:
            raise HTTPException(413)
        return message

    return bounded


def _refuse(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
