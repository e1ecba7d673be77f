"""Placeholders in recorded requests."""

import pytest

from attio_emulator.facts.placeholders import UnfilledError, filled


def test_placeholders_are_filled_wherever_they_stand() -> None:
    """In texts, lists, keys and repeated parts; an id is new each time it is asked for."""
    ids = iter("ab")
    template = {"{{key}}": ["x-{{run}}", 5], "ids": {"$repeat": 2, "of": "{{uuid}}"}}

    assert {"k": ["x-7", 5], "ids": ["a", "b"]} == filled(
        template, {"key": "k", "run": "7"}, new_id=lambda: next(ids)
    )


def test_a_placeholder_without_a_value_is_told() -> None:
    """By its name, instead of being sent as it stands."""
    with pytest.raises(UnfilledError, match="company"):
        filled("/v2/{{company}}", {})
