"""A receiver of webhooks for real: an HTTP server on this machine that verifies what it gets, and fails as it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

Say = Callable[[str, int], int | None]
"""What is answered to the message of that id at its n-th coming (from 1): a status; None: the connection is cut without an answer"""


@dataclass
class Got:
    """A message as it arrived. ``status`` is what was answered."""

    id: str
    payload: dict[str, Any]
    status: int | None


@dataclass
class Receiver:
    """What a receiver has seen. ``secret`` is the one it verifies with; ``most`` how many were in work at the same time."""

    url: str = ""
    secret: str = ""
    say: Say = lambda key, n: 204
    got: list[Got] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    most: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    pause: Callable[[], None] = lambda: None
    keep: Callable[[tuple[dict[str, str], bytes]], None] = lambda raw: None

    def __post_init__(self) -> None:
        self._lock, self._now, self._times = threading.Lock(), 0, dict[str, int]()

    @property
    def taken(self) -> list[Got]:
        """What it answered well to."""
        return [one for one in self.got if one.status and 200 <= one.status < 300]

    def take(self, headers: dict[str, str], body: bytes) -> int | None:
        """Take one message and return what is answered."""
        key = headers.get("webhook-id", "")
        self.keep((headers, body))
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self._times[key] = self._times.get(key, 0) + 1
            number = self._times[key]
        try:
            Webhook(self.secret).verify(body, headers)
        except Exception as error:
            self.faults.append(f"{key}: {error!r}")
        self.pause()
        status = self.say(key, number)
        with self._lock:
            self._now -= 1
            self.got.append(Got(key, json.loads(body), status))
        return status


@contextmanager
def receiving(receiver: Receiver, port: int = 0) -> Iterator[Receiver]:
    """Let ``receiver`` listen on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            if status is None:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/nhan?tu=giaoviec"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
