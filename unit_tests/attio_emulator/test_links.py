"""Links of tasks: by id, unique value and short form."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE, Api
from unit_tests.attio_emulator.test_tasks import NEW, Write


@pytest.fixture
def write(api: Api) -> Write:
    return lambda **changes: api("POST", "/v2/tasks", {"data": {**NEW, **changes}})["data"]


@pytest.fixture
def person(api: Api) -> str:
    return api.record("people", {"email_addresses": ["ada@lovelace.example.com"]})


MISSING = [
    "nobody@example.com",
    "nobody.example.com",
    NOWHERE,
    {"target_object": "people", "target_record_id": NOWHERE},
    {"target_object": "people", "email_addresses": [{"email_address": "nobody@example.com"}]},
]


@pytest.mark.parametrize("link", MISSING, ids=str)
def test_a_record_that_is_missing_is_not_found_however_it_is_named(api: Api, write: Write, link: Any) -> None:
    """A link to it is 404 by id, short form and unique value alike, or dropped where that is switched on."""
    body = {"data": {**NEW, "linked_records": [link]}}
    refused = api.refusal("POST", "/v2/tasks", body)
    api("POST", "/_emulator/switches", {"gone_task_links": "dropped"})

    assert (404, "not_found") == refused
    assert [] == write(linked_records=[link])["linked_records"]


def test_records_are_linked_by_id_unique_value_or_short_form(api: Api, write: Write, person: str) -> None:
    """All ways to name a record lead to one link, shown by the object's id, or by its slug.

    The links of one task are all objects, or all short forms.
    """
    company = api.record("companies", {"domains": ["example.com"]})
    objects = [
        {"target_object": "people", "target_record_id": person},
        {"target_object": "people", "email_addresses": [{"email_address": "ADA@lovelace.example.com"}]},
        {"target_object": "companies", "domains": [{"domain": "example.com"}]},
    ]
    short = ["ada@lovelace.example.com", person, "https://example.com"]
    task = write(linked_records=objects)

    api("POST", "/_emulator/switches", {"task_link_object": "slug"})
    by_slug = api("GET", f"/v2/tasks/{task['id']['task_id']}")["data"]["linked_records"]

    assert [
        {"target_object_id": api.emulator.workspace.object("people").id, "target_record_id": person},
        {"target_object_id": api.emulator.workspace.object("companies").id, "target_record_id": company},
    ] == task["linked_records"]
    assert by_slug == write(linked_records=short)["linked_records"]
    assert ["people", "companies"] == [each["target_object_id"] for each in by_slug]
