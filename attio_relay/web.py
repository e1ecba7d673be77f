"""The relay's web application: starlette with limits for bodies, and refusals of one sentence.

Starlette has routes, requests, forms and cookies. This module adds a size limit and a deadline for bodies,
and refusals: a page for a browser that asks for one, JSON for programs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Digits of a Content-Length that are read: converting thousands of digits would take long.
LONGEST_LENGTH = 18
SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
}


class BodyError(HTTPException):
    """The body is refused; the connection is closed, since the rest of the body may still arrive."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status, sentence, {"Connection": "close"})


def as_json(status: int, content: object, **headers: str) -> Response:
    """A JSON answer; a header's name is written with underscores."""
    return JSONResponse(content, status_code=status, headers=_named(headers))


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _header(scope: Scope, name: bytes, otherwise: bytes) -> bytes:
    return next((value for each, value in scope["headers"] if each == name), otherwise)


class RefusalResponse(JSONResponse):
    """One sentence that says why a request was refused."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__({"error": sentence}, status_code=status, headers=headers)
        self._sentence = sentence
        self._more = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it as a page where a browser asks for one, else as JSON."""
        application = scope.get("app")
        if application is None or b"text/html" not in _header(scope, b"accept", b""):
            await super().__call__(scope, receive, send)
            return
        page: RefusalPage = application.state.refusal_page
        headers = {**page.headers, **(self._more or {})}
        response = HTMLResponse(
            page.shown(self._sentence, scope["path"]), status_code=self.status_code, headers=headers
        )
        await response(scope, receive, send)


def refusal(status: int, sentence: str, **headers: str) -> Response:
    """A refusal; a header's name is written with underscores."""
    return RefusalResponse(status, sentence, _named(headers))


GONE = refusal(400, "The peer went away.", connection="close")
UNAVAILABLE = refusal(503, "The store does not answer; try again later.", retry_after="5")
UNFORESEEN = refusal(500, "The relay met an error that nobody foresaw; its log says which.")


def bearer(request: Request) -> str | None:
    """The bearer token of the Authorization header; None without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


@dataclass(frozen=True, kw_only=True)
class BodyLimits:
    """The most bytes of a body, and its deadline in seconds."""

    size: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class RefusalPage:
    """How a refusal looks in a browser: what makes its page from a sentence and a path, and its headers."""

    shown: Callable[[str, str], str]
    headers: Mapping[str, str]


def application(
    routes: Sequence[BaseRoute],
    limits: BodyLimits,
    *,
    unavailable: type[Exception],
    refusal_page: RefusalPage,
) -> Starlette:
    """The ASGI application of these routes; an error of the class `unavailable` is answered with 503."""
    made = Starlette(
        routes=routes,
        middleware=[Middleware(BodyGuard, limits=limits)],
        exception_handlers={
            HTTPException: _refused,
            ClientDisconnect: _gone,
            unavailable: _unavailable,
            Exception: _unforeseen,
        },
    )
    made.state.refusal_page = refusal_page
    return made


class BodyGuard:
    """ASGI middleware: a body that is larger or slower than its limits is refused.

    Attio's messages are a few kilobytes. Without the two limits, a stranger could fill the memory or hold
    connections open for ever.
    """

    def __init__(self, app: ASGIApp, *, limits: BodyLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whose body is counted and timed as it arrives."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, GuardedBody(scope, receive, self._limits).receive, send)


class GuardedBody:
    """The body of one request, counted and timed as it arrives."""

    def __init__(self, scope: Scope, receive: Receive, limits: BodyLimits) -> None:
        self._scope = scope
        self._receive = receive
        self._left = limits.size
        self._seconds = limits.seconds
        self._ends: float | None = None

    async def whole(self) -> bytes:
        """All of the body; raises BodyError as `receive` does, and ClientDisconnect when the peer left."""
        body, more = b"", True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            part, more = message.get("body", b""), message.get("more_body", False)
            body = body + part if body else part
        return body

    async def receive(self) -> Message:
        """The next part of the body; raises BodyError when the body is too large or too slow."""
        if self._ends is None:
            self._ends = asyncio.get_running_loop().time() + self._seconds
            self._look_at_length()
        try:
            async with asyncio.timeout_at(self._ends):
                message = await self._receive()
        except TimeoutError as error:
            raise BodyError(408, "The body did not arrive in time.") from error
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise BodyError(413, "The body is larger than this relay takes.")
        return message

    def _look_at_length(self) -> None:
        announced = _header(self._scope, b"content-length", b"0")
        if len(announced) > LONGEST_LENGTH or not announced.isdigit() or int(announced) > self._left:
            raise BodyError(413, "The body is larger than this relay takes.")


def refused(error: HTTPException) -> Response:
    """The answer to a request that was refused by an exception."""
    sentence = SENTENCES.get(HTTPStatus(error.status_code), error.detail)
    return RefusalResponse(error.status_code, sentence, error.headers)


async def _refused(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)  # noqa: S101 (starlette calls a handler with its own class)
    return refused(error)


async def _unavailable(request: Request, error: Exception) -> Response:
    del request, error
    return UNAVAILABLE


async def _unforeseen(request: Request, error: Exception) -> Response:
    # Starlette raises the error again after this answer, so that it is logged.
    del request, error
    return UNFORESEEN


async def _gone(request: Request, error: Exception) -> Response:
    del request, error
    return GONE


def form_fields(form: Mapping[str, Any]) -> dict[str, str]:
    """The text fields of a form; files are left out, since no form of the relay has any."""
    return {name: value for name, value in form.items() if isinstance(value, str)}
