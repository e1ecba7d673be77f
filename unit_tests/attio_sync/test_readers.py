"""Which reader a file or standard input gets, and what is said of one that cannot be read."""

from __future__ import annotations

import gc
import gzip
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from attio_sync.failures import WrongUsage
from attio_sync.rows.form import Form
from attio_sync.rows.readers import rows_of_file, rows_of_stream
from unit_tests.attio_sync.row_files import write
from unit_tests.attio_sync.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.json", '[\n {"name": "Ada"},\n {"name": }\n]', "a.json is not JSON: line 3, column 11: "),
        ("a.json", '[{"name": "Ada"}, 7]', "a.json: row 2 is not a JSON object."),
        ("a.jsonl", '{"a":1}\n{"a":\n', "a.jsonl is not JSON: line 2, column 6: "),
        ("a.jsonl", '{"a":1}\n[1]\n', "a.jsonl: line 2 is not a JSON object."),
        ("a.csv", "", "a.csv has no header line."),
        (
            "a.csv",
            'name\nZoë\n"Ada\nx\ny',
            "a.csv, line 3: a quotation mark opens a value here, and none closes",
        ),
        ("a.csv", 'name\n"Ad"a\n', "a.csv, line 2: a quotation mark inside a value has to be doubled."),
        ("a.json", "[1]".encode("utf-16"), "a.json, line 1: not UTF-8 text."),
        ("a.json", '[{"a": 1},\n {"a": NaN}]', "a.json is not JSON: line 2, column 8: "),
        ("a.json", '{\n "a": 1\n}', "a.json is not JSON: line 1, column 2: "),
        ("a.docx", "", "a.docx ends in none of .json, .jsonl, "),
        ("a.xlsx", "no sheet", "a.xlsx is text, no spreadsheet. Rename it to 'a.csv' and try again."),
        ("a.csv.gz", "no gzip", "a.csv.gz is not a whole gzip file."),
        ("a.parquet", "no parquet", "a.parquet cannot be read: "),
        ("a.duckdb", "no database at all", "a.duckdb is not a DuckDB database."),
    ],
)
def test_a_damaged_file_is_one_sentence_with_the_place(
    folder: Path, name: str, content: str | bytes, sentence: str
) -> None:
    """What is wrong, where, in one line; and it is known before anything is written anywhere."""
    with pytest.raises(WrongUsage) as caught:
        rows_of_file(write(name, content), Form(table="people"))

    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    """A file that is not there is wrong usage."""
    with pytest.raises(WrongUsage, match=r"There is no file nowhere\.csv\."):
        rows_of_file(Path("nowhere.csv"))


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


LONG = "name,note\n" + f"Ada,{'x' * 90}\n" * 3_000


def long_file(folder: Path, name: str) -> Path:
    if name == "a.xlsx":
        return workbook(folder / name, One=[["name", "note"], *([f"Ada {at}", at] for at in range(3_000))])
    content = LONG if "csv" in name else '{"name": "Ada"}\n' * 6_000
    return write(folder / name, gzip.compress(content.encode()) if name.endswith(".gz") else content)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.xlsx"])
def test_a_file_tells_how_far_it_is_read(tmp_path: Path, name: str) -> None:
    """In bytes of the file as it lies there, packed or not, to its end."""
    path = long_file(tmp_path, name)
    size, told = path.stat().st_size, list[tuple[int, int]]()
    rows_of_file(path, on_read=lambda *where: told.append(where))

    assert {size} == {total for _, total in told}
    assert size == max(done for done, _ in told)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.xlsx"])
def test_a_stop_while_a_file_is_read_is_a_stop(tmp_path: Path, name: str) -> None:
    """At whichever read it comes, nobody takes it for damage of the file."""
    path, reads = long_file(tmp_path, name), list[int]()
    rows_of_file(path, on_read=lambda *_: reads.append(len(reads)))

    for last in reads:
        left = iter(range(last))

        def on_read(*_: int, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rows_of_file(path, on_read=on_read)


def test_parquet_through_standard_input(tmp_path: Path) -> None:
    """Its rows can be read again and again, as those of every other form."""
    path = tmp_path / "a.parquet"
    duckdb.sql("SELECT 'Ada' AS name").write_parquet(str(path))
    with path.open("rb") as file:
        rows = rows_of_stream(file, Form())

    assert [{"name": "Ada"}] == list(rows.read()) == list(rows.read())
    assert "stdin" == rows.name


def test_the_copy_of_standard_input_lives_as_long_as_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is closed meanwhile, since Windows opens no such file twice, and gone with the rows."""
    made: list[Any] = []
    original = tempfile.NamedTemporaryFile
    monkeypatch.setattr(
        tempfile, "NamedTemporaryFile", lambda **how: made.append(original(dir=tmp_path, **how)) or made[-1]
    )
    rows = rows_of_stream(io.BytesIO(b"name\nAda\n"), Form())
    there = list(tmp_path.iterdir())
    del rows
    gc.collect()

    assert [True] == [one.closed for one in made]
    assert (1, 0) == (len(there), len(list(tmp_path.iterdir())))
