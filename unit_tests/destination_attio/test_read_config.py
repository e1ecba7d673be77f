"""The settings of how cells are written."""

from typing import Any

import pytest
from pydantic import ValidationError

from destination_attio.read_config import NOT_SET, ReadConfig


@pytest.mark.parametrize("slug", ["date", "decimal", "percent", "more_decimals", "blank"])
def test_a_choice_can_be_taken_back(slug: str) -> None:
    """`not_set` and null are as if it had never been made."""
    assert ReadConfig() == ReadConfig(**{slug: NOT_SET}) == ReadConfig(**{slug: None})


@pytest.mark.parametrize(
    "wrong",
    [{"date": "ymd"}, {"decimal": ";"}, {"separator": ""}, {"country": "gb"}, {"country": "GBR"}, {"x": 1}],
)
def test_an_unknown_word_is_refused(wrong: dict[str, Any]) -> None:
    """It is never taken for the nearest one."""
    with pytest.raises(ValidationError):
        ReadConfig(**wrong)


def test_a_columns_settings_go_before_those_of_the_file() -> None:
    """What a column does not say is as in the whole file."""
    column, whole = ReadConfig(date="dmy"), ReadConfig(date="mdy", decimal=",", nulls=("-",))

    assert ReadConfig(date="dmy", decimal=",", nulls=("-",)) == column.over(whole)
    assert column == column.over(None)
