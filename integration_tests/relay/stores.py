"""Stores, deliveries and questions to the feed for the relay's tests."""

import tempfile
import time
from functools import cache
from pathlib import Path

from attio_relay.events import Actor, Event
from attio_relay.store.alerts import Alerts
from attio_relay.store.changes import Feed, Question
from attio_relay.store.database import Database
from attio_relay.store.deliveries import Delivery, DeliveryStore
from attio_relay.store.gaps import Gaps
from attio_relay.store.hand_made import HandMadeWebhooks
from attio_relay.store.runs import RunStore
from attio_relay.store.schedule import ScheduleStore
from attio_relay.store.schema import migrate
from attio_relay.store.sealing import Sealer
from attio_relay.store.secrets import SecretStore
from attio_relay.store.sessions import Sessions
from attio_relay.store.sqlite import SqliteDatabase
from attio_relay.store.store import Store
from attio_relay.store.uncovered import UncoveredChanges
from attio_relay.store.webhooks import Webhook

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def store_on(database: Database) -> Store:
    """An empty store, with one key to seal with."""
    migrate(database, epoch="e0")
    return Store(
        database=database,
        delivery_store=DeliveryStore(database),
        feed=Feed(database),
        schedule_store=ScheduleStore(database),
        run_store=RunStore(database),
        secret_store=SecretStore(database, Sealer(lambda: [KEY])),
        sessions=Sessions(database, clock=time.time),
        gaps=Gaps(database),
        hand_made=HandMadeWebhooks(database),
        alerts=Alerts(database),
        uncovered=UncoveredChanges(database),
    )


@cache
def _empty_file() -> bytes:
    """A SQLite file with the tables of a store, made once: making them takes longer than many a test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "relay.db"
        database = SqliteDatabase(path, synchronous="OFF")
        store_on(database)
        database.close()
        return path.read_bytes()


def quick_database(path: Path) -> SqliteDatabase:
    """A SQLite file with the tables of a store, for tests that need hundreds and none of them on a disk."""
    path.write_bytes(_empty_file())
    return SqliteDatabase(path, synchronous="OFF")


def event(
    object_id: str = "object-1", event_type: str = "record.updated", list_id: str | None = None
) -> Event:
    facts = f'{{"object_id":"{object_id}","record_id":"r"}}'
    return Event(
        event_type=event_type,
        workspace_id="w",
        object_id=object_id,
        list_id=list_id,
        actor=Actor(type="system", id=None),
        facts=facts,
    )


def delivery(key: str, *events: Event, at: float = 1.0, route: str = "acme", name: str = "c") -> Delivery:
    happened = events or (event(),)
    return Delivery(
        route=route,
        webhook_id="hook",
        idempotency_key=key,
        received_at=at,
        events=happened,
        bumps={name: len(happened)},
    )


def webhook(name: str = "hook", *, status: str = "active", at: float = 1.0) -> Webhook:
    """One that the relay made for the route `acme`, and looked at then."""
    return Webhook(
        webhook_id=name,
        route="acme",
        workspace_id="w",
        secret=f"secret of {name}",
        target_url="https://relay.example.com/hooks/acme",
        subscriptions="[]",
        status=status,
        created_at=at,
        checked_at=at,
        not_after=None,
    )


def asked(after: int | None = 0, limit: int = 100, **more: object) -> Question:
    return Question(route="acme", after=after, limit=limit, **more)  # type: ignore[arg-type] # the test's own choice


def fill(store: Store, count: int) -> None:
    store.delivery_store.accept(
        [delivery(f"k{n}", event(f"object-{n % 2}"), at=float(n)) for n in range(1, count + 1)]
    )


def cover(store: Store) -> None:
    """Have a sync that covered every change."""
    with store.database.transaction() as transaction:
        transaction.run("UPDATE connections SET done = seen, first_at = NULL, claimed_first_at = NULL")
