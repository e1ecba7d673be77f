"""The screens of the pulled tables and the relay, and the start of a pull."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from attio_sync import hints
from attio_sync.sql import compose
from attio_sync.ui import work
from attio_sync.ui.frame import missing, room_of, screen, see
from attio_sync.ui.relay import relay as ask_relay
from attio_sync.ui.tables import table as one_table
from attio_sync.ui.tables import tables as all_tables

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def tables(request: Request) -> Response:
    """Show the pulled tables, and which changes the pulls of each find."""
    room = room_of(request)
    line = hints.command("pull", "--to", room.warehouse) if room.warehouse else ""
    return screen(request, "tables.html", section="tables", tables=all_tables(room), line=line)


def table(request: Request) -> Response:
    """Show the columns and the last pulls of one table."""
    room = room_of(request)
    found = one_table(room, request.path_params["table"])
    if found is None or room.warehouse is None:
        return missing(request, "The file has no such table.", "tables")
    query = compose("FROM {table} LIMIT 20", table=found.view.name)
    line = shlex.join(["duckdb", str(room.warehouse), "-c", query])
    return screen(request, "table.html", section="tables", detail=found, line=line)


def pull(request: Request) -> Response:
    """Start a pull."""
    job = work.pull(room_of(request))
    return see(request, "jobs", job.id)


def relay(request: Request) -> Response:
    """Show the relay's state."""
    return screen(request, "relay.html", section="relay", relay=ask_relay(room_of(request).relay))
