"""Addresses that Attio tells apart and the relay does not."""

import pytest

from attio_relay.subscribing.turns import another_turn, same_address

URL = "https://relay.example.com/hooks/acme?secret=a%26b"


def test_another_turn_is_another_address_of_the_same_route() -> None:
    """The rest of the query stays, and turns do not pile up."""
    first = another_turn(URL)
    second = another_turn(first)

    assert 3 == len({URL, first, second})
    assert second.startswith(f"{URL}&turn=")
    assert 1 == second.count("turn=")
    assert same_address(first, second)
    assert same_address(URL, second)


@pytest.mark.parametrize("other", ["https://relay.example.com/hooks/other?secret=a%26b", "http://[", None, 3])
def test_another_place_is_not_the_same_address(other: object) -> None:
    """Neither is what is no address at all."""
    assert not same_address(other, URL)  # type: ignore[arg-type] # whatever Attio returns
