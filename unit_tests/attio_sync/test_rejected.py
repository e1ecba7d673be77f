from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from attio_sync.rows.readers import rows_of_file
from attio_sync.ui.rejected import REASONS, csv_of
from destination_attio.model.plan import Change

if TYPE_CHECKING:
    from pathlib import Path

    from attio_api.wire import JsonObject

CELLS = {
    "Name": '=HYPERLINK("http://x")',
    "Phone": "+47 400",
    "Tags": "@a, b",
    "Gain": "-5",
    "Note": "Zeile\n2 ä",
}


def rejected(row: JsonObject | None) -> Change:
    return Change(
        kind="rejected", stream="s", target="people", row=row, key={"name": "k"}, reason="No.", remedy="=1+1"
    )


def test_corrected_rows_are_read_as_they_were(tmp_path: Path) -> None:
    """Cells at which a spreadsheet would begin to calculate included; the reasons are two more columns."""
    path = tmp_path / "rejected.csv"
    path.write_text(csv_of([rejected(CELLS)]), encoding="utf-8", newline="")
    (row,) = rows_of_file(path).read()

    assert CELLS | dict(zip(REASONS, ("No.", "=1+1"), strict=True)) == row


def test_no_cell_is_calculated_by_a_spreadsheet(tmp_path: Path) -> None:
    """Neither a value, nor a reason, nor the name of a column."""
    path = tmp_path / "rejected.csv"
    path.write_text(csv_of([rejected(CELLS | {"=1+1": "x"})]), encoding="utf-8", newline="")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]

    assert '="=HYPERLINK(""http://x"")"' in cells
    assert [] == [one for one in cells if one[:1] in {*"=+-@"} and not one.startswith('="')]


def test_each_row_has_every_column() -> None:
    """Numbers and lists as JSON; a row of which only the key is known has that."""
    lines = csv_of([rejected({"A": 7, "B": ["x", 1]}), rejected({"C": None}), rejected(None)]).splitlines()

    assert "\ufeffA,B,C,name,Why it was rejected,What to do" == lines[0]
    assert ['7,"[""x"", 1]",,,No.', ",,,,No.", ",,,k,No."] == [one.rsplit(",", 1)[0] for one in lines[1:]]
