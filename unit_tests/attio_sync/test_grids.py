"""Rows under a header, as programs and people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_sync.rows.grids import Body
from attio_sync.rows.headers import header_of
from destination_attio.model.targets import UNREADABLE

if TYPE_CHECKING:
    from attio_sync.rows.records import Record


def body_of(*lines: list[Any]) -> tuple[Body, list[dict[str, Any]]]:
    records: list[Record] = list(enumerate(lines, start=1))
    header = header_of("a.csv", records)
    body = Body(name="a.csv", header=header)
    return body, list(body.rows(one for one in records if one[0] > header.line))


@pytest.mark.parametrize(
    ("cell", "content"),
    [
        ("'+14155552671", "+14155552671"),
        ("'02110", "02110"),
        ("'=1+1", "=1+1"),
        ("'@mara", "@mara"),
        ("'-5.50", "-5.50"),
        ("'+1 (415) 555-2671", "+1 (415) 555-2671"),
        ("'1234AB", "1234AB"),
        ("'EC1A 1BB", "EC1A 1BB"),
        ("'s Hertogenbosch", "'s Hertogenbosch"),
        ("'90s", "'90s"),
        ("'", "'"),
        ("''02110", "''02110"),
        ("'1' or '2'", "'1' or '2'"),
    ],
)
def test_the_mark_that_keeps_a_cell_from_being_calculated_is_no_part_of_it(cell: str, content: str) -> None:
    """Shops write it before numbers, codes and signs of formulas; before a word it is an apostrophe."""
    _, rows = body_of(["name", "zip"], ["Ada", cell])

    assert [{"name": "Ada", "zip": content}] == rows


def test_the_title_of_a_group_stands_above_a_header_that_comes_again() -> None:
    """Boards write one above each group of rows; it is told with its line."""
    body, rows = body_of(
        ["name", "zip"], ["Ada", 1], [], ["Former"], ["name", "zip"], ["Bob", 2], [], ["Bob's"], ["Eve", 3]
    )

    assert ["Ada", "Bob", "Bob's", "Eve"] == [one["name"] for one in rows]
    assert (
        "Line 5 of a.csv repeats the header: left out.",
        "Line 4 of a.csv left out, above a header that comes again.",
    ) == body.remarks()


def test_a_nul_is_no_part_of_a_text() -> None:
    """What the damaged cell held nobody knows, so the policy for invalid values decides on it."""
    _, rows = body_of(["name", "zip"], ["A\0da", "1"])

    assert [
        {"name": {UNREADABLE: "it has a NUL, which is a character of damaged files and not of texts"}}
    ] == [{"name": one["name"]} for one in rows]


def test_words_that_were_garbled_before_are_told_once() -> None:
    """They are written as they are; whoever exported the file can do it anew."""
    body, rows = body_of(["name", "zip"], ["Ada", "Zoë"], ["At MÃ¼hle", ""], ["CafÃ©s", "Ünal"])

    assert "At MÃ¼hle" == rows[1]["name"]
    assert ["'MÃ¼hle' for 'Mühle'"] == [one.partition(", as ")[2].partition(":")[0] for one in body.remarks()]


@pytest.mark.parametrize(
    "total",
    [
        ["Total", "", "1,200.50"],
        ["Grand Total", None, 7],
        ["Total:", None, 7],
        ["Summe :", "", "7"],
        ["SUMME", "", "1.200,50 €"],
        ["", "Gesamt", "(5)"],
        ["Total", "$5", "USD 5"],
        ["Totals", "12 %", -5.5],
        ["Grand Totals (2 records)", "", 7],
        ["合計", "", "7"],
        ["Итого:", "", "7"],
    ],
)
def test_sums_below_the_last_row_are_no_row(total: list[Any]) -> None:
    """They are told with their line; what stands below them is left out as well."""
    body, rows = body_of(["name", "zip", "pay"], ["Ada", "x", 1], total, [], ["Made by Eve"])

    assert ["Ada"] == [one["name"] for one in rows]
    assert ("2 lines (3 to 5) below the last row of a.csv left out.",) == body.remarks()


def test_sums_of_groups_are_no_rows_wherever_they_stand() -> None:
    """No firm is called so; each is told with its line."""
    body, rows = body_of(
        ["name", "zip", "pay"], ["Ada", "x", 1], ["Subtotal", "", 1], ["Bob", "y", 2], ["小計", "", 2]
    )

    assert ["Ada", "Bob"] == [one["name"] for one in rows]
    assert ("2 lines (3 to 5) of a.csv left out: sums of the rows above.",) == body.remarks()


@pytest.mark.parametrize(
    "row",
    [
        ["Total", "total.example.com", "5"],
        ["Total", "", ""],
        ["Total Wine", "", "5"],
        ["Ada", "", "5"],
        ["Total", "", "5 mills"],
        ["Total", "", "2026-12-31"],
    ],
)
def test_a_row_with_more_than_sums_is_a_row(row: list[Any]) -> None:
    """A firm may be called so; and a sum amid the rows is one of them, since nobody knows of which."""
    body, rows = body_of(["name", "zip", "pay"], ["Ada", "x", 1], row)
    amid, others = body_of(["name", "zip", "pay"], ["Total", "", 1], ["Ada", "x", 1])

    assert [2, 2] == [len(rows), len(others)]
    assert body.remarks() == amid.remarks() == ()
