"""The store as a whole: opens the database, updates its tables and makes the store's parts."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from attio_relay.store.alerts import Alerts
from attio_relay.store.changes import Feed
from attio_relay.store.database import Database, StoreError, closed_on_failure
from attio_relay.store.deliveries import DeliveryStore
from attio_relay.store.gaps import Gaps
from attio_relay.store.hand_made import HandMadeWebhooks
from attio_relay.store.runs import RunStore
from attio_relay.store.schedule import ScheduleStore
from attio_relay.store.schema import migrate
from attio_relay.store.sealing import Sealer, keys_of
from attio_relay.store.secrets import SecretStore
from attio_relay.store.sessions import Sessions
from attio_relay.store.sqlite import SqliteDatabase
from attio_relay.store.uncovered import UncoveredChanges

if TYPE_CHECKING:
    from attio_relay.settings import RelayConfig, StorageConfig


@dataclass(frozen=True, kw_only=True)
class Store:
    """The parts of the store, on one database."""

    database: Database
    delivery_store: DeliveryStore
    feed: Feed
    schedule_store: ScheduleStore
    run_store: RunStore
    secret_store: SecretStore
    sessions: Sessions
    gaps: Gaps
    hand_made: HandMadeWebhooks
    alerts: Alerts
    uncovered: UncoveredChanges


def open_store(config: RelayConfig) -> Store:
    """Open the store; its tables are created or updated to the newest version.

    Raises StoreError, or NewerStoreError for a store of a newer relay.
    """
    database = open_database(config.storage)
    with closed_on_failure(database.close):
        migrate(database, epoch=secrets.token_hex(8))
        store = _store_on(database, config)
        store.schedule_store.register({name: each.route for name, each in config.connections.items()})
    return store


def _store_on(database: Database, config: RelayConfig) -> Store:
    return Store(
        database=database,
        delivery_store=DeliveryStore(database),
        feed=Feed(database),
        schedule_store=ScheduleStore(database),
        run_store=RunStore(database),
        secret_store=SecretStore(database, Sealer(partial(keys_of, config.secrets))),
        sessions=Sessions(database, clock=time.time),
        gaps=Gaps(database),
        hand_made=HandMadeWebhooks(database),
        alerts=Alerts(database),
        uncovered=UncoveredChanges(database),
    )


def open_database(storage: StorageConfig) -> Database:
    """Open Postgres when the file gives a URL, else SQLite; raises StoreError when it cannot be opened."""
    if storage.url:
        # Only users of Postgres install its driver.
        from attio_relay.store.postgres import PostgresDatabase  # noqa: PLC0415

        return PostgresDatabase(storage.url)
    try:
        storage.path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteDatabase(storage.path)
    except OSError as error:
        raise StoreError(f"The store {storage.path} cannot be opened: {error.strerror}.") from error
