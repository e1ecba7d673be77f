"""Opens DuckDB databases that print nothing.

DuckDB draws a bar on the standard output for a query of more than two seconds, in the middle of the JSON or
the Airbyte messages that stand there.
"""

import duckdb


def open_database(path: str = ":memory:", *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database file, or one in memory; raises duckdb.Error."""
    connection = duckdb.connect(path, read_only=read_only)
    connection.execute("SET enable_progress_bar=false")
    return connection
