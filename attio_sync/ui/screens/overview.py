"""The first screen, and the page about the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attio_sync.ui.frame import room_of, screen
from attio_sync.ui.history import past
from attio_sync.ui.relay import relay
from attio_sync.ui.tables import tables

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_LAST: Final = 8
_TABLES: Final = 6


def overview(request: Request) -> Response:
    """Show waiting plans, the last runs, damaged and the largest tables, and the relay's state."""
    room = room_of(request)
    pulled = tables(room)
    return screen(
        request,
        "overview.html",
        section="",
        plans=room.plans.undecided(),
        damaged=room.plans.damaged(),
        past=past(room),
        last=_LAST,
        tables=pulled,
        largest=sorted(pulled.tables, key=lambda one: (not one.problem, -one.rows))[:_TABLES],
        relay=relay(room.relay),
    )


def workspace(request: Request) -> Response:
    """Show the token's workspace and scopes, and the room's settings."""
    room = room_of(request)
    settings = {
        "Folder": str(room.folder),
        "Journal": str(room.journal),
        "Tables": str(room.warehouse) if room.warehouse else "none given (--to FILE.duckdb)",
        "Relay": room.relay or "none given (--relay URL)",
        "Plans are kept in": str(room.plans.folder),
        "This page": f"127.0.0.1:{room.door.port}, this machine only",
    }
    return screen(request, "workspace.html", section="workspace", settings=settings)
