"""As much of HTTP as the relay needs on top of ASGI: routes, requests, answers.

What is answered is the business of `receive`, `feed`, `status` and `admin`.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = MutableMapping[str, Any]


class BodyError(Exception):
    """The body cannot be taken."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    media: bytes = b"application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send) -> None:
        """Send it."""
        headers = [(b"content-type", self.media), (b"content-length", str(len(self.body)).encode())]
        headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def as_json(status: int, content: object, **headers: str) -> Answer:
    """An answer for programs."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=json.dumps(content, separators=(",", ":")).encode(), headers=named)


def refusal(status: int, sentence: str, **headers: str) -> Answer:
    """An answer that says in one sentence why not."""
    return as_json(status, {"error": sentence}, **headers)


TOO_LARGE = refusal(413, "The body is larger than this relay takes.", connection="close")
TOO_SLOW = refusal(408, "The body did not arrive in time.", connection="close")
GONE = refusal(400, "The peer went away.", connection="close")


class Request:
    """One request, its body read only when asked for and never past the limit."""

    def __init__(self, scope: Scope, receive: Receive, parts: Mapping[str, str]) -> None:
        self._scope = scope
        self._receive = receive
        self.parts = parts
        """What the route's pattern named."""

    @property
    def path(self) -> str:
        """The path, without the query: that may hold a secret and never reaches a log."""
        return str(self._scope["path"])

    def header(self, name: bytes) -> str | None:
        """The first header of that lower-case name."""
        for key, value in self._scope["headers"]:
            if key == name:
                return bytes(value).decode("latin-1")
        return None

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        """The parameters behind the question mark."""
        return parse_qs(bytes(self._scope["query_string"]).decode("latin-1"), keep_blank_values=True)

    def parameter(self, name: str, default: str = "") -> str:
        """The last value of a parameter."""
        return self.query.get(name, [default])[-1] if self._scope["query_string"] else default

    @property
    def bearer(self) -> str | None:
        """The token of the Authorization header."""
        scheme, _, token = (self.header(b"authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def cookie(self, name: str) -> str | None:
        """A cookie's value."""
        try:
            cookies = SimpleCookie(self.header(b"cookie") or "")
        except CookieError:
            return None
        return cookies[name].value if name in cookies else None

    async def body(self, *, limit: int, seconds: float) -> bytes:
        """The whole body; raises BodyError when it is too large, too slow or cut off."""
        announced = self.header(b"content-length")
        if announced is not None and (not announced.isdigit() or int(announced) > limit):
            raise BodyError(TOO_LARGE)
        try:
            async with asyncio.timeout(seconds):
                return await self._collect(limit)
        except TimeoutError as error:
            raise BodyError(TOO_SLOW) from error

    async def form(self, *, limit: int, seconds: float) -> Mapping[str, str]:
        """The fields of an HTML form."""
        text = (await self.body(limit=limit, seconds=seconds)).decode("utf-8", "replace")
        return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}

    async def _collect(self, limit: int) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] != "http.request":
                raise BodyError(GONE)
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > limit:
                raise BodyError(TOO_LARGE)
            if not message.get("more_body", False):
                return b"".join(chunks)


Handler = Callable[[Request], Awaitable[Answer]]


class Router:
    """Finds the handler of a path; the first pattern that fits wins."""

    def __init__(self, routes: Iterable[tuple[str, str, Handler]]) -> None:
        self._routes: list[tuple[re.Pattern[str], dict[str, Handler]]] = []
        by_pattern: dict[str, dict[str, Handler]] = {}
        for method, pattern, handler in routes:
            if pattern not in by_pattern:
                by_pattern[pattern] = {}
                compiled = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern))
                self._routes.append((compiled, by_pattern[pattern]))
            by_pattern[pattern][method] = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request (the ASGI application)."""
        answer = await self._answer(scope, receive)
        await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        for pattern, handlers in self._routes:
            found = pattern.fullmatch(scope["path"])
            if not found:
                continue
            handler = handlers.get("GET" if scope["method"] == "HEAD" else scope["method"])
            if handler is None:
                return refusal(
                    405, "This address does not take that method.", allow=", ".join(sorted(handlers))
                )
            try:
                return await handler(Request(scope, receive, found.groupdict()))
            except BodyError as trouble:
                return trouble.answer
        return refusal(404, "There is nothing at this address.")
