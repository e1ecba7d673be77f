"""CSV files as people have them: encodings, separators, and what stands around the rows."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from attio_sync.rows.readers import rows_of_file
from destination_attio.model.targets import UNREADABLE
from unit_tests.attio_sync.row_files import csv_rows, write

if TYPE_CHECKING:
    from pathlib import Path

CAFE = [{"name": "Café", "zip": "007"}]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("cp1252", "Windows-1252"),
        ("mac-roman", "Mac OS Roman"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_ends_are_found_out(
    tmp_path: Path, encoding: str, told: str | None, separator: str, end: str
) -> None:
    """What was found out about the encoding is told; UTF-8 needs no word."""
    content = f"name{separator}zip{end}Café{separator}007{end}".encode(encoding)
    rows = csv_rows(tmp_path, content)

    assert CAFE == list(rows.read())
    assert (1, ("name", "zip")) == (rows.count, rows.columns)
    assert told is None or any(told in one for one in rows.remarks)


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_excels_first_line_names_the_separator(tmp_path: Path, line: str) -> None:
    """And is no row; lines are counted as an editor counts them."""
    rows = csv_rows(tmp_path, f'{line}\nname;zip\n"Café";007\nx\n')
    found = list(rows.read())

    assert CAFE == found[:1]
    assert "Line 4 has 1 field where the header has 2." == found[1][UNREADABLE]


def test_decimal_commas_do_not_look_like_separators(tmp_path: Path) -> None:
    """What parts most records into most cells is the separator."""
    rows = csv_rows(tmp_path, "name;pay;share\nA;1.200,50;0,5\nB;1,2;3,4\n")

    assert ("name", "pay", "share") == rows.columns


def test_a_ragged_row_costs_itself_alone(tmp_path: Path) -> None:
    """One with too few or too many fields says so; empty fields behind the last column are none."""
    found = list(csv_rows(tmp_path, "name,zip\nAda,1\nBob\nEve,2,\nMax,3,extra\n").read())

    assert [{"name": "Ada", "zip": "1"}, {"name": "Eve", "zip": "2"}] == [
        one for one in found if UNREADABLE not in one
    ]
    assert ["Line 3 has 1 field where the header has 2.", "Line 5 has 3 fields where the header has 2."] == [
        one[UNREADABLE] for one in found if UNREADABLE in one
    ]


def test_what_programs_put_around_the_rows_is_left_out_and_told(tmp_path: Path) -> None:
    """A title above the header, a copyright below the last row, lines of commas between."""
    text = (
        'Notes:\n"When exporting, some\nare missing."\n\nname,zip\nAda,1\n,\n , \nBob,2\n\n\n'
        '"People"\n"Copyright (c) a company"\n"Confidential"\n'
    )
    rows = csv_rows(tmp_path, text)

    assert [{"name": "Ada", "zip": "1"}, {"name": "Bob", "zip": "2"}] == list(rows.read())
    assert 2 == rows.count
    assert any("2 lines (1 to 2) above the header" in one for one in rows.remarks)
    assert any("3 lines (12 to 14) below the last row" in one for one in rows.remarks)


def test_a_lonely_cell_before_another_row_is_a_row(tmp_path: Path) -> None:
    """Only what no row follows is a footer."""
    rows = csv_rows(tmp_path, "name,zip\nAda,1\n\nBob\nEve,2\n")

    assert 3 == rows.count
    assert ["Bob"] == [one["name"] for one in rows.read() if UNREADABLE in one]


def test_a_file_of_one_column_has_neither_title_nor_footer(tmp_path: Path) -> None:
    """Every line is a row."""
    assert ["Ada", "Bob"] == [one["name"] for one in csv_rows(tmp_path, "name\nAda\n\nBob\n").read()]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Each keeps its values, and the file's owner hears of it."""
    rows = csv_rows(tmp_path, "Email,Email,Email (2),\na,b,c,d\n")

    assert ("Email", "Email (2)", "Email (2) (2)", "Column 4") == rows.columns
    assert [{"Email": "a", "Email (2)": "b", "Email (2) (2)": "c", "Column 4": "d"}] == list(rows.read())
    assert any("'Email'" in one for one in rows.remarks)


def test_a_column_without_a_name_is_one_where_it_has_cells(tmp_path: Path) -> None:
    """It gets its number for a name; what spreadsheets leave behind the last column is none."""
    rows = csv_rows(tmp_path, ",name,,\n0,Ada,,\n1,Bob,x,\n")

    assert ("Column 1", "name", "Column 3") == rows.columns
    assert {"Column 1": "1", "name": "Bob", "Column 3": "x"} == list(rows.read())[1]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff\ufeffname,zip\nAda,007\n\ufeffname,zip\nBob,1\n",
        'name,zip\nAda,007\n\ufeff"Bob",1\n',
        'name, zip\nAda, "007"\nBob, 1\n',
        'name,zip\n="Ada","=""007"""\nBob,1\n',
        "Report of people,\n,\nname,zip\nAda,007\nBob,1\n\x1a\n",
    ],
)
def test_what_programs_write_around_cells_is_no_part_of_them(tmp_path: Path, text: str) -> None:
    """Marks of an encoding, headers in between, spaces before quotation marks, texts as formulas, titles."""
    assert [{"name": "Ada", "zip": "007"}, {"name": "Bob", "zip": "1"}] == list(
        csv_rows(tmp_path, text).read()
    )


def test_a_cell_may_be_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    """Attio takes ten megabytes."""
    (row,) = csv_rows(tmp_path, f"name\n{'x' * 10_000_000}\n").read()

    assert 10_000_000 == len(str(row["name"]))


def test_the_line_of_the_header_can_be_said(tmp_path: Path) -> None:
    """For what stands above it in more than one cell."""
    rows = csv_rows(tmp_path, "Report,2026\nname,zip\nAda,1\n", header=2)

    assert ("name", "zip") == rows.columns


def test_a_packed_file_is_read_like_any_other(tmp_path: Path) -> None:
    """By its ending."""
    packed = gzip.compress("name,zip\nCafé,007\n".encode())

    assert CAFE == list(csv_rows(tmp_path, packed, "a.csv.gz").read())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_values_stay_text(folder: Path, delimiter: str) -> None:
    """Leading zeros survive, an empty field is no value, and the header tells the delimiter."""
    text = 'name,zip\r\nAda,007\r\n"Zoë, née ""Z""",\r\n'.replace(",", delimiter)
    rows = rows_of_file(write("a.csv", "\ufeff" + text))

    assert [{"name": "Ada", "zip": "007"}, {"name": f'Zoë{delimiter} née "Z"', "zip": None}] == list(
        rows.read()
    )


def test_columns_without_a_name_have_their_number(folder: Path) -> None:
    """Where they have cells, which would be lost in silence otherwise; empty ones are none."""
    rows = rows_of_file(write("a.csv", "name,, ,\nAda,1,,x\n"))

    assert ("name", "Column 2", "Column 4") == rows.columns
    assert [{"name": "Ada", "Column 2": "1", "Column 4": "x"}] == list(rows.read())
