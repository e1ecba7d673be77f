"""Sessions of the status page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from attio_relay.store.schema import migrate
from attio_relay.store.sessions import LIFE, Sessions
from attio_relay.store.sqlite import SqliteDatabase

Opened = Callable[[list[float]], Sessions]


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Opened]:
    """The sessions of a store whose time a test moves."""
    database = SqliteDatabase(tmp_path / "relay.db", synchronous="OFF")
    migrate(database, epoch="e")
    yield lambda now: Sessions(database, clock=lambda: now[0])
    database.close()


def test_a_session_ends_after_twelve_hours(sessions: Opened) -> None:
    """It is known until then, and no longer."""
    now = [0.0]
    kept = sessions(now)
    token = kept.begin("admin")
    now[0] = LIFE - 1
    before = kept.known(token, "admin")
    now[0] = LIFE

    assert (True, False) == (before, kept.known(token, "admin"))


def test_a_session_ends_by_sign_out_and_alone(sessions: Opened) -> None:
    """Ending one session leaves the others."""
    kept = sessions([0.0])
    mine, other = kept.begin("admin"), kept.begin("admin")
    kept.end(mine, "admin")

    assert (False, True) == (kept.known(mine, "admin"), kept.known(other, "admin"))


def test_a_new_admin_token_ends_all_sessions(sessions: Opened) -> None:
    """Whoever changes the token after a leak has signed everybody out."""
    kept = sessions([0.0])
    token = kept.begin("old")

    assert not kept.known(token, "new")


def test_the_store_holds_no_token(sessions: Opened, tmp_path: Path) -> None:
    """A copy of the store signs nobody in."""
    token = sessions([0.0]).begin("admin")

    assert token.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
