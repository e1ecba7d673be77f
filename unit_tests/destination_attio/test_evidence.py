"""How a column is written, decided from all of its values."""

from __future__ import annotations

from typing import Any

import pytest

from attio_api.attributes import Attribute
from destination_attio.rows.cells.dates import TypedMoment
from destination_attio.rows.cells.evidence import Evidence
from destination_attio.rows.cells.numbers import TypedMoney


def seen(kind: str, *values: object, **more: Any) -> Evidence:
    evidence = Evidence(attribute=Attribute(attribute_id="a", slug="a", title="A", type=kind, **more))
    for one in values:
        evidence.see(one)
    return evidence


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("01/02/2026", "31/12/2026"), {"date": "dmy"}),
        (("01/02/2026", "12/31/2026"), {"date": "mdy"}),
        (("31/12/2026", "2026-12-31"), {"date": "iso"}),
        (("46387", "46388"), {"date": "excel"}),
        (("12 Mar 2025", "05/05/2026"), {}),
        (("2016", "31.12.2016", "2020.0"), {"date": "dmy"}),
        (("2016", "2020"), {}),
        (("N/A", "-", "soon"), {}),
    ],
)
def test_the_order_of_dates_is_the_only_one_that_fits(values: tuple[str, ...], found: dict[str, str]) -> None:
    """One value that leaves no doubt decides for all; what programs write beside it keeps its own form."""
    evidence = seen("date", *values)

    assert found == evidence.found()
    assert evidence.question() is None


def test_what_a_spreadsheet_has_typed_says_nothing_of_how_texts_are_written() -> None:
    """Else the texts beside it would be rejected; texts alone decide, and what they leave open is asked."""
    typed = TypedMoment("2026-12-31")

    assert {"date": "dmy"} == seen("date", typed, "31.12.2026").found()
    assert {} == seen("date", typed, typed).found()
    assert seen("date", typed, "01.02.2026").question()


@pytest.mark.parametrize("values", [("01/02/2026", "03/04/2026"), ("31/12/2026", "12/31/2026")])
def test_where_both_orders_are_possible_nobody_guesses(values: tuple[str, ...]) -> None:
    """Neither where all fit both, nor where some fit one alone and some the other."""
    evidence = seen("date", *values)
    question = evidence.question()

    assert {} == evidence.found()
    assert question is not None
    assert ("date", ("dmy", "mdy")) == (question.setting, question.answers)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("1.200,50 €", "900"), {"decimal": ","}),
        (("$1,200.50", "1,200"), {"decimal": "."}),
        (("1200", "7"), {"decimal": "."}),
        (("0,5 %", "12 %"), {"decimal": ",", "percent": "number"}),
        (("1.234.567",), {"decimal": ","}),
        ((7, 1.5), {}),
        ((0.12, "15 %"), {"decimal": "."}),
        ((TypedMoney.of(12.5, "€"), "12,5"), {"decimal": ","}),
        (("0.12", "15 %"), {"decimal": "."}),
        (("3", "15 %"), {"decimal": ".", "percent": "number"}),
    ],
)
def test_the_decimal_mark_is_the_only_one_that_fits(
    values: tuple[object, ...], found: dict[str, str]
) -> None:
    """Numbers that programs have typed say nothing."""
    assert found == seen("number", *values).found()


@pytest.mark.parametrize("values", [("1.200", "1.300"), ("1,200",), ("1.200,50", "1,200.50")])
def test_three_digits_behind_a_mark_are_a_question(values: tuple[str, ...]) -> None:
    """They may be thousands or decimals."""
    evidence = seen("number", *values)

    assert "decimal" not in evidence.found()
    assert evidence.question() is not None


def test_several_titles_are_parted_by_what_stands_between_them() -> None:
    """A separator shows itself; lists of programs have none."""
    assert {"separator": ";"} == seen("select", "Alpha", "Alpha;Beta", is_multiselect=True).found()
    assert {} == seen("select", '["a;b"]', "Alpha", is_multiselect=True).found()
