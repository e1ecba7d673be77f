"""Measures the destination on one emulator: its pace of writes, and its cost when little or nothing changed.

Every figure is a process from its start to its end, on an emulator with Attio's rate limits. The destination
is compared with a plain loop that upserts every row, at the pace that Attio allows.

`python -m benchmarks.destination 20000` takes fewer companies for the unchanged rows, and ten times as many
changes for the journal (see `journal`).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from attio_api.client import AttioClient
from attio_api.pace import Governor
from benchmarks import journal
from benchmarks.running import BIN, TOKEN, Bar, control, emulator, ended, judge

COMPANIES = 100_000
LOOPED = 10_000
SAMPLED = 100
NEW = 1_000
PAGE = 500
LATENCY_MS = 300
FIELDS = ("name", "domains", "description")

ALLOWED = 25
SUSTAINED = 24
"""Writes a second: ALLOWED is Attio's limit, SUSTAINED is the pace that the destination must keep."""
REFUSED_PERCENT = 1
READS = 1.2
"""The most reads for every 500 records."""
TIMES_READING = 3
"""The most that unchanged rows may take, as a multiple of a loop that reads the same records page by page."""
TIMES_FASTER = 50
MEGABYTES = 300

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One run of the destination: its time, memory and requests."""

    seconds: float
    megabytes: float
    reads: int
    writes: int
    refused: int
    writes_per_second: float

    @property
    def refused_percent(self) -> float:
        """The percentage of requests that were answered 429."""
        return 100 * self.refused / max(self.reads + self.writes, 1)


def push(url: str, rows: Rows, folder: Path) -> Figure:
    """Write the rows, a configuration and a catalog to files, and run `destination-attio write` on them."""
    fields = [{"column": name, "attribute": name} for name in FIELDS]
    config = {
        "credentials": {"auth_type": "access_token", "access_token": TOKEN},
        "api_url": url,
        "journal": {"path": str(folder / "journal.duckdb")},
        "streams": [{"stream": "rows", "target": "companies", "match": ["domains"], "fields": fields}],
    }
    stream = {"name": "rows", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    catalog = {
        "streams": [{"stream": stream, "sync_mode": "full_refresh", "destination_sync_mode": "append_dedup"}]
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "catalog.json").write_text(json.dumps(catalog))
    with (folder / "input.jsonl").open("w") as file:
        for row in rows:
            record = {"stream": "rows", "data": row, "emitted_at": 1}
            file.write(json.dumps({"type": "RECORD", "record": record}) + "\n")
    return measured(url, folder)


def measured(url: str, folder: Path) -> Figure:
    """Run `destination-attio write` on the folder's files, and count the requests that arrived."""
    requests.delete(f"{url}/_emulator/calls", timeout=60)
    command = [str(BIN / "destination-attio"), "write"]
    command += ["--config", str(folder / "config.json"), "--catalog", str(folder / "catalog.json")]
    # As after an installation, which compiles the bytecode.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    with (folder / "input.jsonl").open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL, env=environment)
        usage = ended(process)
    seconds = time.perf_counter() - began
    answer = requests.get(f"{url}/_emulator/calls", timeout=600).json()
    return Figure(
        seconds=seconds,
        megabytes=usage.megabytes,
        reads=answer["counts"].get("read", 0),
        writes=answer["counts"].get("write", 0),
        refused=sum(1 for call in answer["calls"] if call["status"] == 429),  # noqa: PLR2004 (HTTP's own number)
        writes_per_second=_pace([call for call in answer["calls"] if call["kind"] == "write"]),
    )


def _pace(writes: Sequence[dict[str, Any]]) -> float:
    """Writes a second in steady state: without the first second and the last one.

    In the first second the limit may admit a burst, and a slow machine is still starting, so that second does
    not show the pace.
    """
    at = [_second(call) for call in writes]
    steady = [second for second in at if at[0] + 1 <= second <= at[-1] - 1] if at else []
    return (len(steady) - 1) / (steady[-1] - steady[0]) if len(steady) > 1 else 0.0


def _second(call: dict[str, Any]) -> float:
    return datetime.fromisoformat(call["at"].replace("Z", "+00:00")[:26].rstrip("+") + "+00:00").timestamp()


def current_rows(url: str) -> list[dict[str, Any]]:
    """The companies in the emulator, as rows of a warehouse."""
    client = AttioClient(TOKEN, api_url=url)
    rows: list[dict[str, Any]] = []
    while page := client.query_records("companies", offset=len(rows)):
        rows += [_row(record) for record in page]
    return rows


def _row(record: Any) -> dict[str, Any]:  # noqa: ANN401 (Attio's JSON)
    values = record["values"]
    return {
        "name": next((one["value"] for one in values["name"]), None),
        "domains": [one["domain"] for one in values["domains"]],
        "description": next((one["value"] for one in values["description"]), None),
    }


def sustained(folder: Path) -> Iterator[Bar]:
    """Bars for new rows, with 300 ms of latency for every answer."""
    with emulator("--seed", "empty", "--limits", "on") as url:
        slow(url)
        rows = [
            {"name": f"New {n}", "domains": [f"new-{n}.example.com"], "description": "x"} for n in range(NEW)
        ]
        figure = push(url, rows, folder)
    print(f"{NEW:,} new rows, {LATENCY_MS} ms to every answer: {_cost(figure)}", flush=True)
    accepted = figure.writes - figure.refused
    yield Bar(name=f"{NEW:,} new rows: writes that were taken", figure=accepted, least=NEW, most=NEW)
    yield Bar(
        name=f"{NEW:,} new rows: steady pace, as a share of what Attio allows",
        figure=figure.writes_per_second / ALLOWED,
        least=SUSTAINED / ALLOWED,
    )
    yield Bar(
        name=f"{NEW:,} new rows: per cent answered 429", figure=figure.refused_percent, most=REFUSED_PERCENT
    )
    yield memory(f"{NEW:,} new rows", figure)


def unchanged(folder: Path, count: int) -> Iterator[Bar]:
    """Bars for rows that change nothing, compared with a loop that only reads them."""
    with sown(count) as url:
        began = time.perf_counter()
        rows = current_rows(url)
        reading = time.perf_counter() - began
        figure = push(url, rows, folder)
    print(
        f"{count:,} rows that change nothing: {_cost(figure)}; a loop that reads them {reading:.1f} s",
        flush=True,
    )
    yield Bar(name=f"{count:,} unchanged rows: writes", figure=figure.writes, most=0)
    yield Bar(
        name=f"{count:,} unchanged rows: reads for each {PAGE}",
        figure=figure.reads * PAGE / count,
        most=READS,
    )
    yield Bar(
        name=f"{count:,} unchanged rows: times as long as reading them",
        figure=figure.seconds / reading,
        most=TIMES_READING,
    )
    yield memory(f"{count:,} unchanged rows", figure)


def few_changed(folder: Path) -> Iterator[Bar]:
    """Bars for rows of which 1 % changed, compared with one upsert a row, without latency and with 300 ms."""
    with sown(LOOPED) as url:
        rows = current_rows(url)
        few = changed(rows, "changed")
        ours = push(url, few, folder)
        print(f"{LOOPED:,} rows, 1 % changed: {ours.writes} writes, {ours.reads} reads, {_cost(ours)}")
        theirs = one_by_one(url, few)
        slow(url)
        again = changed(rows, "changed again")
        distant = push(url, again, folder)
        lagging = one_by_one(url, again[:SAMPLED]) * LOOPED / SAMPLED
    print(f"  {LATENCY_MS} ms to every answer: {distant.seconds:.1f} s, against {lagging:,.0f} s ", end="")
    print(f"for one upsert a row (reckoned from {SAMPLED} rows)", flush=True)
    for what, figure in (("at once", ours), (f"at {LATENCY_MS} ms", distant)):
        yield Bar(
            name=f"1 % of {LOOPED:,} rows changed, {what}: writes",
            figure=figure.writes,
            least=LOOPED // 100,
            most=LOOPED // 100,
        )
    yield Bar(
        name=f"1 % of {LOOPED:,} rows changed: times as fast as one upsert a row",
        figure=theirs / ours.seconds,
        least=TIMES_FASTER,
    )


def memory(what: str, figure: Figure) -> Bar:
    """The bar for a process's peak memory, in MB."""
    return Bar(name=f"{what}: MB", figure=figure.megabytes, most=MEGABYTES)


def changed(rows: Rows, description: str) -> Rows:
    """The same rows; every hundredth has another description."""
    return [row | ({} if n % 100 else {"description": f"{description} {n}"}) for n, row in enumerate(rows)]


def _cost(figure: Figure) -> str:
    return f"{figure.seconds:.1f} s, {figure.megabytes:.0f} MB"


def slow(url: str) -> None:
    """Add latency to every answer from now on."""
    control(url, "faults", {"method": "*", "path": "/v2/*", "kind": "latency", "latency_ms": LATENCY_MS})


def sown(count: int) -> AbstractContextManager[str]:
    """An emulator with so many companies of the demo workspace, each with a domain."""
    sizes = ("--companies", str(count), "--people", "0", "--deals", "0")
    return emulator("--seed", "demo", *sizes, "--limits", "on")


def one_by_one(url: str, rows: Rows) -> float:
    """Seconds of a plain loop that upserts row after row, at the pace that Attio allows."""
    client = AttioClient(TOKEN, api_url=url, governor=Governor(writes_per_second=ALLOWED * 2))
    began = time.perf_counter()
    for number, row in enumerate(rows, start=1):
        time.sleep(max(began + number / ALLOWED - time.perf_counter(), 0))
        client.upsert_record("companies", "domains", {name: row[name] for name in FIELDS if row[name]})
        if number % 1_000 == 0:
            print(f"  … {number:,} rows looped in {time.perf_counter() - began:.0f} s", flush=True)
    return time.perf_counter() - began


def run(count: int = COMPANIES) -> None:
    """Run and print all measurements; raises AssertionError when a bar is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        judge(
            [*sustained(folder), *unchanged(folder, count), *few_changed(folder), *journal.bars(10 * count)]
        )


if __name__ == "__main__":
    run(*map(int, sys.argv[1:2]))
