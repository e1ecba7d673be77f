"""JSON as it is read and printed."""

from typing import Any

import pytest

from attio_emulator.contract.wire import loads, one_kind_of_number, page


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (5.0, 5),
        ([1.0, {"a": -2.0}], [1, {"a": -2}]),
        (1.5, 1.5),
        (True, True),
        ("5.0", "5.0"),
        (2.0**60, 2.0**60),
    ],
)
def test_a_whole_number_is_one_however_it_is_written(given: Any, read: Any) -> None:
    """Up to the largest that a float holds exactly."""
    found = one_kind_of_number(given)

    assert (repr(read)) == repr(found)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_printed_rows_are_joined_to_one_page(count: int) -> None:
    """Without parsing them again."""
    assert {"data": [{"n": 1}] * count} == loads(page([b'{"n":1}'] * count))
