"""The store in one SQLite file."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from attio_relay.private_files import keep_private
from attio_relay.store.checkpoints import LONGEST, Checkpointer
from attio_relay.store.database import StoreError, closed_on_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from attio_relay.store.database import Parameters, Row, Transaction

# Seconds to wait for another writer.
PATIENCE = 10.0


class SqliteTransaction:
    """SQL on one SQLite connection."""

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], float]) -> None:
        self._connection = connection
        self.now = clock

    def run(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run one statement; returns the number of rows that it changed."""
        return self._connection.execute(sql, parameters or {}).rowcount

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run one statement; returns its rows."""
        cursor = self._connection.execute(sql, parameters or {})
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        """Run one statement once for each set of parameters."""
        self._connection.executemany(sql, parameters)

    def has_table(self, name: str) -> bool:
        """Whether there is a table of this name."""
        return bool(self.rows("SELECT name FROM sqlite_master WHERE name = :name", {"name": name}))

    def history(self) -> None:
        """None: a file that was restored from a copy looks like any other."""


class SqliteDatabase:
    """A SQLite file with a write-ahead log; each thread has one connection.

    `synchronous=FULL` makes a commit outlive a power cut: with NORMAL the log is flushed only at checkpoints.
    """

    def __init__(
        self, path: Path, *, synchronous: str = "FULL", clock: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        self._clock = clock
        self._synchronous = synchronous
        self._local = threading.local()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._opened: list[sqlite3.Connection] = []
        self._checkpointer = Checkpointer(self._connection, self._writing)
        keep_private(path)
        self._file = _identity(path)
        with closed_on_failure(self.close):
            with self.transaction():
                # An empty transaction creates the file, so that its directory entry can be flushed below.
                pass
            flush_directory(path.parent)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A durable transaction: committed to disk when the block ends, rolled back when it raises.

        Threads wait for each other here: SQLite would let them sleep up to 100 ms between two looks.
        """
        if not self._writing.acquire(timeout=PATIENCE):
            raise StoreError("SQLite: another thread writes for too long")
        try:
            with self._begun("BEGIN IMMEDIATE") as transaction:
                yield transaction
        finally:
            self._writing.release()
            self._checkpointer.written()

    def reading(self) -> AbstractContextManager[Transaction]:
        """A read-only transaction on one consistent snapshot; it neither waits for nor blocks writers."""
        return self._begun("BEGIN")

    def exclusive(self) -> AbstractContextManager[Transaction]:
        """A durable transaction: SQLite runs only one writing transaction at a time anyway."""
        return self.transaction()

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Transaction]:
        try:
            connection = self._connection()
            connection.execute(begin)
            try:
                yield SqliteTransaction(connection, self._clock)
                connection.execute("COMMIT")
                self._same_file()
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            raise StoreError(f"SQLite: {error}") from error

    def _same_file(self) -> None:
        """Raise StoreError when the file was removed or replaced: what is written to it would be lost.

        The system keeps a removed file for those who have it open, so that no write fails.
        """
        if _identity(self._path) != self._file:
            raise StoreError(f"SQLite: {self._path} was removed or replaced; restart the relay")

    def start(self) -> None:
        """Make checkpoints in a thread of their own, so that commits need not."""
        self._checkpointer.start()

    def close(self) -> None:
        """Close every connection."""
        self._checkpointer.close()
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Connecting would make a new, empty file.
            self._same_file()
            connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False, timeout=PATIENCE
            )
            with closed_on_failure(connection.close):
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute(f"PRAGMA synchronous={self._synchronous}")
                # Without it macOS leaves flushed bytes in the disk's own memory; elsewhere it does nothing.
                connection.execute("PRAGMA fullfsync=ON")
                connection.execute(f"PRAGMA wal_autocheckpoint={LONGEST}")
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one of the same name; None without a file."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    return facts.st_dev, facts.st_ino


def flush_directory(directory: Path) -> None:
    """Flush a directory to disk, so that its file names outlive a power cut."""
    if sys.platform == "win32":
        # Windows opens no directory, and its file systems keep names in a log of their own.
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
