"""The SQLite file as an operator may treat it while a relay runs."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from attio_relay.store.database import StoreError
from attio_relay.store.sqlite import SqliteDatabase


def removed(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    path.with_name("copy.db").write_bytes(path.read_bytes())
    path.with_name("copy.db").replace(path)


@pytest.mark.parametrize("act", [removed, replaced])
def test_a_file_that_is_gone_takes_no_more_deliveries(tmp_path: Path, act: Callable[[Path], None]) -> None:
    """The system would let every write succeed, and lose all of it at the next start."""
    path = tmp_path / "relay.db"
    database = SqliteDatabase(path, synchronous="OFF")
    act(path)
    with pytest.raises(StoreError, match="was removed or replaced"), database.transaction() as transaction:
        transaction.run("CREATE TABLE lost (n BIGINT)")
    database.close()


def test_a_commit_outlives_a_power_cut(tmp_path: Path) -> None:
    """Each connection flushes the log before a commit ends, on macOS also out of the disk's own memory."""
    database = SqliteDatabase(tmp_path / "relay.db")
    with database.transaction() as transaction:
        flushes = [transaction.rows(f"PRAGMA {name}")[0][name] for name in ("synchronous", "fullfsync")]
    database.close()

    assert [2, 1] == flushes


def test_a_thread_that_comes_later_makes_no_new_file(tmp_path: Path) -> None:
    """Its writes would go into an empty store."""
    path = tmp_path / "relay.db"
    database = SqliteDatabase(path, synchronous="OFF")
    path.unlink()
    said: list[str] = []

    def read() -> None:
        try:
            with database.reading():
                pass
        except StoreError as error:
            said.append(str(error))

    later = threading.Thread(target=read)
    later.start()
    later.join()
    database.close()

    assert (1, False) == (len(said), path.exists())
