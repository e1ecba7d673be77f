from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from attio_sync.failures import DONE, DONE_WITH_REJECTS, FAILED, Stopped
from attio_sync.ui import review as reviewing
from attio_sync.ui.plans import Plans
from attio_sync.ui.review import ended
from destination_attio.model.plan import Plan

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from attio_sync.ui.room import Room
    from attio_sync.ui.saved_plan import State


@pytest.mark.parametrize(
    ("state", "rejected", "code"),
    [
        ("written", 0, DONE),
        ("written", 1, DONE_WITH_REJECTS),
        ("stopped", 0, FAILED),
        ("stopped", 1, FAILED),
        ("writing", 0, FAILED),
    ],
)
def test_a_push_with_review_ends_as_its_plan(tmp_path: Path, state: State, rejected: int, code: int) -> None:
    """A script learns from the exit code what somebody decided in the browser, and what came of it."""
    plans = Plans(tmp_path / "plans")
    kept = plans.keep(Plan(changes=()), title="x", by=None)

    assert code == ended(plans.change(kept, state=state, rejected=rejected), tmp_path / "journal.duckdb")


def test_without_a_decision_nothing_was_written(tmp_path: Path) -> None:
    """A plan that was discarded is gone; one that waits is found again by a command with the same journal."""
    journal = tmp_path / "own journal.duckdb"
    with pytest.raises(Stopped, match=r"^Nothing was written\.$"):
        ended(None, journal)
    kept = Plans(tmp_path / "plans").keep(Plan(changes=()), title="x", by=None)
    with pytest.raises(
        Stopped, match=r"The plan waits for two weeks: attio-sync ui --journal '.*/own journal"
    ):
        ended(kept, journal)


def test_a_damaged_plan_of_before_ends_no_review(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of this push is shown, and its decision counts."""
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    damaged = Plans(folder / "attio-sync" / "plans").keep(Plan(changes=()), title="old", by=None)
    (folder / "attio-sync" / "plans" / damaged.id / "about.json").write_text("{")

    def approved(room: Room, place: socket.socket, *, opens: bool) -> None:
        assert opens
        place.close()
        (kept,) = room.plans.all()
        assert ("new", ("plans", kept.id)) == (kept.title, room.opens_at)
        room.plans.change(kept, state="written")

    monkeypatch.setattr(reviewing, "open_and_serve", approved)
    before = os.umask(0o022)
    try:
        assert DONE == reviewing.review(Plan(changes=()), title="new", journal=None)
    finally:
        os.umask(before)
