"""Where an issue of a value lies, and what it says of the value that should have been given."""

from typing import Any

import pytest

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.fields_of_deals import NOWHERE, define

VALUES_INSIDE: list[tuple[str, Any, list[list[str]]]] = [
    ("name", {"value": "Ada King"}, [["first_name"], ["last_name"], ["full_name"]]),
    ("name", {"full_name": "Ada King"}, [["first_name"], ["last_name"]]),
    ("name", {"first_name": "Ada", "last_name": "King"}, [["full_name"]]),
    ("phone_numbers", ["+11234567890"], [["original_phone_number"]]),
    (
        "phone_numbers",
        [{"original_phone_number": "555 123 4567", "country_code": "US"}],
        [["original_phone_number"]],
    ),
    ("phone_numbers", ["+15551234567"], [["original_phone_number"]]),
    ("email_addresses", ["ada@northmill.test"], [["email_address"]]),
    ("email_addresses", ["ada@app.EXAMPLE"], [["email_address"]]),
    ("email_addresses", [{"email_address": "ada@a.b.invalid"}], [["email_address"]]),
    ("email_addresses", ["ada@me.localhost"], [["email_address"]]),
    ("primary_location", {"locality": "Bristol"}, [[part] for part in NOWHERE if part != "locality"]),
    ("phone_numbers", [{"original_phone_number": None}], [["original_phone_number"]]),
    ("phone_numbers", ["+80012345678"], [["original_phone_number"]]),
    ("email_addresses", [{"email_address": 5}], [["email_address"]]),
    ("job_title", {"value": None}, [["value"]]),
    ("job_title", 5, [["value"]]),
]


@pytest.mark.parametrize(("slug", "given", "paths"), VALUES_INSIDE)
def test_an_issue_of_a_value_lies_inside_the_value(
    api: Api, slug: str, given: Any, paths: list[list[str]]
) -> None:
    """Everything that is wrong is told at once, under the attribute's slug and without what was given."""
    body = {"data": {"values": {slug: given}}}
    shown = api.parsed(api.raw("POST", "/v2/objects/people/records", body))

    assert "validation_type" == shown["code"]
    assert f'An invalid value was passed to attribute with slug "{slug}".' == shown["message"]
    assert paths == [each["path"] for each in shown["validation_errors"]]


MEMBERS = {
    "text": ("value", "string"),
    "number": ("value", "number"),
    "rating": ("value", "number"),
    "checkbox": ("value", "boolean"),
    "currency": ("currency_value", "number"),
    "date": ("value", "string"),
    "timestamp": ("value", "string"),
    "select": ("option", "string"),
    "phone-number": ("original_phone_number", "string"),
}


@pytest.mark.parametrize("type_", MEMBERS)
@pytest.mark.parametrize("received", ["undefined", "array"])
def test_an_issue_names_the_member_and_the_type_that_it_should_have(
    api: Api, type_: str, received: str
) -> None:
    """A member that is missing, or of another type, is told with its place and with the type expected."""
    define(api, "field", type_)
    name, expected = MEMBERS[type_]
    values = {"field": {} if received == "undefined" else {name: []}}
    shown = api.parsed(api.raw("POST", "/v2/objects/deals/records", {"data": {"values": values}}))
    [issue] = shown["validation_errors"]

    assert ([name], expected, received) == (issue["path"], issue["expected"], issue["received"])
