"""A room of somebody who is signed in, with an Attio that is asked for nothing but the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync import workspace
from unit_tests.attio_sync.asgi import IDENTITY, TOKEN, room_in

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.room import Room


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setattr(workspace, "identity", lambda _: IDENTITY)
    return room_in(tmp_path, connection=lambda: TOKEN)
