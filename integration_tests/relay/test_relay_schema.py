"""The tables are made once and brought to the newest version without losing anything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from attio_relay.store.database import Database
from attio_relay.store.postgres import PostgresDatabase
from attio_relay.store.schema import STEPS, NewerStoreError, migrate
from attio_relay.store.sqlite import SqliteDatabase
from integration_tests.relay.stores import asked, fill, store_on


def test_steps_are_taken_once_and_in_order(database: Database) -> None:
    """A store of an older version is brought up to date without touching what is in it."""
    store = store_on(database)
    fill(store, 2)
    taken = migrate(database, epoch="e1", steps=(*STEPS, "CREATE TABLE later (name TEXT)"))

    assert 1 == taken
    assert 2 == store.feed.read(asked(epoch="e0")).head
    with pytest.raises(NewerStoreError):
        migrate(database, epoch="e1")


def test_a_store_of_the_first_version_is_counted_once(database: Database) -> None:
    """What an older relay stored is in the totals of the newer one, and its connections go on."""
    migrate(database, epoch="e", steps=STEPS[:1])
    with database.transaction() as transaction:
        for key, problem in (("a", None), ("b", "unreadable")):
            transaction.run(
                "INSERT INTO deliveries (webhook_id, idempotency_key, route, received_at, events, problem)"
                " VALUES ('h', :key, 'acme', 1, 0, :problem)",
                {"key": key, "problem": problem},
            )
        transaction.run("INSERT INTO connections (name, seen) VALUES ('c', 3)")
        transaction.run(
            "INSERT INTO runs (run_id, connection, changes, intent_at, ended_at, outcome)"
            " VALUES ('r', 'c', 1, 1, 2, 'failed')"
        )
    store = store_on(database)

    assert {"deliveries": 2, "dead": 1} == store.delivery_store.counts()
    assert {("c", "failed"): 1} == store.run_store.run_counts()
    assert 3 == store.schedule_store.lines()[0].seen


def test_a_sync_that_an_older_relay_was_asked_for_is_still_due(database: Database) -> None:
    """Since when it waits was not kept; now it is when it was asked for."""
    migrate(database, epoch="e", steps=STEPS[:4])
    with database.transaction() as transaction:
        transaction.run("INSERT INTO connections (name, seen, first_at, last_at) VALUES ('c', 1, 0, 900)")
    (line,) = store_on(database).schedule_store.lines()

    assert (900.0, 0.0) == (line.first_at, line.last_at)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_eight_relays_make_the_tables_together(
    kind: str, tmp_path: Path, postgres_schema: Callable[[], str]
) -> None:
    """They start at the same moment on an empty database; one makes the tables, the others find them."""
    url = postgres_schema()

    def begin(_: int) -> int:
        database = SqliteDatabase(tmp_path / "r.db") if kind == "sqlite" else PostgresDatabase(url)
        try:
            return migrate(database, epoch="e")
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(begin, range(8)))

    assert [0] * 7 + [len(STEPS)] == sorted(taken)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """It holds sealed secrets and ids; also one that others could read before."""
    loose = tmp_path / "old.db"
    loose.touch(0o644)
    for path in (loose, tmp_path / "new.db"):
        database = SqliteDatabase(path)
        with database.transaction() as transaction:
            transaction.run("CREATE TABLE t (a TEXT)")
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.glob(f"{path.name}*")}
        database.close()

        assert {0o600} == set(modes.values())
