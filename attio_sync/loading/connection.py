"""Opens a warehouse's file for writing, with row groups small enough for a bounded pull.

A checkpoint of DuckDB holds the row group that it writes, and writes one again for as long as rows are added
to it. The size of new row groups can only be set where a file is attached to another database, here to an
empty one in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

from attio_sync.failures import unreadable_database
from attio_sync.sql import Verbatim, compose, literal
from destination_attio.storage.database import open_database

if TYPE_CHECKING:
    from pathlib import Path

ROWS_IN_A_GROUP: Final = 20_480
_TAKEN: Final = frozenset({"main", "memory", "system", "temp"})
"""Names of DuckDB's own databases."""
_ATTACH: Final = """
ATTACH IF NOT EXISTS {file} AS {catalog} (ROW_GROUP_SIZE {rows});
USE {catalog};
SET TimeZone = 'UTC';
"""


def for_writing(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection that reads and writes the file, which is created when it is new.

    A process has the file open once at most, so all of its connections belong to one database in memory.
    """
    connection = open_database(f":memory:{path.resolve()}")
    try:
        connection.execute(
            compose(
                _ATTACH,
                file=literal(str(path)),
                catalog=catalog(path),
                rows=Verbatim(ROWS_IN_A_GROUP),
            )
        )
    except duckdb.Error as error:
        connection.close()
        raise unreadable_database(str(path), error) from error
    return connection


def catalog(path: Path) -> str:
    """The name of the file's database: DuckDB's own choice, changed for a file that is called `memory`."""
    stem = path.name.partition(".")[0] or path.name
    return f"{stem}_db" if stem.lower() in _TAKEN else stem
