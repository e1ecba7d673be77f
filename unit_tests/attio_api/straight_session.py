"""A session that hands a request to its adapter as it is, for tests whose other side is in the same process.

What `requests` does besides (merging settings, parsing the address, redirects, cookies) takes a fifth of the
time of a history on such an emulator; `test_transport` tries the client with all of it.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import requests
from requests.hooks import dispatch_hook
from requests.structures import CaseInsensitiveDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from requests.adapters import BaseAdapter

    Params = Mapping[str, str] | Sequence[tuple[str, str]]


class StraightSession(requests.Session):
    """Knows one adapter, for all addresses."""

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self.adapter = adapter

    def request(  # type: ignore[override]  # of the many arguments, those that our client gives
        self,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Callable[[requests.PreparedRequest], object] | None = None,
        **_: Any,
    ) -> requests.Response:
        """Ask the adapter."""
        prepared = requests.PreparedRequest()
        prepared.method, prepared.body = method, data
        prepared.url = f"{url}?{urlencode(params)}" if params else url
        prepared.headers = CaseInsensitiveDict(headers or {})
        if auth:
            auth(prepared)
        answer = self.adapter.send(prepared)
        return cast("requests.Response", dispatch_hook("response", self.hooks, answer))


def response(
    request: requests.PreparedRequest, status: int, body: bytes, headers: Mapping[str, str]
) -> requests.Response:
    """What an adapter gives back, with an answer from this process."""
    made = requests.Response()
    made.request, made.url, made.status_code = request, str(request.url), status
    made.raw = BytesIO(body)
    made.headers.update(headers)
    return made
