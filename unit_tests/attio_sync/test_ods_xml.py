"""What an .ods file hides, and its formulas without a result, are told like those of an .xlsx file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from attio_sync.failures import WrongUsage
from attio_sync.rows.readers import rows_of_file
from destination_attio.model.targets import UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def document(path: Path, *tables: str, meta: str = "") -> Path:
    body = "".join(f'<table:table table:name="S{at}">{one}</table:table>' for at, one in enumerate(tables))
    with ZipFile(path, "w") as packed:
        packed.writestr("mimetype", KIND)
        packed.writestr("meta.xml", f"<meta:generator>{meta}</meta:generator>")
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        packed.writestr(
            "content.xml",
            f'<office:document-content {SPACES} {CALC} office:version="1.2"><office:body><office:spreadsheet>'
            f"{body}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


HEAD = row(cell("name"), cell("pay"))
BARE = '<table:table-cell table:formula="of:=1+1"/>'
ERROR = cell("", 'table:formula="of:=NA()" calcext:value-type="error"')


def test_what_is_hidden_and_what_was_not_calculated_is_told(tmp_path: Path) -> None:
    """Of the sheet that is read alone; a formula with a result is a value."""
    hidden = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    path = document(
        tmp_path / "a.ods",
        hidden
        + HEAD
        + row(cell("Ada"), BARE)
        + row(cell("Bob"), cell("7", 'table:formula="of:=1+6"'), more='table:visibility="filter"')
        + row(cell("Eve"), ERROR),
        HEAD + row(BARE, BARE, more='table:visibility="collapse"'),
    )
    rows = rows_of_file(path)
    told = "\n".join(rows.remarks)

    assert [{UNREADABLE: "its cell holds a formula without a result"}, "7"] == [
        one["pay"] for one in rows.read()
    ][:2]
    assert f"Line 3 of {path} hidden" in told
    assert f"Columns of {path} hidden: 'pay'" in told
    assert f"Cells of {path} with an error, as #N/A, read as blank: B4." in told
    assert f"Cells of {path} with a formula without a result: B2. " in told


def test_a_formula_of_an_office_program_that_gives_an_empty_text_is_blank(tmp_path: Path) -> None:
    """LibreOffice names no kind of value then; a library names none as it calculates nothing."""
    pays = [
        next(iter(rows_of_file(document(tmp_path / "a.ods", HEAD + row(cell("Ada"), BARE), meta=one)).read()))
        for one in ("LibreOffice/7.4.7.2$Linux_X86_64", "ODFPY/1.4.1")
    ]

    assert [None, {UNREADABLE: "its cell holds a formula without a result"}] == [one["pay"] for one in pays]


def test_the_currency_of_a_cell_is_a_part_of_its_value(tmp_path: Path) -> None:
    """A document names its code."""
    pay = '<table:table-cell office:value-type="currency" office:currency="USD" office:value="12.5"/>'
    (row_,) = rows_of_file(document(tmp_path / "a.ods", HEAD + row(cell("Ada"), pay))).read()

    assert "USD 12.5" == row_["pay"]


def test_rows_that_stand_for_many_are_counted(tmp_path: Path) -> None:
    """Blank rows to the end of the sheet are not rows; a cell behind them is far away."""
    gap = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'
    far = row('<table:table-cell table:number-columns-repeated="15000"/>', cell("x"))
    plain = document(tmp_path / "a.ods", HEAD + row(cell("Ada"), cell("1")) + gap.format(900_000))

    assert [{"name": "Ada", "pay": "1"}] == list(rows_of_file(plain).read())
    with pytest.raises(WrongUsage, match=r"'S0' of .* reaches to VDY5002: 5,002 rows of 15,001 columns"):
        rows_of_file(document(tmp_path / "b.ods", HEAD + gap.format(5000) + far))


def test_a_count_that_is_no_number_is_refused_as_an_unreadable_spreadsheet(tmp_path: Path) -> None:
    """Also where the reader of values does not look, as in the columns before the rows."""
    columns = '<table:table-column table:number-columns-repeated="many"/>'

    with pytest.raises(WrongUsage, match="is not a spreadsheet that can be read"):
        rows_of_file(document(tmp_path / "a.ods", columns + HEAD + row(cell("Ada"), cell("1"))))
