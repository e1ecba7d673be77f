"""Run by PyAirbyte's own interpreter: writes our source's streams through its cache into our destination.

Arguments: the source's executable and configuration file, the destination's, the DuckDB file, the streams.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import airbyte as ab
from airbyte.caches import DuckDBCache


def _config(path: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return content


from_executable, from_config, to_executable, to_config, database, *streams = sys.argv[1:]
source = ab.get_source(
    "source-attio", config=_config(from_config), local_executable=from_executable, streams=streams
)
destination = ab.get_destination(
    "destination-attio", config=_config(to_config), local_executable=to_executable
)
destination.check()
written = destination.write(source, cache=DuckDBCache(db_path=database))
sys.stdout.write(f"\n{json.dumps(written.processed_records)}\n")
