"""Run by ingestr's interpreter: its command line, unchanged but for Attio's address, which is fixed in it.

Arguments: the address, the token, a DuckDB file, and the tables to read.
"""

from __future__ import annotations

import sys
from typing import Any

from ingestr.main import app
from ingestr.src.attio import helpers

url, token, database, *tables = sys.argv[1:]
make = helpers.AttioClient.__init__


def elsewhere(client: Any, *arguments: Any) -> None:
    """The client as it makes itself, for another address."""
    make(client, *arguments)
    client.base_url = f"{url}/v2"


helpers.AttioClient.__init__ = elsewhere
for number, table in enumerate(tables):
    source = ["--source-uri", f"attio://?api_key={token}", "--source-table", table]
    target = ["--dest-uri", f"duckdb:///{database}", "--dest-table", f"crm.t{number}"]
    app(["ingest", *source, *target, "--yes", "--progress", "log"], standalone_mode=False)
