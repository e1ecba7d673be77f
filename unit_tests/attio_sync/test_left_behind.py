from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attio_sync.ui.left_behind import settle_plans
from attio_sync.ui.plans import Plans
from destination_attio.model.plan import Counts, Plan
from destination_attio.storage.journal import Journal, RunFacts
from unit_tests.destination_attio.samples import RUN

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.saved_plan import SavedPlan

NOW = "2026-11-27T00:00:00+00:00"


@pytest.fixture
def plans(tmp_path: Path) -> Plans:
    return Plans(tmp_path / "plans")


@pytest.fixture
def kept(plans: Plans) -> SavedPlan:
    """A plan that a room was writing when it was killed."""
    made = plans.keep(Plan(changes=(), made_at=NOW), title="x", by=None)
    return plans.change(made, state="writing", job_id="job")


def begun(path: Path, digest: str, status: str) -> None:
    """A journal with one run of a plan."""
    with Journal.open(path) as journal:
        journal.begin(replace(RUN, about=RunFacts(plan_digest=digest)))
        if status != "running":
            journal.finish("r1", status=status, counts=Counts(create=1, rejected=2), at=NOW)


@pytest.mark.parametrize(
    ("status", "state", "rejected"),
    [("running", "stopped", 0), ("stopped", "stopped", 2), ("done", "written", 2)],
)
def test_a_plan_of_a_killed_room_leads_to_its_run(
    plans: Plans, kept: SavedPlan, tmp_path: Path, status: str, state: str, rejected: int
) -> None:
    """The journal knows the run by the plan's digest, and how it ended."""
    begun(tmp_path / "journal.duckdb", kept.digest, status)
    settle_plans(plans, tmp_path / "journal.duckdb")
    found = plans.get(kept.id)

    assert found is not None
    assert (state, "r1", rejected) == (found.state, found.run_id, found.rejected)


@pytest.mark.parametrize("journal", ["none", "of others", "of another plan"])
def test_a_plan_whose_run_is_not_found_stays_as_it_is(
    plans: Plans, kept: SavedPlan, tmp_path: Path, journal: str
) -> None:
    """Another room may be writing it, to a journal of its own."""
    path = tmp_path / "journal.duckdb"
    if journal == "of others":
        path.write_text("no database")
    if journal == "of another plan":
        begun(path, "digest", "done")
    settle_plans(plans, path)

    assert kept == plans.get(kept.id)
