"""Measures the source against the CDK's stock components and a plain loop, on the same emulator.

Every figure is a process from its start to its end, with its output read through a pipe. Only ratios within
one run can be compared. The benchmark fails when a bar is missed.

`python -m benchmarks.source 20000` takes fewer companies, so that the start of a process counts for more.
`python -m benchmarks.source light 1000000` reads so many records of about a kilobyte instead.
"""

import json
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from benchmarks.running import BIN, TOKEN, Bar, Usage, control, emulator, ended, judge, latency

COMPANIES = 100_000
READINGS = 1_000_000
PAGE = 500
LATENCY_MS = 300
OBJECTS = 20
DISCOVERY_LATENCY_MS = 200
FASTER = {0: 8, LATENCY_MS: 14}
"""The least speed as a multiple of the stock manifest's, by latency in ms."""
LONGER = 1.3
"""The most time of a first sync with that latency, as a multiple of one without latency."""
READS_A_SECOND = 100
ONE_CORE = ["taskset", "-c", "0"]
MODES = {"first sync": "incremental", "full refresh": "full_refresh"}
BARE, STOCK = "requests + orjson, bare loop", "stock manifest, same CDK"
TITLES = (("records/s", 10), ("seconds", 9), ("cpu s", 7), ("MB", 7), ("requests", 10), ("state kB", 10))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One run of one program: its records, time, cost and requests."""

    records: int
    seconds: float
    usage: Usage
    calls: list[dict[str, Any]] = field(repr=False)
    state: bytes = field(repr=False)

    @property
    def per_second(self) -> float:
        """Records a second, from the start of the process to its end."""
        return self.records / self.seconds

    @property
    def pages(self) -> int:
        """The number of requests for records."""
        return sum(each["path"].endswith("/query") for each in self.calls)

    @property
    def busiest(self) -> int:
        """The most requests within any period of one second."""
        moments = sorted(_moment(each) for each in self.calls)
        return max(bisect_left(moments, at + 1) - n for n, at in enumerate(moments))


def measure(command: list[str], url: str) -> Figure:
    """Run a program, count its records, and get the requests that the emulator received."""
    requests.delete(f"{url}/_emulator/calls", timeout=60).raise_for_status()
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    records, state = 0, b""
    for line in process.stdout:
        records += line.startswith(b'{"type":"RECORD"')
        state = line if line.startswith(b'{"type":"STATE"') else state
    usage = ended(process)
    seconds = time.perf_counter() - began
    calls = requests.get(f"{url}/_emulator/calls", timeout=60).json()["calls"]
    return Figure(records=records, seconds=seconds, usage=usage, calls=calls, state=state)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The commands that read one stream of one emulator."""

    folder: Path
    url: str
    stream: str

    def source(self, command: str, *more: str) -> list[str]:
        """A command of `source-attio`, with its configuration."""
        credentials = {"auth_type": "access_token", "access_token": TOKEN}
        config = self._file("ours.json", {"credentials": credentials, "api_url": self.url})
        return [str(BIN / "source-attio"), command, "--config", config, *more]

    def read(self, mode: str, state: bytes = b"") -> list[str]:
        """The command `source-attio read`, from a state if one is given."""
        after = ["--state", self._file("state.json", [json.loads(state)["state"]])] if state else []
        return self.source("read", "--catalog", self._catalog(mode), *after)

    def stock(self) -> list[str]:
        """The command that reads with the CDK's stock components."""
        plain = ["--config", self._plain(), "--catalog", self._catalog("full_refresh")]
        return [sys.executable, "-m", "benchmarks.source_stock", "stock", "read", *plain]

    def bare(self) -> list[str]:
        """The command that reads with a plain loop."""
        return [sys.executable, "-m", "benchmarks.source_stock", "bare", self._plain()]

    def _plain(self) -> str:
        return self._file("plain.json", {"token": TOKEN, "api_url": self.url})

    def _catalog(self, mode: str) -> str:
        stream = {"name": self.stream, "json_schema": {}, "supported_sync_modes": list(MODES.values())}
        asked = {"stream": stream, "sync_mode": mode, "destination_sync_mode": "append"}
        return self._file(f"{mode}.json", {"streams": [asked]})

    def _file(self, name: str, facts: object) -> str:
        path = self.folder / name
        path.write_text(json.dumps(facts))
        return str(path)


def against_stock(bench: Bench, milliseconds: int) -> tuple[Iterator[Bar], dict[str, Figure]]:
    """A first sync and a full refresh, compared with a manifest of the CDK's stock components."""
    figures = {name: measure(bench.read(mode), bench.url) for name, mode in MODES.items()}
    base = measure(bench.stock(), bench.url)
    table(f"{milliseconds} ms a request", {**figures, STOCK: base})
    bars = (
        Bar(
            name=f"{name}, {milliseconds} ms a request: times as fast as stock",
            figure=figure.per_second / base.per_second,
            least=FASTER[milliseconds],
        )
        for name, figure in figures.items()
    )
    return bars, figures


def on_one_core(bench: Bench) -> Bar:
    """The source and a plain loop, each on one core, so that the source's threads are no advantage."""
    ours = measure([*ONE_CORE, *bench.read("full_refresh")], bench.url)
    bare = measure([*ONE_CORE, *bench.bare()], bench.url)
    table("one core", {"full refresh": ours, BARE: bare})
    return Bar(
        name="full refresh: speed of the bare loop, on one core",
        figure=ours.per_second / bare.per_second,
        least=0.8,
    )


def again(bench: Bench, first: Figure) -> Iterator[Bar]:
    """Bars for an incremental scan without changes, from the state of a first sync."""
    scan = measure(bench.read("incremental", first.state), bench.url)
    table("nothing changed", {"incremental scan": scan})
    pages = first.records / PAGE
    yield Bar(name="first sync: requests for each 500 records", figure=first.pages / pages, most=1.3)
    yield Bar(name="incremental scan: requests for each 500 records", figure=scan.pages / pages, most=1.1)
    yield Bar(name="incremental scan: records delivered of unchanged data", figure=scan.records, most=0)
    yield memory("incremental scan", [scan])


def memory(what: str, figures: list[Figure]) -> Bar:
    """The bar for the largest peak memory of some processes, in MB."""
    return Bar(name=f"{what}: MB", figure=max(each.usage.megabytes for each in figures), most=250)


def waits(fast: Figure, slow: Figure) -> Iterator[Bar]:
    """Bars for the cost of latency, and for the rate of requests, which must stay within Attio's limit."""
    name = f"first sync, {LATENCY_MS} ms a request: times as long as without"
    yield Bar(name=name, figure=slow.seconds / fast.seconds, most=LONGER)
    busiest = max(fast.busiest, slow.busiest)
    yield Bar(name="first sync: requests in the busiest second", figure=busiest, most=READS_A_SECOND)


def discovery(folder: Path) -> Bar:
    """The bar for the discovery of a workspace with many objects, in seconds for its requests."""
    with emulator("--seed", "empty", "--limits", "off") as url:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        there = len(requests.get(f"{url}/v2/objects", headers=headers, timeout=60).json()["data"])
        for n in range(there, OBJECTS):
            data = {"api_slug": f"things_{n}", "singular_noun": f"Thing {n}", "plural_noun": f"Things {n}"}
            answer = requests.post(f"{url}/v2/objects", json={"data": data}, headers=headers, timeout=60)
            answer.raise_for_status()
        bench = Bench(folder=folder, url=url, stream="things")
        with latency(url, DISCOVERY_LATENCY_MS):
            whole = measure(bench.source("discover"), url)
    asking = _moment(whole.calls[-1]) - _moment(whole.calls[0]) + DISCOVERY_LATENCY_MS / 1000
    print(f"\ndiscovery of {OBJECTS} objects at {DISCOVERY_LATENCY_MS} ms a request:")
    print(f"  {len(whole.calls)} requests in {asking:.2f} s; the process took {whole.seconds:.2f} s")
    return Bar(
        name=f"discovery of {OBJECTS} objects: seconds for its requests",
        figure=asking,
        most=1.5,
    )


def _moment(call: dict[str, Any]) -> float:
    """When the emulator recorded a call, in seconds since 1970; latency shifts all calls alike."""
    return datetime.fromisoformat(call["at"][:26]).timestamp()


def table(title: str, figures: dict[str, Figure]) -> None:
    """Print figures as a table."""
    print(f"\n{title:32}" + "".join(f"{name:>{width}}" for name, width in TITLES))
    for name, each in figures.items():
        speed = f"{each.per_second:>10,.0f}{each.seconds:>9.1f}"
        cost = f"{each.usage.cpu:>7.1f}{each.usage.megabytes:>7.0f}{len(each.calls):>10}"
        print(f"{name:32}{speed}{cost}{len(each.state) / 1000:>10,.0f}", flush=True)


def run(companies: int = COMPANIES) -> None:
    """Run and print all measurements; raises AssertionError when a bar is missed."""
    with tempfile.TemporaryDirectory() as name, emulator("--seed", "empty", "--limits", "off") as url:
        control(url, "seed", {"name": "demo", "companies": companies, "people": 0, "deals": 0})
        print(f"{companies:,} companies")
        bench = Bench(folder=Path(name), url=url, stream="companies")
        bars, figures = against_stock(bench, 0)
        with latency(url, LATENCY_MS):
            more, slow = against_stock(bench, LATENCY_MS)
        bars = [*bars, *more, on_one_core(bench), *again(bench, figures["first sync"])]
        bars += [memory("first sync, full refresh", [*figures.values(), *slow.values()])]
        bars += waits(figures["first sync"], slow["first sync"])
        bars += [discovery(Path(name))]
    judge(bars)


def run_light(readings: int = READINGS) -> None:
    """Measure a first sync of very many small records, whose cost grows with their number."""
    with tempfile.TemporaryDirectory() as name, emulator("--seed", "empty", "--limits", "off") as url:
        control(url, "seed", {"name": "light", "readings": readings})
        print(f"{readings:,} readings")
        bench = Bench(folder=Path(name), url=url, stream="readings")
        first = measure(bench.read("incremental"), url)
        table("no latency", {"first sync": first})
        bars = list(again(bench, first))
    judge([*bars, memory("first sync", [first])])


if __name__ == "__main__":
    if sys.argv[1:2] == ["light"]:
        run_light(*map(int, sys.argv[2:]))
    else:
        run(*map(int, sys.argv[1:]))
