"""Measures the relay: durable acknowledgements a second, their latency, and reads of the feed.

Run by `python -m benchmarks` or alone by `python -m benchmarks.relay`.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.relay_load import SECRET, closed_loop, gathered, open_loop, percentile
from benchmarks.running import Bar, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = 64
SECONDS = 6.0
TURNS = 3
# On a slow machine the share alone counts. In quiet it was 0.27 to 0.30, where the relay answered 4,200 to
# 5,800 a second; beside other programs it is higher.
LEAST_RATE = 4000
LEAST_SHARE = 0.25
OPEN_LOOP_RATE = 250
FEED_PAGE = 10_000
SCRAPERS = 30
CROWDED_SECONDS = 12.0
OLD = 0.25
FILL = 500_000
NUMBERS = """
WITH RECURSIVE numbers(n, at) AS (
    SELECT :start, CASE WHEN :start < :old THEN :then ELSE :lately END
    UNION ALL SELECT n + 1, CASE WHEN n + 1 < :old THEN :then ELSE :lately END FROM numbers WHERE n + 1 < :end
)
"""
FILLED = (
    "INSERT INTO deliveries {} SELECT 'w', 'filled-' || n, 'bench', at, 1, NULL, NULL FROM numbers",
    "INSERT INTO changes {} SELECT 'bench', n + 1, at, 'record.updated', 'o', NULL, '{{}}' FROM numbers",
)
CONFIG = f"""
[server]
max_connections = 2000
[storage]
path = "relay.db"
[[routes]]
name = "bench"
secret = "{SECRET}"
feed_token = "token-of-the-feed"
[[connections]]
name = "sync"
route = "bench"
debounce = "1h"
max_wait = "1h"
[connections.target]
type = "command"
command = ["true"]
"""


@contextmanager
def relay(folder: Path) -> Iterator[tuple[str, int]]:
    """A relay in its own process; gives its host and port."""
    (folder / "relay.toml").write_text(CONFIG)
    command = [str(Path(sys.executable).with_name("attio-relay")), "serve", "--port", "0", "--config"]
    with served([*command, str(folder / "relay.toml")]) as at:
        yield at


@contextmanager
def served(command: list[str]) -> Iterator[tuple[str, int]]:
    """A server in its own process, which prints its address first; gives its host and port."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        host, port = process.stdout.readline().split("//")[1].strip().split(":")
        yield host, int(port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


def scrape(at: tuple[str, int], until: float) -> int:
    """Read `/metrics` in a loop without a token; returns the number of answers."""
    count = 0
    while time.perf_counter() < until:
        with urllib.request.urlopen(f"http://{at[0]}:{at[1]}/metrics") as answer:
            answer.read()
        count += 1
    return count


def fill(path: Path, rows: int, *, old: float) -> None:
    """Insert so many deliveries and changes; the share `old` of them is older than the retention."""
    now, month = time.time(), 30 * 86400
    with sqlite3.connect(path) as store:
        for start in range(0, rows, FILL):
            facts = {"start": start, "end": min(start + FILL, rows), "old": rows * old}
            facts |= {"then": now - month, "lately": now - 3600}
            for table in FILLED:
                store.execute(table.format(NUMBERS), facts)
            # One transaction for all rows would leave a log as large as the store.
            store.commit()
        store.execute("INSERT INTO heads VALUES ('bench', ?, 0)", (rows,))
        store.execute("UPDATE totals SET number = ? WHERE name = 'deliveries'", (rows,))


def crowded(rows: int) -> list[float]:
    """Latencies in seconds while `/metrics` is read and old rows are pruned, with so many messages stored."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with relay(folder):
            pass
        fill(folder / "relay.db", rows, old=OLD)
        with sqlite3.connect(folder / "relay.db") as store:
            store.execute("DELETE FROM leases")
        with relay(folder) as at, ThreadPoolExecutor(SCRAPERS) as pool:
            until = time.perf_counter() + CROWDED_SECONDS
            scrapes = [pool.submit(scrape, at, until) for _ in range(SCRAPERS)]
            latencies = gathered(open_loop, at, OPEN_LOOP_RATE, CROWDED_SECONDS)
            count = sum(each.result() for each in scrapes)
        with sqlite3.connect(folder / "relay.db") as store:
            left = store.execute(
                "SELECT COUNT(*) FROM deliveries WHERE idempotency_key LIKE 'filled-%'"
            ).fetchone()[0]
    print(f"in a crowd: {count} scrapes by {SCRAPERS}, {rows - left:,} old messages pruned", flush=True)
    return latencies


def read_feed(at: tuple[str, int], changes: int) -> float:
    """Seconds to read one page of so many changes; the best of five tries."""
    took = []
    for _ in range(5):
        asked = urllib.request.Request(
            f"http://{at[0]}:{at[1]}/feeds/bench/changes?after=0&limit={changes}",
            headers={"Authorization": "Bearer token-of-the-feed"},
        )
        start = time.perf_counter()
        with urllib.request.urlopen(asked) as answer:  # noqa: S310 (our own address)
            page = answer.read()
        took.append(time.perf_counter() - start)
        assert len(json.loads(page)["changes"]) == changes
    return min(took)


def compared(at: tuple[str, int]) -> tuple[list[float], list[float]]:
    """Latencies of the relay and of the bare server, in seconds; they take turns, so both meet one load."""
    latencies: tuple[list[float], list[float]] = ([], [])
    with (
        tempfile.TemporaryDirectory() as folder,
        served([sys.executable, "-m", "benchmarks.relay_bare", folder]) as bare,
    ):
        for _ in range(TURNS):
            for peer, found in zip((at, bare), latencies, strict=True):
                found.extend(gathered(closed_loop, peer, CONNECTIONS, SECONDS / TURNS))
    return latencies


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured: acknowledgements a second, latencies and reads in milliseconds."""

    rate: float
    bare_rate: float
    p99_busy: float
    p50: float
    p99: float
    feed: float
    crowd_rows: int
    crowd_p99: float


def measured() -> Figures:
    """Run all measurements, and print those that the bars do not have."""
    with tempfile.TemporaryDirectory() as folder, relay(Path(folder)) as at:
        latencies, bare = compared(at)
        rate, base = len(latencies) / SECONDS, len(bare) / SECONDS
        print(f"the bare server: {base:,.0f} a second, p99 {percentile(bare, 99):.1f} ms", flush=True)
        print(f"at {CONNECTIONS} connections: p50 {percentile(latencies, 50):.1f} ms, ", end="")
        print(f"p99 {percentile(latencies, 99):.1f} ms", flush=True)
        paced = gathered(open_loop, at, OPEN_LOOP_RATE, SECONDS)
        print(f"at {OPEN_LOOP_RATE} a second: p50 {percentile(paced, 50):.1f} ms", flush=True)
        stored = int(rate * SECONDS) + len(paced)
        while stored < FEED_PAGE:
            stored += len(gathered(closed_loop, at, CONNECTIONS, SECONDS))
        feed = read_feed(at, FEED_PAGE) * 1000
    # RELAY_BENCH_ROWS=30000000 python -m benchmarks relay measures a larger store.
    rows = int(os.environ.get("RELAY_BENCH_ROWS", "200000"))
    return Figures(
        rate=rate,
        bare_rate=base,
        p99_busy=percentile(latencies, 99),
        p50=percentile(paced, 50),
        p99=percentile(paced, 99),
        feed=feed,
        crowd_rows=rows,
        crowd_p99=percentile(crowded(rows), 99),
    )


def bars(found: Figures) -> list[Bar]:
    """The figures, with what each must reach."""
    busy = f"acknowledgements a second, {CONNECTIONS} connections"
    crowd = f"the same in a crowd, {found.crowd_rows:,} messages stored: p99, ms"
    share = found.rate / found.bare_rate
    return [
        Bar(name=busy, figure=found.rate, least=min(LEAST_RATE, LEAST_SHARE * found.bare_rate)),
        Bar(name="the same as a share of the bare server's", figure=share, least=LEAST_SHARE),
        Bar(name=f"acknowledgement at {OPEN_LOOP_RATE} a second: p99, ms", figure=found.p99, most=20),
        Bar(name=crowd, figure=found.crowd_p99, most=20),
        Bar(name=f"feed page of {FEED_PAGE:,} changes: ms", figure=found.feed, most=100),
    ]


def run() -> dict[str, float]:
    """Run and print all measurements; returns the figures for the documentation.

    Raises AssertionError when a bar is missed.
    """
    found = measured()
    judge(bars(found))
    return {
        "rate": round(found.rate),
        "p99_busy_ms": round(found.p99_busy, 1),
        "p50_ms": round(found.p50, 1),
        "p99_ms": round(found.p99, 1),
        "crowd_rows": found.crowd_rows,
        "crowd_p99_ms": round(found.crowd_p99, 1),
        "feed_ms": round(found.feed),
    }


if __name__ == "__main__":
    run()
