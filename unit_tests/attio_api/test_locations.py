from typing import Any

import pytest

from attio_api.errors import InvalidValue
from attio_api.locations import LOCATION_MEMBERS
from attio_api.values import same, write_value
from unit_tests.attio_api.samples import VALUES, attribute

EMPTY: dict[str, Any] = dict.fromkeys(LOCATION_MEMBERS)


def test_missing_members_are_filled() -> None:
    """Attio refuses a location without all ten members, so the missing ones go as null."""
    written = write_value(
        attribute("location"), {"locality": " Bristol ", "country_code": "gb", "region": ""}
    )

    assert {**EMPTY, "locality": "Bristol", "country_code": "GB"} == written


@pytest.mark.parametrize(
    ("plain", "expected"),
    [(51.45, "51.45"), ("51.4500000000004", "51.45"), (-0.0, "0"), (90, "90"), ("1e1", "10")],
)
def test_degrees_are_short_text(plain: Any, expected: str) -> None:
    """Coordinates are text of up to nine decimals, without trailing zeros."""
    assert {**EMPTY, "latitude": expected} == write_value(attribute("location"), {"latitude": plain})


@pytest.mark.parametrize(
    "plain",
    [
        {"planet": "Earth"},
        "1 Harbour Road, Bristol",
        {"latitude": 91},
        {"longitude": "west"},
        {"country_code": "England"},
        7,
        {"latitude": "nan"},
    ],
)
def test_what_is_no_location_is_refused(plain: Any) -> None:
    """Unknown members and impossible coordinates are named; nothing is dropped in silence."""
    with pytest.raises(InvalidValue) as refusal:
        write_value(attribute("location"), plain)

    assert "location" == refusal.value.attribute


def test_equal_places_are_the_same() -> None:
    """Zeros behind the decimal point and null members are no difference."""
    partial = {key: value for key, value in VALUES["location"].items() if value is not None}

    assert same(attribute("location"), VALUES["location"], {**partial, "longitude": -2.587910})


@pytest.mark.parametrize(
    "plain",
    [
        {"city": "Bristol", "country": "gb", "lat": None},
        '{"locality": "Bristol", "country_code": "GB"}',
        [{"town": "Bristol", "country": "GB", "zip": ""}],
    ],
)
def test_warehouses_hold_places_in_many_forms(plain: Any) -> None:
    """Members under their usual other names, an object as JSON text, a list of one."""
    assert {**EMPTY, "locality": "Bristol", "country_code": "GB"} == write_value(attribute("location"), plain)


def test_two_letters_are_a_country() -> None:
    """A bare text counts as a country's code."""
    assert {**EMPTY, "country_code": "GB"} == write_value(attribute("location"), " gb ")


@pytest.mark.parametrize("plain", [{}, {"locality": None, "region": " "}, '{"locality": null}'])
def test_a_place_without_any_member_is_no_value(plain: Any) -> None:
    """A struct of nulls, as warehouses have where nothing is known, clears like a null."""
    assert [] == write_value(attribute("location"), plain)
