"""Calls an API and remembers every exchange."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

NOWHERE = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One call and its answer."""

    method: str
    path: str
    status: int
    body: Any


@dataclass(kw_only=True)
class Session:
    """Calls an API and remembers every exchange."""

    url: str
    token: str
    exchanges: list[Exchange] = field(default_factory=list)

    def send(self, method: str, path: str, raw: bytes | None, content_type: str, **params: Any) -> Any:
        """Make one call and give back the parsed body."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        headers = {"authorization": f"Bearer {self.token}", "content-type": content_type}
        target = f"{path}?{urlencode(params)}" if params else path
        try:
            connection.request(method, target, raw, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        body = orjson.loads(content) if content else None
        self.exchanges.append(Exchange(method=method, path=path, status=response.status, body=body))
        return body

    def __call__(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Make one call with a JSON body."""
        raw = None if body is None else orjson.dumps(body)
        return self.send(method, path, raw, "application/json", **params)

    def data(self, method: str, path: str, data: Any = None, **params: Any) -> Any:
        """Make one call whose body and answer are wrapped in `data`."""
        return self(method, path, None if data is None else {"data": data}, **params)["data"]
