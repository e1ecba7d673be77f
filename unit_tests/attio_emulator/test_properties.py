"""The operands of filters, read into the form in which values are stored."""

from typing import Any

import pytest

from attio_emulator.values.properties import (
    PARTS,
    Property,
    UnfitError,
    day,
    digits,
    instant,
    lower,
    quantity,
    truth,
    words,
)
from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.odd import ODD

PEOPLE = "/v2/objects/people/records/query"


@pytest.mark.parametrize(
    ("read", "raw", "stored"),
    [
        (words, " A ", " A "),
        (lower, " A@B.com ", "a@b.com"),
        (quantity, 1.5, 1.5),
        (truth, False, False),
        (day, "2025", "2025-01-01"),
        (instant, "2025-05-05T14:00:00+02:00", "2025-05-05T12:00:00.000000000Z"),
        (digits, "441172345678", "+441172345678"),
    ],
)
def test_an_operand_is_read_as_values_are_stored(read: Any, raw: Any, stored: Any) -> None:
    """Addresses in lower case, moments in UTC, numbers of telephones with a plus."""
    assert stored == read(raw)


@pytest.mark.parametrize(
    ("read", "raw"),
    [(words, 5), (lower, None), (quantity, True), (quantity, "5"), (truth, 1), (instant, "2025-05-05")],
)
def test_an_operand_of_another_kind_is_unfit(read: Any, raw: Any) -> None:
    """A day is not a moment, and a text is not a number."""
    with pytest.raises(UnfitError):
        read(raw)


def test_a_part_of_a_number_is_compared_as_it_stands() -> None:
    """No plus is put before digits that a number shall contain."""
    asked = Property(PARTS, digits, words)

    assert ("+4411", "4411") == (asked.understood("$eq", "4411"), asked.understood("$contains", "4411"))


EQUAL = {"$eq"}
RANGE = {"$eq", "$gt", "$gte", "$lt", "$lte"}
OF_TEXT = {"$eq", "$contains", "$starts_with", "$ends_with"}
OF_NAME = {*OF_TEXT, "$not_empty"}
EVERY = {*RANGE, *OF_NAME, "$in"}
# The operators that the documentation gives each property of a type; none where it cannot be filtered by.
# `code` is a text, `name` one of a person.
DOCUMENTED: dict[str, dict[str, set[str]]] = {
    "code": {"value": {*OF_TEXT, "$in"}},
    "number": {"value": RANGE},
    "checkbox": {"value": EQUAL},
    "currency": {"currency_value": RANGE, "currency_code": set()},
    "date": {"value": RANGE},
    "timestamp": {"value": RANGE},
    "rating": {"value": RANGE},
    "status": {"status": EQUAL, "active_from": RANGE - EQUAL},
    "select": {"option": EQUAL, "active_from": RANGE - EQUAL},
    "record-reference": {"target_record_id": {"$eq", "$in"}},
    "location": {
        **dict.fromkeys(("line_1", "line_2", "line_3", "line_4", "locality", "region", "postcode"), OF_TEXT),
        "country_code": {"$eq", "$starts_with"},
        "latitude": set(),
        "longitude": set(),
    },
    "domain": {"domain": OF_NAME, "root_domain": OF_NAME},
    "email-address": dict.fromkeys(
        (
            "original_email_address",
            "email_address",
            "email_domain",
            "email_root_domain",
            "email_local_specifier",
        ),
        OF_TEXT,
    ),
    "phone-number": {
        "phone_number": OF_TEXT,
        "country_code": {"$eq", "$not_empty"},
        "original_phone_number": set(),
    },
    "name": dict.fromkeys(("first_name", "last_name", "full_name"), OF_NAME),
    "first_interaction": {
        "owner_member_id": {"$eq", "$not_empty"},
        "interacted_at": RANGE,
        "interaction_type": EQUAL,
    },
}
OPERANDS: dict[str, Any] = {
    "number": 5,
    "checkbox": True,
    "currency": 5,
    "date": "2026-01-01",
    "rating": 5,
    "status": "Red",
    "select": "Red",
}
MOMENT = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize("slug", DOCUMENTED)
def test_a_property_takes_the_operators_of_its_documentation(odd: Api, slug: str) -> None:
    """Others are refused by the code that says whether the property or the operator is wrong."""
    query = PEOPLE if slug in {"name", "first_interaction"} else ODD
    moments = {"active_from", "interacted_at"}
    taken: dict[str, set[str]] = {}
    codes = set()
    for name in DOCUMENTED[slug]:
        moment = slug == "timestamp" or name in moments
        operand = MOMENT if moment else OPERANDS.get(slug, "x")
        taken[name] = set()
        for operator in EVERY:
            wanted = {"$in": [operand], "$not_empty": True}.get(operator, operand)
            answer = odd.raw("POST", query, {"filter": {slug: {name: {operator: wanted}}}})
            if answer.status == 200:
                taken[name].add(operator)
            else:
                codes.add((odd.parsed(answer)["code"], bool(DOCUMENTED[slug][name])))

    assert DOCUMENTED[slug] == taken
    assert codes <= {("invalid_filter_operator", True), ("invalid_filter_field", False)}
