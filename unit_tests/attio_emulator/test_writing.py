"""The four writes, upserts, uniqueness, required values and defaults."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import deal, define

COMPANIES = "/v2/objects/companies/records"


def domains(api: Api, record_id: str) -> list[str]:
    held = api("GET", f"{COMPANIES}/{record_id}")["data"]["values"]["domains"]
    return [each["domain"] for each in held]


def write(api: Api, method: str, target: str, **values: Any) -> Any:
    return api(method, target, {"data": {"values": values}})["data"]


@pytest.mark.parametrize(
    ("method", "sent", "held"),
    [
        ("PATCH", ["c.com", "b.com"], ["c.com", "a.com", "b.com"]),
        ("PATCH", [], ["a.com", "b.com"]),
        ("PUT", ["c.com", "b.com"], ["c.com", "b.com"]),
        ("PUT", [], []),
    ],
)
def test_patch_puts_values_in_front_and_put_replaces_them(
    api: Api, method: str, sent: list[str], held: list[str]
) -> None:
    """PATCH adds before what is there and never removes; PUT leaves exactly what was sent."""
    company = api.record("companies", {"domains": ["a.com", "b.com"], "name": "A"})
    shown = write(api, method, f"{COMPANIES}/{company}", domains=sent)

    assert held == domains(api, company)
    assert "A" == shown["values"]["name"][0]["value"]


def test_upsert_adds_to_the_key_and_replaces_the_rest(api: Api) -> None:
    """The matching attribute gains values, other multi-valued attributes become what is sent."""
    company = api.record("companies", {"domains": ["a.com"], "categories": ["SaaS", "B2B"], "name": "A"})
    target = f"{COMPANIES}?matching_attribute=domains"
    shown = write(api, "PUT", target, domains=["b.com", "A.com"], categories=["B2C"])

    assert company == shown["id"]["record_id"]
    assert ["b.com", "a.com"] == domains(api, company)
    assert ["B2C"] == [each["option"]["title"] for each in shown["values"]["categories"]]
    assert "A" == shown["values"]["name"][0]["value"]


def test_upsert_makes_what_it_does_not_find(api: Api) -> None:
    """Without a match the record is made, with a version 5 id; the same call again finds it."""
    first = write(api, "PUT", f"{COMPANIES}?matching_attribute=domains", domains=["a.com"])
    again = write(api, "PUT", f"{COMPANIES}?matching_attribute=domains", domains=["a.com"])

    assert "5" == first["id"]["record_id"][14]
    assert first == again


@pytest.mark.parametrize(
    ("matching", "values", "refusal"),
    [
        ("nope", {"name": "A"}, (400, "value_not_found")),
        ("name", {"name": "A"}, (400, "matching_attribute_definition_not_unique")),
        ("domains", {"name": "A"}, (400, "missing_value")),
        ("domains", {"domains": []}, (400, "missing_value")),
        ("domains", {"domains": ["a.com", "b.com"]}, (400, "multiple_match_results")),
    ],
)
def test_upserts_that_cannot_match_are_refused(
    api: Api, matching: str, values: dict[str, Any], refusal: tuple[int, str]
) -> None:
    """Unknown or plain attributes, no value, or several matches: nothing is written."""
    for domain in ("a.com", "b.com"):
        api.record("companies", {"domains": [domain]})
    target = f"{COMPANIES}?matching_attribute={matching}"

    assert refusal == api.refusal("PUT", target, {"data": {"values": values}})
    assert 2 == len(api("POST", f"{COMPANIES}/query", {})["data"])


def test_an_upsert_needs_its_matching_attribute(api: Api) -> None:
    """The query parameter is required, and keys beside values are refused."""
    body: dict[str, Any] = {"data": {"values": {"domains": ["a.com"]}}}
    without = api.refusal("PUT", COMPANIES, body)
    body["data"]["extra"] = 1
    closed = api.refusal("PUT", f"{COMPANIES}?matching_attribute=domains", body)

    assert [(400, "validation_type")] * 2 == [without, closed]


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "UPSERT"])
def test_a_unique_value_belongs_to_one_record(api: Api, method: str) -> None:
    """Whoever claims another record's domain is refused with 400 and has stored nothing."""
    api.record("companies", {"domains": ["taken.com"]})
    mine = api.record("companies", {"domains": ["mine.com"], "name": "Mine"})
    target = {
        "POST": ("POST", COMPANIES),
        "PATCH": ("PATCH", f"{COMPANIES}/{mine}"),
        "PUT": ("PUT", f"{COMPANIES}/{mine}"),
        "UPSERT": ("PUT", f"{COMPANIES}?matching_attribute=domains"),
    }[method]
    values = {"name": "Changed", "domains": ["Taken.com", "mine.com"]}
    refusal = api.refusal(*target, {"data": {"values": values}})

    assert (400, "multiple_match_results" if method == "UPSERT" else "uniqueness_conflict") == refusal
    assert "Mine" == api("GET", f"{COMPANIES}/{mine}")["data"]["values"]["name"][0]["value"]


def test_a_freed_unique_value_can_be_taken(api: Api) -> None:
    """A domain that was removed, or whose company was deleted, is free again."""
    first = api.record("companies", {"domains": ["a.com", "b.com"]})
    write(api, "PUT", f"{COMPANIES}/{first}", domains=["b.com"])
    second = api.record("companies", {"domains": ["a.com"]})
    api("DELETE", f"{COMPANIES}/{first}")
    third = api.record("companies", {"domains": ["b.com"]})

    assert [["a.com"], ["b.com"]] == [domains(api, second), domains(api, third)]


def test_an_equal_value_changes_nothing(api: Api) -> None:
    """Writing what is there keeps active_from, adds no history and tells nobody."""
    company = api.record("companies", {"domains": ["a.com"], "name": "A", "categories": ["SaaS"]})
    before = api("GET", f"{COMPANIES}/{company}")
    events = len(api.emulator.workspace.events)
    write(api, "PATCH", f"{COMPANIES}/{company}", domains=["https://A.com"], name="A", categories=["SaaS"])
    write(api, "PUT", f"{COMPANIES}/{company}", domains=["a.com"], name={"value": "A"})

    assert before == api("GET", f"{COMPANIES}/{company}")
    assert events == len(api.emulator.workspace.events)


def test_a_replaced_value_becomes_history(api: Api) -> None:
    """The old value gets active_until, the new one begins at that very moment."""
    target = f"/v2/objects/deals/records/{deal(api)['id']['record_id']}"
    shown = write(api, "PATCH", target, name="New")
    old, new = api("GET", f"{target}/attributes/name/values?show_historic=true")["data"]

    assert ("Deal", "New") == (old["value"], new["value"])
    assert old["active_until"] == new["active_from"]
    assert [new] == shown["values"]["name"]


def test_each_changed_attribute_is_an_event(api: Api) -> None:
    """A create is one event; a change is one event for every attribute that really changed."""
    company = api.record("companies", {"name": "A", "domains": ["a.com"]})
    write(api, "PATCH", f"{COMPANIES}/{company}", name="B", domains=["a.com"], description="new")

    assert ["record.created", "record.updated", "record.updated"] == api.events("record.")


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_single_value_is_cleared_by_an_empty_list(api: Api, method: str) -> None:
    """Nothing is left of it but its history."""
    company = api.record("companies", {"name": "A"})
    shown = write(api, method, f"{COMPANIES}/{company}", name=[])

    assert [] == shown["values"]["name"]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"name": None}, ["data", "values", "name"]),
        ({"name": [None]}, ["data", "values", "name", 0]),
        ({"domains": None}, ["data", "values", "domains"]),
        ({"domains": ["a.example.com", None]}, ["data", "values", "domains", 1]),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_null_is_refused_where_it_stands(api: Api, method: str, values: Any, path: list[Any]) -> None:
    """Null is no value: the whole call is refused with the body, and nothing is stored."""
    company = api.record("companies", {"name": "A"})
    target = f"{COMPANIES}/{company}"
    answer = api.parsed(api.raw(method, target, {"data": {"values": {"description": "x", **values}}}))
    held = api("GET", target)["data"]["values"]

    assert ("validation_type", path) == (answer["code"], answer["validation_errors"][0]["path"])
    assert ("A", []) == (held["name"][0]["value"], held["description"])


def test_every_null_is_told_before_anything_else(api: Api) -> None:
    """Null is refused with the body, of every attribute at once, before the attributes are looked up."""
    values = {"nothing": "x", "name": None, "domains": ["a.test", None], "description": [None]}
    places = [["name"], ["domains", 1], ["description", 0]]
    answer = api.parsed(api.raw("POST", COMPANIES, {"data": {"values": values}}))

    assert ("validation_type", "Body payload validation error.") == (answer["code"], answer["message"])
    assert [["data", "values", *place] for place in places] == [
        each["path"] for each in answer["validation_errors"]
    ]


def test_required_values_must_be_given_and_kept(api: Api) -> None:
    """A deal without a stage is refused, and so is clearing the stage later."""
    lacking = api.refusal("POST", "/v2/objects/deals/records", {"data": {"values": {"name": "D"}}})
    record_id = deal(api)["id"]["record_id"]
    target = f"/v2/objects/deals/records/{record_id}"

    assert (400, "missing_value") == lacking
    assert (400, "missing_value") == api.refusal("PATCH", target, {"data": {"values": {"stage": []}}})


def test_defaults_fill_what_a_create_leaves_out(api: Api) -> None:
    """Static values, whoever writes, and moments counted from now; a given value wins."""
    define(api, "score", "number", default_value={"type": "static", "template": [{"value": 7}]})
    define(api, "due", "date", default_value={"type": "dynamic", "template": "P1M"})
    define(api, "by", "actor-reference", default_value={"type": "dynamic", "template": "current-user"})
    member = api.member["id"]["workspace_member_id"]
    api.emulator.add_token("personal", level="user", member_id=member)
    filled = {"name": "D", "stage": "Lead", "owner": "ada@example.com", "score": 1}
    body = {"data": {"values": filled}}
    mine = api("POST", "/v2/objects/deals/records", body, token="personal")["data"]["values"]
    plain = deal(api)["values"]

    assert (1, 7) == (mine["score"][0]["value"], plain["score"][0]["value"])
    assert "2026-02-01" == plain["due"][0]["value"]
    assert ["workspace-member", "api-token"] == [
        each["by"][0]["referenced_actor_type"] for each in (mine, plain)
    ]
    assert member == mine["by"][0]["referenced_actor_id"]


@pytest.mark.parametrize(
    ("duration", "day"),
    [("P99999Y", "9999-12-31"), ("P999999999D", "9999-12-31"), ("-P99999Y", "0001-01-01")],
)
def test_a_default_beyond_all_days_is_the_last_one(api: Api, duration: str, day: str) -> None:
    """A moment counted from now that cannot be stored is the first or the last that can be."""
    define(api, "due", "date", default_value={"type": "dynamic", "template": duration})

    assert day == deal(api)["values"]["due"][0]["value"]


def test_a_duration_has_numbers_of_a_sensible_length(api: Api) -> None:
    """One of ten digits is refused when the attribute is made."""
    due = {"title": "Due", "description": None, "api_slug": "due", "type": "date", "config": {}}
    flags = dict.fromkeys(("is_required", "is_unique", "is_multiselect"), False)
    default = {"type": "dynamic", "template": f"P{'9' * 10}D"}
    body = {"data": {**due, **flags, "default_value": default}}

    assert (400, "validation_type") == api.refusal("POST", "/v2/objects/deals/attributes", body)
