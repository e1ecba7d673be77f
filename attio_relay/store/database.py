"""Two databases behind one narrow seam: transactions that run SQL with named parameters.

Knows connections, commits and durability; which statements are run is the business of those who keep
something.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

Value = str | bytes | int | float | None
Parameters = Mapping[str, Value]
# A column's type depends on the statement, which no checker reads: rows stay untyped until they are named.
Row = Mapping[str, Any]


class StoreError(Exception):
    """The database cannot be reached, is full, or broke off: nothing was stored, try again later."""


class Transaction(Protocol):
    """One transaction in progress."""

    def run(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run one statement; the number of rows it touched."""
        ...

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run one statement; what it returned."""
        ...

    def many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement once for each set of parameters."""
        ...


class Database(Protocol):
    """Where the relay keeps what it must not lose."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A durable transaction: committed to disk when the block ends, undone when it raises."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """One consistent view, which waits for no writer and keeps none waiting."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class SqliteTransaction:
    """SQL on one SQLite connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run one statement; the number of rows it touched."""
        return self._connection.execute(sql, parameters or {}).rowcount

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run one statement; what it returned."""
        cursor = self._connection.execute(sql, parameters or {})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement once for each set of parameters."""
        self._connection.executemany(sql, parameters)


class SqliteDatabase:
    """One file, one connection a thread, write-ahead log.

    `synchronous=FULL` is what makes a commit outlive a power cut: with NORMAL the log is
    flushed only at checkpoints.
    """

    def __init__(self, path: Path, *, synchronous: str = "FULL") -> None:
        self._path = path
        self._synchronous = synchronous
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[sqlite3.Connection] = []
        with self.transaction():
            # Creates the file, so that its directory entry can be made durable as well.
            pass
        flush_directory(path.parent)

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A durable transaction: committed to disk when the block ends, undone when it raises."""
        return self._begun("BEGIN IMMEDIATE")

    def reading(self) -> AbstractContextManager[Transaction]:
        """One consistent view, which waits for no writer and keeps none waiting."""
        return self._begun("BEGIN")

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Transaction]:
        try:
            connection = self._connection()
            connection.execute(begin)
            try:
                yield SqliteTransaction(connection)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            raise StoreError(f"SQLite: {error}") from error

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=10
            )
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={self._synchronous}")
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection


def flush_directory(directory: Path) -> None:
    """Make the names in a directory outlive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def pyformat(sql: str) -> str:
    """Turn SQLite's `:name` parameters into psycopg's `%(name)s`."""
    return re.sub(r":(\w+)", r"%(\1)s", sql.replace("%", "%%"))


class PostgresTransaction:
    """SQL on one Postgres connection."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        self._connection = connection

    def run(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run one statement; the number of rows it touched."""
        return self._connection.execute(_literal(sql), parameters).rowcount

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run one statement; what it returned."""
        return list(self._connection.execute(_literal(sql), parameters))

    def many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement once for each set of parameters."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_literal(sql), parameters)


def _literal(sql: str) -> bytes:
    # psycopg takes bytes for statements that are not literals; every one of ours is written in this package.
    return pyformat(sql).encode()


class PostgresDatabase:
    """A Postgres that several replicas share; one connection a thread, made anew after it broke."""

    def __init__(self, url: str) -> None:
        # Imported here: only those who configure Postgres install its driver.
        import psycopg  # noqa: PLC0415

        self._url = url
        self._broken = (psycopg.OperationalError, psycopg.InterfaceError)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[psycopg.Connection[dict[str, Any]]] = []

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A durable transaction: committed to disk when the block ends, undone when it raises."""
        try:
            connection = self._connection()
            with connection.transaction():
                yield PostgresTransaction(connection)
        except self._broken as error:
            # Not the driver's text: it may quote the connection string.
            raise StoreError(f"Postgres: {type(error).__name__}") from error

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One consistent view, which waits for no writer and keeps none waiting."""
        with self.transaction() as transaction:
            transaction.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield transaction

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def _connection(self) -> psycopg.Connection[dict[str, Any]]:
        connection: psycopg.Connection[dict[str, Any]] | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = _connected(self._url)
            self._local.connection = connection
            with self._lock:
                self._opened = [*(known for known in self._opened if not known.closed), connection]
        return connection


def _connected(url: str) -> psycopg.Connection[dict[str, Any]]:
    import psycopg  # noqa: PLC0415 (as above)
    from psycopg.rows import dict_row  # noqa: PLC0415 (as above)

    return psycopg.connect(url, autocommit=True, row_factory=dict_row, connect_timeout=10)
