"""The place in a filter that is being read."""

from typing import Any

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.odd import ODD


def test_a_filter_may_not_be_nested_without_end(odd: Api) -> None:
    """Deep nesting is an error of the filter, not of the server."""
    filter_: Any = {"name": "x"}
    for _ in range(200):
        filter_ = {"$not": filter_}

    assert (400, "filter_error") == odd.refusal("POST", ODD, {"filter": filter_})
