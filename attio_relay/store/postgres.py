"""The store in a Postgres that several replicas share; needs the extra `postgres`.

A server that fails over may leave connections open on which no answer comes. So every statement has a
deadline here and at the server. No statement is prepared under a name, since a pooler in transaction mode
would offer it to other clients.
"""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.rows import dict_row

from attio_relay.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from psycopg.abc import PQGen

    from attio_relay.store.database import Parameters, Row, Transaction

RV = TypeVar("RV")
# Seconds until a statement is given up: first by the server, which reports it, then by the relay.
AT_SERVER = 8
HERE = 10.0
BEGIN = (
    f"BEGIN; SET LOCAL statement_timeout = '{AT_SERVER}s';"
    f" SET LOCAL idle_in_transaction_session_timeout = '{4 * AT_SERVER}s'"
).encode()
# An advisory lock lets one replica at a time create the tables; the number spells "attio".
EXCLUSIVE = b"BEGIN; SELECT pg_advisory_xact_lock(418715530607)"
HISTORY = "SELECT system_identifier, timeline_id FROM pg_control_system(), pg_control_checkpoint()"
STANDBY = (
    "the server takes no writes; the address in [storage] must lead to the primary, which"
    " target_session_attrs=read-write finds among several hosts"
)
RIGHTS = (
    "; the relay's user needs SELECT, INSERT, UPDATE and DELETE on its tables, and CREATE on their schema"
    " when a version makes new ones"
)
KEEPALIVE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class Connection(psycopg.Connection[dict[str, Any]]):
    """A connection that waits for each answer for at most `patience` seconds."""

    patience: float | None = HERE

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for the server, at most until the deadline."""
        return super().wait(gen, interval, timeout=timeout or self.patience)


def pyformat(sql: str) -> str:
    """Turn SQLite's `:name` parameters into psycopg's `%(name)s`."""
    return re.sub(r":(\w+)", r"%(\1)s", sql.replace("%", "%%"))


class PostgresTransaction:
    """SQL on one Postgres connection."""

    def __init__(self, connection: Connection, clock: Callable[[], float] | None) -> None:
        self._connection = connection
        self._clock = clock

    def run(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run one statement; returns the number of rows that it changed."""
        return self._connection.execute(_literal(sql), parameters).rowcount

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run one statement; returns its rows."""
        return list(self._connection.execute(_literal(sql), parameters))

    def many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement once for each set of parameters."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_literal(sql), parameters)

    def now(self) -> float:
        """The server's time in seconds since 1970, since the clocks of replicas may differ."""
        if self._clock is not None:
            return self._clock()
        return float(self.rows("SELECT EXTRACT(EPOCH FROM clock_timestamp()) AS now")[0]["now"])

    def has_table(self, name: str) -> bool:
        """Whether there is a table of this name in a schema of the search path."""
        return bool(self.rows("SELECT to_regclass(:name) IS NOT NULL AS there", {"name": name})[0]["there"])

    def history(self) -> str | None:
        """The identifier of the server's data and its timeline, which grows when a standby is promoted.

        None where the server does not have these functions, or lets nobody call them.
        """
        try:
            # A savepoint: after a refusal the transaction goes on.
            with self._connection.transaction():
                row = self.rows(HISTORY)[0]
        except (psycopg.ProgrammingError, psycopg.NotSupportedError):
            return None
        return f"{row['system_identifier']}.{row['timeline_id']}"


def _literal(sql: str) -> bytes:
    # psycopg takes bytes for statements that are not literals; every statement is written in this package.
    return pyformat(sql).encode()


class PostgresDatabase:
    """A Postgres database that replicas share; each thread has one connection, replaced after it broke."""

    def __init__(self, url: str, *, clock: Callable[[], float] | None = None) -> None:
        self._url = url
        self._clock = clock
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[Connection] = []
        self._epoch = 0

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A durable transaction: committed to disk when the block ends, rolled back when it raises."""
        return self._begun(BEGIN, HERE)

    def exclusive(self) -> AbstractContextManager[Transaction]:
        """A durable transaction; no two exclusive ones run at the same time. It has no deadline."""
        return self._begun(EXCLUSIVE, None)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A read-only transaction on one consistent snapshot; it neither waits for nor blocks writers."""
        with self.transaction() as transaction:
            transaction.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield transaction

    @contextmanager
    def _begun(self, begin: bytes, patience: float | None) -> Iterator[Transaction]:
        try:
            connection = self._ready(begin, patience)
            try:
                yield PostgresTransaction(connection, self._clock)
                connection.execute(b"COMMIT")
            except psycopg.errors.ReadOnlySqlTransaction as error:
                # After a failover this server is a standby; a new connection may reach the one that writes.
                self._give_up(connection)
                raise StoreError(f"Postgres: {STANDBY}") from error
            except BaseException:
                self._undo(connection)
                raise
        except psycopg.errors._WaitTimeout as error:  # noqa: SLF001 (what `wait` is documented to raise)
            raise StoreError("Postgres: no answer") from error
        except (psycopg.ProgrammingError, psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise StoreError(f"Postgres: {_reason(error)}") from error

    def _ready(self, begin: bytes, patience: float | None) -> Connection:
        """A connection with a transaction begun; a connection that was cut while idle is replaced.

        Replacing it is safe, since no statement was sent yet. It matters because a target's call of minutes
        may have come before this transaction, and a failure would repeat that call.
        """
        connection = self._connection()
        try:
            self._begin(connection, begin, patience)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 (as below)
            # The deadline has passed already, so a second try would make the caller wait too long.
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError):
            if not connection.closed:
                raise
            connection = self._connection()
            self._begin(connection, begin, patience)
        return connection

    def _begin(self, connection: Connection, begin: bytes, patience: float | None) -> None:
        connection.patience = patience
        try:
            connection.execute(begin)
        except BaseException:
            self._undo(connection)
            raise

    def _undo(self, connection: Connection) -> None:
        """Roll back; when that fails, give the connection up."""
        try:
            connection.execute(b"ROLLBACK")
        except psycopg.Error:
            self._give_up(connection)

    def _give_up(self, connection: Connection) -> None:
        """Close this connection, and have threads replace their older ones."""
        connection.close()
        with self._lock:
            self._epoch += 1

    def start(self) -> None:
        """Begin nothing: a Postgres server keeps itself in order."""

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is not None and self._local.epoch != self._epoch:
            connection.close()
        if connection is None or connection.closed:
            self._local.epoch = self._epoch
            connection = _connected(self._url)
            self._local.connection = connection
            with self._lock:
                self._opened = [*(known for known in self._opened if not known.closed), connection]
        return connection


def _reason(error: psycopg.Error) -> str:
    """The sentence of the server or the pooler: it names a missing right, a full disk, a time-out.

    It quotes no content of a row. The driver's own text is not used, since it may quote the address.
    """
    said = error.diag.message_primary or f"the connection broke ({type(error).__name__})"
    return said + RIGHTS if isinstance(error, psycopg.errors.InsufficientPrivilege) else said


def _refusal(error: psycopg.OperationalError) -> str:
    """What the server or the pooler said when it refused a connection; else the error's name.

    The rest of the driver's text may quote a part of the address that holds a password.
    """
    found = re.findall(r"FATAL:\s+(.+)", str(error))
    return "; ".join(dict.fromkeys(found)) or type(error).__name__


def _connected(url: str) -> Connection:
    try:
        return Connection.connect(
            url,
            autocommit=True,
            prepare_threshold=None,
            row_factory=dict_row,
            # A database of the encoding SQL_ASCII would send texts as bytes.
            client_encoding="UTF8",
            **KEEPALIVE,
        )
    except psycopg.ProgrammingError:
        # Not the driver's text: it quotes the address, which may hold a password.
        raise StoreError(
            "Postgres: the address in [storage] cannot be read; check its options, and write @ as %40 and %"
            " as %25 in the password."
        ) from None
    except psycopg.OperationalError as error:
        raise StoreError(
            f"Postgres: no connection ({_refusal(error)}); see whether it runs, and host, user, password,"
            " database and sslmode of the address in [storage]."
        ) from None
