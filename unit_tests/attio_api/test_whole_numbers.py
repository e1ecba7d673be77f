"""Options that take a whole number."""

import click
import pytest

from attio_api.whole_numbers import Whole


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("+7", 7), ("1000", 1000), (5, 5)])
def test_a_whole_number_within_the_bounds_is_taken(text: str | int, number: int) -> None:
    """Both bounds are good; so is a default that is a number already."""
    assert number == Whole(1, 1000).convert(text, None, None)


@pytest.mark.parametrize("text", ["0", "1001", "-5", "1.5", "x", ""])
def test_anything_else_is_told_with_the_bounds(text: str) -> None:
    """In words, with a comma in a large number."""
    with pytest.raises(click.BadParameter) as refused:
        Whole(1, 1000).convert(text, None, None)

    assert f"'{text}' is not a whole number from 1 to 1,000." == refused.value.message
