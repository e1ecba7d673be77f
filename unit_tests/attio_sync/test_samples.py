from __future__ import annotations

from attio_sync.rows.rows import Rows
from attio_sync.ui.samples import sampled


def test_the_odd_values_are_shown_first() -> None:
    """The longest and the shortest tell more than the first few; empty cells are counted as such."""
    values = ["abc", "", "abcd", None, "a", "a long one"]
    rows = Rows(name="x", columns=("c", "d"), count=6, read=lambda: iter([{"c": one} for one in values]))
    found = sampled(rows)

    assert ["a long one", "a", "abc"] == found["c"].told
    assert (4, 0, []) == (found["c"].filled, found["d"].filled, found["d"].told)
