"""Durations as people write and read them."""

import pytest

from attio_relay.durations import seconds, spoken


@pytest.mark.parametrize(
    ("text", "length"), [("500ms", 0.5), (" 10s ", 10.0), ("1.5 m", 90.0), ("2h", 7200.0), ("14d", 1209600.0)]
)
def test_each_unit_is_understood(text: str, length: float) -> None:
    """With a fraction, and with blanks."""
    assert length == seconds(text)


@pytest.mark.parametrize("text", ["10", "s", "-1s", "1 w", "٣s", 10, None, ["1s"]])
def test_what_has_no_unit_is_no_duration(text: object) -> None:
    """A bare number could be meant in any unit."""
    with pytest.raises(ValueError, match="is not a duration; write for example 500ms"):
        seconds(text)


@pytest.mark.parametrize(
    ("length", "text"),
    [(0.25, "250 ms"), (1.0, "1 s"), (59.94, "59.9 s"), (5400.0, "1.5 h"), (86400.0, "1 d")],
)
def test_a_duration_is_told_in_its_largest_unit(length: float, text: str) -> None:
    """With three digits."""
    assert text == spoken(length)
