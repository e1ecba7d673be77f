"""What the room shows of its surroundings: the tables that it pulls itself, and a relay that really runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from attio_relay.store.deliveries import Delivery
from integration_tests.relay.running import RunningRelay
from integration_tests.relay.stores import delivery
from integration_tests.room.rooms import served
from integration_tests.sync.commands import signed_in
from integration_tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attio_emulator.remote import RemoteEmulator

TOKEN = "an-admin-token-of-32-characters."
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
NASTY = "<script>alert(1)</script>"
RELAY = f"""
[server]
admin_token = "{TOKEN}"
[[routes]]
name = "acme"
[[connections]]
name = "crm-to-warehouse"
route = "acme"
debounce = "1h"
max_wait = "1h"
[connections.target]
type = "command"
command = ["echo", "done"]
"""


@pytest.fixture
def home(attio: RemoteEmulator, tmp_path: Path) -> Iterator[Path]:
    """A folder of somebody who is signed in."""
    with signed_in(attio.url, attio.token, tmp_path):
        yield tmp_path


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    """A relay with a change that waits, and a message that nobody could read."""
    (tmp_path / "relay").mkdir()
    running = RunningRelay(tmp_path / "relay", RELAY, {"ATTIO_RELAY_KEY": KEY})
    dead = Delivery(
        route="acme",
        webhook_id="hook",
        idempotency_key="dead",
        received_at=time.time(),
        problem=NASTY,
        body=b"{",
    )
    running.relay.store.delivery_store.accept([delivery("k", name="crm-to-warehouse", at=time.time())])
    running.relay.store.delivery_store.accept([dead])
    yield running
    running.stop()


def test_a_pull_is_started_from_the_tables(attio: RemoteEmulator, home: Path) -> None:
    """The first one makes the file, the second one brings what is new; both can be looked at."""
    with served(warehouse=Path("crm.duckdb")) as room:
        assert "holds no pulled tables yet" in room.get("tables").text
        for number in (1, 2):
            attio.create_record("companies", {"name": "Acme", "domains": [f"acme-{number}.com"]})
            assert 303 == room.post("tables/pull").status_code
            room.ended()
            job = room.room.jobs.all()[-1]
            assert "done" == job.state, job.sentence
            page = room.get("tables/companies").text
            assert f"{number} row" in page

    assert Path("crm.duckdb").is_file()


def test_a_pull_that_is_asked_to_stop_says_what_stays(attio: RemoteEmulator, home: Path) -> None:
    """Stopping it is no failure: the next pull goes on."""
    attio.fault("hold", path="/v2/objects/*")
    with served(warehouse=Path("crm.duckdb")) as room:
        where = room.post("tables/pull").headers["location"]
        job = where.rpartition("/")[2]
        assert until(attio.held)
        room.post(f"jobs/{job}/stop")
        attio.clear_faults()
        room.ended()
        page = room.get(f"jobs/{job}").text

    assert "What was loaded so far is in the file" in page


def test_a_relay_that_runs_is_told_in_its_own_figures(
    home: Path, relay: RunningRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits, what could not be read, and the connection; its token and its messages are on no page."""
    monkeypatch.setenv("ATTIO_RELAY_ADMIN_TOKEN", TOKEN)
    with served(relay=relay.url) as room:
        pages = [room.get("relay").text, room.get("").text]

    assert "crm-to-warehouse" in pages[0]
    for page in pages:
        assert "! needs attention" in page
        assert TOKEN not in page
        assert NASTY not in page


@pytest.mark.parametrize("token", ["", "another-token-of-32-characters.."])
def test_a_relay_whose_token_is_wrong_is_no_error(
    home: Path, relay: RunningRelay, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """The page says which variable to set."""
    monkeypatch.setenv("ATTIO_RELAY_ADMIN_TOKEN", token)
    with served(relay=relay.url) as room:
        page = room.get("relay")

    assert 200 == page.status_code
    assert "set ATTIO_RELAY_ADMIN_TOKEN before" in page.text


def test_a_relay_that_is_gone_is_no_error(home: Path, relay: RunningRelay) -> None:
    """The overview says so, and all else is there."""
    with served(relay="http://127.0.0.1:9") as room:
        assert "does not answer" in room.get("").text
        assert "does not answer" in room.get("relay").text
