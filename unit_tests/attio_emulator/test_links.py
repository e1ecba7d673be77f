"""Links of tasks: by id, unique value and short form."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import NOWHERE, Api
from unit_tests.attio_emulator.test_tasks import NEW


def linking(records: list[Any]) -> dict[str, Any]:
    return {"data": {**NEW, "linked_records": records}}


MISSING = [
    "nobody@example.com",
    "nobody.example.com",
    NOWHERE,
    {"target_object": "people", "target_record_id": NOWHERE},
    {"target_object": "people", "email_addresses": [{"email_address": "nobody@example.com"}]},
]


@pytest.mark.parametrize("link", MISSING, ids=str)
def test_a_record_that_is_missing_is_not_found_however_it_is_named(api: Api, link: Any) -> None:
    """A link to it is 404 by id, short form and unique value alike, or dropped where that is switched on."""
    refused = api.refusal("POST", "/v2/tasks", linking([link]))
    api("POST", "/_emulator/switches", {"gone_task_links": "dropped"})

    assert (404, "not_found") == refused
    assert [] == api("POST", "/v2/tasks", linking([link]))["data"]["linked_records"]


def test_records_are_linked_by_id_unique_value_or_short_form(api: Api) -> None:
    """All ways to name a record lead to one link, shown by the object's id, or by its slug.

    The links of one task are all objects, or all short forms.
    """
    person = api.record("people", {"email_addresses": ["ada@lovelace.example.com"]})
    company = api.record("companies", {"domains": ["example.com"]})
    objects = [
        {"target_object": "people", "target_record_id": person},
        {"target_object": "people", "email_addresses": [{"email_address": "ADA@lovelace.example.com"}]},
        {"target_object": "companies", "domains": [{"domain": "example.com"}]},
    ]
    short = ["ada@lovelace.example.com", person, "https://example.com"]
    task = api("POST", "/v2/tasks", linking(objects))["data"]

    api("POST", "/_emulator/switches", {"task_link_object": "slug"})
    by_slug = api("GET", f"/v2/tasks/{task['id']['task_id']}")["data"]["linked_records"]

    assert [
        {"target_object_id": api.emulator.workspace.object("people").id, "target_record_id": person},
        {"target_object_id": api.emulator.workspace.object("companies").id, "target_record_id": company},
    ] == task["linked_records"]
    assert by_slug == api("POST", "/v2/tasks", linking(short))["data"]["linked_records"]
    assert ["people", "companies"] == [each["target_object_id"] for each in by_slug]
