"""From changes in Attio to syncs in Airbyte, through every trouble on the way, with nothing left out."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.client import AttioClient
from attio_relay.store.changes import Question
from attio_relay.store.lines import State
from attio_relay.subscribing.clients import target_url
from attio_relay.subscribing.subscription import Subscriber, Wanted
from integration_tests.relay.airbyte_stand_in import AirbyteStandIn
from integration_tests.relay.running import RunningRelay
from integration_tests.waiting import until

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator

# The full size by hand: RELAY_CHANGES=10000 pytest integration_tests/relay/test_relay_end_to_end.py
CHANGES = int(os.environ.get("RELAY_CHANGES", "300"))
RECORDS = 50
MIN_INTERVAL = 0.2
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
TROUBLES = ["409", "lost", "500", "none"]

pytestmark = pytest.mark.usefixtures("quiet")


def text(airbyte_url: str) -> str:
    return f"""
[[routes]]
name = "acme"
feed_token = "token-of-the-feed"
[[connections]]
name = "warehouse"
route = "acme"
debounce = "100ms"
max_wait = "500ms"
min_interval = "{MIN_INTERVAL}s"
poll = "50ms"
[connections.target]
type = "airbyte"
url = "{airbyte_url}"
connection_id = "c"
client_id = "id"
client_secret = "secret"
settle = "100ms"
"""


def test_every_change_reaches_the_warehouse(attio: "RemoteEmulator", tmp_path: Path) -> None:
    """With repeats, disorder, batches, downtime and a troubled Airbyte, the last sync saw every change."""
    attio.webhooks(
        per_second=10_000, in_flight=16, duplicates=0.1, reordering=0.2, reordering_seconds=0.01, batch_size=3
    )
    warehouse: dict[str, Any] = {}
    airbyte = AirbyteStandIn(lambda: warehouse.update(contents(attio)), list(TROUBLES))
    environment = {"ATTIO_API_TOKEN": attio.token, "ATTIO_API_URL": attio.url, "ATTIO_RELAY_KEY": KEY}
    began = time.monotonic()
    relay = RunningRelay(tmp_path, text(airbyte.url), environment)
    try:
        names = subscribed_records(relay, attio)
        change(attio, names, range(CHANGES // 2))
        assert until(lambda: comes_to_rest(attio, relay, at_least=CHANGES // 2))
        relay.stop()
        change(attio, names, range(CHANGES // 2, CHANGES))
        assert attio.drain()
        relay = RunningRelay(tmp_path, text(airbyte.url), environment, relay.port)

        assert until(lambda: comes_to_rest(attio, relay, at_least=CHANGES))
        assert contents(attio) == warehouse
        own = [job for job in airbyte.jobs if job["status"] == "succeeded"]
        assert 2 <= len(own) <= (time.monotonic() - began) / MIN_INTERVAL + 2
        assert [] == airbyte.troubles
        check_feed(relay, names)
    finally:
        relay.stop()
        airbyte.stop()


def contents(attio: "RemoteEmulator") -> dict[str, str]:
    found = attio.records("companies", limit=500)
    return {record["id"]["record_id"]: record["values"]["name"][0]["value"] for record in found}


def change(attio: "RemoteEmulator", names: list[str], numbers: range) -> None:
    for number in numbers:
        body = {"data": {"values": {"name": f"changed {number}"}}}
        attio.api("PATCH", f"/v2/objects/companies/records/{names[number % RECORDS]}", body)


def subscribed_records(relay: RunningRelay, attio: "RemoteEmulator") -> list[str]:
    client = AttioClient(attio.token, api_url=attio.url)
    wanted = Wanted(route="acme", target_url=target_url(relay.url, relay.config.routes["acme"]))
    assert "created" == Subscriber(client, relay.relay.store.secret_store, time.time).ensure(wanted).what
    made = [attio.create_record("companies", {"name": f"n{n}"}) for n in range(RECORDS)]
    return [record["id"]["record_id"] for record in made]


def comes_to_rest(attio: "RemoteEmulator", relay: RunningRelay, *, at_least: int) -> bool:
    """Let an hour go by for Attio's retries; then nothing is owed, and everything seen is covered."""
    attio.clock(advance_seconds=3600)
    attio.drain()
    owed = [each for each in attio.webhooks()["deliveries"] if each["state"] not in ("delivered", "done")]
    (line,) = relay.relay.store.schedule_store.lines()
    return not owed and line.state is State.IDLE and line.seen == line.done >= at_least


def check_feed(relay: RunningRelay, names: list[str]) -> None:
    """The feed names every record once for each change at least, and each message once."""
    page = relay.relay.store.feed.read(Question(route="acme", after=0, limit=100_000))
    assert page.head == len(page.changes) == CHANGES + RECORDS
    assert all(any(name in change.facts for change in page.changes) for name in names)
