"""A client that nobody here wrote, the `attio` package of the index, unchanged against the emulator."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from integration_tests.peers.environments import environment

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

PEERS = Path(__file__).parents[1] / "peers"
UNREACHABLE = ("failed to fetch", "error sending request", "dns error", "connection refused", "timed out")
SEEN = {
    "same": True,
    "pages": [[f"C{n:02}" for n in page] for page in (range(5), range(5, 10), range(10, 12), ())],
    "found": ["C07"],
    "merged": True,
    "scores": [8.0],
    "notes": [10, ["Changed"], "Hello"],
    "done": [True, True],
    "open": 0,
    "meetings": 1,
    "secret": 64,
    "webhooks": ["active"],
    "active": True,
}

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def interpreter() -> Path:
    """The interpreter of an environment that holds the client and nothing of ours."""
    try:
        return environment("attio-client", "attio==0.26.1") / "python"
    except RuntimeError as trouble:
        if not any(word in str(trouble).lower() for word in UNREACHABLE):
            raise
        pytest.skip("the package index is out of reach, so the foreign client cannot be had")


def use(interpreter: Path, attio: RemoteEmulator, script: str = "attio_client.py") -> Any:
    """Let the client go through everything, and give back what it saw."""
    command = [interpreter, PEERS / script, attio.url, attio.token]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert 0 == run.returncode, run.stderr[-2000:]
    return json.loads(run.stdout)


def test_a_foreign_client_works_unchanged_also_in_a_storm(interpreter: Path, attio: RemoteEmulator) -> None:
    """Create, upsert, query, page, merge, entries, notes, tasks, webhooks come out as expected.

    With every third of the first calls refused by 429 the client waits until the date given.
    """
    attio.clock(mode="real")
    attio.fault("status", status=429, every=3, count=5, retry_after_seconds=0)

    assert SEEN == use(interpreter, attio)
    assert 5 == attio.counts()["429"]


def test_the_models_of_a_foreign_client_accept_every_answer(interpreter: Path, attio: RemoteEmulator) -> None:
    """Whatever of the demo workspace is read fits models generated from Attio's OpenAPI of October 2026."""
    attio.seed("demo", companies=20, people=30, deals=10)
    read = use(interpreter, attio, "attio_client_reads.py")

    assert [] == [
        name for name in ("records", "options", "statuses", "values", "entry", "file") if not read[name]
    ]
    assert len(attio.api("GET", "/v2/objects")["data"]) == read["records"]
