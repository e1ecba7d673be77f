"""The emulator's ASGI application: reads whole requests and sends answers.

How the parts fit: `endpoints` is the table of routes (one file a resource in `routes/`, the seam is
`calls.routing`), `emulator` answers a call without knowing sockets, `workspace` is the state, `control` the
control plane. Calls are answered one at a time on the event loop, so handlers need no locks; faults may
delay one without holding others up.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from attio_emulator.calls.request import LARGEST_BODY, LARGEST_UPLOAD, Outcome, Request
from attio_emulator.calls.routing import CROSS_ORIGIN, JSON_HEADERS, Answer, refused
from attio_emulator.contract.refusals import refuse
from attio_emulator.emulator import Emulator
from attio_emulator.model.clock import BILLION
from attio_emulator.model.faults import Fault

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
UPLOAD = "/v2/files/upload"
PATIENCE = 10.0
TRANSPORT = "attio_emulator.transport"


class HungUpError(Exception):
    """The client closed the connection before the request was complete."""


class AsgiApp:
    """The ASGI application of an emulator."""

    def __init__(self, emulator: Emulator, *, patience: float = PATIENCE) -> None:
        self.emulator = emulator
        self.patience = patience
        self._timer: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection's event stream."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.emulator.workers.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await asyncio.to_thread(self.emulator.workers.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            outcome = await self._outcome(scope, receive)
        except HungUpError:
            return
        if outcome.breaks in {"drop", "lost_answer"}:
            hang_up(scope)
        elif outcome.breaks == "cut":
            await cut(scope, send, outcome.answer)
        else:
            await send_whole(send, outcome.answer)

    async def _outcome(self, scope: Scope, receive: Receive) -> Outcome:
        largest = LARGEST_UPLOAD if scope["path"] == UPLOAD else LARGEST_BODY
        if scope["path"].startswith("/_emulator/"):
            largest = 4 * 1024**3
        try:
            body = await asyncio.wait_for(read_body(receive, largest), self.patience)
        except TimeoutError:
            late = refuse("request_timeout", "The request body did not arrive in time.")
            return Outcome(answer=refused(late))
        if body is None:
            large = refuse("validation_type", "The request body is too large.", status=413)
            return Outcome(answer=refused(large))
        return await self._handled(as_request(scope, body))

    async def _handled(self, request: Request) -> Outcome:
        if self.emulator.waits(request):
            return await asyncio.to_thread(self.emulator.handle, request)
        matching = self.emulator.faults_of(request)
        await self._delayed(matching)
        outcome = self._safely(request, matching)
        self._await_automatic_changes()
        return outcome

    async def _delayed(self, matching: list[Fault]) -> None:
        faults = self.emulator.faults
        if delay := faults.delay(matching):
            await asyncio.sleep(delay)
        if any(each.kind == "hold" for each in matching):
            forgotten = asyncio.Event()
            with faults.holding(forgotten.set):
                await forgotten.wait()

    def _safely(self, request: Request, matching: list[Fault]) -> Outcome:
        try:
            return self.emulator.handle_with_faults(request, matching)
        except Exception:  # noqa: BLE001 - a fault of ours must reach the developer, not break the connection
            traceback.print_exc()
            ours = refuse("internal_error", "The emulator failed; its log has the traceback.")
            return Outcome(answer=refused(ours))

    def _await_automatic_changes(self) -> None:
        """Make automatic changes when they are due, also while no call comes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self.emulator.automatic_changes.next_due()
        if due is not None and self.emulator.clock.mode == "real":
            seconds = max(0.0, (due - self.emulator.clock.now_ns()) / BILLION)
            self._timer = asyncio.get_running_loop().call_later(seconds, self._run_automatic_changes)

    def _run_automatic_changes(self) -> None:
        self.emulator.run_automatic_changes()
        self._await_automatic_changes()


async def read_body(receive: Receive, largest: int) -> bytes | None:
    """The whole body; None when it is too large, read to its end so that the client hears the answer."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUpError
        part = message.get("body", b"")
        size += len(part)
        if size <= largest:
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts) if size <= largest else None


def as_request(scope: Scope, body: bytes) -> Request:
    """The request, as the emulator takes it."""
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"].decode("latin-1")
    return Request(
        method=scope["method"].upper(),
        path=raw_path.split(b"?")[0].decode("latin-1"),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )


def head(answer: Answer, length: int) -> MutableMapping[str, Any]:
    """The start of an answer."""
    headers = {**JSON_HEADERS, **CROSS_ORIGIN, **answer.headers, "content-length": str(length)}
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
    }


async def send_whole(send: Send, answer: Answer) -> None:
    """Send an answer."""
    body = b"" if answer.status == 204 else answer.body  # noqa: PLR2004 - no content
    await send(head(answer, len(body)))
    await send({"type": "http.response.body", "body": body})


async def cut(scope: Scope, send: Send, answer: Answer) -> None:
    """Send half of an answer, then close the connection."""
    await send(head(answer, len(answer.body)))
    half = answer.body[: len(answer.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    await asyncio.sleep(0)
    hang_up(scope)


def hang_up(scope: Scope) -> None:
    """Close the connection of a request, by the transport that the server puts into the scope."""
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise ConnectionResetError("this call was ordered to lose its connection")
    transport.close()
