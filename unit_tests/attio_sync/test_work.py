from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attio_sync import workspace
from attio_sync.failures import Failed, Stopped, WrongUsage
from attio_sync.ui import work
from attio_sync.ui.jobs import Job, JobRunning
from destination_attio.model.plan import Change, Counts, Plan, Progress, Report
from unit_tests.attio_sync.asgi import IDENTITY, TOKEN, room_in

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.room import Room
    from attio_sync.ui.saved_plan import SavedPlan

PLAN = Plan(
    changes=(Change(kind="update", stream="s", target="companies", record_id="r"),),
    workspace_id="w",
    workspace_name="Demo",
    streams=({"stream": "s", "target": "companies"},),
)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setattr(workspace, "identity", lambda _: IDENTITY)
    return room_in(tmp_path, connection=lambda: TOKEN)


@pytest.fixture
def kept(room: Room) -> SavedPlan:
    return room.plans.keep(PLAN, title="companies.csv", by=None)


def state(room: Room, kept: SavedPlan) -> str:
    found = room.plans.get(kept.id)
    assert found is not None
    return found.state


def test_a_plan_of_another_workspace_is_not_written(room: Room) -> None:
    """It names both workspaces, and waits on."""
    kept = room.plans.keep(replace(PLAN, workspace_id="x", workspace_name="Other"), title="t", by=None)
    with pytest.raises(WrongUsage, match=r"the workspace 'Other', and the token opens 'Demo'"):
        work.approve(room, kept)

    assert "waiting" == state(room, kept)


def test_a_plan_whose_file_was_changed_is_not_written(room: Room, kept: SavedPlan) -> None:
    """What would be written is not what was shown."""
    room.plans.file(kept).write_text("{}")
    with pytest.raises(WrongUsage, match="was changed since"):
        work.approve(room, kept)

    assert ("waiting", []) == (state(room, kept), room.jobs.all())


def test_a_plan_waits_again_while_another_job_runs(room: Room, kept: SavedPlan) -> None:
    """It can be approved once that has ended."""
    gate = threading.Event()
    first = room.jobs.start(Job("pull", "first"), lambda _: gate.wait(60) and None)
    with pytest.raises(JobRunning, match="'first' is still pulling"):
        work.approve(room, kept)
    gate.set()

    assert first.ended.wait(60)
    assert "waiting" == state(room, kept)


def test_a_plan_waits_again_after_an_error_before_any_write(
    room: Room, kept: SavedPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a token that lost a scope meanwhile; the job tells the error."""

    def refuse(*_: object) -> None:
        raise Failed("The token lacks a scope.")

    monkeypatch.setattr(workspace, "writable", refuse)
    job = work.approve(room, kept)

    assert job is not None
    assert job.ended.wait(60)
    assert ("failed", "The token lacks a scope.") == (job.state, job.sentence)
    assert "waiting" == state(room, kept)


def test_of_two_approvals_one_starts_a_job(room: Room, kept: SavedPlan) -> None:
    """The second one starts nothing."""
    room.plans.claim(kept, "another job")

    assert work.approve(room, kept) is None
    assert [] == room.jobs.all()


STOPPED_AT = Change(kind="update", stream="s", target="companies", record_id="r", reason="It was deleted.")


@pytest.mark.parametrize(
    ("report", "state", "sentence"),
    [
        (Report(run_id="r", counts=Counts(update=2, rejected=1)), "done", "2 updated, 1 rejected"),
        (
            Report(run_id="r", counts=Counts(update=2), stopped_at=STOPPED_AT),
            "failed",
            "2 updated. It stopped before r: It was deleted. Compare the rest anew.",
        ),
        (
            Report(run_id="r", counts=Counts(), stopped_at=replace(STOPPED_AT, reason=None)),
            "failed",
            "Nothing was written. It stopped before r: It is not what the plan saw. Compare the rest anew.",
        ),
    ],
)
def test_a_push_tells_what_it_did(
    room: Room, kept: SavedPlan, report: Report, state: str, sentence: str
) -> None:
    """Its plan leads to the run, with the rows that Attio refused while it was written."""
    job = Job("push", "x")
    work._tell(room, kept, job, report)  # noqa: SLF001 -- the end of a push, without one
    found = room.plans.get(kept.id)

    assert (state, sentence, ("runs", "r")) == (job.state, job.sentence, job.leads_to)
    assert found is not None
    assert ("stopped" if report.stopped_at else "written", "r") == (found.state, found.run_id)
    assert report.counts.rejected == found.rejected


def test_a_plan_that_was_discarded_meanwhile_does_not_come_back(room: Room, kept: SavedPlan) -> None:
    """Its run is in the history all the same."""
    room.plans.discard(kept)
    work._tell(room, kept, Job("push", "x"), Report(run_id="r", counts=Counts()))  # noqa: SLF001 -- as above

    assert [] == room.plans.all()


def test_a_pull_without_a_file_is_refused(room: Room) -> None:
    """The sentence names the option that gives one."""
    with pytest.raises(WrongUsage, match=r"attio-sync ui --to crm\.duckdb"):
        work.pull(room)


def test_a_pull_is_stopped_between_two_of_its_steps() -> None:
    """Its figures are the job's; what is loaded stays."""
    job = Job("pull", "x")
    told = work._Told(job)  # noqa: SLF001 -- what a pull reports to
    told.tell("people", done=5, total=10)
    assert ("people", 5, 10) == tuple(job.snapshot()[one] for one in ("stage", "done", "total"))
    job.stop()

    with pytest.raises(Stopped, match="the next pull goes on from there"):
        told.tell("people", done=6, total=10)


@pytest.mark.parametrize(("kind", "stage"), [("push", "writing"), ("revert", "undoing")])
def test_only_written_changes_are_counted(kind: str, stage: str) -> None:
    """Rows that need no write are not, as the plan's own number has none of them."""
    job = Job(kind, "x")  # type: ignore[arg-type]  # one of both
    counts = Counts(update=2, unchanged=7)
    work._written(job, Progress(stage="writing", rows=9, total=None, counts=counts), 4)  # noqa: SLF001 -- as above
    found = job.snapshot()

    assert (stage, 2, 4, 50) == tuple(found[one] for one in ("stage", "done", "total", "percent"))
