"""A Postgres behind a pooler, that falls silent, cuts connections or becomes a standby."""

import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, quote, unquote, urlsplit

import psycopg
import pytest

from attio_relay.store.database import StoreError
from attio_relay.store.postgres import PostgresDatabase
from attio_relay.store.schema import STEPS, migrate
from integration_tests.relay.crashing_database import CrashError
from integration_tests.relay.stores import delivery, store_on


def test_no_statement_is_prepared_under_a_name(postgres_schema: Callable[[], str]) -> None:
    """A pooler in transaction mode hands the next transaction to another server process."""
    store = store_on(PostgresDatabase(postgres_schema()))
    for number in range(20):
        store.delivery_store.accept([delivery(f"k{number}")])
    with store.database.reading() as transaction:
        prepared = transaction.rows("SELECT name FROM pg_prepared_statements")
    store.database.close()

    assert [] == prepared


class Silent:
    """A server that takes connections to a Postgres and, when told, falls silent on those that there are."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.silent = threading.Event()
        self.fell = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        self.fell = len(self.sockets)

    def _accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.upstream)
            number = len(self.sockets)
            self.sockets += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(one, other, number), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket, number: int) -> None:
        while data := one.recv(65536):
            if number >= self.fell:
                other.sendall(data)


def test_a_server_that_falls_silent_is_given_up(
    postgres: str, postgres_schema: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failover without a word the statement ends at its deadline, and the next connection works."""
    monkeypatch.setattr("attio_relay.store.postgres.HERE", 0.3)
    host = parse_qs(urlsplit(postgres).query)["host"][0]
    between = Silent(f"{host}/.s.PGSQL.5432")
    options = parse_qs(urlsplit(postgres_schema()).query)["options"][0]
    port = between.listener.getsockname()[1]
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres?options={quote(options)}"
    store = store_on(PostgresDatabase(url))
    store.delivery_store.accept([delivery("before")])
    between.fall_silent()
    with pytest.raises(StoreError, match="no answer"):
        store.delivery_store.accept([delivery("during")])
    stored = store.delivery_store.accept([delivery("after")])
    store.database.close()

    assert [True] == stored


def test_a_lost_database_is_trouble_and_then_found_again(postgres_schema: Callable[[], str]) -> None:
    """A broken connection is named as such, without the address, and made anew at the next use."""
    url = postgres_schema()
    store = store_on(PostgresDatabase(url))
    with pytest.raises(StoreError) as raised, store.database.transaction() as transaction:
        transaction.run("SELECT pg_terminate_backend(pg_backend_pid())")

    assert url not in str(raised.value)
    assert [True] == store.delivery_store.accept([delivery("a")])
    store.database.close()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (
            "SET LOCAL statement_timeout = 1; SELECT pg_sleep(9)",
            "canceling statement due to statement timeout",
        ),
        (
            "SELECT pg_terminate_backend(pg_backend_pid())",
            "terminating connection due to administrator command",
        ),
        ("SELECT pg_cancel_backend(pg_backend_pid())", "canceling statement due to user request"),
    ],
)
def test_what_the_server_says_is_passed_on(postgres_schema: Callable[[], str], act: str, said: str) -> None:
    """A limit of its own, a shutdown or a full disk: the operator reads which; the next transaction works."""
    database = PostgresDatabase(postgres_schema())

    def fail() -> None:
        with database.transaction() as transaction:
            for statement in act.split("; "):
                transaction.run(statement)

    with pytest.raises(StoreError, match=f"^Postgres: {said}$"):
        fail()
    with database.reading() as transaction:
        one = transaction.rows("SELECT 1 AS one")
    database.close()

    assert [{"one": 1}] == one


def test_a_connection_that_was_cut_while_idle_is_no_trouble(postgres_schema: Callable[[], str]) -> None:
    """A pooler or a firewall ends it; the next transaction finds a new one, and nothing is tried twice."""
    url = postgres_schema()
    store = store_on(PostgresDatabase(url))
    with store.database.transaction() as transaction:
        ((pid,),) = (row.values() for row in transaction.rows("SELECT pg_backend_pid() AS pid"))
    other = PostgresDatabase(url)
    with other.transaction() as transaction:
        transaction.run("SELECT pg_terminate_backend(:pid)", {"pid": pid})
    other.close()

    assert [True] == store.delivery_store.accept([delivery("a")])
    store.database.close()


def test_a_server_that_became_a_standby_is_left(postgres_schema: Callable[[], str]) -> None:
    """After a failover its old connections take no writes: they are trouble, and replaced at the next use."""
    database = PostgresDatabase(postgres_schema())
    store = store_on(database)
    with database.transaction() as transaction:
        transaction.run("SET default_transaction_read_only = on")
    with pytest.raises(StoreError, match="takes no writes"):
        store.delivery_store.accept([delivery("during")])
    stored = store.delivery_store.accept([delivery("after")])
    database.close()

    assert [True] == stored


def test_an_address_that_the_driver_cannot_read_is_trouble_without_its_password() -> None:
    """The driver's own text quotes the address; the relay's names the table of the file."""
    database = PostgresDatabase("postgresql://relay:canary@db.example.com/relay?nonsense=1")
    with pytest.raises(StoreError, match=r"the address in \[storage\]") as raised, database.reading():
        pass

    assert "canary" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_database_that_is_not_there_is_trouble_without_its_address(postgres: str) -> None:
    """What the server says is passed on, and no more: the driver's text may hold the password."""
    database = PostgresDatabase(postgres.replace("/postgres?", "/nowhere?"))
    with (
        pytest.raises(
            StoreError, match=r"no connection \(database \"nowhere\" does not exist\); see"
        ) as raised,
        database.reading(),
    ):
        pass

    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (
            "CREATE ROLE {name}; GRANT USAGE ON SCHEMA {name} TO {name}; SET ROLE {name}",
            "permission denied for schema {name}",
        ),
        ("DROP SCHEMA {name} CASCADE", "no schema has been selected to create in"),
    ],
)
def test_a_right_that_is_missing_is_trouble_and_named(
    postgres_schema: Callable[[], str], act: str, said: str
) -> None:
    """Since Postgres 15 a user may not make tables in the schema `public` unless somebody lets him."""
    url = postgres_schema()
    name = unquote(url).partition("search_path=")[2].split()[0]
    database = PostgresDatabase(url)
    with database.transaction() as transaction:
        for statement in act.format(name=name).split(";"):
            transaction.run(statement)
    with pytest.raises(StoreError, match=said.format(name=name)), database.exclusive() as transaction:
        transaction.run("CREATE TABLE schema_version (version BIGINT NOT NULL)")
    database.close()


def test_a_user_who_may_make_no_tables_serves_those_that_are_there(
    postgres_schema: Callable[[], str],
) -> None:
    """Another user may have made them, by any command; what new tables need is said."""
    url = postgres_schema()
    name = unquote(url).partition("search_path=")[2].split()[0]
    owner = PostgresDatabase(url)
    store_on(owner)
    with owner.transaction() as transaction:
        transaction.run(f"CREATE ROLE {name}")
        transaction.run(f"GRANT USAGE ON SCHEMA {name} TO {name}")
        transaction.run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {name} TO {name}")
        transaction.run(f"SET ROLE {name}")

    assert [True] == store_on(owner).delivery_store.accept([delivery("a")])
    with pytest.raises(StoreError, match=f"permission denied for schema {name}; .* CREATE on their schema"):
        migrate(owner, epoch="e", steps=(*STEPS, "CREATE TABLE more (name TEXT)"))
    owner.close()


def test_a_database_without_an_encoding_hands_texts_out_as_texts(postgres: str) -> None:
    """`initdb` without a locale makes one of the encoding SQL_ASCII."""
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        made = f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        connection.execute(made.encode())
    database = PostgresDatabase(postgres.replace("/postgres?", f"/{name}?"))
    counts = store_on(database).delivery_store.counts()
    database.close()

    assert {"deliveries": 0, "dead": 0} == counts


def test_a_history_is_told_to_every_user_who_may_ask(postgres_schema: Callable[[], str]) -> None:
    """By default to all; where a server tells nobody, the transaction goes on."""
    database = PostgresDatabase(postgres_schema())
    name = f"t{secrets.token_hex(6)}"
    told: list[object] = []
    with suppress(CrashError), database.transaction() as transaction:
        transaction.run(f"CREATE ROLE {name}")
        told.append(transaction.history())
        transaction.run(f"SET LOCAL ROLE {name}")
        told.append(transaction.history())
        transaction.run("RESET ROLE")
        transaction.run("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        transaction.run(f"SET LOCAL ROLE {name}")
        told += [transaction.history(), *transaction.rows("SELECT 1 AS one")]
        raise CrashError
    database.close()

    assert told[0]
    assert [told[0], None, {"one": 1}] == told[1:]
