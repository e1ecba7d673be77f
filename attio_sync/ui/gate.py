"""ASGI middleware before the application: refuses requests, reads forms, sets security headers on answers."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request

from attio_sync.ui.assets import refused
from attio_sync.ui.guard import CSRF_FIELD, CSRF_HEADER, HEADERS, LOOKING, Denial, Door

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_FORM: Final = 1_000_000
"""Bytes of a form at most; files are sent by PUT, not as a form."""
_FOREIGN = Denial(
    status=403,
    title="Not done",
    sentence="This form is not one that the room has made since it was started. Load its page again, and "
    "send it anew.",
)
_TOO_LARGE = Denial(
    status=413, title="Not done", sentence="This form is larger than any that the room makes."
)


class Gate:
    """Passes a request on to the application, or refuses it."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with the reason for its refusal."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with suppress(ClientDisconnect):  # nobody waits for an answer any more
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        sent = Headers(scope=scope)
        headers = {name: ", ".join(sent.getlist(name)) for name in sent}
        refusal = self._door.refusal(request.method, scope["path"], headers)
        if refusal is None and request.method not in LOOKING:
            refusal = await self._foreign(request)
        if refusal is None:
            await self._app(scope, receive, _protected(send, scope))
            return
        again = request.scope["path"] if refusal.status == 401 else None  # noqa: PLR2004 -- not let in
        await refused(refusal, again=again)(scope, receive, _protected(send, scope))

    async def _foreign(self, request: Request) -> Denial | None:
        """Why a request is refused; None with the room's token. Puts its form into `request.state.form`."""
        if request.method == "PUT":
            token = request.headers.get(CSRF_HEADER, "")
        else:
            body = b""
            async for piece in request.stream():
                body += piece
                if len(body) > MOST_FORM:
                    return _TOO_LARGE
            form = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
            request.state.form = form
            token = dict(form).get(CSRF_FIELD, "")
        return None if self._door.is_form_ours(token) else _FOREIGN


def _protected(send: Send, scope: Scope) -> Send:
    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if not scope["path"].startswith("/look/"):
                headers["cache-control"] = "no-store"
        await send(message)

    return protected
