from typing import Any

import pytest

from attio_api.blanks import without_blanks


@pytest.mark.parametrize("blank", [None, "", " ", "\n", [], {}])
def test_a_blank_is_a_setting_left_out(blank: Any) -> None:
    """Null, spaces, an empty list and object are dropped at every depth, and what becomes empty with them."""
    raw = {"a": blank, "b": {"c": blank}, "d": [blank, {"e": blank}, {"f": 1, "g": blank}], "h": 1}

    assert {"d": [{"f": 1}], "h": 1} == without_blanks(raw)


@pytest.mark.parametrize("value", [False, 0, 0.0, " a\n", "null", [0], {"a": 0}])
def test_everything_else_is_a_value(value: Any) -> None:
    """False and nought are answers, and spaces around a text stay."""
    assert {"a": value} == without_blanks({"a": value})


def test_the_users_data_stays_as_it_is() -> None:
    """Under a name that holds data, a null, an empty text and a space have a meaning."""
    raw = {"list": [{"filter": {"name": None, "city": ""}}, {"filter": None}, {"filter": " "}]}

    assert {"list": [{"filter": {"name": None, "city": ""}}, {"filter": " "}]} == without_blanks(
        raw, untouched={"filter"}
    )
