"""The ASGI endpoint of `POST /hooks/{route}`: reads what `receive` needs of a request, and sends its answer.

Deliveries do not go through starlette's middleware, routing and requests, which take a third of their time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from attio_relay.receiving.receive import Message, Receiver
from attio_relay.web import GONE, BodyError, BodyLimits, GuardedBody, refused

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/hooks/"


class Hooks:
    """An ASGI application that answers deliveries itself, and passes every other request on."""

    def __init__(self, receiver: Receiver, limits: BodyLimits, others: ASGIApp) -> None:
        self._receiver = receiver
        self._limits = limits
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        route = route_of(scope)
        if route is None:
            await self._others(scope, receive, send)
            return
        response = await self._answer(route, scope, receive)
        await response(scope, receive, send)

    async def _answer(self, route: str, scope: Scope, receive: Receive) -> Response:
        if scope["method"] != "POST":
            return refused(HTTPException(405, headers={"Allow": "POST"}))
        try:
            return await self._receiver.answer(
                message(route, scope), GuardedBody(scope, receive, self._limits)
            )
        except BodyError as error:
            return refused(error)
        except ClientDisconnect:
            return GONE


def route_of(scope: Scope) -> str | None:
    """The name of the route to which a request is addressed as a delivery; None for other requests."""
    if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
        return None
    name: str = scope["path"][len(PREFIX) :]
    return name if name and "/" not in name else None


def message(route: str, scope: Scope) -> Message:
    """What the head of a request says; of a header that is there twice, the first counts."""
    headers = dict(reversed(scope["headers"]))
    signature = headers.get(b"attio-signature") or headers.get(b"x-attio-signature") or b""
    query = scope["query_string"]
    return Message(
        route=route,
        idempotency_key=headers.get(b"idempotency-key", b"").decode("latin-1"),
        signature=signature.decode("latin-1"),
        second_factor=QueryParams(query).get("secret", "") if query else "",
    )
