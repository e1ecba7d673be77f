"""Calls of nothing, bodies that are none, and query parameters."""

from typing import Any

import pytest

from attio_emulator.calls.request import Request
from attio_emulator.contract.wire import loads
from unit_tests.attio_emulator.calling import Api


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/v2/nothing"),
        ("DELETE", "/v2/objects"),
        ("GET", "/"),
        ("PATCH", "/v2/self"),
        ("GET", "/_emulator/nothing"),
    ],
)
def test_unknown_routes_and_methods_are_404(api: Api, method: str, target: str) -> None:
    """The message names method and path."""
    answer = api.raw(method, target)
    shown = api.parsed(answer)

    assert (404, "not_found") == (answer.status, shown["code"])
    assert f"{method} {target}" in shown["message"]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"",
        b"[]",
        b"5",
        b"\xff\xfe",
        b'{"data":' * 3000,
        b"NaN",
        b'{"data": {"values": [1]}}',
        b'{"data": null}',
    ],
)
def test_malformed_bodies_are_refused(api: Api, raw: bytes) -> None:
    """What is no JSON object of the right shape is 400 validation_type."""
    request = Request.of("POST", "/v2/objects/people/records")
    answer = api.emulator.handle(
        Request(method="POST", path=request.path, headers=request.headers, body=raw)
    ).answer
    shown: Any = loads(answer.body)

    assert (400, "validation_type") == (answer.status, shown["code"])


def test_query_parameters_are_checked_when_they_are_known(api: Api) -> None:
    """An unknown one is ignored, a bad value of a known one refused."""
    target = "/v2/objects/people/attributes"

    assert 5 == len(api("GET", f"{target}?limit=5&colour=red")["data"])
    for bad in ("limit=x", "limit=-1", "offset=1.5", "show_archived=maybe"):
        assert (400, "validation_type") == api.refusal("GET", f"{target}?{bad}")
