"""What stands before all pages: only this site's own pages may ask it to change anything, and browsers are told to hold it strictly.

A request that changes something must come from a page of this site: browsers say so in Sec-Fetch-Site (on https and localhost only) and in
Origin (always, for such requests); one without either is refused unless it carries a token, which no other page can send along.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.messages import say
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
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._hosts = site.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    given.setdefault(name, value)
                if scope["path"].startswith("/static/"):
                    given["Cache-Control"] = "public, max-age=31536000, immutable" if scope["query_string"] else "no-cache"
                else:
                    given.setdefault("Cache-Control", "no-store")
            await send(message)

        if headers.get("host", "").lower() not in self._hosts:
            await _refuse(400, "host", say("review.other-host", host=headers.get("host", ""), known=", ".join(sorted(self._hosts))))(
                scope, receive, send_guarded
            )
        elif scope["method"] not in _SAFE and not _from_here(headers, self._hosts):
            await _refuse(403, "origin", say("review.other-origin"))(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)


def _from_here(headers: Headers, hosts: frozenset[str]) -> bool:
    if headers.get("authorization", "").lower().startswith("bearer "):
        return "cookie" not in headers
    if (site := headers.get("sec-fetch-site")) is not None and site != "same-origin":
        return False
    origin = headers.get("origin") or headers.get("referer") or ""
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() and urlsplit(origin).netloc.lower() in hosts


def _refuse(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
