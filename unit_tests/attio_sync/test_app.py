from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from attio_sync.ui.app import application
from unit_tests.attio_sync.asgi import answered, room_in, scope

if TYPE_CHECKING:
    from pathlib import Path


def test_of_an_unforeseen_error_no_contents_of_rows_are_told(tmp_path: Path) -> None:
    """Its kind is told on the terminal; what it says may hold a row, and is not told."""
    room = room_in(tmp_path)
    told: list[str] = []
    room.tell = told.append

    def broken() -> None:
        raise LookupError("Acme, 12 Secret Street")

    room.standing = broken  # type: ignore[assignment,method-assign]  # an error where none is foreseen
    app = application(room)
    with pytest.raises(LookupError):  # the server closes the connection
        answered(app, scope("GET", "/rabc/"))

    assert ["GET of a page: Unexpected error (LookupError). Please report it."] == told


def test_an_address_outside_of_the_room_shows_nothing_of_it(tmp_path: Path) -> None:
    """Nor does it tell the first part of the room's addresses."""
    status, page = answered(application(room_in(tmp_path)), scope("GET", "/plans"))

    assert (404, False) == (status, "rabc" in page)
