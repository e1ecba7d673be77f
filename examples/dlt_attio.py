"""Attio into a warehouse with dlt: `python dlt_attio.py companies`, beside the source's config.json."""

import json
import subprocess
import sys
from pathlib import Path

import dlt


def source_attio(*words):
    """The messages of the source; raises when it fails."""
    argv = ["source-attio", *words, "--config", "config.json"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        yield from map(json.loads, process.stdout)
    if process.returncode:
        raise RuntimeError("source-attio failed; its messages say why")


def rows(stream):
    """What changed in one stream; its state is kept by dlt, and saved only with the rows."""
    kept, name = dlt.current.resource_state(), stream["name"]
    chosen = {"stream": stream, "sync_mode": "incremental", "destination_sync_mode": "append_dedup"}
    Path(f"{name}.catalog.json").write_text(json.dumps({"streams": [chosen]}), encoding="utf-8")
    Path(f"{name}.state.json").write_text(json.dumps(kept.get("states", [])), encoding="utf-8")
    for message in source_attio("read", "--catalog", f"{name}.catalog.json", "--state", f"{name}.state.json"):
        if message["type"] == "RECORD":
            yield message["record"]["data"]
        elif message["type"] == "STATE":
            kept["states"] = [message["state"]]


@dlt.source
def attio(names):
    """One resource a stream, merged by its key."""
    (found,) = [one["catalog"]["streams"] for one in source_attio("discover") if one["type"] == "CATALOG"]
    for one in (stream for stream in found if stream["name"] in names):
        keys = [path[0] for path in one["source_defined_primary_key"]]
        yield dlt.resource(rows, name=one["name"], write_disposition="merge", primary_key=keys)(one)


if __name__ == "__main__":
    print(dlt.pipeline("attio", destination="duckdb", dataset_name="crm").run(attio(sys.argv[1:])))
