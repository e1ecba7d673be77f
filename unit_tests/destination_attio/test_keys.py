"""The values by which rows and records are matched."""

from typing import Any

from destination_attio.rows.keys import keys_of, tokens_of
from unit_tests.destination_attio.samples import DOMAINS, NAME


def test_keys_are_all_combinations_of_matching_values() -> None:
    """A row with two domains and one name has two keys; without a value there is none."""
    values: Any = {"domains": ["a.example.com", "b.example.com"], "name": "A"}

    assert [("a.example.com", "A"), ("b.example.com", "A")] == keys_of([DOMAINS, NAME], values)
    assert [] == keys_of([DOMAINS, NAME], {"domains": ["a.example.com"], "name": None})
    assert [] == keys_of([], values)
    assert tokens_of([NAME], {"name": " A "}) == tokens_of([NAME], {"name": "A"})
