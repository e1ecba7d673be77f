"""Shared by benchmarks of commands: an emulator in its own process, the cost of a command, and bars."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

TOKEN = "emulator-token"
BIN = Path(sys.executable).parent
# The peak memory that the system tells of a process: bytes on macOS, kilobytes elsewhere.
A_MEGABYTE = 1024**2 if sys.platform == "darwin" else 1024


@contextmanager
def emulator(*options: str) -> Iterator[str]:
    """An emulator in its own process; gives its URL and stops it at the end of the block."""
    command = [str(BIN / "attio-emulator"), "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        try:
            yield url
        finally:
            process.terminate()


def control(url: str, name: str, body: dict[str, object]) -> None:
    """Post a command to the emulator's control interface."""
    requests.post(f"{url}/_emulator/{name}", json=body, timeout=600).raise_for_status()


@contextmanager
def latency(url: str, milliseconds: int) -> Iterator[None]:
    """Add latency to every answer within the block."""
    control(url, "faults", {"method": "*", "path": "/v2/*", "kind": "latency", "latency_ms": milliseconds})
    try:
        yield
    finally:
        requests.delete(f"{url}/_emulator/faults", timeout=60).raise_for_status()


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The processor time in seconds and the peak memory in MB of a process."""

    cpu: float
    megabytes: float


def ended(process: subprocess.Popen[bytes]) -> Usage:
    """Wait for a process to end; raises AssertionError when its exit code is not 0."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.args
    return Usage(cpu=usage.ru_utime + usage.ru_stime, megabytes=usage.ru_maxrss / A_MEGABYTE)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A figure and its limits: at least `least`, at most `most`."""

    name: str
    figure: float
    least: float = float("-inf")
    most: float = float("inf")

    @property
    def missed(self) -> bool:
        """Whether the figure is outside its limits."""
        return not self.least <= self.figure <= self.most

    def __str__(self) -> str:
        """The bar as one line of the table."""
        bar = f"at least {self.least:g}" if self.most == float("inf") else f"at most {self.most:g}"
        bar = f"exactly {self.most:g}" if self.least == self.most else bar
        return f"{self.name:64}{self.figure:>10,.2f}   {bar:16}{'MISSED' if self.missed else 'kept'}"


def judge(bars: Iterable[Bar]) -> None:
    """Print all bars; raises AssertionError that names each missed bar."""
    bars = list(bars)
    print()
    for bar in bars:
        print(bar)
    missed = [f"{bar.name}: {bar.figure:.2f}" for bar in bars if bar.missed]
    assert not missed, "; ".join(missed)
