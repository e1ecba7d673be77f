"""Sends the calls of facts to a workspace over HTTP, slower than Attio's rate limits."""

import http.client
import ssl
import time
from collections.abc import Callable
from contextlib import closing
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlsplit

from attio_emulator.contract.wire import dumps
from attio_emulator.facts.answers import FactReply
from attio_emulator.facts.runner import CannotAskError, Send

PAUSE_SECONDS = 0.1
TRIES = 5
TIMEOUT_SECONDS = 60


def sender(
    url: str,
    *,
    pause: float = PAUSE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> Send:
    """A function that makes one call and repeats it after a 429."""

    def send(method: str, path: str, token: str | None, body: Any) -> FactReply:  # noqa: ANN401 - any JSON
        for _ in range(TRIES):
            sleep(pause)
            reply = answered(url, method, path, token, body)
            if reply.status != HTTPStatus.TOO_MANY_REQUESTS or "/_emulator/" in path:
                return reply
            sleep(wait_of(reply, clock()))
        return reply

    return send


def answered(url: str, method: str, path: str, token: str | None, body: Any) -> FactReply:  # noqa: ANN401 - any JSON
    """The answer of one call; raises CannotAskError when there is none."""
    place = urlsplit(url)
    headers = {"content-type": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    try:
        with closing(connection_to(place)) as connection:
            connection.request(method, path, None if body is None else dumps(body), headers)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return FactReply(status=response.status, headers=named, raw=response.read())
    except (OSError, UnicodeError, http.client.HTTPException) as trouble:
        reason = getattr(trouble, "strerror", None) or type(trouble).__name__
        raise CannotAskError(f"no answer from {place.netloc} ({reason})") from None


def connection_to(place: SplitResult) -> http.client.HTTPConnection:
    """A connection that is not open yet; an odd name of a host is an HTTPException or a UnicodeError."""
    if place.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(place.netloc, timeout=TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(place.netloc, timeout=TIMEOUT_SECONDS)


def wait_of(reply: FactReply, now: float) -> float:
    """Seconds until a call may be repeated, from an HTTP date; one second without a readable one."""
    try:
        return max(0.0, parsedate_to_datetime(reply.headers["retry-after"]).timestamp() - now)
    except (KeyError, ValueError):
        return 1.0
