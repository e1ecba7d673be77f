"""Read a workspace's people into a DuckDB table, with the Airbyte source inside this process.

With an account:     ATTIO_API_TOKEN=… python examples/people_to_duckdb.py crm.duckdb
Without an account:  attio-emulator serve --seed demo &
                     ATTIO_API_URL=http://127.0.0.1:8377 ATTIO_API_TOKEN=emulator-token \
                         python examples/people_to_duckdb.py crm.duckdb
"""

import json
import logging
import os
import sys
import tempfile

import duckdb
from airbyte_cdk.models import (
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    SyncMode,
    Type,
)

from source_attio.source import SourceAttio

LOGGER = logging.getLogger("airbyte")


def main(path: str) -> None:
    """Replace the table `people` by what Attio holds now."""
    config = {
        "credentials": {"auth_type": "access_token", "access_token": os.environ["ATTIO_API_TOKEN"]},
        "api_url": os.environ.get("ATTIO_API_URL", "https://api.attio.com"),
    }
    source = SourceAttio(config)
    streams = {stream.name: stream for stream in source.discover(LOGGER, config).streams}
    people = ConfiguredAirbyteStream(
        stream=streams["people"],
        sync_mode=SyncMode.full_refresh,
        destination_sync_mode=DestinationSyncMode.overwrite,
    )
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as rows, duckdb.connect(path) as database:
        for message in source.read(LOGGER, config, ConfiguredAirbyteCatalog(streams=[people])):
            if message.type is Type.RECORD and message.record:
                rows.write(json.dumps(message.record.data) + "\n")
        rows.flush()
        database.execute("CREATE OR REPLACE TABLE people AS FROM read_json(?)", [rows.name])
        print(database.sql("SELECT count(*) AS people, max(_changed_at) AS newest FROM people"))


if __name__ == "__main__":
    main(sys.argv[1])
