"""Days as people write them: each form reads its own alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from destination_attio.rows.cells.dates import FORMS, forms_of, means_one_day, read_moment

if TYPE_CHECKING:
    from destination_attio.read_config import DateForm

NEW_YEARS_EVE = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("iso", "2026-12-31"),
        ("iso", "2026/12/31 23:59"),
        ("iso", "2026-W53-4"),
        ("iso", "2026年12月31日"),
        ("dmy", "31.12.2026, 15:04 Uhr"),
        ("dmy", "31/12/2026"),
        ("dmy", "31.12.2026"),
        ("dmy", "31-12-26"),
        ("dmy", "31. 12. 2026 14:05"),
        ("mdy", "12/31/2026"),
        ("mdy", "12/31/26, 2:30 PM"),
        ("excel", "46387"),
        ("excel", "46387.5"),
    ],
)
def test_a_form_reads_its_own_texts_alone(form: DateForm, text: str) -> None:
    """A text that one form reads is no date in any other."""
    others: set[DateForm] = {"iso", "dmy", "mdy", "excel"} - {form}
    at = read_moment(text, form)

    assert at is not None
    assert NEW_YEARS_EVE == at.date()
    assert {form} == set(forms_of(text))
    assert not any(read_moment(text, other) for other in others)


@pytest.mark.parametrize(
    "text",
    [
        "31 Dec 2026",
        "31-Dec-26",
        "December 31, 2026",
        "31. Dezember 2026",
        "31 décembre 2026",
        "Thu, 31 Dec 2026",
        "31 de diciembre de 2026",
        "31º de dezembro de 2026",
        "31 déc. 2026 15h04",
    ],
)
def test_a_date_that_names_its_month_is_read_in_every_form(text: str) -> None:
    """Nobody can mistake it, so the order of the column does not matter."""
    for form in ("iso", "dmy", "mdy", "excel"):
        at = read_moment(text, form)
        assert at is not None
        assert NEW_YEARS_EVE == at.date()


@pytest.mark.parametrize(
    "text", ["", "soon", "13/13/2026", "31/04/2026", "Mar 2025", "12/31", "25:61", "2026-W54-1", "2026-W05"]
)
def test_what_is_no_date_has_no_form(text: str) -> None:
    """Neither a part of a date nor a day that no calendar has."""
    assert frozenset() == forms_of(text)


def test_both_orders_are_possible_until_the_day_says_otherwise() -> None:
    """Only a day after the twelfth, or one that equals its month, leaves no doubt."""
    assert {"dmy", "mdy"} == set(forms_of("01/02/2026"))
    assert not means_one_day("01/02/2026")
    assert means_one_day("05/05/2026")
    assert read_moment("01/02/2026", None) is None


@pytest.mark.parametrize("text", ["1987.0", "1987.00"])
def test_a_year_that_a_data_frame_made_a_number_of_is_a_year(text: str) -> None:
    """It does so where the column has blank cells; a year has no form, and a number with a part is none."""
    for form in FORMS:
        at = read_moment(text, form)
        assert at is not None
        assert date(1987, 1, 1) == at.date()
    assert set(FORMS) == set(forms_of(text))
    assert read_moment("1987.5", "iso") is None
