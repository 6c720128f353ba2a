"""The server on this machine: uvicorn, one process, the store behind it."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from pipeline.review.app import build_app
from pipeline.review.outbox import Outbox
from pipeline.review.site import Site
from pipeline.review.workers import working


def serve(site: Site, listener: socket.socket, started: Callable[[], None] = lambda: None) -> None:
    """Answer on ``listener`` until the process is told to stop; ``started`` is called once requests are taken.

    What a server that was killed left of uploads is removed first. The workers of ``site`` work and its webhooks are told as long. Raises
    KeyboardInterrupt on Ctrl+C, when all has ended.
    """
    site.store.sweep()
    server = _Server(server_config(site), started)
    with _ending_orderly(), working(site.workers), Outbox(site.store, site.settings.review.webhook_hosts):
        server.run(sockets=[listener])


def server_config(site: Site) -> uvicorn.Config:
    """Return how uvicorn serves ``site``: it says nothing of itself, and believes of who asks only what the proxies of the settings say."""
    proxies = site.settings.review.proxies
    return uvicorn.Config(
        build_app(site),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        proxy_headers=bool(proxies),  # by default uvicorn believes whatever asks from this machine
        forwarded_allow_ips=list(proxies),
    )


@contextmanager
def _ending_orderly() -> Iterator[None]:
    """Have SIGTERM end the block as its own end does. uvicorn, once it has stopped, sends itself the signal that stopped it: unhandled,
    that would end the process before its workers."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._started()
