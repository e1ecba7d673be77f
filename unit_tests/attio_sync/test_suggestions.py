from __future__ import annotations

import pytest

from attio_sync.suggestions import instead, nearest

ATTRIBUTES = ["name", "email_addresses", "phone_numbers", "primary_location", "domains", "description"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("email", "email_addresses"),
        ("Emails", "email_addresses"),
        ("domain", "domains"),
        ("domians", "domains"),
        ("phone", "phone_numbers"),
        ("location", "primary_location"),
        ("zzz", None),
        ("e", None),
        ("", None),
    ],
)
def test_a_part_of_a_name_or_a_slip_finds_it(word: str, meant: str | None) -> None:
    """What somebody types from memory is enough; nonsense finds nothing."""
    assert meant == nearest(word, ATTRIBUTES)


def test_where_nothing_is_alike_it_says_what_there_is() -> None:
    """A few names, and how many more there are."""
    assert "Did you mean 'domains'?" == instead("domain", ATTRIBUTES)
    assert "There are: a." == instead("zzz", ["a"])
    assert "There are: none." == instead("zzz", [])
    assert instead("zzz", [f"n{number}" for number in range(31)]).endswith("and 19 more.")
