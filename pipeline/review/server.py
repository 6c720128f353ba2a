"""The server on this machine: uvicorn, one process, the store behind it."""

import socket
from collections.abc import Callable

import uvicorn

from pipeline.review.app import build_app
from pipeline.review.site import Site


def serve(site: Site, listener: socket.socket, started: Callable[[], None] = lambda: None) -> None:
    """Answer on ``listener`` until the process is told to stop; ``started`` is called once requests are taken."""
    config = uvicorn.Config(build_app(site), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5)
    server = _Server(config, started)
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._started()
