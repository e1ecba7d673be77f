"""What a sheet's XML says beside its values: hidden cells, errors, formulas, and how far it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
import xlsxwriter

from attio_sync.failures import WrongUsage
from attio_sync.rows.readers import rows_of_file
from destination_attio.model.targets import UNREADABLE
from destination_attio.rows.cells.numbers import TypedMoney
from unit_tests.attio_sync.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_hidden_is_read_and_told(tmp_path: Path) -> None:
    """Rows that a filter hides and hidden columns are rows and columns; empty hidden ones are not told."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, record in enumerate([["name", "pay", "zip"], ["Ada", 1, 2], ["Bob", 3, 4], ["Eve", 5, 6]]):
            sheet.write_row(at, 0, record)
        for at in (1, 3, 9):
            sheet.set_row(at, options={"hidden": True})
        sheet.set_column("B:B", options={"hidden": True})
        sheet.set_column("E:XFD", options={"hidden": True})
    rows = rows_of_file(path)

    assert ["Ada", "Bob", "Eve"] == [row["name"] for row in rows.read()]
    assert [
        f"2 lines (2 to 4) of {path} hidden, by a filter or by hand: read like the others.",
        f"Columns of {path} hidden: 'pay'; read like the others.",
    ] == list(rows.remarks)
    assert () == rows_of_file(workbook(tmp_path / "b.xlsx", One=[["name"], ["Ada"]])).remarks


def test_leading_zeros_that_a_sheet_shows_are_kept(tmp_path: Path) -> None:
    """By the format of the cell alone; a number with all its digits stays one, and so do other formats."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, zeros = book.add_worksheet(), book.add_format({"num_format": "00000"})
        sheet.write_row(0, 0, ["name", "zip", "pay"])
        for row, number in enumerate([2110, 0, 10115, 123456, 1.5, -7], start=1):
            sheet.write(row, 0, "Ada")
            sheet.write_number(row, 1, number, zeros)
            sheet.write_number(row, 2, 7, book.add_format({"num_format": "0.00"}))
        sheet.write_string(7, 1, "2110", zeros)
        sheet.write_blank(9, 5, None, zeros)
    rows = list(rows_of_file(path).read())

    assert ["02110", "00000", 10115, 123456, 1.5, -7, "2110"] == [row["zip"] for row in rows]
    assert {7} == {row["pay"] for row in rows[:-1]}


@pytest.mark.parametrize(
    ("shown", "cell"),
    [
        ("[$$-409]#,##0.00", "$ -12.5"),
        ("#,##0.00\\ [$€-407]", "€ -12.5"),
        ('_("EUR"* #,##0.00_);(#,##0.00)', "EUR -12.5"),
        ("£#,##0.00;[Red]-£#,##0.00", "£ -12.5"),
        ('0.00 "pieces"', -12.5),
        ('0.0,"K"', -12.5),
        ("0.00%", -12.5),
    ],
)
def test_the_currency_that_a_sheet_shows_is_a_part_of_the_value(
    tmp_path: Path, shown: str, cell: object
) -> None:
    """Else dollars would be written to an attribute of euros; units and the like are none."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "pay")
        sheet.write(1, 0, -12.5, book.add_format({"num_format": shown}))
    (row,) = rows_of_file(tmp_path / "a.xlsx").read()

    assert cell == row["pay"]
    assert isinstance(cell, str) == isinstance(row["pay"], TypedMoney)


def test_cells_with_an_error_are_named(tmp_path: Path) -> None:
    """They are blank, and the person who sent the file learns which."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["name", "Ada"])
        sheet.write(0, 1, "pay")
        sheet.write_formula(1, 1, "=NA()", value="#N/A")
    rows = rows_of_file(path)

    assert [{"name": "Ada", "pay": None}] == list(rows.read())
    assert (f"Cells of {path} with an error, as #N/A, read as blank: B2.",) == rows.remarks


def test_a_formula_without_a_result_is_no_blank_cell(tmp_path: Path) -> None:
    """Libraries write formulas and calculate none; a 0 of theirs is no result, another number is one."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "pay", "sum"])
        sheet.write_column(1, 0, ["Ada", "Bob", "Eve"])
        for row, value in enumerate(["", 0, 7], start=1):
            sheet.write_formula(row, 1, "=1+1", value=value)
        sheet.write_formula("C5", "=SUM(B2:B4)", value="")
    lost = {UNREADABLE: "its cell holds a formula without a result"}
    rows = rows_of_file(path)

    assert [
        {"name": "Ada", "pay": lost, "sum": None},
        {"name": "Bob", "pay": lost, "sum": None},
        {"name": "Eve", "pay": 7, "sum": None},
        {"name": None, "pay": None, "sum": lost},
    ] == list(rows.read())
    assert f"{path} with a formula without a result: B2, B3, C5. Open the file" in " ".join(rows.remarks)


def test_a_spreadsheet_knows_its_results(tmp_path: Path) -> None:
    """In a workbook that was calculated a 0 is 0, and a formula may give an empty text."""
    plain, path = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(plain) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "pay", "note"])
        sheet.write(1, 0, "Ada")
        sheet.write_formula("B2", "=1-1", value=0)
        sheet.write_formula("C2", '=""', value=" ")
    with ZipFile(plain) as old, ZipFile(path, "w") as new:
        for one in old.namelist():
            part = old.read(one).replace(b' fullCalcOnLoad="1"', b"").replace(b"<v> </v>", b"<v></v>")
            new.writestr(one, part)
    rows = rows_of_file(path)

    assert [{"name": "Ada", "pay": 0, "note": None}] == list(rows.read())
    assert () == rows.remarks


def test_a_heading_without_a_result_is_no_name(tmp_path: Path) -> None:
    """Its column is called by its number."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", None, "zip"])
        sheet.write_formula("B1", '="pay"', value="")
        sheet.write_row(1, 0, ["Ada", 5, 7])

    assert [{"name": "Ada", "Column 2": 5, "zip": 7}] == list(rows_of_file(path).read())


@pytest.mark.parametrize(
    ("cells", "named"),
    [([(1_048_575, 16_383)], "XFD1048576"), ([(1_048_575, 0), (0, 16_383)], "A1048576 and XFD1")],
)
def test_a_cell_far_away_is_named_before_the_memory_is_full(
    tmp_path: Path, cells: list[tuple[int, int]], named: str
) -> None:
    """The reader of values makes room for every cell between, which ends the process without a word."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("People")
        sheet.write_row(0, 0, ["name", "zip"])
        for row, column in cells:
            sheet.write(row, column, "x")

    with pytest.raises(
        WrongUsage, match=f"'People' of .* reaches to {named}: 1,048,576 rows of 16,384 columns"
    ):
        rows_of_file(path)


def test_a_sheet_with_a_document_type_is_refused(tmp_path: Path) -> None:
    """No spreadsheet has one; it could hold entities that grow without end."""
    plain, path = workbook(tmp_path / "a.xlsx", One=[["name"], ["Ada"]]), tmp_path / "b.xlsx"
    with ZipFile(plain) as old, ZipFile(path, "w") as new:
        for one in old.namelist():
            start = b"<!DOCTYPE x [<!ENTITY e 'e'>]><worksheet"
            new.writestr(one, old.read(one).replace(b"<worksheet", start, 1))

    with pytest.raises(WrongUsage, match="not a spreadsheet that can be read"):
        rows_of_file(path)


@pytest.mark.parametrize("nth", range(1, 12))
def test_a_sheet_that_cannot_be_unpacked_is_refused(tmp_path: Path, nth: int) -> None:
    """Wherever one of its packed bytes was damaged, and whatever the unpacking calls that."""
    path = workbook(tmp_path / "a.xlsx", One=[["name"], *[[f"Company {n}"] for n in range(300)]])
    with ZipFile(path) as packed:
        (part,) = [one for one in packed.infolist() if one.filename == "xl/worksheets/sheet1.xml"]
    damaged = bytearray(path.read_bytes())
    damaged[part.header_offset + 30 + len(part.filename) + part.compress_size * nth // 12] ^= 0xFF
    path.write_bytes(damaged)

    with pytest.raises(WrongUsage, match="not a spreadsheet that can be read"):
        rows_of_file(path)
