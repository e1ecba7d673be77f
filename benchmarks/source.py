"""How fast the source reads: against the CDK's stock components and a bare loop, on the same emulator.

Every figure is a process from its start to its end, its output read through a pipe; only ratios within one
run mean anything. `python -m benchmarks.source 20000` takes fewer companies.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

COMPANIES = 100_000
LATENCY_MS = 300
TOKEN = "emulator-token"
BIN = Path(sys.executable).parent


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One run of one program."""

    records: int
    seconds: float
    cpu: float
    megabytes: float
    requests: int
    state_bytes: int

    @property
    def per_second(self) -> float:
        """Records a second, from the start of the process to its end."""
        return self.records / self.seconds


@contextmanager
def emulator() -> Iterator[str]:
    """An emulator in its own process, without rate limits."""
    command = [str(BIN / "attio-emulator"), "serve", "--port", "0", "--seed", "empty", "--limits", "off"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        try:
            yield url
        finally:
            process.terminate()


def measure(command: list[str], url: str) -> Figure:
    """Run a program, count the records it prints, and how much memory it took at most."""
    requests.delete(f"{url}/_emulator/calls", timeout=60)
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    records = state_bytes = 0
    for line in process.stdout:
        records += line.startswith(b'{"type":"RECORD"')
        if line.startswith(b'{"type":"STATE"'):
            state_bytes = max(state_bytes, len(line))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    calls = requests.get(f"{url}/_emulator/calls", timeout=60).json()["counts"]
    return Figure(
        records=records,
        seconds=time.perf_counter() - began,
        cpu=usage.ru_utime + usage.ru_stime,
        megabytes=usage.ru_maxrss / 1024,
        requests=calls["read"],
        state_bytes=state_bytes,
    )


def programs(folder: Path, url: str) -> dict[str, list[str]]:
    """What is measured, each reading all companies."""
    ours = {"credentials": {"auth_type": "access_token", "access_token": TOKEN}, "api_url": url}
    for name, facts in {
        "ours.json": ours,
        "plain.json": {"token": TOKEN, "api_url": url},
        "incremental.json": catalog("incremental"),
        "refresh.json": catalog("full_refresh"),
    }.items():
        (folder / name).write_text(json.dumps(facts))
    ours_read = [str(BIN / "source-attio"), "read", "--config", f"{folder}/ours.json", "--catalog"]
    plain = ["--config", f"{folder}/plain.json", "--catalog", f"{folder}/refresh.json"]
    against = [sys.executable, "-m", "benchmarks.source_stock"]
    return {
        "source-attio, first sync": [*ours_read, f"{folder}/incremental.json"],
        "source-attio, full refresh": [*ours_read, f"{folder}/refresh.json"],
        "requests + orjson, bare loop": [*against, "bare", f"{folder}/plain.json"],
        "stock manifest, same CDK": [*against, "stock", "read", *plain],
    }


def catalog(mode: str) -> dict[str, object]:
    """Ask for companies."""
    stream = {"name": "companies", "json_schema": {}, "supported_sync_modes": ["full_refresh", "incremental"]}
    return {"streams": [{"stream": stream, "sync_mode": mode, "destination_sync_mode": "append"}]}


def run(companies: int = COMPANIES) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, emulator() as url:
        sizes = {"name": "demo", "companies": companies, "people": 0, "deals": 0}
        requests.post(f"{url}/_emulator/seed", json=sizes, timeout=600).raise_for_status()
        for latency in (0, LATENCY_MS):
            print(f"\nsource: {companies:,} companies, {latency} ms a request")
            if latency:
                fault = {"method": "*", "path": "*", "kind": "latency", "latency_ms": latency, "count": None}
                requests.post(f"{url}/_emulator/faults", json=fault, timeout=60).raise_for_status()
            table({name: measure(command, url) for name, command in programs(Path(folder), url).items()})


def table(figures: dict[str, Figure]) -> None:
    """Print figures beside those of the slowest."""
    base = figures["stock manifest, same CDK"].per_second
    bare = figures["requests + orjson, bare loop"].per_second
    titles = (("records/s", 10), ("x stock", 9), ("x bare", 8), ("seconds", 9), ("cpu s", 7), ("MB", 7))
    more = (("requests", 10), ("state kB", 10))
    print(" " * 32 + "".join(f"{title:>{width}}" for title, width in (*titles, *more)))
    for name, each in figures.items():
        speed = f"{each.per_second:>10,.0f}{each.per_second / base:>9.2f}{each.per_second / bare:>8.2f}"
        cost = f"{each.seconds:>9.1f}{each.cpu:>7.1f}{each.megabytes:>7.0f}"
        print(f"{name:32}{speed}{cost}{each.requests:>10}{each.state_bytes / 1000:>10,.0f}")


if __name__ == "__main__":
    run(*(int(each) for each in sys.argv[1:]))
