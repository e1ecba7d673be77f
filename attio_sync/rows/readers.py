"""Which reader takes which file of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_sync.failures import WrongUsage
from attio_sync.rows.duckdb import rows_of_parquet, rows_of_table
from attio_sync.rows.text_files import rows_of_csv, rows_of_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_sync.rows.rows import Rows

READERS: dict[str, Callable[[Path, str | None], Rows]] = {
    ".json": rows_of_json,
    ".jsonl": rows_of_json,
    ".ndjson": rows_of_json,
    ".csv": rows_of_csv,
    ".tsv": rows_of_csv,
    ".parquet": rows_of_parquet,
    ".duckdb": rows_of_table,
}


def rows_of_file(path: Path, *, table: str | None = None) -> Rows:
    """The rows of a file, read as its ending says; `table` names one inside a DuckDB file."""
    if not path.is_file():
        raise WrongUsage(f"There is no file {path}.")
    if path.suffix.lower() not in READERS:
        raise WrongUsage(f"{path} ends in none of {', '.join(READERS)}, so its format is unknown.")
    return READERS[path.suffix.lower()](path, table)
