"""Files whose names say what they are not: each is one sentence that says what to do."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
import xlsxwriter

from attio_sync.failures import WrongUsage
from attio_sync.rows.readers import rows_of_file

if TYPE_CHECKING:
    from pathlib import Path

PAGE = b"\xef\xbb\xbf\r\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>name"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
XML = b"<?xml version='1.0'?>\n<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>"
LOCKED = OLD + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xls", PAGE, "is a web page, whatever its name says"),
        ("a.csv", b"<!DOCTYPE HTML><title>Sign in</title>", "is a web page, whatever its name says"),
        ("a.xls", "<html><table>".encode("utf-16"), "is a web page, whatever its name says"),
        ("a.xls", b"name\tzip\nAda\t7\n", "is text, no spreadsheet. Rename it to 'a.csv'"),
        ("a.xls", "name\tzip\nZo\xeb\t7\n".encode("utf-16"), "is text, no spreadsheet. Rename it to 'a.csv'"),
        ("b.c.xlsx", b"name,zip\nAda,7\n", "is text, no spreadsheet. Rename it to 'b.c.csv'"),
        ("a.ods", b"name,zip\n", "is text, no spreadsheet. Rename it to 'a.csv'"),
        (
            "a.xlsx.gz",
            gzip.compress(b"name\nAda\n", mtime=0),
            "is text, no spreadsheet. Rename it to 'a.csv.gz'",
        ),
        (
            "a.xls",
            XML,
            "is a spreadsheet in XML of 2003. Open it in a spreadsheet program, and save it as .xlsx",
        ),
        ("a.xlsx", b"%PDF-1.7", "is a PDF. Export the table as CSV or .xlsx."),
        ("a.xlsx", b"", "is empty."),
        ("a.xlsx", LOCKED, "has a password. Open it, save it without one, and try again."),
        (
            "a.xls",
            OLD,
            "is not a spreadsheet that can be read. Open it in a spreadsheet program and save it anew",
        ),
        (
            "a.xls",
            b"\x09\x04\x06\x00\x00\x04",
            "is not a spreadsheet that can be read. Open it in a spreadsheet",
        ),
        ("a.csv", bytes(5000), "begins with NULs alone, as damaged files do. Export it anew."),
        ("a.csv", b"PAR1\x15\x04", "is a Parquet file, not text. Rename it to 'a.parquet'"),
        ("a.csv", b"SQLite format 3\0\x10", "is a database of SQLite. Export the table as CSV."),
        ("a.csv", OLD, "is a spreadsheet, not text. Rename it to 'a.xls'"),
        ("a.csv", gzip.compress(b"name\n", mtime=0), "is packed by gzip. Rename it to 'a.csv.gz'"),
        ("a.csv", b'[{"name": "Ada"}]', "is JSON, not CSV. Rename it to 'a.json'"),
        ("a.txt", b'{"name": "Ada"}\n', "is JSON, not CSV. Rename it to 'a.jsonl'"),
    ],
)
def test_a_name_that_misleads_is_told_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    """Nobody is told about encodings or quotation marks of a file that is not text."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(WrongUsage) as caught:
        rows_of_file(path)
    assert f"{path} {sentence}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_zip_file_is_a_workbook_or_an_archive(tmp_path: Path) -> None:
    """A workbook is called one; of an archive the table has to be taken out first."""
    book, archive = tmp_path / "book.csv", tmp_path / "archive.csv"
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as made:
        made.add_worksheet().write(0, 0, "name")
    (tmp_path / "book.xlsx").rename(book)
    with ZipFile(archive, "w") as packed:
        packed.writestr("table.csv", "name\nAda\n")

    with pytest.raises(WrongUsage, match=r"is a spreadsheet, not text\. Rename it to 'book.xlsx'"):
        rows_of_file(book)
    with pytest.raises(WrongUsage, match=r"is a zip archive\. Unpack it"):
        rows_of_file(archive)
