"""`attio-sync push --review`: approves a plan in the review room instead of on the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from attio_sync import config, hints
from attio_sync.failures import DONE, DONE_WITH_REJECTS, FAILED, Stopped
from attio_sync.plan import author
from attio_sync.ui.command import PRIVATE, open_and_serve, room_at
from attio_sync.ui.serving import listening

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.saved_plan import SavedPlan
    from destination_attio.model.plan import Plan


def review(plan: Plan, *, title: str, journal: Path | None) -> int:
    """Serve the room, opened at a plan, until it is ended; returns the exit code for the plan's state."""
    os.umask(PRIVATE)
    place = listening(0)
    room = room_at(place.getsockname()[1], journal=journal)
    kept = room.plans.keep(plan, title=title, by=author())
    room.opens_at = ("plans", kept.id)
    open_and_serve(room, place, opens=True)
    return ended(room.plans.get(kept.id), room.journal)


def ended(kept: SavedPlan | None, journal: Path) -> int:
    """The exit code for a plan's state; raises Stopped for one that was discarded or still waits."""
    if kept is None:
        raise Stopped("Nothing was written.")
    if kept.state == "waiting":
        again = hints.command("ui", journal=config.other_journal(journal))
        raise Stopped(f"Nothing was written. The plan waits for two weeks: {again}")
    if kept.state != "written":
        return FAILED
    return DONE_WITH_REJECTS if kept.rejected else DONE
