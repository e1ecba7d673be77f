from __future__ import annotations

import datetime as dt
import tracemalloc
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from attio_sync.failures import Failed, WrongUsage
from attio_sync.rows.duckdb import plain, rows_of_query
from attio_sync.rows.form import Form
from attio_sync.rows.readers import rows_of_file

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
    rows = rows_of_file(database(), Form(table="people"))

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
        (float("nan"), None),
        ("Zoë".encode(), "Zoë"),
        (b"\xff\x00", "ff00"),
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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id,note\n" + "".join(f"{number},{'x' * 90}\n" for number in range(20_000))),
        ("a.jsonl", "".join(f'{{"id":"{number}","note":"{"x" * 90}"}}\n' for number in range(20_000))),
    ],
)
def test_a_file_is_not_held_in_memory(folder: Path, name: str, content: str) -> None:
    """What reading takes is a small part of the file, however long that is."""
    path = write(name, content)
    tracemalloc.start()
    try:
        count = sum(1 for _ in rows_of_file(path).read())
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert 20_000 == count
    assert most < path.stat().st_size / 4


def test_a_row_longer_than_what_is_read_at_once_is_a_row(folder: Path) -> None:
    """A JSON array may hold an object of any length."""
    rows = rows_of_file(write("a.json", '[{"a": "' + "x" * 20_000_000 + '"}]'))

    assert [20_000_000] == [len(str(row["a"])) for row in rows.read()]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_a_file_that_changes_while_it_is_read_is_no_source(folder: Path, name: str) -> None:
    """Rows of two states of a file are never mixed."""
    content = {"a.csv": "a\n1\n", "a.jsonl": '{"a":1}\n', "a.json": '[{"a":1}]'}[name]
    rows = rows_of_file(write(name, content))
    write(name, content.replace("1", "100"))

    with pytest.raises(Failed, match="was changed while it was read"):
        list(rows.read())


def test_columns_without_a_name_have_their_number(folder: Path) -> None:
    """Where they have cells, which would be lost in silence otherwise; empty ones are none."""
    rows = rows_of_file(write("a.csv", "name,, ,\nAda,1,,x\n"))

    assert ("name", "Column 2", "Column 4") == rows.columns
    assert [{"name": "Ada", "Column 2": "1", "Column 4": "x"}] == list(rows.read())


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE people",
        "SELECT 1; DROP TABLE people",
        "SELECT 1; COPY people TO 'out.csv'",
        "COPY people TO 'out.csv'",
        "ATTACH 'other.duckdb' AS other",
        "-- nothing",
    ],
)
def test_only_a_query_is_asked(folder: Path, sql: str) -> None:
    """Nothing that a person puts into --sql writes anything anywhere."""
    path = database()

    with pytest.raises(WrongUsage, match="one query"):
        rows_of_query(path, sql)
    assert [path.name] == [one.name for one in folder.iterdir()]


def test_a_query_with_two_columns_of_one_name_is_refused(folder: Path) -> None:
    """Nobody could say which of them counts."""
    with pytest.raises(WrongUsage, match="two columns called 'name'"):
        rows_of_query(database(), "SELECT name, born AS name FROM people")


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
        rows_of_file(path, Form(table="people"))


def test_a_warehouse_gives_out_only_the_columns_that_are_asked_for(folder: Path) -> None:
    """The others are neither converted nor carried along; how many cells are filled it says itself."""
    rows = rows_of_query(database(), "SELECT name, born, NULL::VARCHAR AS nothing FROM people")

    assert [{"born": "2026-01-02"}] == list(rows.only({"born", "elsewhere"}).read())
    assert rows.filled is not None
    assert {"name": 1, "born": 1, "nothing": 0} == rows.filled()


def test_the_first_rows_are_a_sample(folder: Path) -> None:
    """With as many rows as there are where there are fewer."""
    rows = rows_of_file(write("a.csv", "name\nAda\nBob\nEve\n"))

    assert (2, ["Ada", "Bob"]) == (rows.first(2).count, [one["name"] for one in rows.first(2).read()])
    assert 3 == rows.first(9).count == rows.first(None).count
