"""Rows of spreadsheets."""

from __future__ import annotations

import base64
import datetime as dt
import zlib
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from attio_sync.failures import WrongUsage
from attio_sync.rows.form import Form
from attio_sync.rows.readers import rows_of_file
from destination_attio.rows.cells.dates import TypedMoment
from unit_tests.attio_sync.workbooks import workbook

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


def test_cells_come_with_their_types(tmp_path: Path) -> None:
    """Days are days whatever they look like, whole numbers are whole, texts keep their zeros."""
    path = workbook(
        tmp_path / "a.xlsx",
        One=[["name", "since", "pay", "rate", "zip"], ["Ada", NEW_YEARS_EVE, 1200, 0.5, "007"]],
    )

    assert [{"name": "Ada", "since": "2026-12-31", "pay": 1200, "rate": 0.5, "zip": "007"}] == list(
        rows_of_file(path).read()
    )


@pytest.mark.parametrize("shown", ["General", "0" * 20, "[$€-407]#,##0.00"])
def test_a_number_whose_digits_a_spreadsheet_has_lost_is_none(tmp_path: Path, shown: str) -> None:
    """Two long ids would become one, however they are shown; the policy for invalid values decides."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["id", 2**53])
        sheet.write(2, 0, 2**62, book.add_format({"num_format": shown}))
    first, second = rows_of_file(tmp_path / "a.xlsx").read()

    assert {"id": 2**53} == first
    assert "more digits than a spreadsheet keeps" in str(second["id"])


def test_a_duration_is_in_hours_as_it_is_shown(tmp_path: Path) -> None:
    """Thirty hours are no day and six hours in the sheet."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "time")
        sheet.write(1, 0, dt.timedelta(hours=30, seconds=5), book.add_format({"num_format": "[h]:mm:ss"}))

    assert [{"time": "30:00:05"}] == list(rows_of_file(tmp_path / "a.xlsx").read())


def test_a_typed_day_is_told_from_a_text_that_looks_like_one(tmp_path: Path) -> None:
    """The form of the column's texts is not asked of it."""
    path = workbook(tmp_path / "a.xlsx", One=[["day"], [NEW_YEARS_EVE], ["2026-12-31"]])

    assert [True, False] == [isinstance(one["day"], TypedMoment) for one in rows_of_file(path).read()]


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
    """Zeros are packed two hundredfold at the least; the file is not unpacked to find that out."""
    path, zeros = tmp_path / "bomb.xlsx", bytes(10_000_000)
    with (
        ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(101):
            sheet.write(zeros)

    assert path.stat().st_size < 5_000_000
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


def test_a_title_above_and_a_note_below_are_no_rows(tmp_path: Path) -> None:
    """As reports have them."""
    path = workbook(
        tmp_path / "a.xlsx",
        One=[["Report"], [], ["name", "zip"], ["Ada", 1], [None, None], [None, "Copyright"]],
    )
    rows = rows_of_file(path)

    assert [{"name": "Ada", "zip": 1}] == list(rows.read())
    assert 2 == len(rows.remarks)
