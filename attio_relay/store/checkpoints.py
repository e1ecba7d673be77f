"""Copies SQLite's write-ahead log into the database file beside the writers.

Left to itself, SQLite does so within a commit, each time the log holds 1000 pages. In a large store most of
them are different pages of the file, because keys of messages are random: that commit, and each delivery
behind it, then waits for a hundred writes all over the file.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds in which changes gather before they are copied.
GATHER = 0.25
# Pages of 4096 bytes in the log from which writers wait until the rest of it is copied, so that the next one
# writes at its start again. Without that the log grows as long as somebody writes.
LONG = 16_384
# Pages from which a commit copies the log after all; it is reached only where no checkpointer runs.
LONGEST = 65_536
COPY = "PRAGMA wal_checkpoint(PASSIVE)"

logger = logging.getLogger(__name__)


class Checkpointer:
    """The thread that makes the checkpoints of one SQLite file."""

    def __init__(
        self,
        connected: Callable[[], sqlite3.Connection],
        writing: threading.Lock,
        *,
        gather: float = GATHER,
        long: int = LONG,
    ) -> None:
        self._connected = connected
        self._writing = writing
        """Whoever holds it is the only writer of this process."""
        self._gather = gather
        self._long = long
        self._written = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="relay-checkpoints", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the checkpoint in progress; SQLite makes another one when the last connection closes."""
        self._closing.set()
        self._written.set()
        if self._thread.is_alive():
            self._thread.join()

    def written(self) -> None:
        """Note that something was committed."""
        self._written.set()

    def once(self) -> None:
        """Copy the log; when it is long, also what is written meanwhile, so that the log starts anew."""
        connection = self._connected()
        if _copied(connection) < self._long:
            return
        # What the second copy leaves is the work of a few milliseconds, so that writers wait briefly.
        _copied(connection)
        with self._writing:
            _copied(connection)

    def _work(self) -> None:
        while self._written.wait() and not self._closing.wait(self._gather):
            self._written.clear()
            try:
                self.once()
            except sqlite3.DatabaseError as error:
                # The log keeps everything that was committed, so a later checkpoint can copy it.
                logger.error("SQLite: the log cannot be copied into the database file: %s", error)  # noqa: TRY400 (a full disk needs no stack)


def _copied(connection: sqlite3.Connection) -> int:
    """Copy as much of the log as no reader needs; returns the number of pages in the log."""
    _, pages, _ = connection.execute(COPY).fetchone()
    return int(pages)
