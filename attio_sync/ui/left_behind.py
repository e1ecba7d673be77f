"""Finds out at the room's start what became of plans that a killed room was writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attio_sync import journals
from attio_sync.failures import CommandEnded
from destination_attio.storage.journal import JournalError

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.plans import Plans
    from destination_attio.storage.journal import Run


def settle_plans(plans: Plans, journal: Path) -> None:
    """Note the run of each plan that nobody writes any more.

    While another room writes, the journal cannot be opened, and its plan stays as it is; so does a plan whose
    run is in another journal.
    """
    left = [one for one in plans.all() if one.state == "writing"]
    if not left or not journal.exists():
        return
    try:
        with journals.reading(journal) as opened:
            runs: list[Run] = opened.runs()
    except (CommandEnded, JournalError):
        return  # the screen of runs says why the journal cannot be read
    by_digest = {run.about.plan_digest: run for run in reversed(runs)}
    for kept in left:
        if run := by_digest.get(kept.digest):
            state = "written" if run.status == "done" else "stopped"
            plans.change(kept, state=state, run_id=run.run_id, rejected=run.counts.rejected)
