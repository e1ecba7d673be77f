"""Periods whose changes are handed out once more."""

import pytest

from attio_relay.serving.replays import moment_of


@pytest.mark.parametrize(
    "text", ["2026-11-26T10:00:00Z", "2026-11-26T10:00", "2026-11-26 11:00+01:00", "20261126T100000Z"]
)
def test_a_time_is_in_utc_unless_it_says_otherwise(text: str) -> None:
    """In every form of ISO 8601 that people write."""
    assert 1795687200.0 == moment_of(text, "since")


@pytest.mark.parametrize("text", ["yesterday", "", "26.11.2026", "2026-11-31", "1795687200"])
def test_what_is_no_time_is_named(text: str) -> None:
    """With the option that it was given to."""
    with pytest.raises(ValueError, match=r"until must be a time such as 2026-11-26T10:00:00Z, not '"):
        moment_of(text, "until")
