"""A person's name in one cell: first and last name, and what stands beside them."""

from __future__ import annotations

from typing import Any

import pytest

from destination_attio.rows.cells.names import read_name


def test_titles_and_suffixes_are_no_part_of_first_and_last_name() -> None:
    """The full name keeps them; a plain name stays as it is, and a comma before a suffix parts nothing."""
    doctor: Any = read_name("Dr. Mara Quist, PhD")
    junior: Any = read_name("Quist, Mara, Jr.")

    assert ("Mara", "Quist", "Dr. Mara Quist, PhD") == tuple(doctor.values())
    assert ("Mara", "Quist") == (junior["first_name"], junior["last_name"])
    assert "Ludwig van Beethoven" == read_name("Ludwig van Beethoven")
    assert "Quist, Mara" == read_name("Quist, Mara")


@pytest.mark.parametrize(
    ("text", "first", "last", "full"),
    [
        ("Müller (Müller GmbH)", "Müller", "", "Müller (Müller GmbH)"),
        ('Mara "Mimi" Quist', "Mara", "Quist", 'Mara "Mimi" Quist'),
        ('Quist, Mara "Mimi"', "Mara", "Quist", "Mara Quist (Mimi)"),
        ("Frau Dr. Quist", "", "Quist", "Frau Dr. Quist"),
        ("\U0001f680 Mara Quist", "Mara", "Quist", "\U0001f680 Mara Quist"),
        ("Dr. Mara Quist \u2728", "Mara", "Quist", "Dr. Mara Quist \u2728"),
        ("Mara Quist, PMP®", "Mara", "Quist", "Mara Quist, PMP"),
        ("van der Berg, Dr. Anna-Lena PhD", "Anna-Lena", "van der Berg", "Dr. Anna-Lena van der Berg, PhD"),
    ],
)
def test_what_stands_beside_a_name_is_in_the_full_name_alone(
    text: str, first: str, last: str, full: str
) -> None:
    """Titles, suffixes, brackets and nicknames."""
    assert {"first_name": first, "last_name": last, "full_name": full} == read_name(text)


@pytest.mark.parametrize(
    "text", ["Bishop Smith", "King Charles", "O'Neil, Shaun", "Dr. (Mara)", "Cher", "Mara Quist - CTO"]
)
def test_words_that_may_be_names_stay_names(text: str) -> None:
    """A title that is a first name as well is none."""
    assert text == read_name(text)
