"""Run by PyAirbyte's own interpreter: our source into its caches, and from there into our destination.

Arguments: the source's executable and configuration file, the destination's, the DuckDB file, the streams.
A Postgres is expected where `PGHOST` says. Prints how many records the first read into DuckDB brought, the
second, the read into Postgres, and the destination.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import airbyte as ab
from airbyte.caches import DuckDBCache, PostgresCache


def _config(path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return content


from_executable, from_config, to_executable, to_config, database, *streams = sys.argv[1:]
source = ab.get_source(
    "source-attio", config=_config(from_config), local_executable=from_executable, streams=streams
)
source.check()
cache = DuckDBCache(db_path=database)
first = source.read(cache)
second = source.read(cache)
postgres = PostgresCache(
    host="", port=5432, username="postgres", password="", database="postgres", schema_name="crm"
)
into_postgres = source.read(postgres)
destination = ab.get_destination(
    "destination-attio", config=_config(to_config), local_executable=to_executable
)
destination.check()
written = destination.write(first)
counts = [each.processed_records for each in (first, second, into_postgres, written)]
sys.stdout.write(f"\n{json.dumps(counts)}\n")
