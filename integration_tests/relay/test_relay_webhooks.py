"""Webhooks at Attio: made, brought in line, rotated, looked after."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from attio_api.client import AttioClient
from attio_relay.store.changes import GapReason, Question
from attio_relay.store.database import StoreError
from attio_relay.store.sqlite import SqliteDatabase
from attio_relay.store.store import Store
from attio_relay.subscribing.subscription import NothingToReplaceError, Subscriber, Wanted
from attio_relay.subscribing.watcher import Watcher
from integration_tests.relay.schedule_machine import TIMING, connection
from integration_tests.relay.stores import store_on

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from attio_relay.settings import ConnectionConfig

URL = "https://relay.example.com/hooks/acme"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    logging.disable(logging.ERROR)
    found = store_on(SqliteDatabase(tmp_path / "relay.db"))
    found.ledger.register(["c"])
    yield found
    found.database.close()
    logging.disable(logging.NOTSET)


def client(attio: "RemoteEmulator") -> AttioClient:
    return AttioClient(attio.token, api_url=attio.url)


def subscriber(attio: "RemoteEmulator", store: Store) -> Subscriber:
    return Subscriber(client(attio), store.vault, time.time)


def webhooks(attio: "RemoteEmulator") -> list[Any]:
    return list(attio.api("GET", "/v2/webhooks")["data"])


def watcher(attio: "RemoteEmulator", store: Store) -> Watcher:
    connections: dict[str, ConnectionConfig] = {"c": connection(TIMING)}
    return Watcher(store.vault, store.gaps, connections, lambda _: client(attio), time.time)


def test_subscribing_twice_makes_one_webhook(attio: "RemoteEmulator", store: Store) -> None:
    """It is made with all 34 types, then nothing changes, then it is updated."""
    results = [
        subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL, objects=objects))
        for objects in ((), (), ("d2544a4e-14e1-452b-965a-38fb40eb9470",))
    ]
    (found,) = webhooks(attio)

    assert [("created", 34), ("unchanged", 34), ("updated", 34)] == [
        (each.what, each.events) for each in results
    ]
    filters = {each["event_type"]: each["filter"] for each in found["subscriptions"]}
    condition = {
        "field": "id.object_id",
        "operator": "equals",
        "value": "d2544a4e-14e1-452b-965a-38fb40eb9470",
    }
    assert {"$and": [condition]} == filters["record.updated"]
    assert filters["task.created"] is None


def test_a_webhook_whose_secret_cannot_be_kept_is_taken_back(attio: "RemoteEmulator", store: Store) -> None:
    """Its secret could never be read again: rather none than one that nobody can verify."""
    with store.database.transaction() as transaction:
        transaction.run("DROP TABLE webhooks")
        transaction.run("CREATE TABLE webhooks AS SELECT 1 AS route, 2 AS not_after, 3 AS webhook_id")
    asked: list[Any] = [{"event_type": "task.created", "filter": None}]
    with pytest.raises(StoreError):
        subscriber(attio, store)._create("acme", URL, asked)  # noqa: SLF001 (the step after the look)

    assert [] == webhooks(attio)


def test_rotation_leaves_one_webhook_and_both_secrets(attio: "RemoteEmulator", store: Store) -> None:
    """The new webhook asks for the same; the old secret serves for messages on their way."""
    subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL, events=("task.created",)))
    subscriber(attio, store).replace("acme")
    (found,) = webhooks(attio)
    new, old = store.vault.webhooks("acme")

    assert found["id"]["webhook_id"] == new.webhook_id
    assert ["task.created"] == [each["event_type"] for each in found["subscriptions"]]
    assert new.not_after is None
    assert old.not_after is not None
    assert new.secret != old.secret


def test_there_must_be_something_to_rotate(attio: "RemoteEmulator", store: Store) -> None:
    """A route without a webhook of ours says so."""
    with pytest.raises(NothingToReplaceError):
        subscriber(attio, store).replace("acme")


@pytest.mark.parametrize("fate", ["inactive", "deleted"])
def test_a_webhook_that_is_gone_is_made_anew(attio: "RemoteEmulator", store: Store, fate: str) -> None:
    """The relay makes a new one, tells readers of the feed to scan, and starts the connection's sync."""
    made = subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL)).webhook_id
    if fate == "deleted":
        attio.api("DELETE", f"/v2/webhooks/{made}")
    else:
        attio.control("POST", f"webhooks/{made}", {"status": "inactive"})
    watcher(attio, store).look()
    (found,) = webhooks(attio)
    gap = store.feed.read(Question(route="acme", after=0, limit=10)).gap

    assert made != found["id"]["webhook_id"]
    assert 34 == len(found["subscriptions"])
    assert gap is not None
    assert GapReason.WEBHOOK_LOST == gap.reason
    assert 1 == store.ledger.lines()[0].seen


def test_a_degraded_webhook_is_noted_and_left_alone(attio: "RemoteEmulator", store: Store) -> None:
    """It still delivers: its state is shown, nothing is made anew."""
    made = subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL)).webhook_id
    attio.control("POST", f"webhooks/{made}", {"status": "degraded"})
    watcher(attio, store).look()
    (facts,) = store.vault.webhook_facts()

    assert (made, "degraded") == (facts.webhook_id, facts.status)
