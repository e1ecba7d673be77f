"""Counts as sentences have them."""

import pytest

from attio_relay.words import counted


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 deliveries"), (1, "1 delivery"), (2, "2 deliveries"), (1234, "1,234 deliveries")],
)
def test_a_noun_agrees_with_its_number(number: int, said: str) -> None:
    """One is singular, and everything else is plural."""
    assert said == counted(number, "delivery", "deliveries")
    assert said.replace("deliveries", "routes").replace("delivery", "route") == counted(number, "route")
