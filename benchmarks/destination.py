"""How fast the destination writes, and how little it does when little has changed; on one emulator.

Every figure is a process from its start to its end. The straightforward loop it is held against sends one
upsert a row at the pace that Attio allows. `python -m benchmarks.destination 20000` takes fewer
companies.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from attio_api.client import AttioClient

COMPANIES = 100_000
LOOPED = 10_000
NEW = 1_000
PAGE = 500
LATENCY_MS = 300
TOKEN = "emulator-token"
BIN = Path(sys.executable).parent
FIELDS = ("name", "domains", "description")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One run of the destination."""

    seconds: float
    megabytes: float
    reads: int
    writes: int
    refused: int
    writes_per_second: float


@contextmanager
def emulator(*options: str) -> Iterator[str]:
    """An emulator in its own process."""
    command = [str(BIN / "attio-emulator"), "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        try:
            yield url
        finally:
            process.terminate()


def control(url: str, name: str, body: dict[str, object]) -> None:
    """One order to the emulator."""
    requests.post(f"{url}/_emulator/{name}", json=body, timeout=600).raise_for_status()


def push(url: str, rows: list[dict[str, Any]], folder: Path, *, pace: float | None = 5000) -> Figure:
    """Pipe the rows into `destination-attio write`."""
    fields = [{"column": name, "attribute": name} for name in FIELDS]
    config = {
        "credentials": {"auth_type": "access_token", "access_token": TOKEN},
        "api_url": url,
        "journal": {"path": str(folder / "journal.duckdb")},
        "streams": [{"stream": "rows", "target": "companies", "match": ["domains"], "fields": fields}],
        **({"requests_per_second": pace} if pace else {}),
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
    """Run the command and look at what the emulator received."""
    requests.delete(f"{url}/_emulator/calls", timeout=60)
    command = [str(BIN / "destination-attio"), "write"]
    command += ["--config", str(folder / "config.json"), "--catalog", str(folder / "catalog.json")]
    began = time.perf_counter()
    with (folder / "input.jsonl").open("rb") as source:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    seconds = time.perf_counter() - began
    answer = requests.get(f"{url}/_emulator/calls", timeout=600).json()
    done = [call for call in answer["calls"] if call["kind"] == "write"]
    spread = len(done) / max(_second(done[-1]) - _second(done[0]), 1e-9) if len(done) > 1 else 0.0
    return Figure(
        seconds=seconds,
        megabytes=usage.ru_maxrss / 1024,
        reads=answer["counts"].get("read", 0),
        writes=answer["counts"].get("write", 0),
        refused=sum(1 for call in answer["calls"] if call["status"] == 429),  # noqa: PLR2004 (HTTP's own number)
        writes_per_second=spread,
    )


def _second(call: dict[str, Any]) -> float:
    return datetime.fromisoformat(call["at"].replace("Z", "+00:00")[:26].rstrip("+") + "+00:00").timestamp()


def current_rows(url: str) -> list[dict[str, Any]]:
    """What the emulator holds, as a warehouse would hand it back."""
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


def sustained(folder: Path) -> None:
    """New rows, with Attio's limits on and 300 ms to every answer."""
    with emulator("--seed", "empty", "--limits", "on") as url:
        control(url, "faults", {"method": "*", "path": "/v2/*", "kind": "latency", "latency_ms": LATENCY_MS})
        rows = [
            {"name": f"New {n}", "domains": [f"new-{n}.example.com"], "description": "x"} for n in range(NEW)
        ]
        figure = push(url, rows, folder, pace=None)
    share = 100 * figure.refused / max(figure.writes + figure.reads, 1)
    print(f"{figure.writes} writes at {LATENCY_MS} ms, limits on: {figure.writes_per_second:.1f} a second,")
    print(f"  {share:.2f} % answered 429, {figure.seconds:.1f} s, {figure.megabytes:.0f} MB\n")
    assert figure.writes_per_second >= 24, figure  # noqa: PLR2004 (the promise)
    assert share <= 1, figure


def unchanged(folder: Path, count: int) -> None:
    """The same rows again."""
    with sown(count) as url:
        rows = [row for row in current_rows(url) if row["domains"]]
        again = push(url, rows, folder)
    print(f"{len(rows):,} unchanged rows: {again.writes} writes, {again.reads} reads")
    print(
        f"  ({again.reads * PAGE / count:.2f} x records/500), "
        f"{again.seconds:.1f} s, {again.megabytes:.0f} MB\n"
    )
    assert again.writes == 0, again
    assert again.reads <= 1.2 * count / PAGE + 30, again


def few_changed(folder: Path, count: int) -> None:
    """The same rows, one in a hundred changed, against one upsert a row."""
    with sown(count) as url:
        rows = [row for row in current_rows(url) if row["domains"]]
        few = [{**row, "description": f"changed {n}"} if n % 100 == 0 else row for n, row in enumerate(rows)]
        ours = push(url, few, folder)
        loop = one_by_one(url, few)
    print(
        f"{len(few):,} rows, 1 % changed: {ours.writes} writes, "
        f"{ours.seconds:.1f} s, {ours.megabytes:.0f} MB;"
    )
    print(f"  one upsert a row, 25 a second: {loop:.0f} s, {loop / ours.seconds:.0f} times as long")


def sown(count: int) -> AbstractContextManager[str]:
    """An emulator with so many lifelike companies, without limits."""
    sizes = ("--companies", str(count), "--people", "0", "--deals", "0")
    return emulator("--seed", "demo", *sizes, "--limits", "off")


def one_by_one(url: str, rows: list[dict[str, Any]]) -> float:
    """Seconds that the straightforward loop takes: what a sample takes, times what is left out."""
    control(url, "limits", {"enabled": True})
    sample = rows[:500]
    client = AttioClient(TOKEN, api_url=url)
    began = time.perf_counter()
    for row in sample:
        client.upsert_record("companies", "domains", {name: row[name] for name in FIELDS if row[name]})
    return (time.perf_counter() - began) * len(rows) / len(sample)


def run(count: int = COMPANIES) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        sustained(Path(name))
        unchanged(Path(name), count)
        few_changed(Path(name), LOOPED)


if __name__ == "__main__":
    run(*map(int, sys.argv[1:2]))
