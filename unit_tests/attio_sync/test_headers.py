"""Which line of a file has the names of its columns, and what these are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.rows.headers import header_of

if TYPE_CHECKING:
    from attio_sync.rows.headers import Header


def found(*lines: list[Any]) -> Header:
    return header_of("a.csv", list(enumerate(lines, start=1)))


def test_two_tables_side_by_side_are_refused() -> None:
    """The second one's addresses would go to the first one's people."""
    with pytest.raises(WrongUsage, match=r"a\.csv has two tables side by side"):
        found(["name", "zip", "", "name", "zip"], ["Ada", "1", "", "Bob", "2"])
    for header in (["name", "zip", "", "name"], ["name", "", "zip", "pay"], ["name", "zip", "name", "zip"]):
        assert 1 == found(header, ["Ada"] * len(header)).line


@pytest.mark.parametrize(
    "lines",
    [
        [["Report", "Firms"], ["As of", "27.11.2026"], [""], ["name", "zip", "pay"]],
        [
            ["Report", "Firms", "", ""],
            ["As of", "1.2.2026", "", ""],
            ["", "", "", ""],
            ["name", "zip", "pay"],
        ],
        [["EXTF", "700", "", "Debtors"], ["name", "zip", "pay", "Notes", "Mail"]],
    ],
)
def test_facts_on_the_file_stand_above_the_header(lines: list[list[str]]) -> None:
    """Pairs up to an empty line, or one line with numbers; the names below are more."""
    header = found(*lines, ["Ada", "1", "2"])

    assert ("name", "zip", "pay") == header.names[:3]
    assert any("above the header of a.csv left out." in one for one in header.remarks)


@pytest.mark.parametrize(
    "rows",
    [
        [["Ada", "Bremen"], [""], ["Bob", "Lyon"]],
        [[""], ["Ada", "ada.example.com", "x"]],
        [["Ada", "Bremen", "x", "y"]],
        [["Ada", "x", "y"], [""], ["Bob", "x", "y", "z"]],
    ],
)
def test_rows_that_do_not_fit_are_no_header(rows: list[list[str]]) -> None:
    """A gap in a table of two columns, a domain among the cells, and rows that are too long."""
    assert 1 == found(["name", "town"], *rows).line


def test_signs_that_nobody_sees_are_no_part_of_a_columns_name() -> None:
    """A person would look for a difference in vain."""
    assert ("name", "zip") == found(["\u200bna\u00adme\0", "zip\u200e"], ["Ada", "1"]).names
