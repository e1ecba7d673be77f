"""Rows of DuckDB databases, of Parquet files and of queries."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from attio_sync.failures import Failed, WrongUsage
from attio_sync.rows.duckdb import plain, rows_of_query
from attio_sync.rows.form import Form
from attio_sync.rows.readers import rows_of_file
from attio_sync.rows.rows import FileChanged


def database(name: str = "crm.duckdb") -> Path:
    with duckdb.connect(name) as connection:
        connection.execute(
            "CREATE TABLE people AS SELECT 'Ada' AS name, DATE '2026-01-02' AS born,"
            " 12.50::DECIMAL(9, 2) AS price, TIMESTAMPTZ '2026-01-02 03:04:05+00' AS seen,"
            " '{\"a\": [1]}'::JSON AS extra, ['x'] AS tags"
        )
    return Path(name)


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


@pytest.mark.parametrize(
    "columns",
    [
        "'acme.com' AS domains, 'Acme' AS name",
        "'Acme' AS name",
        "'Acme' AS name, 7 AS domains",
        "'Acne' AS name, 'acme.com' AS domains",
    ],
)
@pytest.mark.parametrize("ending", ["parquet", "duckdb"])
@pytest.mark.parametrize("only", [[], ["name", "domains"]])
def test_rows_of_two_states_of_a_file_are_never_mixed(
    folder: Path, columns: str, ending: str, only: list[str]
) -> None:
    """Written anew between two readings: in another order, with fewer columns, other types, other rows."""
    path = Path(f"companies.{ending}")

    def written(selected: str) -> None:
        if ending == "parquet":
            duckdb.execute(f"COPY (SELECT {selected}) TO '{path}'")
            return
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"CREATE OR REPLACE TABLE t AS SELECT {selected}")

    written("'Acme' AS name, 'acme.com' AS domains")
    rows = rows_of_file(path, Form(table="t")).only(only)
    assert [{"name": "Acme", "domains": "acme.com"}] == list(rows.read())
    written(columns)

    with pytest.raises(FileChanged, match=f"{path} was changed while it was read"):
        list(rows.read())
    with pytest.raises(FileChanged):
        rows.filled()  # type: ignore[misc] # a warehouse has it


def test_changes_that_stand_beside_a_database_are_noticed(folder: Path) -> None:
    """A program that is killed leaves its last changes in a second file."""
    path = database()
    rows = rows_of_query(path, "SELECT name FROM people")
    kept = path.read_bytes(), path.stat()
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET checkpoint_threshold = '1 GB'; UPDATE people SET name = 'Bob'")
        log = Path("crm.duckdb.wal").read_bytes()
    path.write_bytes(kept[0])
    os.utime(path, ns=(kept[1].st_atime_ns, kept[1].st_mtime_ns))
    assert [{"name": "Ada"}] == list(rows.read())
    Path("crm.duckdb.wal").write_bytes(log)

    with pytest.raises(FileChanged, match=r"crm\.duckdb was changed"):
        list(rows.read())


def test_a_file_that_a_query_names_keeps_its_columns(folder: Path) -> None:
    """Such a file is not the one that is asked: of it the columns are compared, and their types."""
    duckdb.execute("COPY (SELECT 1 AS a, 2 AS b) TO 'other.parquet'")
    rows = rows_of_query(database(), "FROM 'other.parquet'")
    duckdb.execute("COPY (SELECT 2 AS b, 1 AS a) TO 'other.parquet'")

    with pytest.raises(FileChanged, match="its columns are others now"):
        list(rows.read())


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
