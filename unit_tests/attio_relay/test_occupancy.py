"""One relay at a time serves a SQLite store."""

from pathlib import Path

import pytest

from attio_relay.store.database import StoreError
from attio_relay.store.occupancy import OccupiedError, occupied


def test_a_second_relay_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    """The folder is made for the first one."""
    store = tmp_path / "new" / "relay.db"
    with occupied(store), pytest.raises(OccupiedError, match="Stop it first"), occupied(store):
        pass
    with occupied(store):
        held = store.with_name("relay.db.serving").exists()

    assert held


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    """In a sentence of the store."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"), occupied(tmp_path / "file" / "relay.db"):
        pass
