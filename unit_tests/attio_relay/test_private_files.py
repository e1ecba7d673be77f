"""Files for the relay's user alone, whoever makes them, and on systems without users."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from attio_relay.private_files import keep_private
from attio_relay.store.sealing import add_key
from attio_relay.store.sqlite import SqliteDatabase


@pytest.mark.parametrize(("user", "handed_on"), [(0, True), (4242, False)])
@pytest.mark.parametrize("make", [keep_private, add_key])
def test_what_root_makes_first_belongs_to_the_owner_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any, *, user: int, handed_on: bool
) -> None:
    """A store or key that an administrator makes is one that the relay's user can read."""
    given: list[tuple[str, int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "chown", lambda path, *ids: given.append((Path(path).name, *ids)))
    make(tmp_path / "file")
    folder = tmp_path.stat()

    assert [(folder.st_uid, folder.st_gid)] * handed_on == [(uid, gid) for _, uid, gid in given]
    assert 0o600 == (tmp_path / "file").stat().st_mode & 0o777


def test_a_file_that_is_there_keeps_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a new file is handed on."""
    (tmp_path / "file").touch()
    given: list[str] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, *_: given.append(str(path)))
    keep_private(tmp_path / "file")

    assert [] == given


def test_a_store_opens_where_there_are_no_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no user ids, and opens no folder as a file."""
    real = os.open

    def opened(path: Any, *how: Any, **more: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError(path)
        return real(path, *how, **more)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(os, "geteuid")
    monkeypatch.setattr(os, "open", opened)
    database = SqliteDatabase(tmp_path / "relay.db")
    with database.transaction() as transaction:
        found = transaction.rows("SELECT 1 AS one")
    database.close()

    assert [{"one": 1}] == found
