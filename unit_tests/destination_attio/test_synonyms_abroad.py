"""Names of columns in other languages than English."""

from __future__ import annotations

import unicodedata

import pytest

from unit_tests.destination_attio.inferences import (
    PEOPLE,
    attribute,
    goes,
    inferred,
)


@pytest.mark.parametrize(
    "row",
    [
        {"Vorname": "Mara", "Nachname": "Quist", "Position": "CTO", "Stadt": "Köln", "Land": "Deutschland"},
        {"Prénom": "Mara", "Nom": "Quist", "Fonction": "CTO", "Ville": "Paris", "Pays": "France"},
        {"Voornaam": "Mara", "Achternaam": "Quist", "Functie": "CTO", "Plaats": "Delft", "Land": "Nederland"},
        {"Nombre": "Mara", "Apellidos": "Quist", "Cargo": "CTO", "Ciudad": "Vigo", "País": "España"},
        {"名": "太郎", "姓": "山田", "役職": "CTO", "市区町村": "港区", "国": "日本"},
    ],
)
def test_names_in_other_languages_are_proposed(row: dict[str, str]) -> None:
    """Each of them is a guess."""
    found = inferred(row, PEOPLE)

    assert [
        "name.first_name",
        "name.last_name",
        "job_title",
        "primary_location.locality",
        "primary_location.country_code",
    ] == [goes(found)[column] for column in row]
    assert {*row} == found.guessed


def test_names_of_other_scripts_are_told_apart() -> None:
    """An attribute with such a title is meant by no other name of that script."""
    attributes = [attribute("one", title="会社名"), attribute("two", title="電話")]

    assert {"電話": "two"} == goes(inferred({"電話": "1", "住所": "x"}, attributes, "companies"))


def test_marks_of_voiced_syllables_make_no_difference() -> None:
    """They come as a sign of their own from some systems; a name is known with them and without."""
    for column in ("メールアドレス", unicodedata.normalize("NFD", "メールアドレス")):
        assert "email_addresses" == goes(inferred({column: "a@example.com"}, PEOPLE))[column]
