"""Entries of lists."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import define
from unit_tests.attio_emulator.test_lists import LIST

ENTRIES = "/v2/lists/sales/entries"


@pytest.fixture
def sales(api: Api) -> Api:
    """A list of companies with a select and a text of its own."""
    api("POST", "/v2/lists", {"data": LIST})
    define(api, "tags", "select", "lists/sales", is_multiselect=True)
    define(api, "note", "text", "lists/sales")
    for title in ("red", "blue", "green"):
        api("POST", "/v2/lists/sales/attributes/tags/options", {"data": {"title": title}})
    return api


def entry(company: str, **values: Any) -> dict[str, Any]:
    return {"data": {"parent_object": "companies", "parent_record_id": company, "entry_values": values}}


def tags(shown: Any) -> list[str]:
    return [each["option"]["title"] for each in shown["data"]["entry_values"]["tags"]]


def test_entries_know_the_same_writes_as_records(sales: Api) -> None:
    """PATCH puts values in front, PUT replaces them."""
    company = sales.record("companies", {})
    made = sales("POST", ENTRIES, entry(company, tags=["red"], note="n"))
    target = f"{ENTRIES}/{made['data']['id']['entry_id']}"
    patched = sales("PATCH", target, {"data": {"entry_values": {"tags": ["blue", "red"]}}})
    put = sales("PUT", target, {"data": {"entry_values": {"tags": ["green"]}}})

    assert ["blue", "red"] == tags(patched)
    assert ["green"] == tags(put)
    assert "n" == put["data"]["entry_values"]["note"][0]["value"]
    assert (company, "companies") == (put["data"]["parent_record_id"], put["data"]["parent_object"])
    assert ["list-entry.created", "list-entry.updated", "list-entry.updated"] == sales.events("list-entry.")
    assert company == sales.last_event()["parent_record_id"]


def test_a_record_may_be_listed_twice_but_not_upserted_then(sales: Api) -> None:
    """PUT by parent makes the entry, updates the only one, and refuses to choose among several."""
    company = sales.record("companies", {})
    first = sales("PUT", ENTRIES, entry(company, tags=["red"]))
    again = sales("PUT", ENTRIES, entry(company, tags=["blue"]))
    sales("POST", ENTRIES, entry(company))
    entries = sales("GET", f"/v2/objects/companies/records/{company}/entries")["data"]

    assert ("5", ["blue"]) == (first["data"]["id"]["entry_id"][14], tags(again))
    assert first["data"]["id"] == again["data"]["id"]
    assert (400, "multiple_match_results") == sales.refusal("PUT", ENTRIES, entry(company))
    assert ["sales", "sales"] == [each["list_api_slug"] for each in entries]


def test_an_entry_keeps_its_parent(sales: Api) -> None:
    """A parent cannot be changed, and must be a record of the list's object."""
    company, other = sales.record("companies", {}), sales.record("companies", {})
    person = sales.record("people", {})
    made = sales("POST", ENTRIES, entry(company))["data"]["id"]["entry_id"]
    moved = {"data": {"entry_values": {}, "parent_record_id": other}}
    foreign = entry(person)
    foreign["data"]["parent_object"] = "people"

    for method in ("PATCH", "PUT"):
        assert (400, "immutable_value") == sales.refusal(method, f"{ENTRIES}/{made}", moved)
    assert (400, "value_not_found") == sales.refusal("POST", ENTRIES, entry(person))
    assert (400, "value_not_found") == sales.refusal("POST", ENTRIES, foreign)
    assert (400, "value_not_found") == sales.refusal("POST", ENTRIES, entry(company, tags=["none"]))
    assert (400, "validation_type") == sales.refusal("POST", ENTRIES, {"data": {"parent_record_id": company}})


def test_entries_are_found_by_their_values_and_by_their_parents(sales: Api) -> None:
    """Filters and sorts see an entry's own attributes; paths lead through parent_record."""
    one, two = (
        sales.record("companies", {"name": "b"}),
        sales.record("companies", {"name": "a", "domains": ["a.com"]}),
    )
    first, second = (
        sales("POST", ENTRIES, entry(each, note=note))["data"]["id"]["entry_id"]
        for each, note in ((one, "x"), (two, "y"))
    )

    def found(**query: Any) -> list[str]:
        return [each["id"]["entry_id"] for each in sales("POST", f"{ENTRIES}/query", query)["data"]]

    def by_parent(slug: str, constraints: Any) -> Any:
        return {"path": [["sales", "parent_record"], ["companies", slug]], "constraints": constraints}

    by_name = [{"path": [["sales", "parent_record"], ["companies", "name"]], "direction": "asc"}]
    assert [first] == found(filter={"note": "x"})
    assert [second] == found(filter={"entry_id": {"$in": [second]}})
    assert [second] == found(filter=by_parent("name", "a"))
    assert [second] == found(filter=by_parent("domains", "a.com"))
    assert [first] == found(filter=by_parent("record_id", {"$in": [one]}))
    assert [second, first] == found(sorts=by_name)
    assert [first, second] == found(sorts=[{"attribute": "created_at", "direction": "asc"}])
    assert (400, "filter_error") == sales.refusal(
        "POST", f"{ENTRIES}/query", {"filter": {"path": [["sales", "parent_record"]], "constraints": one}}
    )


def test_deleting_an_entry_leaves_its_record(sales: Api) -> None:
    """The entry is gone, its parent is not."""
    company = sales.record("companies", {})
    made = sales("POST", ENTRIES, entry(company))["data"]["id"]["entry_id"]
    gone = sales("DELETE", f"{ENTRIES}/{made}")

    assert {} == gone
    assert (404, "not_found") == sales.refusal("GET", f"{ENTRIES}/{made}")
    assert company == sales("GET", f"/v2/objects/companies/records/{company}")["data"]["id"]["record_id"]


def test_the_history_of_an_entry_is_kept(sales: Api) -> None:
    """Entries answer for the past of their values as records do, and let it be replaced."""
    company = sales.record("companies", {})
    made = sales("POST", ENTRIES, entry(company, note="old"))["data"]["id"]["entry_id"]
    sales("PATCH", f"{ENTRIES}/{made}", {"data": {"entry_values": {"note": "new"}}})
    values = f"{ENTRIES}/{made}/attributes/note/values"
    past = [each["value"] for each in sales("GET", f"{values}?show_historic=true")["data"]]
    other = [{"value": "other", "active_from": "2025-01-01T00:00:00Z", "active_until": None}]
    sales("PUT", values, {"data": {"values": other, "replace_history": True}})

    assert ["old", "new"] == past
    assert ["other"] == [each["value"] for each in sales("GET", f"{values}?show_historic=true")["data"]]
