"""Copying SQLite's write-ahead log beside the writers."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from attio_relay.store.checkpoints import Checkpointer
from attio_relay.store.sqlite import SqliteDatabase

PAGE = 4096
HEAD = 32
"""Bytes before the first page of a log."""
FRAME = 24
"""Bytes before each page."""


def written(path: Path, commits: int) -> SqliteDatabase:
    """A database with so many commits of ten pages each."""
    database = SqliteDatabase(path)
    with database.transaction() as transaction:
        transaction.run("CREATE TABLE IF NOT EXISTS t (a BLOB)")
    for _ in range(commits):
        with database.transaction() as transaction:
            transaction.run("INSERT INTO t VALUES (:a)", {"a": bytes(10 * PAGE)})
    return database


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def test_no_commit_copies_the_log(tmp_path: Path) -> None:
    """2000 pages are in the log, and the file itself is as small as before them."""
    path = tmp_path / "relay.db"
    database = written(path, 0)
    before = path.read_bytes()
    after = written(path, 200)
    while_written = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        Checkpointer(lambda: connection, threading.Lock()).once()
        copied = path.stat().st_size
    database.close()
    after.close()

    assert before == while_written
    assert copied > 2000 * PAGE


class Hindered:
    """A connection whose first checkpoint a reader hinders, who needs the pages before the last commit."""

    def __init__(self, path: Path) -> None:
        self.inner = sqlite3.connect(path, isolation_level=None)
        self.reader = sqlite3.connect(path, isolation_level=None)
        self.reader.execute("BEGIN")
        self.reader.execute("SELECT COUNT(*) FROM t").fetchone()
        written(path, 1).close()

    def execute(self, sql: str) -> Any:
        found = self.inner.execute(sql).fetchone()
        self.reader.close()
        return self.inner.execute("SELECT ?, ?, ?", found)


@pytest.mark.parametrize(("long", "grows"), [(100, False), (1000, True)])
def test_a_long_log_starts_anew(tmp_path: Path, long: int, grows: bool) -> None:
    """The next commits take its place, although it was in use; a short log may go on."""
    path = tmp_path / "relay.db"
    database = written(path, 20)
    connection: Any = Hindered(path)
    Checkpointer(lambda: connection, threading.Lock(), long=long).once()
    before = log_of(path).stat().st_size
    written(path, 10).close()
    after = log_of(path).stat().st_size
    connection.inner.close()
    database.close()

    assert before > HEAD + 200 * (FRAME + PAGE)
    assert grows == (after > before)


class Noting:
    """A connection that notes who may write during each checkpoint."""

    def __init__(self, writing: threading.Lock, pages: int) -> None:
        self.writing = writing
        self.pages = pages
        self.locked: list[bool] = []

    def execute(self, _: str) -> Any:
        self.locked.append(self.writing.locked())
        return self

    def fetchone(self) -> tuple[int, int, int]:
        return 0, self.pages, self.pages


@pytest.mark.parametrize(("pages", "locked"), [(9, [False]), (10, [False, False, True])])
def test_writers_wait_for_the_last_pages_of_a_long_log_alone(pages: int, locked: list[bool]) -> None:
    """Two copies are made beside them; only what they wrote during the second is copied while they wait."""
    writing = threading.Lock()
    connection: Any = Noting(writing, pages)
    Checkpointer(lambda: connection, writing, long=10).once()

    assert locked == connection.locked


class Opening:
    """Gives connections to a file and tells how often it was asked; some of the first askings fail."""

    def __init__(self, path: Path, *, fails: int) -> None:
        self.path = path
        self.fails = fails
        self.asked = threading.Semaphore(0)
        self.opened: list[sqlite3.Connection] = []

    def __call__(self) -> sqlite3.Connection:
        self.asked.release()
        self.fails -= 1
        if self.fails >= 0:
            raise sqlite3.OperationalError("disk I/O error")
        self.opened.append(sqlite3.connect(self.path, isolation_level=None, check_same_thread=False))
        return self.opened[-1]

    def close(self) -> None:
        for each in self.opened:
            each.close()


def test_what_is_written_is_copied_soon(tmp_path: Path) -> None:
    """The thread of a started checkpointer does it; closing waits for the copy in progress."""
    path = tmp_path / "relay.db"
    database = written(path, 20)
    opening = Opening(path, fails=0)
    copies = Checkpointer(opening, threading.Lock(), gather=0.0)
    copies.start()
    copies.written()
    asked = opening.asked.acquire(timeout=60)
    copies.close()
    copied = path.stat().st_size
    opening.close()
    database.close()

    assert asked
    assert copied > 200 * PAGE


def test_a_copy_that_fails_is_told_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A full disk ends no thread; what the log holds is copied after the next commit."""
    path = tmp_path / "relay.db"
    database = written(path, 20)
    opening = Opening(path, fails=1)
    copies = Checkpointer(opening, threading.Lock(), gather=0.0)
    copies.start()
    asked = []
    for _ in range(2):
        copies.written()
        asked.append(opening.asked.acquire(timeout=60))
    copies.close()
    copied = path.stat().st_size
    opening.close()
    database.close()

    assert [True, True] == asked
    assert ["SQLite: the log cannot be copied into the database file: disk I/O error"] == caplog.messages
    assert copied > 200 * PAGE
