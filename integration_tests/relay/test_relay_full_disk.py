"""A disk that takes nothing: nothing is acknowledged, nothing is lost, and it goes on once there is room."""

import http.client
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from attio_api.webhooks import sign
from integration_tests.relay.crash_rounds import BODY, CONFIG, SECRET, stored
from integration_tests.relay.power import REFUSAL

# sqlite.org/rescode.html
SQLITE_READONLY = 8
SQLITE_FULL = 13

Spoil = Callable[["Child"], Callable[[], object]]
"""Makes writes fail, and gives what ends that."""


@dataclass
class Child:
    """A relay in a process of its own, whose writes can be made to fail."""

    process: "subprocess.Popen[str]"
    folder: Path
    port: int

    def ask(self, method: str, path: str, key: str = "") -> tuple[int, str | None]:
        """The status, and after how many seconds to come back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Attio-Signature": sign(SECRET, BODY), "Idempotency-Key": key}
        connection.request(method, path, BODY if method == "POST" else None, headers)
        answer = connection.getresponse()
        connection.close()
        return answer.status, answer.headers["Retry-After"]

    def deliver(self, key: str) -> tuple[int, str | None]:
        return self.ask("POST", "/hooks/acme", key)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    (tmp_path / "relay.toml").write_text(CONFIG)
    (tmp_path / "flushed").mkdir()
    command = [sys.executable, "-m", "integration_tests.relay.fragile_relay", str(tmp_path / "flushed"), "-"]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--config", str(tmp_path / "relay.toml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        yield Child(process, tmp_path, port)
        process.kill()


def by_code(code: int) -> Spoil:
    """SQLite's file layer answers each write with this code."""

    def spoil(child: Child) -> Callable[[], object]:
        told = child.folder / "flushed" / REFUSAL
        told.write_text(str(code))
        return told.unlink

    return spoil


def by_kernel(child: Child) -> Callable[[], object]:
    """The kernel lets no file of the process grow past a few bytes."""
    limit = partial(resource.prlimit, child.process.pid, resource.RLIMIT_FSIZE)
    limit((16, resource.RLIM_INFINITY))
    return partial(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.mark.parametrize(
    "spoil",
    [by_code(SQLITE_FULL), by_code(SQLITE_READONLY), by_kernel],
    ids=["full", "read-only", "kernel"],
)
def test_nothing_is_acknowledged_that_cannot_be_written(child: Child, spoil: Spoil) -> None:
    """503 with Retry-After as long as it lasts, also for `/readyz`; then the same message is taken once."""
    before = child.deliver("before")
    relieve = spoil(child)
    refused = [child.deliver("during"), child.deliver("during"), child.ask("GET", "/readyz")]
    alive = child.ask("GET", "/healthz")
    relieve()
    after = [child.deliver("during"), child.deliver("before"), child.ask("GET", "/readyz")]

    assert (200, None) == before
    assert [(503, "30"), (503, "30"), (503, "5")] == refused
    assert (200, None) == alive
    assert [(200, None)] * 3 == after
    assert {"before", "during"} == stored(child.folder / "relay.db")
