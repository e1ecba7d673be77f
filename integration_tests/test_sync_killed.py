"""A pull that is killed at any moment is as if it had stopped there, or had never begun."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from integration_tests.sync_commands import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync_commands import Commands

PROGRAM = str(Path(sys.executable).parent / "attio-sync")
SPOOL = Path("crm.duckdb.incoming")


@pytest.fixture
def sync(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Commands]:
    """The commands, signed in to a workspace with some people and companies."""
    attio.seed("demo", companies=200, people=600, deals=100)
    with signed_in(attio.url, attio.token, tmp_path) as commands:
        yield commands


def ask(query: str, database: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(query).fetchall()


def rows_wait() -> bool:
    return any(path.stat().st_size for path in SPOOL.glob("*.jsonl"))


@pytest.mark.parametrize("moment", [SPOOL.exists, rows_wait])
def test_a_killed_pull_is_made_good_by_the_next(
    attio: RemoteEmulator, sync: Commands, moment: Callable[[], bool]
) -> None:
    """Whatever was there when it died, the next pull ends with the same tables as an undisturbed one."""
    attio.fault("latency", path="/v2/objects/deals/records/query", latency_ms=1500)
    with subprocess.Popen([PROGRAM, "pull", "--to", "crm.duckdb"], env=os.environ) as process:
        deadline = time.monotonic() + 60
        while not moment() and time.monotonic() < deadline:
            os.sched_yield()
        process.kill()
    attio.clear_faults()
    sync.done("pull", "--to", "crm.duckdb")
    sync.done("pull", "--to", "undisturbed.duckdb")
    everything = "SELECT * EXCLUDE (_changed_at) FROM {} ORDER BY record_id"

    assert process.returncode < 0
    assert not SPOOL.exists()
    for name in ("people", "companies", "deals"):
        query = everything.format(name)
        assert ask(query, "undisturbed.duckdb") == ask(query, "crm.duckdb")
