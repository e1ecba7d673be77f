"""Calls of any endpoint: what is taken out of an answer, and which answers are none."""

from collections.abc import Callable
from typing import Any

import pytest
import requests_mock

from attio_api.client import AttioClient
from attio_api.errors import Unreadable
from unit_tests.attio_api.network import URL

PATH = "/v2/things"
TWO_WITHOUT_ID = [{"id": {"a": None}}] * 2


@pytest.mark.parametrize(
    ("body", "ask", "found"),
    [
        ('{"data": [1], "next": 2}', lambda c: c.call("GET", PATH), {"data": [1], "next": 2}),
        ("", lambda c: c.call("DELETE", PATH), None),
        ('{"data": "x"}', lambda c: c.data("GET", PATH), "x"),
        ('{"data": null}', lambda c: c.data("GET", PATH), None),
        ('{"data": {"a": 1}}', lambda c: c.one("GET", PATH), {"a": 1}),
        ('{"data": [{"a": 1}]}', lambda c: c.many("GET", PATH), [{"a": 1}]),
        (
            '{"data": [{"id": {"a": null}}, {"id": {"a": null}}]}',
            lambda c: c.many("GET", PATH),
            TWO_WITHOUT_ID,
        ),
        ("no JSON", lambda c: c.raw("GET", PATH), b"no JSON"),
    ],
)
def test_an_answer_is_taken_out_of_its_envelope(
    client: AttioClient, attio: requests_mock.Mocker, body: str, ask: Callable[[Any], Any], found: Any
) -> None:
    """Whole, its data of any shape, one object, several, or the bytes as they came."""
    attio.register_uri(requests_mock.ANY, URL + PATH, text=body)

    assert found == ask(client)


@pytest.mark.parametrize(
    ("body", "ask"),
    [
        ("no JSON", lambda c: c.call("GET", PATH)),
        ("{}", lambda c: c.data("GET", PATH)),
        ("[]", lambda c: c.data("GET", PATH)),
        ('{"data": []}', lambda c: c.one("GET", PATH)),
        ('{"data": {}}', lambda c: c.many("GET", PATH)),
        ('{"data": [5]}', lambda c: c.many("GET", PATH)),
        ('{"data": [{"id": {"a": "x"}}, {"id": {"a": "x"}}]}', lambda c: c.many("GET", PATH)),
    ],
)
def test_an_answer_of_another_shape_is_asked_for_again_and_then_unreadable(
    client: AttioClient, attio: requests_mock.Mocker, body: str, ask: Callable[[Any], Any]
) -> None:
    """It is never taken for an empty one."""
    attio.get(URL + PATH, text=body)
    with pytest.raises(Unreadable):
        ask(client)

    assert 1 < attio.call_count
