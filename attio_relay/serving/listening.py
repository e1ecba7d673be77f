"""Runs uvicorn on a socket, with a deadline and a size limit for headers, and a limit of connections.

`app` makes the answers.
"""

from __future__ import annotations

import errno
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from attio_relay.serving.connection_limit import ConnectionLimit

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from attio_relay.settings import ServerConfig

# Seconds: an idle connection is closed after KEEP_ALIVE; requests in progress get GRACE at a stop.
KEEP_ALIVE = 30
GRACE = 10
# Bytes; the parser keeps headers in memory until they are complete.
LONGEST_HEAD = 64 * 1024


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free port. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol TCP named, the event loop disables Nagle's delay on accepted connections.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":  # there the option lets two programs listen on one port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    except UnicodeError:
        listener.close()
        raise OSError(errno.EINVAL, "that is not a host name") from None
    listener.listen(1024)
    listener.setblocking(False)  # noqa: FBT003 (the standard library's signature)
    return listener


def address(listener: socket.socket) -> str:
    """Where a socket listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


PATIENT: Any = AutoHTTPProtocol


class ImpatientProtocol(PATIENT):  # type: ignore[misc] # the server chooses the parser when it is imported
    """uvicorn's HTTP protocol with a deadline and a size limit for headers.

    Without them a peer could hold a connection for ever: by sending nothing, half a header, or headers
    without end.
    """

    patience: float
    limit: ConnectionLimit
    deadline: asyncio.TimerHandle | None = None
    unasked = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Start the deadline of a new connection; at the limit it takes the place of another one."""
        super().connection_made(transport)
        self.deadline = self.loop.call_later(self.patience, self.give_up)
        self.limit.opened(self, now=self.loop.time())

    def data_received(self, data: bytes) -> None:
        """Count the bytes before a request, and close the connection when there are too many."""
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
        """Cancel the deadline of a closed connection, and count it no more."""
        self.settle()
        self.limit.closed(self)
        super().connection_lost(error)

    @property
    def in_request(self) -> bool:
        """Whether the headers are complete and the answer is not."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def waits(self) -> bool:
        """Whether a request, or the rest of its body, must come from the peer."""
        return not self.in_request or self.cycle.more_body

    def on_response_complete(self) -> None:
        """Note that the next request is waited for."""
        self.limit.answered(self)
        super().on_response_complete()

    def drop(self) -> None:
        """Close the connection at once."""
        self.transport.abort()

    def settle(self) -> None:
        """Cancel the deadline and reset the count of bytes."""
        self.unasked = 0
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def give_up(self) -> None:
        """Close a connection on which no request began in time."""
        self.deadline = None
        if not self.in_request:
            self.transport.abort()


def impatient(config: ServerConfig) -> type[asyncio.Protocol]:
    """A protocol class with the deadline for headers and the limit of connections of the file."""
    limits = {"patience": config.header_deadline, "limit": ConnectionLimit(config.max_connections)}
    return type("Protocol", (ImpatientProtocol,), limits)


class Server(uvicorn.Server):
    """uvicorn with a callback for when it accepts connections."""

    def __init__(self, router: ASGIApp, config: ServerConfig, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                router,
                http=impatient(config),
                ws="none",
                lifespan="off",
                log_config=None,
                # uvicorn's access log would contain the query string, which may hold a secret.
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections, then call `ready`."""
        await super().startup(sockets)
        self._ready()


def serve(server: Server, listener: socket.socket) -> None:
    """Serve until a signal arrives or `server.should_exit` is set."""
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises a caught signal again after its clean end; ignoring it lets the caller clean up.
        for number in uvicorn.server.HANDLED_SIGNALS:
            signal.signal(number, lambda *_: None)
    server.run(sockets=[listener])
