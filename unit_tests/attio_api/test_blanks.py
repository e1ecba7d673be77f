from typing import Any

import pytest

from attio_api.blanks import without_blanks


@pytest.mark.parametrize("blank", [None, "", [], {}])
def test_a_blank_is_a_setting_left_out(blank: Any) -> None:
    """Null, an empty text, list and object are dropped at every depth, and what becomes empty with them."""
    raw = {"a": blank, "b": {"c": blank}, "d": [blank, {"e": blank}, {"f": 1, "g": blank}], "h": 1}

    assert {"d": [{"f": 1}], "h": 1} == without_blanks(raw)


@pytest.mark.parametrize("value", [False, 0, 0.0, " ", "null", [0], {"a": 0}])
def test_everything_else_is_a_value(value: Any) -> None:
    """False, nought and a blank character are answers."""
    assert {"a": value} == without_blanks({"a": value})


def test_the_users_data_stays_as_it_is() -> None:
    """Under a name that holds data, a null and an empty text have a meaning."""
    raw = {"list": [{"filter": {"name": None, "city": ""}}, {"filter": None}]}

    assert {"list": [{"filter": {"name": None, "city": ""}}]} == without_blanks(raw, untouched={"filter"})
