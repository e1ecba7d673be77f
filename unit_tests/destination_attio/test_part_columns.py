"""Columns with the parts of one value, under the names that programs give them."""

from __future__ import annotations

import pytest

from unit_tests.destination_attio.inferences import (
    COMPANIES,
    PEOPLE,
    attribute,
    goes,
    inferred,
    reasons,
)

PLACES = [*COMPANIES, attribute("primary_location", "location")]


@pytest.mark.parametrize(
    "columns",
    [
        ("MAILINGCITY", "MAILINGCOUNTRY"),
        ("BillingCity", "BillingCountry"),
        ("Address 1: City", "Address 1: Country/Region"),
        ("City/town/village/locality of Address", "Country of Address"),
        ("Organization - City/town/village/locality of Address", "Organization - Country of Address"),
        ("Company City", "Country"),
        ("Parent Record > Primary location > City", "Parent Record > Primary location > Country"),
    ],
)
def test_a_town_and_a_country_go_together(columns: tuple[str, str]) -> None:
    """However they are spelled, and whatever stands before or behind them; all are guesses."""
    town, country = columns
    found = inferred({town: "Bremen", country: "Germany", "domains": "a.example.com"}, PLACES, "companies")

    assert "primary_location.locality" == goes(found)[town]
    assert "primary_location.country_code" == goes(found)[country]
    assert {town, country} == found.guessed


def test_a_part_with_the_name_of_its_attribute_goes_there_alone() -> None:
    """As Attio's own exports call them; a column `City` alone may mean anything."""
    certain = inferred({"Primary location > Country": "Germany", "Name": "A"}, PLACES, "companies")
    unsure = inferred({"City": "Bremen", "Name": "A"}, PLACES, "companies")

    assert "primary_location.country_code" == goes(certain)["Primary location > Country"]
    assert frozenset() == certain.guessed
    assert "City" in reasons(unsure)
    assert {} == goes(inferred({"First Name": "Mara", "Shoe size": "42"}, PEOPLE))
    assert {"Full Name": "name"} == goes(inferred({"Full Name": "Mara Quist"}, PEOPLE))


def test_the_parts_of_a_name_say_more_than_the_name() -> None:
    """Where a first name ends cannot be told from the whole; rows without the parts have the whole."""
    row = {"Name": "Maria Clara de Souza", "Given Name": "Maria Clara", "Family Name": "de Souza"}
    blank = {**row, "Given Name": "", "Family Name": ""}

    assert {
        "Given Name": "name.first_name",
        "Family Name": "name.last_name",
        "Name": "name.full_name",
    } == goes(inferred(row, PEOPLE))
    assert {"Name": "name"} == goes(inferred(blank, PEOPLE))


def test_a_name_beside_a_first_name_is_the_last_one() -> None:
    """As lists in German and Dutch have it, unless the first names stand in it."""
    apart = inferred({"Vorname": ["Mara", "Ole"], "Name": ["Quist", "Groß"]}, PEOPLE)
    whole = inferred({"Vorname": ["Mara", "Ole"], "Name": ["Mara Quist", "Ole Groß"]}, PEOPLE)

    assert {"Vorname": "name.first_name", "Name": "name.last_name"} == goes(apart)
    assert {"Name": "name"} == goes(whole)
