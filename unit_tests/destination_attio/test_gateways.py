"""Pages of records and entries, read as far as they are wanted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.client import AttioClient
from attio_api.errors import Unreadable
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
