"""What each attribute type accepts, what it makes of it, and what it refuses."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import NOWHERE, deal, define

COMMON = {"active_from", "active_until", "created_by_actor", "attribute_type"}


def stored(api: Api, type_: str, given: Any, **more: Any) -> list[Any]:
    """What a custom attribute of deals holds after a value was written to it."""
    define(api, "field", type_, **more)
    values = deal(api, field=given)["values"]["field"]
    return [{key: member for key, member in value.items() if key not in COMMON} for value in values]


ACCEPTED: list[tuple[str, Any, dict[str, Any]]] = [
    ("text", "x", {"value": "x"}),
    ("text", {"value": "x"}, {"value": "x"}),
    ("text", ["x"], {"value": "x"}),
    ("number", 42, {"value": 42}),
    ("number", 1.2346, {"value": 1.2346}),
    ("number", {"value": -0.5}, {"value": -0.5}),
    ("number", 2**53 + 1, {"value": float(2**53)}),
    ("number", 123456789012.1234, {"value": 123456789012.1234}),
    ("currency", 2**53 + 1, {"currency_value": float(2**53), "currency_code": "USD"}),
    ("checkbox", "true", {"value": True}),
    ("checkbox", [False], {"value": False}),
    ("currency", "99.5", {"currency_value": 99.5, "currency_code": "USD"}),
    ("currency", {"currency_value": 3}, {"currency_value": 3, "currency_code": "USD"}),
    ("date", "2023", {"value": "2023-01-01"}),
    ("date", "2023-05", {"value": "2023-05-01"}),
    ("date", "2023-01-02T23:00:00-10:00", {"value": "2023-01-03"}),
    ("date", "9999-12-31", {"value": "9999-12-31"}),
    ("timestamp", "2023-01-01T13:00:00+02:00", {"value": "2023-01-01T11:00:00.000000000Z"}),
    ("timestamp", "2023-01-01T13:00:00.123456789Z", {"value": "2023-01-01T13:00:00.123456789Z"}),
    ("rating", 0, {"value": 0}),
    ("rating", {"value": 5}, {"value": 5}),
    (
        "domain",
        "https://User@App.Example.co.uk:8080/path?q#f",
        {"domain": "app.example.co.uk", "root_domain": "example.co.uk"},
    ),
    (
        "email-address",
        " Ada@App.Example.com",
        {
            "original_email_address": "Ada@App.Example.com",
            "email_address": "ada@app.example.com",
            "email_domain": "app.example.com",
            "email_root_domain": "example.com",
            "email_local_specifier": "ada",
        },
    ),
    (
        "phone-number",
        "+44 117 234 5678",
        {"original_phone_number": "+44 117 234 5678", "country_code": "GB", "phone_number": "+441172345678"},
    ),
    (
        "phone-number",
        {"original_phone_number": "0117 234 5678", "country_code": "GB"},
        {"original_phone_number": "0117 234 5678", "country_code": "GB", "phone_number": "+441172345678"},
    ),
    ("location", NOWHERE, NOWHERE),
    (
        "location",
        NOWHERE | {"latitude": "-90.00", "longitude": "+179.1234567891"},
        NOWHERE | {"latitude": "-90.00", "longitude": "+179.123456789"},
    ),
    ("timestamp", "2023-01-02T03:04:05+23:59", {"value": "2023-01-01T03:05:05.000000000Z"}),
    (
        "location",
        "1 High Street, Bristol, GB",
        NOWHERE | {"line_1": "1 High Street", "locality": "Bristol", "country_code": "GB"},
    ),
]


@pytest.mark.parametrize(("type_", "given", "held"), ACCEPTED)
def test_every_form_of_a_value_is_understood(api: Api, type_: str, given: Any, held: dict[str, Any]) -> None:
    """Shorthand and object forms come to the same value, coerced as the type's page says."""
    assert [held] == stored(api, type_, given)


REFUSED: list[tuple[str, Any]] = [
    ("text", 5),
    ("text", ["a", "b"]),
    ("text", {"values": "x"}),
    ("number", "5"),
    ("number", True),
    ("number", 1.23456),
    ("checkbox", None),
    ("checkbox", "yes"),
    ("currency", "ten"),
    ("currency", "\u0663"),
    ("text", "é" * (5 << 20) + "x"),
    ("date", "tomorrow"),
    ("date", "2023-02-30"),
    ("date", "\uff12023-01-01"),
    ("date", "\uff12\uff10\uff12\uff13-01"),
    ("timestamp", "2023-01-02T03:04:05+24:00"),
    ("timestamp", "2023-01-02T03:04:05+01:60"),
    ("timestamp", 1700000000),
    ("timestamp", "10000-01-01T00:00:00Z"),
    ("rating", 6),
    ("rating", 2.5),
    ("domain", "localhost"),
    ("domain", "exa mple.com"),
    ("email-address", "ada@"),
    ("email-address", "a@b@example.com"),
    ("phone-number", "0117 234 5678"),
    ("phone-number", {"original_phone_number": "0117 234 5678", "country_code": "XX"}),
    ("location", {"locality": "Bristol"}),
    ("location", NOWHERE | {"country_code": "England"}),
    ("location", NOWHERE | {"latitude": 51.4}),
    ("location", NOWHERE | {"latitude": "90.1"}),
    ("location", NOWHERE | {"latitude": "05.1"}),
    ("location", NOWHERE | {"longitude": "-180.5"}),
    ("location", NOWHERE | {"longitude": "\u0665"}),
    ("select", 7),
    ("record-reference", 7),
    ("actor-reference", {"referenced_actor_type": "system", "referenced_actor_id": None}),
]


def issue_path(shown: Any) -> Any:
    return shown["validation_errors"][0]["path"]


@pytest.mark.parametrize(("type_", "given"), REFUSED)
def test_what_does_not_fit_a_type_is_refused(api: Api, type_: str, given: Any) -> None:
    """A value of the wrong shape is 400 validation_type; its attribute is named in the message."""
    define(api, "field", type_)
    body = {"data": {"values": {"name": "D", "stage": "Lead", "owner": "ada@example.com", "field": given}}}
    answer = api.raw("POST", "/v2/objects/deals/records", body)
    shown = api.parsed(answer)

    assert (400, "validation_type") == (answer.status, shown["code"])
    assert '"field"' in shown["message"] or ["data", "values", "field"] == issue_path(shown)
    assert 0 == len(api("POST", "/v2/objects/deals/records/query", {})["data"])


def test_multi_valued_attributes_take_lists_only(api: Api) -> None:
    """A bare domain is refused where several are held; what is given twice is held once."""
    bare = api.refusal("POST", "/v2/objects/companies/records", {"data": {"values": {"domains": "x.com"}}})
    company = api.record("companies", {"domains": ["x.com", "https://X.com/about", "y.com"]})
    held = api("GET", f"/v2/objects/companies/records/{company}")["data"]["values"]["domains"]

    assert (400, "validation_type") == bare
    assert ["x.com", "y.com"] == [each["domain"] for each in held]


def test_unknown_and_read_only_attributes_are_refused(api: Api) -> None:
    """A slug that does not exist is value_not_found; what Attio fills itself cannot be written."""
    unknown = api.refusal("POST", "/v2/objects/people/records", {"data": {"values": {"nope": 1}}})
    protected = api.refusal("POST", "/v2/objects/people/records", {"data": {"values": {"avatar_url": "x"}}})

    assert (400, "value_not_found") == unknown
    assert (400, "system_edit_unauthorized") == protected


def test_attributes_may_be_named_by_their_id(api: Api) -> None:
    """A body may use an attribute's UUID where it could use its slug."""
    attribute = api("GET", "/v2/objects/companies/attributes/name")["data"]["id"]["attribute_id"]
    company = api.record("companies", {attribute: "Acme"})
    shown = api("GET", f"/v2/objects/companies/records/{company}")["data"]["values"]

    assert "Acme" == shown["name"][0]["value"]
