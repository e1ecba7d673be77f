"""Cells that are not written although their row is."""

import pytest

from destination_attio.model.skipped import Skipped


@pytest.mark.parametrize("column", ["phone", None])
def test_a_skipped_cell_is_read_as_it_was_kept(column: str | None) -> None:
    """A plan that is saved tells its column, its value and the reason."""
    one = Skipped(stream="s", row_number=3, column=column, attribute="phone", reason="No.", value=["x5"])

    assert one == Skipped.from_json(one.to_json())


def test_the_value_of_a_skipped_cell_is_not_logged() -> None:
    """Neither is any other content of a row."""
    shown = repr(Skipped(stream="s", row_number=3, column="c", attribute="a", reason="No.", value="secret"))

    assert "secret" not in shown
