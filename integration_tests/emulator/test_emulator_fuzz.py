"""Bent and broken requests: whatever arrives, the emulator answers as Attio would, and never with a 5xx."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attio_emulator.calls.request import Request
from attio_emulator.contract.wire import dumps, loads
from attio_emulator.control.dump import dump_all, load_all
from attio_emulator.emulator import Emulator
from integration_tests.attio_session.calling import Session
from integration_tests.attio_session.whole import whole_session

if TYPE_CHECKING:
    from attio_emulator.calls.routing import Answer
    from attio_emulator.remote import RemoteEmulator

ERROR = {"type", "code", "message"}
PARAMETERS = ["limit", "offset", "cursor", "sort", "timezone", "created_after", "assignee"]


@dataclass(kw_only=True)
class InProcess(Session):
    """A session without sockets that remembers its requests, and deletes nothing, so that much can be hit."""

    emulator: Emulator
    requests: list[Request] = field(default_factory=list)

    def send(self, method: str, path: str, raw: bytes | None, content_type: str, **params: Any) -> Any:
        query = {name: str(value) for name, value in params.items()}
        headers = {"authorization": f"Bearer {self.token}", "content-type": content_type}
        request = Request(method=method, path=path, query=query, headers=headers, body=raw or b"")
        self.requests.append(request)
        if method == "DELETE":
            return {}
        body = self.emulator.handle(request).answer.body
        return loads(body) if body else None


@cache
def rehearsed() -> tuple[tuple[Request, ...], bytes]:
    """The requests of a whole session, and the state they leave behind."""
    emulator = Emulator(clock_mode="manual")
    session = InProcess(url="", token="emulator-token", emulator=emulator)
    whole_session(session)
    return tuple(session.requests), dumps(dump_all(emulator))


def anew() -> Emulator:
    """An emulator in the state after the session."""
    emulator = Emulator(clock_mode="manual")
    load_all(emulator, loads(rehearsed()[1]))
    return emulator


STRINGS = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "null",
            "people",
            "-",
            "%",
            "\x00",
            "a@b.co",
            "https://[",
            "2026-02-30",
            "x" * 300,
            "\U0001f600",
        ]
    ),
    st.text(max_size=12),
)
NUMBERS = st.one_of(st.integers(), st.sampled_from([10**30, -1, 0.1, 1e308, 2**63]))
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, STRINGS)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(STRINGS, inner, max_size=3)),
    max_leaves=8,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a document something stands."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for name, child in members for place in places(child, (*path, name)))]


def bent(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The document with something else at a place; the ellipsis takes away what is there."""
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    if value is ... and len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = bent(copy[path[0]], path[1:], value)
    return copy


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """A request of the session, bent in its body, its path, its query, or as a whole."""
    kept = draw(st.sampled_from(rehearsed()[0]))
    method, path, query, body = kept.method, kept.path, dict(kept.query), kept.body
    if body.startswith(b"{"):
        document = json.loads(body)
        for _ in range(draw(st.integers(0, 2))):
            place = draw(st.sampled_from(places(document)))
            document = bent(document, place, draw(st.one_of(JSON, st.just(...)) if place else JSON))
        body = json.dumps(document).encode()
    match draw(st.integers(0, 9)):
        case 0:
            body = draw(st.binary(max_size=40))
        case 1:
            segments = path.split("/")
            segments[draw(st.integers(2, len(segments) - 1))] = quote(draw(STRINGS), safe="")
            path = "/".join(segments)
        case 2:
            name = draw(st.sampled_from(PARAMETERS))
            query[name] = draw(STRINGS)
        case 3:
            method = draw(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "BREW"]))
    return Request(method=method, path=path, query=query, headers=kept.headers, body=body)


def shaped(answer: Answer) -> bool:
    """Whether an answer is one that Attio could give."""
    if answer.status < 300 or answer.status == 302:
        return True
    body: Any = loads(answer.body)
    status = body.get("status_code", body.get("statusCode"))
    return answer.status < 500 and status == answer.status and set(body) >= ERROR


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(requests(), min_size=1, max_size=4))
def test_bent_requests_are_answered_as_attio_would(bent_requests: list[Request]) -> None:
    """However a request is bent, the answer is a success or a refusal of Attio's shape."""
    emulator = anew()
    for request in bent_requests:
        assert shaped(emulator.handle(request).answer), request
    assert dumps(dump_all(emulator))


KNOWN = "Authorization: Bearer emulator-token"
RAW = {
    "no JSON": ("POST /v2/notes", f"{KNOWN}\r\nContent-Length: 5", "{nope"),
    "unknown route": ("GET /v3/x", KNOWN, ""),
    "wrong method": ("DELETE /v2/self", KNOWN, ""),
    "no token": ("GET /v2/notes", "Accept: */*", ""),
    "odd escapes": ("GET /v2/objects/%ff%00%zz", KNOWN, ""),
    "odd token": ("GET /v2/notes", "Authorization: Basic \xff\xfe", ""),
}


@pytest.mark.parametrize("name", RAW)
def test_raw_nonsense_gets_an_answer_of_attios_shape(attio: RemoteEmulator, name: str) -> None:
    """Over the wire, too, what is wrong is refused in Attio's shape."""
    line, headers, content = RAW[name]
    raw = f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n\r\n{content}"
    address = urlsplit(attio.url)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=60) as connection:
        connection.sendall(raw.encode("latin-1"))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")

    assert 400 <= int(head.split()[1]) < 500
    assert set(json.loads(body)) >= ERROR
