"""Opens DuckDB databases that print nothing.

DuckDB draws a bar on the standard output for a query of more than two seconds, in the middle of the JSON or
the Airbyte messages that stand there.
"""

import re
from typing import Final

import duckdb

_LOCKED: Final = re.compile("set lock on file|being used by another process")
"""DuckDB's words, and those of Windows; the word "lock" alone may stand in the name of a folder."""


def is_locked(error: Exception) -> bool:
    """Whether DuckDB could not open a file since another program has it open."""
    return bool(_LOCKED.search(str(error)))


def open_database(path: str = ":memory:", *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database file, or one in memory; raises duckdb.Error."""
    connection = duckdb.connect(path, read_only=read_only)
    connection.execute("SET enable_progress_bar=false")
    return connection
