"""What readers of the feed may ask for."""

from unit_tests.attio_relay.asking import Asked


def test_a_position_that_no_store_reaches_is_refused_in_a_sentence(relay: Asked) -> None:
    """Thousands of digits are read no further than a position can be long."""
    asked = relay.ask("GET", f"/feeds/acme/changes?after={'9' * 5000}", authorization="Bearer feed")

    assert (422, "after must be a whole number from 0 to 4611686018427387904.") == (
        asked.status,
        asked.json()["error"],
    )
