"""Formula attributes: defined on the control plane, computed by the system a moment after a write."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api

FORMULAS = "/_emulator/formulas"
SYSTEM = {"type": "system", "id": None}


def formula(api: Api, attribute: str, **form: Any) -> Any:
    return api("POST", FORMULAS, {"object": "companies", "attribute": attribute, **form})["data"]


def number(api: Api, slug: str) -> None:
    new = {"title": slug, "api_slug": slug, "type": "number", "description": None, "config": {}}
    flags = {"is_required": False, "is_unique": False, "is_multiselect": False}
    api("POST", "/v2/objects/companies/attributes", {"data": {**new, **flags}})


def held(api: Api, record_id: str, slug: str) -> list[Any]:
    values = api("GET", f"/v2/objects/companies/records/{record_id}")["data"]["values"]
    return [value["value"] for value in values[slug]]


def later(api: Api, seconds: float = 1) -> None:
    api("POST", "/_emulator/clock", {"advance_seconds": seconds})


def set_values(api: Api, record_id: str, **values: Any) -> None:
    api("PATCH", f"/v2/objects/companies/records/{record_id}", {"data": {"values": values}})


@pytest.fixture
def deal(api: Api) -> str:
    """A record with a size, an odds of 0.5, and their product as a formula."""
    number(api, "size")
    number(api, "odds")
    formula(api, "worth", product_of=["size", "odds", 2])
    record_id = api.record("companies", {"name": "One", "size": 10, "odds": 0.5})
    later(api)
    return record_id


def test_a_formula_is_an_attribute_nobody_writes(api: Api, deal: str) -> None:
    """It shows as not writable; records, upserts and history refuse it, and it cannot become unique."""
    shown = api("GET", "/v2/objects/companies/attributes/worth")["data"]
    one = f"/v2/objects/companies/records/{deal}"
    past = [{"value": 1, "active_from": "2020-01-01T00:00:00Z", "active_until": None}]
    history = {"data": {"values": past, "replace_history": True}}

    assert ("number", False, False) == (shown["type"], shown["is_writable"], shown["is_system_attribute"])
    assert (400, "system_edit_unauthorized") == api.refusal("PATCH", one, {"data": {"values": {"worth": 1}}})
    assert (400, "formula_edit_unauthorized") == api.refusal("PUT", f"{one}/attributes/worth/values", history)
    assert (400, "formula_edit_unauthorized") == api.refusal(
        "PATCH", "/v2/objects/companies/attributes/worth", {"data": {"is_unique": True}}
    )


def test_a_new_record_is_computed_a_second_later(api: Api) -> None:
    """Not before; and then by the system, with an event of its own."""
    number(api, "size")
    attribute = formula(api, "double", sum_of=["size", "size"])
    record_id = api.record("companies", {"name": "One", "size": 4})
    later(api, 0.9)
    early = held(api, record_id, "double")
    later(api, 0.2)

    assert [[], [8]] == [early, held(api, record_id, "double")]
    event = api.last_event()
    assert ("record.updated", SYSTEM) == (event["event_type"], event["actor"])
    assert attribute["id"]["attribute_id"] == event["id"]["attribute_id"]


def test_a_changed_part_is_followed_once(api: Api, deal: str) -> None:
    """One event for the part by the writer, one for the formula by the system; none for what is no part."""
    before = len(api.events("record.updated"))
    set_values(api, deal, size=20)
    later(api)
    set_values(api, deal, name="Two")
    later(api)
    actors = [each["event"]["actor"]["type"] for each in api.emulator.workspace.events][-3:]

    assert [20] == held(api, deal, "worth")
    assert ["api-token", "system", "api-token"] == actors
    assert 3 == len(api.events("record.updated")) - before


def test_a_formula_that_comes_to_the_same_is_no_change(api: Api, deal: str) -> None:
    """Twice the size at half the odds is worth as much: no event, no new value."""
    before = api.events("record.updated")
    set_values(api, deal, size=20, odds=0.25)
    later(api)

    assert [10] == held(api, deal, "worth")
    assert [*before, "record.updated", "record.updated"] == api.events("record.updated")


def test_an_emptied_part_empties_the_number(api: Api, deal: str) -> None:
    """And the value that was is history."""
    set_values(api, deal, odds=[])
    later(api)
    path = f"/v2/objects/companies/records/{deal}/attributes/worth/values?show_historic=true"

    assert [] == held(api, deal, "worth")
    assert [10] == [value["value"] for value in api("GET", path)["data"]]


def test_formulas_of_formulas_follow_one_after_the_other(api: Api, deal: str) -> None:
    """Each a second after the one that it is made of."""
    formula(api, "label", text_of=["name", {"constant": ": "}, "worth"])
    at_once = held(api, deal, "label")
    set_values(api, deal, size=1)
    later(api)
    between = held(api, deal, "label")
    later(api)

    assert [["One: 10"], ["One: 10"], ["One: 1"]] == [at_once, between, held(api, deal, "label")]


def test_merged_records_and_replaced_histories_are_computed_too(api: Api, deal: str) -> None:
    """A merged record is a new one; a history replaced without an event changes its formulas all the same."""
    other = api.record("companies", {"name": "Other", "size": 7})
    merge = {"data": {"primary_record_id": other, "secondary_record_id": deal}}
    merged = api("POST", "/v2/objects/companies/records/merge", merge)["data"]["new_record_id"]
    later(api)
    first = held(api, merged, "worth")
    now = [{"value": 3, "active_from": "2020-01-01T00:00:00Z", "active_until": None}]
    path = f"/v2/objects/companies/records/{merged}/attributes/size/values"
    api("PUT", path, {"data": {"values": now, "replace_history": True}})
    later(api)

    assert [[7], [3]] == [first, held(api, merged, "worth")]


def test_formulas_survive_renaming_seeding_and_dumping(api: Api, deal: str) -> None:
    """Parts are known by id; a dump holds the formula; seeded records are computed without events."""
    api("PATCH", "/v2/objects/companies/attributes/size", {"data": {"api_slug": "height"}})
    api("POST", "/_emulator/load", api("GET", "/_emulator/dump"))
    set_values(api, deal, height=30)
    later(api)
    formula(api, "title", text_of=["name"])
    api("POST", "/_emulator/seed", {"name": "demo", "companies": 3, "people": 0, "deals": 0})
    titles = api("POST", "/v2/objects/companies/records/query", {"filter": {"title": {"$contains": ""}}})

    assert [30] == held(api, deal, "worth")
    assert 4 == len(titles["data"])


def test_a_record_deleted_meanwhile_is_nothing_to_compute(api: Api, deal: str) -> None:
    """Nor is one of an object that is gone."""
    set_values(api, deal, size=20)
    api("DELETE", f"/v2/objects/companies/records/{deal}")
    later(api)

    assert "record.deleted" == api.last_event()["event_type"]


def test_a_number_out_of_range_is_none(api: Api) -> None:
    """Instead of infinity, which JSON does not know."""
    number(api, "size")
    formula(api, "square", product_of=["size", "size"])
    formula(api, "twice", sum_of=["size", "size"])
    record_id = api.record("companies", {"name": "One", "size": 1.7e308})
    later(api)

    assert [[], []] == [held(api, record_id, slug) for slug in ("square", "twice")]


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({}, 400, "validation_type"),
        ({"sum_of": ["name"]}, 400, "validation_type"),
        ({"sum_of": [{"constant": "x"}]}, 400, "validation_type"),
        ({"text_of": ["team"]}, 400, "validation_type"),
        ({"text_of": []}, 400, "validation_type"),
        ({"text_of": ["missing"]}, 404, "not_found"),
        ({"text_of": ["name"], "sum_of": [1]}, 400, "validation_type"),
        ({"text_of": ["name"], "attribute": "name"}, 409, "slug_conflict"),
    ],
)
def test_formulas_that_make_no_sense_are_refused(
    api: Api, form: dict[str, Any], status: int, code: str
) -> None:
    """With the status that Attio's own definitions have."""
    body = {"object": "companies", "attribute": "x", **form}

    assert (status, code) == api.refusal("POST", FORMULAS, body)
