from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from attio_sync.loading.connection import ROWS_IN_A_GROUP, for_writing

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 3 * ROWS_IN_A_GROUP
GROUPS = "SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('t')"


def rows_in_a_group(connection: duckdb.DuckDBPyConnection) -> float:
    (rows,) = connection.execute("SELECT count(*) FROM t").fetchone() or (0,)
    (groups,) = connection.execute(GROUPS).fetchone() or (0,)
    return float(rows / groups)


def add(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"INSERT INTO t FROM range({ROWS})")
    connection.execute("CHECKPOINT")


def test_a_new_file_has_small_row_groups(tmp_path: Path) -> None:
    """A checkpoint holds the row group that it writes, so memory grows with its size."""
    with for_writing(tmp_path / "crm.duckdb") as connection:
        connection.execute("CREATE TABLE t (a BIGINT)")
        add(connection)

        assert rows_in_a_group(connection) == ROWS_IN_A_GROUP


def test_an_older_file_is_written_further(tmp_path: Path) -> None:
    """Its rows stay as they are; the size holds for row groups that are new."""
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(path)) as before:
        before.execute("CREATE TABLE t (a BIGINT)")
        add(before)

    with for_writing(path) as connection:
        add(connection)

    with duckdb.connect(str(path), read_only=True) as after:
        assert after.execute("SELECT count(*), sum(a) FROM t").fetchone() == (2 * ROWS, ROWS * (ROWS - 1))


@pytest.mark.parametrize(
    "name", ["crm.duckdb", "memory.duckdb", "temp.duckdb", "our crm.v2.duckdb", ".duckdb"]
)
def test_what_is_written_is_in_the_file(tmp_path: Path, name: str) -> None:
    """A file may be called as a database of DuckDB's own is, and no log stays beside it."""
    path = tmp_path / name
    with for_writing(path) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")

    with duckdb.connect(str(path), read_only=True) as plain:
        assert plain.execute("FROM t").fetchall() == [(1,)]
    assert list(tmp_path.iterdir()) == [path]


def test_connections_of_one_process_share_the_file(tmp_path: Path) -> None:
    """A page reads the tables while a pull has them open, and sees what is committed."""
    path = tmp_path / "crm.duckdb"
    with for_writing(path) as pull:
        pull.execute("CREATE TABLE t AS SELECT 1 AS a")
        pull.begin()
        pull.execute("INSERT INTO t VALUES (2)")
        with for_writing(path) as page:
            assert page.execute("FROM t").fetchall() == [(1,)]
        pull.commit()

        assert pull.execute("FROM t").fetchall() == [(1,), (2,)]


def test_a_users_qualified_default_is_found(tmp_path: Path) -> None:
    """The database has the name under which the user's own connection knows it."""
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(path)) as users:
        users.execute(
            "CREATE SEQUENCE numbers; CREATE TABLE t (a BIGINT, n BIGINT DEFAULT nextval('crm.numbers'))"
        )

    with for_writing(path) as connection:
        connection.execute("INSERT INTO t (a) VALUES (7)")

        assert connection.execute("FROM t").fetchall() == [(7, 1)]
