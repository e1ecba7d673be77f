"""Run by PyAirbyte's own interpreter: reads our source into PyAirbyte's DuckDB cache, twice.

Arguments: the source's executable, its configuration file, the DuckDB file, the streams. Prints how many
records each of the two reads brought.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import airbyte as ab
from airbyte.caches import DuckDBCache

executable, config, database, *streams = sys.argv[1:]
source = ab.get_source(
    "source-attio",
    config=json.loads(Path(config).read_text(encoding="utf-8")),
    local_executable=executable,
    streams=streams,
)
source.check()
cache = DuckDBCache(db_path=database)
counts = [source.read(cache).processed_records for _ in range(2)]
sys.stdout.write(f"\n{json.dumps(counts)}\n")
