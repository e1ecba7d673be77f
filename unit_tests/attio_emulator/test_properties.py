"""The operands of filters, read into the form in which values are stored."""

from typing import Any

import pytest

from attio_emulator.values.properties import (
    PARTS,
    Property,
    UnfitError,
    day,
    digits,
    instant,
    lower,
    quantity,
    truth,
    words,
)


@pytest.mark.parametrize(
    ("read", "raw", "stored"),
    [
        (words, " A ", " A "),
        (lower, " A@B.com ", "a@b.com"),
        (quantity, 1.5, 1.5),
        (truth, False, False),
        (day, "2025", "2025-01-01"),
        (instant, "2025-05-05T14:00:00+02:00", "2025-05-05T12:00:00.000000000Z"),
        (digits, "441172345678", "+441172345678"),
    ],
)
def test_an_operand_is_read_as_values_are_stored(read: Any, raw: Any, stored: Any) -> None:
    """Addresses in lower case, moments in UTC, numbers of telephones with a plus."""
    assert stored == read(raw)


@pytest.mark.parametrize(
    ("read", "raw"),
    [(words, 5), (lower, None), (quantity, True), (quantity, "5"), (truth, 1), (instant, "2025-05-05")],
)
def test_an_operand_of_another_kind_is_unfit(read: Any, raw: Any) -> None:
    """A day is no moment, a text no number."""
    with pytest.raises(UnfitError):
        read(raw)


def test_a_part_of_a_number_is_compared_as_it_stands() -> None:
    """No plus is put before digits that a number shall contain."""
    asked = Property(PARTS, digits, words)

    assert ("+4411", "4411") == (asked.understood("$eq", "4411"), asked.understood("$contains", "4411"))
