from __future__ import annotations

import pytest

from attio_sync.wizard import agreement


@pytest.mark.parametrize(
    ("yes", "asks", "expected"),
    [(True, True, "given"), (True, False, "given"), (False, True, "ask"), (False, False, "none")],
)
def test_who_agrees_to_a_guess(yes: bool, asks: bool, expected: str) -> None:
    """--yes or --accept-guess, an answer, or nobody."""
    assert expected == agreement(yes=yes, asks=asks)
