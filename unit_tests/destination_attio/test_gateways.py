"""Pages of records and entries, read as far as they are wanted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.client import AttioClient
from attio_api.errors import Malformed, Unreadable
from destination_attio.model.targets import object_target, own_attribute
from destination_attio.workspace.gateways import Current, Records

if TYPE_CHECKING:
    import requests_mock

    from attio_api.attributes import Attribute

URL = "https://attio.test"
QUERY = f"{URL}/v2/objects/companies/records/query"
NAME = own_attribute("name", "text")
DOMAINS = own_attribute("domains", "domain", is_multiselect=True)
RECORD: dict[str, Any] = {
    "id": {"workspace_id": "w", "object_id": "o", "record_id": "1"},
    "values": {
        "name": [{"value": "Ada", "active_until": None}],
        "domains": [],
        "team": [{"value": "not asked for"}],
    },
}


def page(attio: requests_mock.Mocker, body: object, *attributes: Attribute) -> list[Current]:
    """What one page holds."""
    attio.post(QUERY, text=json.dumps(body))
    client = AttioClient("t", api_url=URL, max_tries=1)
    return Records(client, object_target("companies", {})).currents(0, None, attributes)


def test_page_holds_what_was_asked_for(requests_mock: requests_mock.Mocker) -> None:
    """Of each record its id and the named attributes, also those that Attio leaves out."""
    (found,) = page(requests_mock, {"data": [RECORD]}, NAME, DOMAINS, own_attribute("notes", "text"))

    assert {"name": "Ada", "domains": [], "notes": None, "record_id": "1"} == found.values


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"data": {}},
        {"data": [1]},
        {"data": [{"id": RECORD["id"]}]},
        {"data": [{"values": {}}]},
        {"data": [{**RECORD, "id": {}}]},
        {"data": [{**RECORD, "values": {"name": "Ada"}}]},
        {"data": [{**RECORD, "values": {"name": ["Ada"]}}]},
    ],
)
def test_what_is_no_page_cannot_be_read(requests_mock: requests_mock.Mocker, body: object) -> None:
    """An answer of another shape is asked for again, and never taken for a page with less in it."""
    with pytest.raises(Unreadable):
        page(requests_mock, body, NAME)


def asked(attio: requests_mock.Mocker, body: bytes) -> int:
    """How often a page with this body is asked for, by a client that may try three times."""
    answered = attio.post(QUERY, content=body)
    client = AttioClient("t", api_url=URL, max_tries=3, sleep=lambda _: None)
    kind = Malformed if body.endswith(b"}") else Unreadable
    with pytest.raises(kind):
        Records(client, object_target("companies", {})).currents(0, None, [NAME])
    return answered.call_count


@pytest.mark.parametrize(
    "token",
    [b"NaN", b"-Infinity", b"1e400", b"1" * 5000, b'"a\\ud83d"', b'"\\udc00"', b"[" * 10**5 + b"]" * 10**5],
    ids=["NaN", "Infinity", "huge", "digits", "high half", "low half", "deep"],
)
def test_a_value_that_cannot_be_is_not_asked_for_again(
    requests_mock: requests_mock.Mocker, token: bytes
) -> None:
    """A complete page with a value that no JSON has ends the read at once, since it would come again."""
    row = b'{"id":{"record_id":"1"},"values":{"name":[{"value":%b,"active_until":null}]}}' % token

    assert 1 == asked(requests_mock, b'{"data":[%b]}' % row)
    assert 3 == asked(requests_mock, b'{"data":[%b' % row[:20])
