"""uvicorn's HTTP/1.1 protocol with three changes.

Connections can be broken on order, none waits forever, and bytes that are no HTTP are refused in Attio's
shape.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from attio_emulator.contract.refusals import AttioRefusal, refuse
from attio_emulator.contract.wire import dumps
from attio_emulator.serving.app import PATIENCE, TRANSPORT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class BreakableProtocol(H11Protocol):
    """Hands its transport to the application, so that faults can close it."""

    patience: float = PATIENCE
    waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn declares it so
        """Put the transport into the scope of every request on this connection."""
        super().connection_made(transport)
        app: Callable[..., Awaitable[None]] = self.app
        self.patience = getattr(app, "patience", PATIENCE)

        async def with_transport(scope: dict[str, Any], receive: object, send: object) -> None:
            await app({**scope, TRANSPORT: transport}, receive, send)

        self.app = with_transport

    def data_received(self, data: bytes) -> None:
        """Take received bytes; a request head that stays incomplete for too long is refused."""
        super().data_received(data)
        unfinished = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if unfinished and self.waiting is None:
            self.waiting = self.loop.call_later(self.patience, self.give_up)
        elif not unfinished:
            self.stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting: the connection is closed."""
        self.stop_waiting()
        super().connection_lost(exc)

    def stop_waiting(self) -> None:
        """Cancel the timer of an unfinished head."""
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None

    def give_up(self) -> None:
        """Refuse a request whose head did not arrive in time."""
        self.waiting = None
        self.answer_now(refuse("request_timeout", "The request did not arrive in time."))

    def send_400_response(self, msg: str) -> None:
        """Refuse bytes that are not HTTP."""
        self.answer_now(refuse("validation_type", msg))

    def answer_now(self, refusal: AttioRefusal) -> None:
        """Send a refusal without the application, and close the connection."""
        body = dumps(refusal.body())
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        events = (
            h11.Response(status_code=refusal.status, headers=headers, reason=b"Refused"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
