"""Measures the emulator with 100,000 companies: seeding, memory, and pages of 500 records.

The emulator runs in its own process and is asked over HTTP on one connection. Its time is that process's
processor time, which counts neither this client nor the network. `python -m benchmarks.emulator 20000` takes
fewer companies.
"""

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

COMPANIES = 100_000
PAGE = 500
PAGES = 200
CLIENTS = 4
SECONDS = 5.0
ORDER = [{"attribute": "created_at", "direction": "asc"}, {"attribute": "record_id", "direction": "asc"}]
HEADERS = {"Authorization": "Bearer emulator-token", "Content-Type": "application/json"}
BIN = Path(sys.executable).parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Running:
    """An emulator in its own process."""

    pid: int
    address: str

    def processor_seconds(self) -> float:
        """Processor time in seconds that the process has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self) -> float:
        """Resident memory at present, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


class Client:
    """One connection that stays open; answers are read whole and not decoded."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=600)

    def post(self, path: str, body: object) -> tuple[float, int]:
        """Send a request; returns the seconds until the last byte, and the answer's size in bytes."""
        began = time.perf_counter()
        self._connection.request("POST", path, json.dumps(body), HEADERS)
        answer = self._connection.getresponse()
        size = len(answer.read())
        assert answer.status == http.HTTPStatus.OK, answer.status
        return time.perf_counter() - began, size

    def page(self, offset: int) -> tuple[float, int]:
        """Read one page of companies in the order of a sync; returns as `post` does."""
        return self.post(
            "/v2/objects/companies/records/query", {"sorts": ORDER, "limit": PAGE, "offset": offset}
        )


@contextmanager
def emulator() -> Iterator[Running]:
    """An emulator without rate limits, stopped at the end of the block."""
    command = [str(BIN / "attio-emulator"), "serve", "--port", "0", "--seed", "empty", "--limits", "off"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield Running(pid=process.pid, address=urlsplit(process.stdout.readline().split()[-1]).netloc)
        process.terminate()


def pages_a_second(address: str, companies: int) -> float:
    """Pages a second over CLIENTS connections at once."""
    until = time.perf_counter() + SECONDS

    def ask(seed: int) -> int:
        client, offsets, done = Client(address), random.Random(seed), 0  # noqa: S311 (picks pages)
        while time.perf_counter() < until:
            client.page(offsets.randrange(companies - PAGE))
            done += 1
        return done

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(ask, range(CLIENTS))) / SECONDS


def run(companies: int = COMPANIES) -> None:
    """Run the measurements and print the table."""
    with emulator() as running:
        client = Client(running.address)
        sizes = {"name": "demo", "companies": companies, "people": 0, "deals": 0}
        seeding, _ = client.post("/_emulator/seed", sizes)
        memory = running.megabytes()
        offsets = random.Random(1).choices(range(companies - PAGE), k=PAGES)  # noqa: S311 (picks pages)
        client.page(0)
        before = running.processor_seconds()
        seen = [client.page(offset) for offset in offsets]
        own = (running.processor_seconds() - before) / PAGES
        waits = sorted(seconds for seconds, _ in seen)
        rate = pages_a_second(running.address, companies)
        kilobytes = statistics.mean(size for _, size in seen) / PAGE / 1000
        print(f"{companies:,} companies, {kilobytes:.1f} kB each")
        figures = {
            "seconds to seed": f"{seeding:.1f}",
            "memory, MB: after seeding": f"{memory:,.0f}",
            "memory, MB: after reading pages": f"{running.megabytes():,.0f}",
            f"page of {PAGE}, ms: processor time of the emulator": f"{own * 1000:.1f}",
            f"page of {PAGE}, ms: median until the last byte": f"{statistics.median(waits) * 1000:.1f}",
            f"page of {PAGE}, ms: 95 of 100 are faster": f"{waits[int(PAGES * 0.95)] * 1000:.1f}",
            f"pages a second, {CLIENTS} connections": f"{rate:.0f}",
            f"records a second, {CLIENTS} connections": f"{rate * PAGE:,.0f}",
        }
    print(*(f"  {name:55}{figure:>10}" for name, figure in figures.items()), sep="\n")


if __name__ == "__main__":
    run(*(int(each) for each in sys.argv[1:]))
