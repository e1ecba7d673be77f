from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from attio_sync.failures import Failed, WrongUsage
from attio_sync.rows import plain, rows_of_file, rows_of_query

PEOPLE = [{"name": "Ada", "zip": "007", "tags": ["a", "b"]}, {"name": "Zoë", "zip": None, "tags": []}]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of these tests are named without a path, as a user would."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def database(name: str = "crm.duckdb") -> Path:
    with duckdb.connect(name) as connection:
        connection.execute(
            "CREATE TABLE people AS SELECT 'Ada' AS name, DATE '2026-01-02' AS born,"
            " 12.50::DECIMAL(9, 2) AS price, TIMESTAMPTZ '2026-01-02 03:04:05+00' AS seen,"
            " '{\"a\": [1]}'::JSON AS extra, ['x'] AS tags"
        )
    return Path(name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[{"name":"Ada","zip":"007","tags":["a","b"]},{"name":"Zoë","zip":null,"tags":[]}]'),
        (
            "a.jsonl",
            '{"name":"Ada","zip":"007","tags":["a","b"]}\n\n{"name":"Zoë","zip":null,"tags":[]}\n',
        ),
    ],
)
def test_json_rows_come_as_they_are(folder: Path, name: str, content: str) -> None:
    """An array of objects and one object a line are the same rows."""
    rows = rows_of_file(write(name, content))

    assert PEOPLE == list(rows.read())
    assert (2, ("name", "zip", "tags")) == (rows.count, rows.columns)


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_byte_order_mark_does_no_harm(folder: Path, name: str) -> None:
    """Programs on Windows write one; it is no part of the data."""
    rows = rows_of_file(write(name, '\ufeff{"a": 1}' if name == "a.jsonl" else '\ufeff[{"a": 1}]'))

    assert [{"a": 1}] == list(rows.read())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_values_stay_text(folder: Path, delimiter: str) -> None:
    """Leading zeros survive, an empty field is no value, and the header tells the delimiter."""
    text = 'name,zip\r\nAda,007\r\n"Zoë, née ""Z""",\r\n'.replace(",", delimiter)
    rows = rows_of_file(write("a.csv", "\ufeff" + text))

    assert [{"name": "Ada", "zip": "007"}, {"name": f'Zoë{delimiter} née "Z"', "zip": None}] == list(
        rows.read()
    )


def test_duckdb_values_become_plain_json(folder: Path) -> None:
    """Dates, decimals, times, JSON and lists arrive as JSON has them."""
    rows = rows_of_file(database(), table="people")

    assert [
        {
            "name": "Ada",
            "born": "2026-01-02",
            "price": 12.5,
            "seen": "2026-01-02T03:04:05+00:00",
            "extra": {"a": [1]},
            "tags": ["x"],
        }
    ] == list(rows.read())


def test_parquet_rows_come_as_they_are(folder: Path) -> None:
    """A Parquet file is read with its types."""
    duckdb.execute("COPY (SELECT 1 AS id, ['a'] AS tags) TO 'it''s.parquet'")

    assert [{"id": 1, "tags": ["a"]}] == list(rows_of_file(Path("it's.parquet")).read())


def test_a_query_gives_rows(folder: Path) -> None:
    """The columns of a query are the row's columns; a comment or semicolon at its end does no harm."""
    rows = rows_of_query(database(), "SELECT name, born FROM people -- everybody\n;")

    assert [{"name": "Ada", "born": "2026-01-02"}] == list(rows.read())
    assert 1 == rows.count


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("12.00"), 12),
        (Decimal("0.1"), 0.1),
        (dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "2026-01-02T00:00:00+00:00"),
        (dt.time(1, 2), "01:02:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"at": dt.date(2026, 1, 2)}, {"at": "2026-01-02"}),
        ((1, True, None), [1, True, None]),
    ],
)
def test_values_of_a_warehouse_as_json(value: object, expected: object) -> None:
    """Each type that JSON lacks has one plain form."""
    assert expected == plain(value)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.json", '[\n {"name": "Ada"},\n {"name": }\n]', "a.json is not JSON: line 3, column 11: "),
        ("a.json", '[{"name": "Ada"}, 7]', "a.json: row 2 is not a JSON object."),
        ("a.jsonl", '{"a":1}\n{"a":\n', "a.jsonl is not JSON: line 2, column 6: "),
        ("a.jsonl", '{"a":1}\n[1]\n', "a.jsonl: line 2 is not a JSON object."),
        ("a.csv", "name,zip\nAda\n", "a.csv, line 2: 1 fields where the header has 2."),
        ("a.csv", "name,name\n", "a.csv has two columns called 'name'."),
        ("a.csv", "", "a.csv has no header line."),
        ("a.csv", b"name\nAda\nZo\xeb\n", "a.csv, line 3: not UTF-8 text."),
        ("a.csv", 'name\n"Ada\n', "The CSV file is damaged at line 2: "),
        ("a.xlsx", "", "a.xlsx ends in none of .json, .jsonl, "),
        ("a.parquet", "no parquet", "a.parquet cannot be read: "),
        ("a.duckdb", "no database at all", "a.duckdb is not a DuckDB database."),
    ],
)
def test_a_damaged_file_is_one_sentence_with_the_place(
    folder: Path, name: str, content: str | bytes, sentence: str
) -> None:
    """What is wrong, where, in one line; and it is known before anything is written anywhere."""
    with pytest.raises(WrongUsage) as caught:
        rows_of_file(write(name, content), table="people")

    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    """A file that is not there is wrong usage."""
    with pytest.raises(WrongUsage, match=r"There is no file nowhere\.csv\."):
        rows_of_file(Path("nowhere.csv"))


def test_a_missing_column_names_the_nearest(folder: Path) -> None:
    """A misspelled column is named with what it may have meant."""
    rows = rows_of_file(write("a.csv", "email,name\n"))

    with pytest.raises(WrongUsage, match=r"has no column 'emial'; did you mean 'email'\?"):
        rows.need(["name", "emial"])


def test_a_wrong_query_is_one_sentence(folder: Path) -> None:
    """DuckDB's own words, cut to the first line."""
    with pytest.raises(WrongUsage) as caught:
        rows_of_query(database(), "SELECT nothing FROM people")

    assert str(caught.value).startswith('The query cannot be read: Referenced column "nothing" not found')
    assert "\n" not in str(caught.value)


def test_a_file_that_is_open_elsewhere_says_so(folder: Path) -> None:
    """Another program's lock is a failure that passes, not a mistake."""
    path = database()
    with duckdb.connect(str(path)), pytest.raises((Failed, WrongUsage)):
        rows_of_file(path, table="people")
