"""Numbers and amounts as people write them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_attio.rows.cells.numbers import marks_of, read_number, says_nothing

if TYPE_CHECKING:
    from destination_attio.read_config import Mark


@pytest.mark.parametrize(
    ("text", "mark", "number", "currency"),
    [
        ("1.200,50 €", ",", "1200.50", "EUR"),
        ("$1,200.50", ".", "1200.50", "USD"),
        ("US$ 900", ".", "900", "USD"),
        ("CHF 1'200.50", ".", "1200.50", "CHF"),
        ("1 200,5", ",", "1200.5", None),
        ("1,2 Mio", ",", "1200000", None),
        ("€ 10 Mio.", ".", "10000000", "EUR"),
        ("10M", ".", "10000000", None),
        ("Rs. 1.5 crore", ".", "15000000", "INR"),
        ("7,50 Euro", ",", "7.50", "EUR"),
        ("1,200円", ".", "1200", "JPY"),
        ("-5k", ".", "-5000", None),
        ("(1,200)", ".", "-1200", None),
        ("\u22123", ".", "-3", None),
        ("1,00,000", ".", "100000", None),
        ("1.2E+05", ".", "120000", None),
        (".5", ".", "0.5", None),
    ],
)
def test_a_number_is_read_with_what_stands_around_it(
    text: str, mark: Mark, number: str, currency: str | None
) -> None:
    """Thousands, magnitudes, minus signs and currencies are part of how a number is written."""
    found = read_number(text, mark)

    assert found is not None
    assert Decimal(number) == found.number
    assert currency is None or currency in found.currencies


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "5 apples",
        "2013 (1888)",
        "+49 30 901820",
        "1,23,4",
        "12 34",
        "1.2.3",
        "$",
        "5 $ €",
        "50+",
        "5 CR",
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    """Digits beside anything that is not known are no number."""
    assert read_number(text, ".") is None


def test_per_cent_is_told_apart() -> None:
    """Whether 12 % is 12 or 0.12 is for the column's settings to say."""
    found = read_number("12 %", ".")

    assert found is not None
    assert (Decimal(12), True) == (found.number, found.is_percent)


def test_which_mark_it_was_shows_in_most_numbers() -> None:
    """Three digits behind a single mark may be thousands; all else leaves no doubt."""
    assert {",": {","}, ".": {"."}} == {",": set(marks_of("1.200,50")), ".": set(marks_of("1,200.50"))}
    assert {",", "."} == set(marks_of("1.200"))
    assert not says_nothing("1.200")
    assert says_nothing("1200")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from([".", ","]))
def test_every_number_comes_back_as_it_was_written(number: Decimal, mark: Mark) -> None:
    """With thousands parted and either mark."""
    text = f"{number:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", "." if mark == "," else ",")
    found = read_number(text, mark)

    assert found is not None
    assert number == found.number
