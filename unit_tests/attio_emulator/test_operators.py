"""What the operators of a filter compare."""

from typing import Any

import pytest

from attio_emulator.queries.operators import COMPARE


@pytest.mark.parametrize(
    ("operator", "wanted", "passes", "fails"),
    [
        ("$eq", "Ada", ["Ada"], ["ada", "", None]),
        ("$in", ["a", "b"], ["a", "b"], ["c", None]),
        ("$not_empty", True, ["a", 0, False], ["", None]),
        ("$contains", "DA", ["Ada", "dam"], ["ad", None]),
        ("$starts_with", "ad", ["Ada"], ["Bada", None]),
        ("$ends_with", "DA", ["Ada"], ["Adam", None]),
        ("$gt", 5, [6], [5, None]),
        ("$gte", 5, [5, 6], [4, None]),
        ("$lt", 5, [4], [5, None]),
        ("$lte", 5, [5, 4], [6, None]),
    ],
)
def test_an_operator_compares(operator: str, wanted: Any, passes: list[Any], fails: list[Any]) -> None:
    """Parts of a text ignore case, equality does not, and an empty member passes none."""
    test = COMPARE[operator](wanted)

    assert [True] * len(passes) == [test(held) for held in passes]
    assert [False] * len(fails) == [test(held) for held in fails]
