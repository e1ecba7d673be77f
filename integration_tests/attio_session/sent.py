"""Remembers every request that leaves this process for Attio, whichever part sent it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One request, and how it was answered."""

    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    status: int


@contextmanager
def remembering() -> Iterator[list[Sent]]:
    """Whatever is sent meanwhile through `requests`, which all our parts use, and the CDK as well."""
    sent: list[Sent] = []
    send = requests.Session.send

    def remember(
        session: requests.Session, request: requests.PreparedRequest, **more: Any
    ) -> requests.Response:
        answer = send(session, request, **more)
        where = urlsplit(str(request.url))
        body: Any = request.body
        if where.path.startswith("/v2/"):
            sent.append(
                Sent(
                    method=str(request.method),
                    path=where.path,
                    parameters=dict(parse_qsl(where.query, keep_blank_values=True)),
                    headers=dict(request.headers),
                    body=orjson.loads(body) if body else None,
                    status=answer.status_code,
                )
            )
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "send", remember)
        yield sent
