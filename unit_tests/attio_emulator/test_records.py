"""Calls that write and read records: what may stand beside the values, and the entries of a record."""

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_lists import LIST

PEOPLE = "/v2/objects/people/records"
STRAY = {"data": {"values": {"email_addresses": ["ada@example.com"]}, "created_at": "2020-01-01T00:00:00Z"}}


def test_what_stands_beside_the_values_of_a_new_record_is_ignored(api: Api) -> None:
    """A moment given there does not date the record back."""
    made = api("POST", PEOPLE, STRAY)["data"]

    assert "2026" == made["created_at"][:4]


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "/{record}"), ("PUT", "/{record}"), ("PUT", "?matching_attribute=email_addresses")],
)
def test_nothing_may_stand_beside_the_values_of_a_change(api: Api, method: str, path: str) -> None:
    """The schemas of these bodies are closed; nothing is written."""
    record = api.record("people", {})
    body = api.parsed(api.raw(method, PEOPLE + path.format(record=record), STRAY))

    assert ("validation_type", [["data"]]) == (
        body["code"],
        [each["path"] for each in body["validation_errors"]],
    )
    assert 1 == len(api("POST", f"{PEOPLE}/query", {})["data"])


@pytest.mark.parametrize("query", ["", "?matching_attribute="])
def test_an_upsert_must_say_what_it_matches_by(api: Api, query: str) -> None:
    """Without the parameter it is 400."""
    body = {"data": {"values": {"email_addresses": ["ada@example.com"]}}}

    assert (400, "validation_type") == api.refusal("PUT", PEOPLE + query, body)


def test_the_entries_of_a_record_come_by_pages(api: Api) -> None:
    """Of all lists, up to a thousand at once."""
    person = api.record("people", {})
    entry = {"data": {"parent_object": "people", "parent_record_id": person, "entry_values": {}}}
    for slug in ("one", "two"):
        api("POST", "/v2/lists", {"data": {**LIST, "api_slug": slug, "parent_object": "people"}})
        api("POST", f"/v2/lists/{slug}/entries", entry)
    entries = f"{PEOPLE}/{person}/entries"
    pages = [api("GET", f"{entries}?limit=1&offset={n}")["data"] for n in range(3)]

    assert [["one"], ["two"], []] == [[each["list_api_slug"] for each in page] for page in pages]
    assert {"list_id", "list_api_slug", "entry_id", "created_at"} == set(pages[0][0])
    for limit in (0, 1001):
        assert (400, "validation_type") == api.refusal("GET", f"{entries}?limit={limit}")
