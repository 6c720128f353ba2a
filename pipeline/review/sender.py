"""One message to one address: signed as Standard Webhooks say (HMAC-SHA256 over id, time and body), sent once, no redirect followed.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from standardwebhooks import Webhook as Signer

from pipeline.messages import say

SECONDS: Final = 10.0
_READ: Final = 1024
_LONGEST: Final = 1000
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Answer:
    """What came of sending. ``status`` is None where nobody answered; ``error`` says in words what went wrong, None where nothing did."""

    status: int | None
    error: str | None
    milliseconds: int


def check_address(url: str, hosts: Collection[str]) -> str | None:
    """Return why nothing may be sent to ``url``, None where it may.

    ``hosts`` are the only machines that messages may go to, each "name" (any port) or "name:port". What a name leads to is not
    looked at: machines of the office's own network are what it is for.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return say("api.bad-address")
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= _LONGEST
    if not plain or parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or parts.fragment:
        return say("api.bad-address")
    host = parts.hostname.lower()
    shown = f"[{host}]" if ":" in host else host
    known = {entry.strip().lower() for entry in hosts}
    if known.isdisjoint((host, shown, f"{shown}:{port}")):
        return say("api.not-allowed", host=f"{shown}:{port}", known=", ".join(sorted(known)) or "–")
    return None


def send(url: str, secret: str, message: str, payload: Mapping[str, Any], seconds: float = SECONDS) -> Answer:
    """Post ``payload`` to ``url`` under the id ``message``, signed with ``secret``. The whole of it takes at most ``seconds``, but for
    finding the address of a name, which is the system's. Certificates are verified. Never raises.
    """
    begun = time.monotonic()
    try:
        status = _post(urlsplit(url), _signed(secret, message, payload), seconds)
        error = None if 200 <= status < 300 else say("api.answered", status=status)
    except ssl.SSLCertVerificationError as fault:
        status, error = None, say("api.bad-certificate", reason=fault.verify_message)
    except (OSError, http.client.HTTPException) as fault:
        late = time.monotonic() - begun >= seconds or isinstance(fault, TimeoutError)
        reason = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
        status, error = None, say("api.too-slow", seconds=f"{seconds:g}") if late else say("api.no-connection", reason=reason)
    return Answer(status, error, round((time.monotonic() - begun) * 1000))


def _signed(secret: str, message: str, payload: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    now = datetime.now(UTC)
    return body, {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "giaoviec",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(message, now, body.decode()),
    }


def _post(url: SplitResult, signed: tuple[bytes, dict[str, str]], seconds: float) -> int:
    """Send and return the status that came back."""
    body, headers = signed
    if url.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            url.hostname or "", url.port, timeout=seconds, context=_certificates()
        )
    else:
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=seconds)

    late = threading.Event()

    def end() -> None:
        # the limit of a socket is for each piece that comes: one that sends a letter now and then would hold us for ever
        late.set()
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, headers)
        answer = connection.getresponse()
        if late.is_set():  # it was cut off in its head, which is no answer
            raise TimeoutError
        with suppress(OSError, http.client.HTTPException):
            answer.read(_READ)  # some receivers take a closed connection for a fault of theirs
        return answer.status
    finally:
        watch.cancel()
        connection.close()


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()
