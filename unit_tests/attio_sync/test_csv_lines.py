"""Records of CSV files that are too long: each is passed over by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.rows import csv_lines
from destination_attio.model.targets import UNREADABLE
from unit_tests.attio_sync.row_files import csv_rows

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.rows.rows import Rows

LONG = "x" * 60
REASON = "has more than 67,108,864 characters, the most that is taken of a row."


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record is too long from 41 characters on, and the rest of it is passed over in blocks of eight."""
    monkeypatch.setattr(csv_lines, "MOST_OF_ROW", 40)
    monkeypatch.setattr(csv_lines, "_BLOCK", 8)


def told(rows: Rows) -> list[Any]:
    """Each row's name, or what is said of it."""
    assert rows.count == len(list(rows.read()))
    return [row.get(UNREADABLE) or row["name"] for row in rows.read()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "record",
    [
        f"{LONG},1",
        f'"{LONG}",1',
        f'"{LONG}\n, ""{LONG}"", \n",1',
        f'"short\n","{LONG}"',
        "a," * 30,
        '"' + "\n" * 50 + '",1',
    ],
)
def test_a_record_that_is_too_long_costs_itself_alone(tmp_path: Path, record: str, end: str) -> None:
    """Its line is named; a line end in quotation marks does not end it, and counts as a line."""
    lines = ["name,n", "Ada,1", record.replace("\n", end), "Bob,2", "Eve"]
    rows = csv_rows(tmp_path, end.join(lines))
    last = 4 + record.count("\n") + 1

    assert ["Ada", f"Line 3 {REASON}", "Bob", f"Line {last} has 1 field where the header has 2."] == told(
        rows
    )
    assert ("name", "n") == rows.columns


def test_the_last_record_may_be_too_long(tmp_path: Path) -> None:
    """With and without an end of its line; no text below the table is made of it."""
    for end in ("", "\n"):
        assert ["Ada", f"Line 4 {REASON}"] == told(csv_rows(tmp_path, f"name,n\nAda,1\n\n{LONG}{end}"))


def test_a_quotation_mark_that_none_closes_is_a_damaged_file(tmp_path: Path) -> None:
    """Else one row would take all that follow with it."""
    with pytest.raises(WrongUsage, match=r"line 3: a quotation mark opens a value here, and none closes it"):
        csv_rows(tmp_path, f'name,n\nAda,1\n"{LONG},1\nBob,2\n')


def test_a_header_that_is_too_long_is_no_header(tmp_path: Path) -> None:
    """The first row is not taken for it."""
    with pytest.raises(WrongUsage, match=r"a\.csv has no header line above its rows\. Line 1 has more than"):
        csv_rows(tmp_path, f"name,{LONG}\nAda,1\n")
