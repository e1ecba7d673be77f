"""`attio-sync ui`: open the review room in the browser."""

from __future__ import annotations

import os
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from attio_api.whole_numbers import Whole
from attio_sync import config, files
from attio_sync.failures import DONE
from attio_sync.option_types import MOST_PORT, web_address
from attio_sync.plan import author, read_plan
from attio_sync.ui.drafts import Drafts
from attio_sync.ui.guard import Door
from attio_sync.ui.left_behind import settle_plans
from attio_sync.ui.plans import KEPT_DAYS, Plans
from attio_sync.ui.room import Room
from attio_sync.ui.serving import listening, serve

if TYPE_CHECKING:
    import socket

_FILE = click.Path(path_type=Path, dir_okay=False)
PRIVATE = 0o077
"""The umask of the room: files that it makes can be read by their owner only."""


@click.command("ui")
@click.argument("plan", type=_FILE, required=False)
@click.option("--to", "warehouse", type=_FILE, help="The DuckDB file of pulled tables to show.")
@click.option("--journal", type=_FILE, help="Another journal than the usual one.")
@click.option(
    "--relay",
    metavar="URL",
    type=web_address,
    help="A relay to watch; its token in ATTIO_RELAY_ADMIN_TOKEN.",
)
@click.option("--port", type=Whole(0, MOST_PORT), default=0, help="Default: a free one.")
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
def command(
    *,
    plan: Path | None,
    warehouse: Path | None,
    journal: Path | None,
    relay: str | None,
    port: int,
    no_browser: bool,
) -> int:
    """Look at plans, approve them, watch them being written, and undo them: in the browser, on this machine.

    With PLAN, a plan that was saved by 'attio-sync plan --out' waits there for approval.
    """
    os.umask(PRIVATE)
    place = listening(port)
    room = room_at(place.getsockname()[1], warehouse=warehouse, journal=journal, relay=relay)
    room.plans.tidy()
    room.drafts.tidy(KEPT_DAYS)
    if plan:
        kept = room.plans.keep(read_plan(plan), title=plan.name, by=author())
        room.opens_at = ("plans", kept.id)
    open_and_serve(room, place, opens=not no_browser)
    return DONE


def open_and_serve(room: Room, place: socket.socket, *, opens: bool) -> None:
    """Open the browser if `opens`, and serve the room until somebody ends it."""
    with tempfile.TemporaryDirectory(prefix="attio-sync-") as folder:
        if opens:
            _open(room.door, Path(folder))
        serve(room, place)


def room_at(
    port: int, *, warehouse: Path | None = None, journal: Path | None = None, relay: str | None = None
) -> Room:
    """The room on a port, with the files of this user and of the current folder."""
    places = config.places()
    data = places.journal.parent
    journal = journal or places.journal
    plans = Plans(data / "plans")
    settle_plans(plans, journal)
    return Room(
        door=Door(port=port),
        folder=Path.cwd(),
        journal=journal,
        warehouse=warehouse,
        relay=relay,
        plans=plans,
        drafts=Drafts(folder=Path.cwd(), private=data / "uploads"),
        connection=config.connection,
    )


def _open(door: Door, folder: Path) -> None:
    """Open the browser on a private file that leads to the room, so that no process list shows the key."""
    page = folder / "enter.html"
    lead = f'<meta http-equiv="refresh" content="0; url={door.entrance}">'
    files.save(page, f"<!doctype html><title>attio-sync</title>{lead}\n")
    webbrowser.open(page.as_uri())
