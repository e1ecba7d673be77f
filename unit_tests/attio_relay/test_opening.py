"""How every command opens the file and the store, and which exit code each error has."""

import sqlite3
from pathlib import Path

import pytest

from attio_api.errors import AttioError, Misconfigured
from attio_relay.commands.opening import known_route, opened, plainly
from attio_relay.reading import ConfigError
from attio_relay.serving.actions import UnknownOrderError
from attio_relay.store.database import StoreError
from attio_relay.store.occupancy import OccupiedError
from attio_relay.store.schema import NewerStoreError
from attio_relay.store.sealing import SealError
from attio_relay.store.sqlite import SqliteDatabase
from attio_relay.subscribing.subscription import NothingToReplaceError, StrangerError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "relay.toml"
    path.write_text('[[routes]]\nname = "acme"\n')
    return path


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ConfigError, 2),
        (NewerStoreError, 2),
        (SealError, 2),
        (UnknownOrderError, 2),
        (Misconfigured, 2),
        (AttioError, 1),
        (StoreError, 1),
        (NothingToReplaceError, 1),
        (StrangerError, 1),
        (OccupiedError, 1),
    ],
)
def test_each_error_of_ours_is_a_sentence(
    capsys: pytest.CaptureFixture[str], kind: type[Exception], code: int
) -> None:
    """2 where the file or the command is wrong, 1 where something failed; no traceback."""
    with pytest.raises(SystemExit) as ended, plainly():
        raise kind("What is wrong.")

    assert code == ended.value.code
    said = capsys.readouterr().err
    assert said.startswith("attio-relay: What is wrong.")
    assert 1 == len(said.splitlines())


def test_an_error_that_nobody_foresaw_is_not_hidden() -> None:
    """It keeps its traceback, which is the only thing that can explain it."""
    with pytest.raises(KeyError), plainly():
        raise KeyError("odd")


def test_a_store_is_closed_however_a_command_ends(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by an error: another command may wait for it."""
    closed: list[SqliteDatabase] = []
    close = SqliteDatabase.close

    def noted(database: SqliteDatabase) -> None:
        closed.append(database)
        close(database)

    monkeypatch.setattr(SqliteDatabase, "close", noted)
    with opened(file):
        assert [] == closed
    with pytest.raises(SystemExit), opened(file):
        raise StoreError("full")

    assert 2 == len(closed)


def test_a_file_that_is_no_store_is_a_sentence(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The word of the database stands in it."""
    (file.parent / "relay.db").write_bytes(b"no database " * 100)
    with pytest.raises(SystemExit) as ended, opened(file):
        pass

    assert 1 == ended.value.code
    assert "SQLite: file is not a database" in capsys.readouterr().err


def test_a_store_of_a_newer_relay_is_left_alone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the exit code of a wrong use: another version of the program is needed."""
    with opened(file):
        pass
    with sqlite3.connect(file.parent / "relay.db") as store:
        store.execute("UPDATE schema_version SET version = 9999")
    store.close()
    with pytest.raises(SystemExit) as ended, opened(file):
        pass

    assert 2 == ended.value.code
    assert "newer" in capsys.readouterr().err


def test_a_route_that_the_file_has_not_is_named_with_those_that_it_has(file: Path) -> None:
    """So that a slip can be seen at once."""
    with opened(file) as (config, _):
        assert "acme" == known_route(config, "acme").name
        with pytest.raises(ConfigError, match="There is no route acne in the file; there are acme"):
            known_route(config, "acne")
