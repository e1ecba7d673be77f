from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from attio_api.auth import Identity
from attio_sync import workspace
from attio_sync.config import NO_TOKEN, Connection
from attio_sync.failures import CommandEnded, WrongUsage
from unit_tests.attio_sync.asgi import room_in

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.room import Room


@dataclass
class Outside:
    """What stands around a room: a clock, a token, and an Attio that counts its questions."""

    now: float = 0.0
    token: str = "first"
    asked: list[str] = field(default_factory=list)

    def connection(self) -> Connection:
        if not self.token:
            raise WrongUsage(NO_TOKEN)
        return Connection(token=self.token)

    def identity(self, connection: Connection) -> Identity:
        self.asked.append(connection.token)
        return Identity(active=True, workspace_name=f"Workspace of the {connection.token}")


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    made = Outside()
    monkeypatch.setattr(workspace, "identity", made.identity)
    return made


@pytest.fixture
def room(outside: Outside, tmp_path: Path) -> Room:
    return room_in(tmp_path, connection=outside.connection, clock=lambda: outside.now)


def test_attio_is_asked_about_a_token_twice_a_minute_at_most(room: Room, outside: Outside) -> None:
    """Pages in between show the same answer."""
    for outside.now in (0.0, 1.0, 29.0, 31.0, 32.0):
        assert "Workspace of the first" == room.standing().name

    assert ["first", "first"] == outside.asked


def test_another_token_is_asked_about_at_once(room: Room, outside: Outside) -> None:
    """Who signs in to another workspace sees no plan offered to it under the name of the former one."""
    room.standing()
    outside.token = "second"

    assert "Workspace of the second" == room.standing().name
    assert "second" == room.needs().token


def test_a_token_that_is_gone_is_told_at_once(room: Room, outside: Outside) -> None:
    """What needs Attio says what to do, instead of failing later."""
    room.standing()
    outside.token = ""

    assert (NO_TOKEN, False) == (room.standing().problem, room.standing().may_write)
    with pytest.raises(CommandEnded, match="There is no Attio token"):
        room.needs()
