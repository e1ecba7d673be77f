"""What the jobs of the room do: the same sessions, journal and warehouse that the commands use."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from attio_sync import rejects, workspace
from attio_sync.failures import Failed, Stopped, WrongUsage
from attio_sync.plan import author
from attio_sync.push_options import Terms, destination_config, only_stream
from attio_sync.show import wording
from attio_sync.show.terminal import Ticker
from attio_sync.ui.jobs import Job
from destination_attio.config import StreamConfig
from destination_attio.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attio_sync.rows.rows import Rows
    from attio_sync.ui.plans import Kept
    from attio_sync.ui.room import Room
    from destination_attio.model.plan import Plan, Progress, Report


def compare(room: Room, rows: Rows, settings: dict[str, Any], *, title: str, draft_id: str) -> Job:
    """Begin to compare rows with Attio; the plan waits afterwards."""

    def work(job: Job) -> None:
        connection = room.needs()
        parsed = destination_config(connection, settings, Terms())
        stream = only_stream(parsed, rows)
        job.tell(total=rows.count)
        with Session.open(parsed, total_rows=rows.count) as session:
            plan = session.plan(stream, rows.read(), on_progress=_heard(job))
        kept = room.plans.keep(plan, title=title, by=author(), draft_id=draft_id)
        job.end("done", leads_to=("plans", kept.id))

    return room.jobs.start(Job("compare", title), work)


def push(room: Room, kept: Kept) -> Job:
    """Begin to write exactly what a plan says."""
    plan = room.plans.plan(kept)
    _is_for(room, plan)
    job = room.jobs.start(Job("push", f"Write {kept.title}"), lambda job: _push(room, kept, plan, job))
    room.plans.change(kept, state="writing", job_id=job.id)
    return job


def _push(room: Room, kept: Kept, plan: Plan, job: Job) -> None:
    connection = room.needs()
    streams = [StreamConfig.model_validate(one) for one in plan.streams]
    for one in streams:
        workspace.writable(connection, one.kind)
    path = room.plans.rejects(kept)
    total = len(plan.actions)
    job.tell(total=total)
    with rejects.fresh(path) as place:
        parsed = destination_config(connection, {}, Terms(journal=room.journal, rejects=place))
        with room.writing(), Session.open(parsed, total_rows=plan.counts.rows) as session:
            report = session.push_plan(plan, on_progress=lambda one: _written(job, one, total))
    settings = streams[0].model_dump(mode="json", exclude_defaults=True) if streams else {}
    rejects.settled(report, path, settings)
    state = "stopped" if report.stopped_at else "written"
    room.plans.change(kept, state=state, run_id=report.run_id, job_id=job.id)
    _tell(job, report)


def _tell(job: Job, report: Report) -> None:
    leads_to = ("runs", report.run_id)
    did = wording.sentence(report.counts, done=True, is_revert=job.kind == "revert")
    if report.stopped_at is not None:
        who = wording.name(report.stopped_at)
        why = report.stopped_at.reason or "it is not what the plan saw"
        job.end("failed", f"{did}. It stopped before {who}: {why}. Compare the rest anew.", leads_to)
    else:
        job.end("done", did, leads_to)


def revert(room: Room, run_id: str, only: tuple[str, ...]) -> Job:
    """Begin to undo a run, or a part of it."""

    def work(job: Job) -> None:
        connection = room.needs()
        parsed = destination_config(connection, {}, Terms(journal=room.journal))
        with room.writing(), Session.open(parsed) as session:
            report = session.revert(run_id, only=only, on_progress=lambda one: _written(job, one, None))
        _tell(job, report)

    return room.jobs.start(Job("revert", f"Undo run {run_id}"), work)


def pull(room: Room) -> Job:
    """Begin to bring the tables up to date."""
    path = room.warehouse
    if path is None:
        raise WrongUsage("No file was given: start with 'attio-sync ui --to crm.duckdb'.")
    return room.jobs.start(Job("pull", f"Pull into {path.name}"), lambda job: _pull(room, path, job))


def _pull(room: Room, path: Path, job: Job) -> None:
    from attio_sync import pull as puller  # noqa: PLC0415 -- the CDK takes seconds to import

    connection = room.needs()
    with (
        room.writing(),
        puller.brought_up_to_date(connection, path, _Told(job), settings={}) as (pulled, _, _),
    ):
        failed = "; ".join(f"{stream}: {reason}" for stream, reason in pulled.failed.items())
    if failed:
        raise Failed(failed)
    job.end("done", leads_to=("tables",))


class _Told(Ticker):
    """Progress that goes to a job instead of a terminal."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def running(self, doing: str) -> AbstractContextManager[object]:
        """What begins."""
        self._job.tell(stage=doing)
        return nullcontext()

    def tell(self, text: str, *, done: int | None = None, total: int | None = None) -> None:
        """How far it is; a pull can be stopped at any time, for what was loaded stays."""
        if self._job.stop.is_set():
            raise Stopped("What was loaded so far is in the file; the next pull goes on from there.")
        self._job.tell(stage=text, done=done or 0, total=total)

    def note(self, text: str) -> None:
        """Something that stays."""
        self._job.tell(stage=text)


def _is_for(room: Room, plan: Plan) -> None:
    """Stop unless the plan was made for the workspace that the token opens."""
    who = room.standing().identity
    room.needs()
    if plan.workspace_id and who and plan.workspace_id != who.workspace_id:
        raise WrongUsage(
            f"The plan was made for the workspace '{plan.workspace_name}', and the token opens "
            f"'{who.workspace_name}'. Use that workspace's token, or make a new plan."
        )


def _heard(job: Job) -> Callable[[Progress], None]:
    def heard(progress: Progress) -> None:
        if job.stop.is_set():
            raise Stopped("Nothing was written.")
        job.heard(progress)

    return heard


def _written(job: Job, progress: Progress, total: int | None) -> None:
    counts = progress.counts
    job.tell(
        stage="writing" if job.kind == "push" else "undoing",
        done=counts.written,
        total=total,
        counts=counts.to_json(),
    )
