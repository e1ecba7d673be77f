"""The work of the room's jobs, done with the same sessions, journal and warehouse as the commands'."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from attio_sync import rejects, workspace
from attio_sync.failures import Failed, Stopped, WrongUsage
from attio_sync.plan import author, completed
from attio_sync.push_options import RunLimits, destination_config, only_stream
from attio_sync.show import wording
from attio_sync.show.terminal import Ticker
from attio_sync.ui.jobs import Job
from destination_attio.config import StreamConfig
from destination_attio.session import RunStopped, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from attio_api.attributes import Attribute
    from attio_sync.ui.drafts import NewImport
    from attio_sync.ui.room import Room
    from attio_sync.ui.saved_plan import SavedPlan, State
    from destination_attio.config import DestinationConfig
    from destination_attio.model.plan import Progress, Report


def read(room: Room, source: Path, target: str, attributes: Iterable[Attribute], table: str | None) -> Job:
    """Start a job that reads a file and proposes where its columns go."""
    job = Job("read", f"Read {source.name}", leads_to=("import",))

    def on_read(done: int, total: int) -> None:
        if job.ended.is_set():  # its rows are read again when they are compared
            return
        if job.is_asked_to_stop:
            raise Stopped("The file was not read to its end, and nothing was kept of it.")
        job.tell(done=done, total=total)

    def work(job: Job) -> None:
        draft = room.drafts.begin(source, target, attributes, table, on_read)
        job.end("done", leads_to=("import", draft.id))

    return room.jobs.start(job, work)


def compare(room: Room, draft: NewImport) -> Job:
    """Start a job that compares the rows of an import with Attio and keeps the plan for approval."""
    rows, settings, title = draft.rows, draft.settings, draft.title

    def work(job: Job) -> None:
        parsed = destination_config(room.needs(), settings, RunLimits())
        stream = only_stream(parsed, rows)
        job.tell(total=rows.count)
        with (
            room.drafts.reading(draft),
            _stopped(job),
            Session.open(parsed, total_rows=rows.count) as session,
        ):
            job.stops(session.stop.ask)
            plan = session.plan(stream, rows.read(), on_progress=job.heard)
            plan = completed(session, plan, rows, settings)
            kept = room.plans.keep(plan, title=title, by=author(), draft_id=draft.id)
        job.end("done", leads_to=("plans", kept.id))

    return room.jobs.start(Job("compare", title, draft_id=draft.id), work)


def approve(room: Room, kept: SavedPlan) -> Job | None:
    """Start a job that writes a plan, or makes the revert that it shows; None where one was started before.

    Raises WrongUsage for a plan of another workspace or with a changed file, and JobRunning while a job runs.
    """
    room.plans.check(kept)
    _is_for(room, kept)
    what, work = ("revert", _revert) if kept.reverts else ("push", _push)
    title = kept.title if kept.reverts else f"Write {kept.title}"
    job = Job("revert" if what == "revert" else "push", title, draft_id=kept.draft_id)
    if not room.plans.claim(kept, job.id):
        return None
    with _waiting_again(room, kept):
        room.jobs.start(job, lambda job: _approved(room, kept, job, work))
    return job


def _approved(room: Room, kept: SavedPlan, job: Job, work: Callable[[Room, SavedPlan, Job], None]) -> None:
    with _waiting_again(room, kept):
        work(room, kept, job)


@contextmanager
def _waiting_again(room: Room, kept: SavedPlan) -> Iterator[None]:
    """Let the plan wait for approval again where an error came before any write."""
    try:
        yield
    except Exception:
        current = room.plans.get(kept.id)
        if current is not None and current.state == "writing":
            room.plans.change(current, state="waiting", job_id=None)
        raise


def _push(room: Room, kept: SavedPlan, job: Job) -> None:
    connection = room.needs()
    streams = [StreamConfig.model_validate(one) for one in kept.streams]
    for one in streams:
        workspace.writable(connection, one.kind)
    total = kept.sums.written
    job.tell(total=total)
    path = room.plans.rejects(kept)
    with rejects.fresh(path, room.journal) as place:
        parsed = destination_config(connection, {}, RunLimits(journal=room.journal, rejects=place))
        with _writing(room, kept, job, parsed) as session:
            plan = room.plans.plan(kept)
            report = session.push_plan(plan, on_progress=lambda one: _written(job, one, total))
    settings = streams[0].model_dump(mode="json", exclude_defaults=True) if streams else {}
    rejects.settled(report, path, settings)
    _tell(room, kept, job, report)


def _revert(room: Room, kept: SavedPlan, job: Job) -> None:
    parsed = destination_config(room.needs(), {}, RunLimits(journal=room.journal))
    total = kept.sums.written
    job.tell(total=total)
    with _writing(room, kept, job, parsed) as session:
        report = session.revert(
            str(kept.reverts), only=kept.only, on_progress=lambda one: _written(job, one, total)
        )
    _tell(room, kept, job, report)


@contextmanager
def _writing(room: Room, kept: SavedPlan, job: Job, parsed: DestinationConfig) -> Iterator[Session]:
    """A session that journals the plan's approver and digest; an error marks the plan stopped."""
    with room.writing(), Session.open(parsed, total_rows=kept.sums.rows) as session:
        mapping = dict(kept.streams[0]) if kept.streams else None
        session.about = replace(session.about, approver=author(), plan_digest=kept.digest, mapping=mapping)
        job.stops(session.stop.ask)
        try:
            with _stopped(job):
                yield session
        except Exception:
            _note(room, kept, "stopped", session.run_id)
            job.leads_to = ("runs", session.run_id)
            raise


@contextmanager
def _stopped(job: Job) -> Iterator[None]:
    """Turn the engine's RunStopped into Stopped, with a sentence for the page."""
    try:
        yield
    except RunStopped as stopped:
        said = "The writes in flight were ended and noted. Compare anew to go on." if job.is_writing else ""
        raise Stopped(said or "Nothing was written.") from stopped


def _tell(room: Room, kept: SavedPlan, job: Job, report: Report) -> None:
    did = wording.sentence(report.counts, done=True, is_revert=job.kind == "revert")
    did = did if report.counts.rows or not report.stopped_at else "Nothing was written"
    did = ". ".join((did, *(one.rstrip(".") for one in report.renamed)))
    leads_to = ("runs", report.run_id)
    _note(room, kept, "stopped" if report.stopped_at else "written", report.run_id, report.counts.rejected)
    if report.stopped_at is not None:
        who = wording.name(report.stopped_at)
        why = report.stopped_at.reason or "It is not what the plan saw."
        job.end("failed", f"{did}. It stopped before {who}: {why} Compare the rest anew.", leads_to)
    else:
        job.end("done", did, leads_to)


def _note(room: Room, kept: SavedPlan, state: State, run_id: str, rejected: int = 0) -> None:
    """Save the state of a plan after its run, unless the plan was discarded meanwhile."""
    current = room.plans.get(kept.id)
    if current is not None:
        room.plans.change(current, state=state, run_id=run_id, rejected=rejected)


def preview(room: Room, run_id: str, only: tuple[str, ...], title: str) -> Job:
    """Start a job that plans a revert and keeps the plan for approval."""

    def work(job: Job) -> None:
        parsed = destination_config(room.needs(), {}, RunLimits(journal=room.journal))
        with room.writing(), _stopped(job), Session.open(parsed) as session:
            job.stops(session.stop.ask)
            plan = session.plan_revert(run_id, only=only, on_progress=job.heard)
            kept = room.plans.keep(plan, title=title, by=author(), only=only)
        job.end("done", leads_to=("plans", kept.id))

    return room.jobs.start(Job("preview", title, leads_to=("runs", run_id)), work)


def pull(room: Room) -> Job:
    """Start a job that pulls into the room's file; raises WrongUsage where the room has none."""
    path = room.warehouse
    if path is None:
        raise WrongUsage("No file was given: start with 'attio-sync ui --to crm.duckdb'.")
    job = Job("pull", f"Pull into {path.name}", leads_to=("tables",))
    return room.jobs.start(job, lambda job: _pull(room, path, job))


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
    job.end("done")


class _Told(Ticker):
    """A ticker that reports progress to a job instead of the terminal."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def running(self, doing: str) -> AbstractContextManager[object]:
        """Report what begins."""
        self._job.tell(stage=doing)
        return nullcontext()

    def tell(self, text: str, *, done: int | None = None, total: int | None = None) -> None:
        """Report progress; raises Stopped once somebody asked for it, as loaded rows stay in the file."""
        if self._job.is_asked_to_stop:
            raise Stopped("What was loaded so far is in the file; the next pull goes on from there.")
        self._job.tell(stage=text, done=done or 0, total=total)

    def note(self, text: str) -> None:
        """Report a remark."""
        self._job.tell(stage=text)


def _is_for(room: Room, kept: SavedPlan) -> None:
    """Raise WrongUsage where the plan was made for another workspace than the token's."""
    room.needs()
    who = room.standing().identity
    if kept.workspace_id and who and kept.workspace_id != who.workspace_id:
        raise WrongUsage(
            f"The plan was made for the workspace '{kept.workspace_name}', and the token opens "
            f"'{who.workspace_name}'. Use that workspace's token, or make a new plan."
        )


def _written(job: Job, progress: Progress, total: int | None) -> None:
    counts = progress.counts
    job.tell(
        stage="writing" if job.kind == "push" else "undoing",
        done=counts.written,
        total=total,
        counts=counts.to_json(),
    )
