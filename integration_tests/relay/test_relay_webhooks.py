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
from attio_relay.subscribing.subscription import NothingToReplaceError, StrangerError, Subscriber, Wanted
from attio_relay.subscribing.watcher import Watcher
from integration_tests.relay.schedule_machine import TIMING, connection
from integration_tests.relay.stores import asked, delivery, store_on

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from attio_relay.settings import ConnectionConfig

URL = "https://relay.example.com/hooks/acme"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    logging.disable(logging.ERROR)
    found = store_on(SqliteDatabase(tmp_path / "relay.db"))
    found.schedule_store.register({"c": "acme"})
    yield found
    found.database.close()
    logging.disable(logging.NOTSET)


def client(attio: "RemoteEmulator") -> AttioClient:
    return AttioClient(attio.token, api_url=attio.url)


def subscriber(attio: "RemoteEmulator", store: Store) -> Subscriber:
    return Subscriber(client(attio), store.secret_store, time.time, ("c",))


def webhooks(attio: "RemoteEmulator") -> list[Any]:
    return list(attio.api("GET", "/v2/webhooks")["data"])


def watcher(attio: "RemoteEmulator", store: Store) -> Watcher:
    connections: dict[str, ConnectionConfig] = {"c": connection(TIMING)}
    return Watcher(store.secret_store, store.gaps, connections, lambda _: client(attio), time.time)


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
    new, old = store.secret_store.webhooks("acme")

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
    assert 1 == store.schedule_store.lines()[0].seen


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"subscriptions": [{"event_type": "task.created", "filter": None}]}, "changed"),
        ({"target_url": "https://elsewhere.example.com/hooks/acme"}, "changed"),
        ({"target_url": URL.replace("relay.example", "Relay.Example") + "?turn=1"}, "active"),
    ],
)
def test_a_webhook_that_somebody_changed_is_told_and_put_back(
    attio: "RemoteEmulator", store: Store, change: dict[str, Any], found: str
) -> None:
    """Attio calls it active while it posts nothing; only a person can tell whether that was meant."""
    wanted = Wanted(route="acme", target_url=URL)
    made = subscriber(attio, store).ensure(wanted).webhook_id
    attio.api("PATCH", f"/v2/webhooks/{made}", {"data": change})
    for _ in range(2):
        watcher(attio, store).look()
    (told,) = store.secret_store.webhook_facts()
    marked = gaps(store)
    subscriber(attio, store).ensure(wanted)
    watcher(attio, store).look()
    (after,) = store.secret_store.webhook_facts()

    assert (found, ["webhook_lost"] * (found == "changed")) == (told.status, marked)
    assert ("active", URL, 34) == (
        after.status,
        webhooks(attio)[0]["target_url"],
        len(webhooks(attio)[0]["subscriptions"]),
    )
    assert marked * 2 == gaps(store)


def gaps(store: Store) -> list[str]:
    with store.database.reading() as transaction:
        sql = "SELECT facts FROM changes WHERE event_type = 'relay.gap' ORDER BY seq"
        return [row["facts"] for row in transaction.rows(sql)]


def test_a_degraded_webhook_is_a_gap_at_both_ends(attio: "RemoteEmulator", store: Store) -> None:
    """Attio gave messages up: the readers are told when it is first seen, once, and when it ends."""
    made = subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL)).webhook_id
    seen = []
    for status in ("degraded", "degraded", "active", "active"):
        attio.control("POST", f"webhooks/{made}", {"status": status})
        watcher(attio, store).look()
        seen.append(store.schedule_store.lines()[0].seen)

    assert ["webhook_degraded"] * 2 == gaps(store)
    assert [1, 1, 2, 2] == seen


def test_an_old_webhook_that_cannot_be_deleted_is_deleted_later(
    attio: "RemoteEmulator", store: Store
) -> None:
    """The new one delivers, the gap is marked, the old one stays written down until Attio has it no more."""
    made = subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL)).webhook_id
    attio.control("POST", f"webhooks/{made}", {"status": "inactive"})
    fault = {"kind": "status", "method": "DELETE", "path": "/v2/webhooks/*", "status": 403, "count": 1}
    attio.control("POST", "faults", fault)
    watcher(attio, store).look()
    between, told = len(webhooks(attio)), gaps(store)
    watcher(attio, store).look()

    assert (2, ["webhook_lost"]) == (between, told)
    assert [store.secret_store.webhooks("acme")[0].webhook_id] == [
        hook["id"]["webhook_id"] for hook in webhooks(attio)
    ]


def test_a_webhook_made_by_a_process_that_died_is_deleted(attio: "RemoteEmulator", store: Store) -> None:
    """Its secret is lost with the process; the intent says whose it was, and a stranger's is left alone."""
    asked: list[Any] = [{"event_type": "task.created", "filter": None}]
    store.secret_store.intend("acme", URL, now=1.0)
    client(attio).create_webhook(URL, asked)
    client(attio).create_webhook("https://stranger.example.com/hooks/acme", asked)
    made = subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL)).webhook_id
    found = {hook["target_url"]: hook["id"]["webhook_id"] for hook in webhooks(attio)}

    assert 2 == len(found)
    assert made == found[URL]
    assert [] == store.secret_store.intents("acme")


def test_a_webhook_of_a_lost_store_is_replaced_on_demand(
    attio: "RemoteEmulator", store: Store, tmp_path: Path
) -> None:
    """Without the secret nothing it sends can be believed: the way out is named, and works twice."""
    old = subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL)).webhook_id
    fresh = store_on(SqliteDatabase(tmp_path / "fresh.db"))
    fresh.schedule_store.register({"c": "acme"})
    wanted = Wanted(route="acme", target_url=URL)
    with pytest.raises(StrangerError, match="--adopt"):
        subscriber(attio, fresh).ensure(wanted)
    first = subscriber(attio, fresh).adopt(wanted)
    again = subscriber(attio, fresh).adopt(wanted)
    found = [hook["id"]["webhook_id"] for hook in webhooks(attio)]
    gaps, due = fresh.feed.head("acme"), fresh.schedule_store.lines()[0].seen
    fresh.database.close()

    assert [first.webhook_id] == found != [old]
    assert again.webhook_id == first.webhook_id
    assert (1, 1) == (gaps, due)


def test_unsubscribing_leaves_nothing(attio: "RemoteEmulator", store: Store) -> None:
    """The webhook is deleted at Attio, and a message of it is believed no longer."""
    subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL))
    count = subscriber(attio, store).remove("acme")

    assert (1, []) == (count, webhooks(attio))
    assert all(hook.not_after is not None for hook in store.secret_store.webhooks("acme"))


def test_a_time_without_a_webhook_is_a_gap(attio: "RemoteEmulator", store: Store) -> None:
    """What changed until the next webhook was told to nobody; the first webhook of a route ends no gap."""
    wanted = Wanted(route="acme", target_url=URL)
    subscriber(attio, store).ensure(wanted)
    first = store.feed.head("acme")
    store.delivery_store.accept([delivery("k")])
    subscriber(attio, store).remove("acme")
    subscriber(attio, store).ensure(wanted)
    page = store.feed.read(asked(after=1))

    assert 0 == first
    assert page.gap is not None
    assert (GapReason.WEBHOOK_LOST, 2) == (page.gap.reason, store.schedule_store.lines()[0].seen)


def test_a_degraded_webhook_is_noted_and_left_alone(attio: "RemoteEmulator", store: Store) -> None:
    """It still delivers: its state is shown, nothing is made anew."""
    made = subscriber(attio, store).ensure(Wanted(route="acme", target_url=URL)).webhook_id
    attio.control("POST", f"webhooks/{made}", {"status": "degraded"})
    watcher(attio, store).look()
    (facts,) = store.secret_store.webhook_facts()

    assert (made, "degraded") == (facts.webhook_id, facts.status)
