"""Sessions of the status page."""

from pathlib import Path

from attio_relay.store.schema import migrate
from attio_relay.store.sessions import LIFE, Sessions
from attio_relay.store.sqlite import SqliteDatabase


def sessions(folder: Path, now: list[float]) -> Sessions:
    database = SqliteDatabase(folder / "relay.db")
    migrate(database, epoch="e")
    return Sessions(database, clock=lambda: now[0])


def test_a_session_ends_after_twelve_hours(tmp_path: Path) -> None:
    """It is known until then, and no longer."""
    now = [0.0]
    kept = sessions(tmp_path, now)
    token = kept.begin("admin")
    now[0] = LIFE - 1
    before = kept.known(token, "admin")
    now[0] = LIFE

    assert (True, False) == (before, kept.known(token, "admin"))


def test_a_session_ends_by_sign_out_and_alone(tmp_path: Path) -> None:
    """Ending one session leaves the others."""
    kept = sessions(tmp_path, [0.0])
    mine, other = kept.begin("admin"), kept.begin("admin")
    kept.end(mine, "admin")

    assert (False, True) == (kept.known(mine, "admin"), kept.known(other, "admin"))


def test_a_new_admin_token_ends_all_sessions(tmp_path: Path) -> None:
    """Whoever changes the token after a leak has signed everybody out."""
    kept = sessions(tmp_path, [0.0])
    token = kept.begin("old")

    assert not kept.known(token, "new")


def test_the_store_holds_no_token(tmp_path: Path) -> None:
    """A copy of the store signs nobody in."""
    token = sessions(tmp_path, [0.0]).begin("admin")

    assert token.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
