"""A SQLite and a real Postgres, each empty for every test, behind the same seam."""

import logging
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from attio_relay.store.database import Database
from attio_relay.store.postgres import PostgresDatabase
from attio_relay.store.sqlite import SqliteDatabase
from attio_relay.store.store import Store
from integration_tests.postgres_server import postgres_server
from integration_tests.relay.stores import store_on


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Postgres of our own."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server.get_uri()


@pytest.fixture
def postgres_schema(postgres: str) -> Callable[[], str]:
    """Addresses of empty places in it."""

    def fresh() -> str:
        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'CREATE SCHEMA "{name}"'.encode())
        return f"{postgres}&options={quote(f'-csearch_path={name} -csynchronous_commit=off')}"

    return fresh


class Clock:
    """The time of the stores, which stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """Each of the two."""
    if request.param == "sqlite":
        found: Database = SqliteDatabase(tmp_path / "relay.db", synchronous="OFF", clock=clock)
    else:
        found = PostgresDatabase(request.getfixturevalue("postgres_schema")(), clock=clock)
    yield found
    found.close()


@pytest.fixture
def store(database: Database) -> Store:
    """An empty store on each of the two."""
    return store_on(database)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Nothing is logged, for tests in which thousands of calls are meant to fail."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
