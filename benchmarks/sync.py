"""Measures the local runner: a pull, a push that changes nothing, and a plan of new rows.

Every figure is a process from its start to its end. A push is compared with `destination-attio` on the same
columns, in seconds of processor time, which other work of the machine does not change.
`python -m benchmarks.sync 200000` takes so many companies and so many new rows.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.running import BIN, TOKEN, Bar, Usage, emulator, ended, judge

COMPANIES = 20_000
FETCHED = 1_000
PULL_MEGABYTES = 300
PUSH_MEGABYTES = 350
PLAN_MEGABYTES = 500
TIMES_DESTINATION = 3
"""The most time of the local runner, as a multiple of the destination's for the same columns."""
PLANNED = 200_000
PLAN_SECONDS = 60
START_SECONDS = 15
"""The most processor time of a plan of few rows, in seconds; most of it is the start of the command."""
OWN = ("angellist", "categories", "description", "domains", "employee_range", "estimated_arr_usd", "facebook")
OWN += ("foundation_date", "funding_raised_usd", "instagram", "linkedin", "name", "primary_location", "team")
OWN += ("associated_deals", "associated_workspaces", "projects", "twitter", "record_id")


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Runs commands against one emulator, with their files in one folder."""

    folder: Path
    url: str

    def run(self, *command: str, source: Path | None = None) -> Usage:
        """Run a command to its end, print its cost, and return it."""
        environment = {**os.environ, "ATTIO_API_URL": self.url, "ATTIO_API_TOKEN": TOKEN}
        environment.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # as installed, with the bytecode that installers write
        with (source or Path(os.devnull)).open("rb") as opened:
            began = time.perf_counter()
            process = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]],
                stdin=opened,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self.folder,
                env=environment,
            )
            usage = ended(process)
        told = f"{time.perf_counter() - began:.1f} s, {usage.cpu:.1f} s of the processor"
        print(f"{' '.join(command[:2])}: {told}, {usage.megabytes:.0f} MB", flush=True)
        return usage


def pull(bench: Bench, count: int) -> Iterator[Bar]:
    """Bars for a first pull, one that finds nothing new, and one that reads everything again."""
    command = ("attio-sync", "pull", "--to", "crm.duckdb", "--stream", "companies")
    for what, more in (("first", ()), ("second", ()), ("full", ("--full",))):
        usage = bench.run(*command, *more)
        yield Bar(name=f"{what} pull of {count:,} companies: MB", figure=usage.megabytes, most=PULL_MEGABYTES)


def push(bench: Bench, count: int) -> Iterator[Bar]:
    """Bars for pushing the pulled rows back, compared with the destination."""
    columns = ", ".join(OWN)
    mapping = {
        "target": "companies",
        "match": ["record_id"],
        "fields": [{"column": one, "attribute": one} for one in OWN],
    }
    (bench.folder / "map.yaml").write_text(json.dumps(mapping))
    query = f"SELECT {columns} FROM companies"  # noqa: S608 (names of this file)
    ours = bench.run(
        *("attio-sync", "push", "--db", "crm.duckdb", "--sql", query),
        *("--map", "map.yaml", "--journal", "push.duckdb", "--yes"),
    )
    theirs = by_the_destination(bench, mapping, query)
    name = f"{count:,} unchanged companies of {len(OWN)} columns"
    yield Bar(
        name=f"{name}: times as long as the destination",
        figure=ours.cpu / theirs.cpu,
        most=TIMES_DESTINATION,
    )
    yield Bar(name=f"{name}: MB", figure=ours.megabytes, most=PUSH_MEGABYTES)


def by_the_destination(bench: Bench, mapping: dict[str, Any], query: str) -> Usage:
    """The same rows pushed by the destination, as an Airbyte platform does."""
    config = {
        "credentials": {"auth_type": "access_token", "access_token": TOKEN},
        "api_url": bench.url,
        "journal": {"path": str(bench.folder / "destination.duckdb")},
        "streams": [{"stream": "rows", **mapping}],
    }
    (bench.folder / "config.json").write_text(json.dumps(config))
    stream = {"name": "rows", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    asked = {"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append_dedup"}
    (bench.folder / "catalog.json").write_text(json.dumps({"streams": [asked]}))
    source = _messages(bench.folder, query)
    command = ("destination-attio", "write", "--config", "config.json", "--catalog", "catalog.json")
    return bench.run(*command, source=source)


def _messages(folder: Path, query: str) -> Path:
    """The file with a query's rows as the messages of an Airbyte source."""
    path = folder / "input.jsonl"
    with duckdb.connect(str(folder / "crm.duckdb"), read_only=True) as connection, path.open("w") as file:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(query)
        while rows := found.fetchmany(FETCHED):
            for row in rows:
                record = {"stream": "rows", "data": dict(zip(OWN, row, strict=True)), "emitted_at": 1}
                file.write(json.dumps({"type": "RECORD", "record": record}, default=str) + "\n")
    return path


def plan(bench: Bench, count: int) -> Iterator[Bar]:
    """Bars for a saved plan of rows that are all new."""
    with (bench.folder / "new.csv").open("w") as file:
        file.write("name,domains,description\n")
        file.writelines(f"New {n},new-{n}.example.com,Described {n}\n" for n in range(count))
    usage = bench.run("attio-sync", "plan", "--from", "new.csv", "--object", "companies", "--out", "new.plan")
    most = max(PLAN_SECONDS * count / PLANNED, START_SECONDS)
    yield Bar(name=f"a plan of {count:,} new rows: seconds of the processor", figure=usage.cpu, most=most)
    yield Bar(name=f"a plan of {count:,} new rows: MB", figure=usage.megabytes, most=PLAN_MEGABYTES)


def run(count: int = COMPANIES) -> None:
    """Run and print all measurements; raises AssertionError when a bar is missed."""
    sizes = ("--companies", str(count), "--people", "0", "--deals", "0", "--limits", "on")
    with tempfile.TemporaryDirectory() as name, emulator("--seed", "demo", *sizes) as url:
        bench = Bench(folder=Path(name), url=url)
        judge([*pull(bench, count), *push(bench, count), *plan(bench, count)])


if __name__ == "__main__":
    run(*map(int, sys.argv[1:2]))
