"""The store as a whole."""

import sqlite3
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from attio_relay.config import parse
from attio_relay.store.database import StoreError
from attio_relay.store.schema import STEPS, NewerStoreError, migrate
from attio_relay.store.sqlite import SqliteDatabase
from attio_relay.store.store import open_store
from unit_tests.attio_relay.asking import CONFIG, KEY


def garbage(path: Path) -> None:
    path.write_bytes(b"garbage" * 1000)


def newer(path: Path) -> None:
    database = SqliteDatabase(path, synchronous="OFF")
    migrate(database, epoch="e", steps=(*STEPS, "SELECT 1"))
    database.close()


@pytest.mark.parametrize(("write", "error"), [(garbage, StoreError), (newer, NewerStoreError)])
def test_a_store_that_cannot_be_used_is_closed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None], error: type[Exception]
) -> None:
    """Nobody has it who could close it later."""
    config = parse(tomllib.loads(CONFIG), {"ATTIO_RELAY_KEY": KEY}, folder=tmp_path)
    write(config.storage.path)
    closed: list[sqlite3.Connection] = []

    class Connection(sqlite3.Connection):
        def close(self) -> None:
            closed.append(self)
            super().close()

    monkeypatch.setattr("sqlite3.connect", partial(sqlite3.connect, factory=Connection))
    with pytest.raises(error):
        open_store(config)

    assert 1 == len(closed)
