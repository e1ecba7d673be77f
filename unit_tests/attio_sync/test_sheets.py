"""Rows of spreadsheets, and of what comes through standard input."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import io
import zlib
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from attio_sync.failures import WrongUsage
from attio_sync.rows.form import Form
from attio_sync.rows.readers import rows_of_file, rows_of_stream
from destination_attio.model.targets import UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path

NEW_YEARS_EVE = dt.date(2026, 12, 31)
OLD_SHEET = zlib.decompress(
    base64.b85decode(
        "c-rk)J!lj`6#i!SF85<{*^3t;5so8ZqA^9pLYufIps9?}MiD{xye&fFUN~$_q0xAyAXq6jfiyNz8-"
        "LJ3I|U)4g&+ubT3QJT7Rhbiyq(31UXcS6ROVaeo44=1*?BiVZ*TU^Qo1t#pu37+Z~!K1egZ9ZIzc57-"
        "dG^J?@KYP<5YZ&e+r2>O=L?HPupI{<Q&TRuEN0m$O~fN6P44L##qsFbDM|}j=>Q!h9P2sJETdWi=*mbKF7S3`5t>dV?M~5>&!#sT"
        "M?(QWRLalSF8A>(ZjYB<Z~Z!n-"
        "8qngHF7ZtN8K_5%@+iT$*sE{!T+S(uxJpyp6h^TXLo<$j}5X;Jcp#zJ)vWc~0v$S1&;NA8Ylo2Kt*u1ek??mKS&#Tky)1786H3cN"
        "u*&&)`CCo^#$M<IKb~@o>Q*9vs|9JW|XjWn$)yY^~YIZM?u+i3@0FInB%5qEx+n_v_mu`EmOUYi2ol2PuAsj0!%k$QIN%g&-"
        "yg>D$k|oB1j~bvw)5%oz%p>fZ5AB^;h(pKEOGrGEA@-"
        "r0S1@=lV=UyeP_mOtCONM0PR&SVzf+w<t5S5AT2%WDn;VnE!!CGo@#YoXG?N9L~IQbXLZRP4TbkF{e3Nfy)0!JQl(q5MSyf5HBS@"
        ")zuHDu1Jazrp@;EH4>JHTqfkYBf6WP#P&w{X`NP8X6iJ8X6iJ8XFFw{?wbnDT7ZN^5_s#-"
        "*r}~)bwYP{}#tlr0W75Ob@}Mx`c~Ot)Fd(itt%too&MJg%T&I_Yx+N=Qt*tUcYqo6ZOAm-3_fjw}qPRzt&8g8{GdYp2fq;"
    )
)
"""An .xls file: name and zip of Ada (007, a text) and Bob (7)."""


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, records in sheets.items():
            sheet = book.add_worksheet(name)
            for row, record in enumerate(records):
                for column, value in enumerate(record):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
                    elif value is not None:
                        sheet.write(row, column, value)
    return path


def test_cells_come_with_their_types(tmp_path: Path) -> None:
    """Days are days whatever they look like, whole numbers are whole, texts keep their zeros."""
    path = workbook(
        tmp_path / "a.xlsx",
        One=[["name", "since", "pay", "rate", "zip"], ["Ada", NEW_YEARS_EVE, 1200, 0.5, "007"]],
    )

    assert [{"name": "Ada", "since": "2026-12-31", "pay": 1200, "rate": 0.5, "zip": "007"}] == list(
        rows_of_file(path).read()
    )


@pytest.mark.parametrize("name", ["a.xls", "a.xlsx"])
def test_a_sheet_of_the_old_format_is_read(tmp_path: Path, name: str) -> None:
    """Also where somebody gave it the new ending."""
    (tmp_path / name).write_bytes(OLD_SHEET)

    assert [{"name": "Ada", "zip": "007"}, {"name": "Bob", "zip": 7}] == list(
        rows_of_file(tmp_path / name).read()
    )


def test_a_sheet_is_the_first_or_the_named_one(tmp_path: Path) -> None:
    """A name that no sheet has is told with those that there are."""
    path = workbook(tmp_path / "a.xlsx", One=[["name"], ["Ada"]], Two=[["name"], ["Bob"], ["Eve"]])

    assert [{"name": "Ada"}] == list(rows_of_file(path).read())
    assert 2 == rows_of_file(path, Form(sheet="Two")).count
    with pytest.raises(WrongUsage, match=r"no sheet 'Three'\. There are: One, Two\."):
        rows_of_file(path, Form(sheet="Three"))


def test_a_small_file_that_would_fill_the_memory_is_refused_by_its_unpacked_size(tmp_path: Path) -> None:
    """Zeros are packed a thousandfold; the file is not unpacked to find that out."""
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as packed, packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(101):
            sheet.write(bytes(10_000_000))

    assert path.stat().st_size < 2_000_000
    with pytest.raises(WrongUsage, match=r"unpacks to 1,010 MB, .* Save the sheet as CSV"):
        rows_of_file(path)


def test_hidden_sheets_are_passed_over_and_other_sheets_are_named(tmp_path: Path) -> None:
    """Nobody wonders where their rows are; an empty sheet says where they may be."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        lists, cover, data = (book.add_worksheet(name) for name in ("Lists", "People", "More"))
        lists.write_column(0, 0, ["country", "Norway"])
        cover.write_column(0, 0, ["name", "Ada"])
        data.write_column(0, 0, ["name", "Bob"])
        cover.activate()
        cover.set_first_sheet()
        lists.hide()
    rows = rows_of_file(path)
    empty = workbook(tmp_path / "b.xlsx", Cover=[[]], Data=[["name"], ["Ada"]])

    assert [{"name": "Ada"}] == list(rows.read())
    assert any("'People'" in one and "names another: More." in one for one in rows.remarks)
    assert [{"country": "Norway"}] == list(rows_of_file(path, Form(sheet="Lists")).read())
    with pytest.raises(WrongUsage, match=r"The sheet 'Cover' of .* is empty\. Name another: Data\."):
        rows_of_file(empty)


def test_a_cell_over_several_rows_is_said_in_each(tmp_path: Path) -> None:
    """Merged cells hold their value once; a title over several columns stays a title."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "Companies of 2026")
        sheet.write_row(2, 0, ["name", "domain", "city"])
        sheet.merge_range("A4:A5", "Acme")
        sheet.write_row(3, 1, ["acme.com", "Lyon"])
        sheet.write_row(4, 1, ["acme.fr", "Paris"])

    assert [
        {"name": "Acme", "domain": "acme.com", "city": "Lyon"},
        {"name": "Acme", "domain": "acme.fr", "city": "Paris"},
    ] == list(rows_of_file(path).read())


def test_an_empty_merged_cell_beside_the_table_is_no_matter(tmp_path: Path) -> None:
    """A program may merge cells that hold nothing, right of the last column or below the last row."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["name", "Ada", "Bob"])
        sheet.merge_range("H2:H3", "")
        sheet.merge_range("A7:A9", "")

    assert [{"name": "Ada"}, {"name": "Bob"}] == list(rows_of_file(path).read())


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

    with pytest.raises(WrongUsage, match="no spreadsheet that can be read"):
        rows_of_file(path)


def test_a_title_above_and_a_note_below_are_no_rows(tmp_path: Path) -> None:
    """As reports have them."""
    path = workbook(
        tmp_path / "a.xlsx",
        One=[["Report"], [], ["name", "zip"], ["Ada", 1], [None, None], [None, "Copyright"]],
    )
    rows = rows_of_file(path)

    assert [{"name": "Ada", "zip": 1}] == list(rows.read())
    assert 2 == len(rows.remarks)


@pytest.mark.parametrize(
    "content",
    [
        b"name,zip\nAda,007\n",
        gzip.compress(b"name;zip\nAda;007\n", mtime=0),
        b'[{"name": "Ada", "zip": "007"}]',
        b'{"name": "Ada", "zip": "007"}\n',
    ],
)
def test_standard_input_is_read_as_it_begins(content: bytes) -> None:
    """CSV, JSON, packed or not; its rows can be read again and again."""
    rows = rows_of_stream(io.BytesIO(content), Form())

    assert [{"name": "Ada", "zip": "007"}] == list(rows.read()) == list(rows.read())
    assert rows.name.startswith("stdin")


def test_a_sheet_through_standard_input(tmp_path: Path) -> None:
    """A workbook is told by its first bytes."""
    path = workbook(tmp_path / "a.xlsx", One=[["name"], ["Ada"]])
    with path.open("rb") as file:
        assert [{"name": "Ada"}] == list(rows_of_stream(file, Form()).read())
