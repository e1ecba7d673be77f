"""Calls any endpoint of Attio and takes the answer out of its envelope.

`client` knows the endpoints by name; `transport` sends, paces and repeats a request.
"""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TypeVar

import requests

from attio_api.listings import whole
from attio_api.pace import Governor
from attio_api.server_clock import ServerClock
from attio_api.transport import ApiCall, Params, Transport, pooled_session
from attio_api.wire import Json, JsonObject, as_object, as_rows, decode

Result = TypeVar("Result")


class Caller:
    """Attio with one token; may be used by many threads at once."""

    def __init__(  # noqa: PLR0913 (each is a seam that a test replaces)
        self,
        token: str,
        *,
        api_url: str = "https://api.attio.com",
        governor: Governor | None = None,
        session: requests.Session | None = None,
        max_tries: int = 8,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
        receiving: AbstractContextManager[object] | None = None,
    ) -> None:
        """Prepare a session; nothing is sent yet. `receiving` is held while an answer arrives and is read."""
        self.governor = governor or Governor(clock=clock, sleep=sleep)
        self.server_clock = ServerClock(time.time)
        self._transport = Transport(
            token,
            api_url=api_url,
            governor=self.governor,
            session=self.server_clock.listen_to(session or pooled_session()),
            max_tries=max_tries,
            sleep=sleep,
            rng=rng or random.Random(),  # noqa: S311 (spreads retries, guards nothing)
            receiving=receiving or nullcontext(),
        )

    def pause(self, tries: int) -> None:
        """Wait before another try after so many, for a caller that tries again itself."""
        self._transport.pause(tries)

    def fetch(
        self,
        method: str,
        path: str,
        read: Callable[[bytes], Result],
        *,
        json: Json = None,
        params: Params | None = None,
    ) -> Result:
        """Return what `read` makes of the body; when it raises Unreadable, the body is asked for again."""
        request = ApiCall(method=method.upper(), path=path, json=json, params=params)
        return self._transport.send(request, read)

    def call(self, method: str, path: str, *, json: Json = None, params: Params | None = None) -> Json:
        """Return the whole body; None when the answer has none."""
        return self.fetch(method, path, _whole, json=json, params=params)

    def data(self, method: str, path: str, *, json: Json = None, params: Params | None = None) -> Json:
        """Return the body's `data`, of any shape; raises Unreadable when there is none."""
        return self.fetch(method, path, _data, json=json, params=params)

    def raw(self, method: str, path: str, *, json: Json = None, params: Params | None = None) -> bytes:
        """Return the complete body undecoded; unlike `fetch`, it does not ask again when it is not JSON."""
        return self.fetch(method, path, bytes, json=json, params=params)

    def one(self, method: str, path: str, json: Json = None, params: Params | None = None) -> JsonObject:
        """Return the body's `data`, which is one object."""
        return self.fetch(method, path, _data_object, json=json, params=params)

    def many(
        self, method: str, path: str, json: Json = None, params: Params | None = None
    ) -> list[JsonObject]:
        """Return the body's `data`, which is an array of objects."""
        return self.fetch(method, path, _data_objects, json=json, params=params)

    def pages(
        self,
        path: str,
        page: int,
        params: Params | None = None,
        *,
        is_last: Callable[[JsonObject], bool] | None = None,
    ) -> list[JsonObject]:
        """Return everything that a GET listing by limit and offset holds; `is_last` as for `whole`."""
        return whole(partial(self.page, path, page, params), page, is_last=is_last)

    def page(self, path: str, page: int, params: Params | None, offset: int) -> list[JsonObject]:
        """Return one page of a GET listing by limit and offset."""
        return self.many("GET", path, params={**(params or {}), "limit": page, "offset": offset})


def _whole(body: bytes) -> Json:
    return decode(body) if body else None


def _data(body: bytes) -> Json:
    whole = as_object(decode(body), "the body")
    return whole["data"] if "data" in whole else as_object(None, "`data`")


def _data_object(body: bytes) -> JsonObject:
    return as_object(_data(body), "`data`")


def _data_objects(body: bytes) -> list[JsonObject]:
    return as_rows(_data(body), "`data`")
