"""Listens: a socket, uvicorn, and a deadline for peers that never finish their headers.

`app` decides what is answered.
"""

from __future__ import annotations

import signal
import socket
import threading
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from attio_relay.settings import ServerConfig

# An idle connection is closed after this, a request in progress at a stop gets that long to end.
KEEP_ALIVE = 30
GRACE = 10
# A parser keeps headers until they are complete.
LONGEST_HEAD = 64 * 1024


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that the event loop switches off Nagle's delay on what it accepts.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(1024)
    listener.setblocking(False)  # noqa: FBT003 (the standard library's signature)
    return listener


def address(listener: socket.socket) -> str:
    """Where a socket listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


PATIENT: Any = AutoHTTPProtocol


class ImpatientProtocol(PATIENT):  # type: ignore[misc] # the server chooses the parser when it is imported
    """The server's HTTP protocol with a deadline and a limit for headers, which it does not have itself.

    A peer that opens a connection and says nothing, or half a header, or headers without end, would hold it
    for ever.
    """

    patience = 10.0
    deadline: asyncio.TimerHandle | None = None
    unasked = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        """A peer has come."""
        super().connection_made(transport)
        self.deadline = self.loop.call_later(self.patience, self.give_up)

    def data_received(self, data: bytes) -> None:
        """A peer has said something."""
        super().data_received(data)
        if self.in_request:
            self.settle()
            return
        self.unasked += len(data)
        if self.unasked > LONGEST_HEAD:
            self.transport.abort()
        elif self.deadline is None:
            self.deadline = self.loop.call_later(self.patience, self.give_up)

    def connection_lost(self, error: Exception | None) -> None:
        """A peer has gone."""
        self.settle()
        super().connection_lost(error)

    @property
    def in_request(self) -> bool:
        """Tell whether headers are complete and the answer is not."""
        return self.cycle is not None and not self.cycle.response_complete

    def settle(self) -> None:
        """Expect nothing any more."""
        self.unasked = 0
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def give_up(self) -> None:
        """Close a connection on which no request began in time."""
        self.deadline = None
        if not self.in_request:
            self.transport.abort()


def impatient(seconds: float) -> type[asyncio.Protocol]:
    """The protocol with this deadline."""
    return type("Protocol", (ImpatientProtocol,), {"patience": seconds})


class Server(uvicorn.Server):
    """uvicorn, which says when it accepts connections."""

    def __init__(self, router: ASGIApp, config: ServerConfig, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                router,
                http=impatient(config.header_deadline),
                ws="none",
                lifespan="off",
                log_config=None,
                # uvicorn would write the query string, which may hold a secret.
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=config.max_connections,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets)
        self._ready()


def serve(server: Server, listener: socket.socket) -> None:
    """Answer requests until a signal, or `server.should_exit`, says stop."""
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises a caught signal once more after its clean end: what follows must still run.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
    server.run(sockets=[listener])
