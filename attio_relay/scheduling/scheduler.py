"""Takes each connection's next step when it is due: claim events, start a job, ask for its state.

Each call to the target comes between two commits. So after a crash either nothing was started, or the stored
intent tells which job to look for. `schedule` decides when a step is due.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_relay.scheduling import schedule
from attio_relay.store.database import StoreError
from attio_relay.store.leases import LeaseLostError
from attio_relay.store.lines import Line, State, Wait
from attio_relay.store.runs import Outcome
from attio_relay.targets.target import (
    BlockedError,
    BusyError,
    Intent,
    Job,
    JobState,
    LaterError,
    RefusedError,
    SetbackError,
    Target,
    UnknownOutcomeError,
)
from attio_relay.traces import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from attio_relay.settings import ConnectionConfig
    from attio_relay.store.schedule import ScheduleStore

SLOWEST_POLL = 60.0
# A replica that read the schedule for WATCHED seconds, without a break of BREAK seconds, takes over a lease
# of another replica when it ends. After a break, which may be an outage of the database for all replicas, it
# waits PATIENCE seconds after the lease's end: the holder may be about to renew it.
BREAK = 3.0
WATCHED = 10.0
PATIENCE = 60.0

# The setbacks that end a run, with its outcome; after any other the same request is made again later.
WHEN_ASKED: Mapping[type[SetbackError], Outcome] = {BlockedError: Outcome.BLOCKED}
WHEN_STARTED: Mapping[type[SetbackError], Outcome] = {
    BlockedError: Outcome.BLOCKED,
    # A job that the relay did not start may have read before the events came, so it covers nothing.
    BusyError: Outcome.BUSY,
    # The run was certainly not started, so events that come meanwhile belong to the next try.
    LaterError: Outcome.FAILED,
    RefusedError: Outcome.REFUSED,
}
# An earlier try may have reached the target, so the run continues under the same id.
WHEN_REPEATED: Mapping[type[SetbackError], Outcome] = {
    BlockedError: Outcome.BLOCKED,
    BusyError: Outcome.BUSY,
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The clock, the random numbers and the names that the scheduler uses; `owner` names this replica."""

    owner: str
    clock: Callable[[], float]
    chance: Callable[[], float]
    new_run_id: Callable[[], str]


class Scheduler:
    """Takes the steps of the connections."""

    def __init__(
        self,
        schedule_store: ScheduleStore,
        connections: Mapping[str, ConnectionConfig],
        targets: Mapping[str, Target],
        around: Surroundings,
    ) -> None:
        self._schedule_store = schedule_store
        self._connections = connections
        self._targets = targets
        self._around = around
        self._read_at = self._watching_since = float("-inf")

    def due(self) -> tuple[list[str], float | None]:
        """The names of connections that are due now, and when the next of the others is due (None: never)."""
        now = self._around.clock()
        lines = self._lines(now)
        self._note_read()
        moments = {line.name: schedule.due_at(line, self._connections[line.name]) for line in lines}
        ready = [name for name, moment in moments.items() if moment is not None and moment <= now]
        return ready, min(
            (moment for moment in moments.values() if moment is not None and moment > now), default=None
        )

    def _lines(self, now: float) -> list[Line]:
        lines = self._schedule_store.lines()
        if any(schedule.is_ahead(line, now=now) for line in lines):
            logger.warning("The clock was set back; what was to happen at a later time is moved along.")
            self._schedule_store.turn_back(now)
            lines = self._schedule_store.lines()
        return [line for line in lines if line.name in self._connections]

    def _note_read(self) -> None:
        """Note that the schedule was read, and whether there was a break before."""
        now = self._around.clock()
        if not 0 <= now - self._read_at <= BREAK:
            self._watching_since = now
        self._read_at = now

    def hold(self) -> None:
        """Renew this replica's leases, since the steps in progress may take long."""
        self._schedule_store.renew(self._around.owner)

    def step(self, name: str) -> None:
        """Take the connection's next step if it is due, unless another replica holds its lease."""
        now = self._around.clock()
        watched = now >= self._watching_since + WATCHED
        line = self._schedule_store.lease(
            name, owner=self._around.owner, patience=0.0 if watched else PATIENCE
        )
        if line is None:
            return
        moment = schedule.due_at(line, self._connections[name])
        try:
            if moment is not None and moment <= now:
                with span("step", connection=name, state=line.state.value):
                    self._next(line)
        except LeaseLostError:
            logger.warning("Another replica took connection %s over; this one stops working on it.", name)
        except StoreError:
            raise
        except Exception:
            # Without a pause the same step would fail twice a second, and no problem would be shown.
            self._wait(line, SetbackError("A step failed unexpectedly; the log has the error."))
            raise
        else:
            self._schedule_store.release(line)

    def _next(self, line: Line) -> None:
        if line.state is not State.IDLE and line.target != self._targets[line.name].identity:
            problem = "The target was changed while the run was in progress, so its job is not looked for."
            self._give_up(line, Outcome.FAILED, problem)
        else:
            STEPS[line.state](self, line)

    def _idle(self, line: Line) -> None:
        """Claim the events and start a run; a run that found the target busy is tried again under its id."""
        again = line.run_id if line.busy else None
        self._claim(line, again or self._around.new_run_id())

    def _claim(self, line: Line, run_id: str) -> None:
        """Claim every event seen so far, then start; the baseline is read after the events came."""
        with self._setbacks(line, WHEN_ASKED):
            target = self._targets[line.name]
            baseline = target.baseline()
            now = self._around.clock()
            claimed = self._schedule_store.claim(
                line, run_id=run_id, baseline=baseline, target=target.identity, now=now
            )
            self._start(claimed, WHEN_STARTED)

    def _starting(self, line: Line) -> None:
        """Look for the job of an unanswered start; start again only if the target certainly has none."""
        with self._setbacks(line, WHEN_ASKED):
            self._go_on(line, self._targets[line.name].find(self._intent(line)))

    @contextmanager
    def _setbacks(self, line: Line, ends: Mapping[type[SetbackError], Outcome]) -> Iterator[None]:
        """End the run for a setback in `ends` or for lasting refusals; for others, try again later."""
        try:
            yield
        except SetbackError as trouble:
            outcome = ends.get(type(trouble))
            if isinstance(trouble, RefusedError) and schedule.is_lasting(line, now=self._around.clock()):
                outcome = Outcome.BLOCKED
            if outcome is not None:
                self._give_up(line, outcome, str(trouble), asked=trouble.seconds)
            else:
                self._wait(line, trouble)

    def _wait(self, line: Line, trouble: SetbackError) -> None:
        now = self._around.clock()
        pause = schedule.backoff(min(line.fails + line.refused, 6), chance=self._around.chance())
        wait = Wait(
            until=now + max(trouble.seconds or 0.0, pause),
            problem=str(trouble),
            # A running job has not failed when the target cannot be asked for its state.
            failed=line.state is not State.RUNNING,
            refused=isinstance(trouble, RefusedError),
            unanswered=isinstance(trouble, UnknownOutcomeError),
            troubled=True,
        )
        self._schedule_store.wait(line, wait, now=now)

    def _go_on(self, line: Line, job: Job | None) -> None:
        if job is not None:
            self._follow(self._started(line, job), job)
        elif self._may_still_appear(line):
            now = self._around.clock()
            problem = "The start had no answer; its job is looked for before another one is started."
            until = now + self._connections[line.name].poll
            wait = Wait(until=until, problem=problem, unanswered=True)
            self._schedule_store.wait(line, wait, now=now)
        elif line.baseline is not None:
            # The job was certainly not made: the next start also claims the events that came meanwhile.
            self._claim(line, line.run_id or self._around.new_run_id())
        else:
            # The target recognises a repeat by the run's id, so the run must stand for the same events.
            self._start(self._schedule_store.repeats(line), WHEN_REPEATED)

    def _may_still_appear(self, line: Line) -> bool:
        """Whether less than `settle` seconds have passed since the answer was given up.

        When the relay died before its answer came, they count from the first look.
        """
        now = self._around.clock()
        given_up = now if line.unanswered_at is None else line.unanswered_at
        return now < given_up + self._targets[line.name].settle

    def _start(self, line: Line, ends: Mapping[type[SetbackError], Outcome]) -> None:
        with self._setbacks(line, ends):
            job = self._targets[line.name].start(self._intent(line))
            self._follow(self._started(line, job), job)

    def _running(self, line: Line) -> None:
        """Ask the target for the job's state."""
        with self._setbacks(line, WHEN_ASKED):
            self._follow(line, self._targets[line.name].look(line.job or ""))

    def _started(self, line: Line, job: Job) -> Line:
        now = self._around.clock()
        logger.info("Connection %s: run %s started as job %s.", line.name, line.run_id, job.name)
        return self._schedule_store.started(line, job=job.name, now=now, poll_at=now + self._poll(line, now))

    def _follow(self, line: Line, job: Job) -> None:
        """Store the job's state, and end the run when the job has ended."""
        now = self._around.clock()
        timing = self._connections[line.name]
        if job.state is JobState.SUCCEEDED:
            self._schedule_store.succeeded(
                line, now=now, not_before=schedule.after_success(line, timing, now=now)
            )
            logger.info("Connection %s: run %s succeeded.", line.name, line.run_id)
        elif job.state is JobState.FAILED:
            self._give_up(line, Outcome.FAILED, job.detail or "The job failed.")
        elif job.state is JobState.CANCELLED:
            problem = f"{job.detail or 'A person cancelled the job'}; it is left alone for a while."
            self._give_up(line, Outcome.CANCELLED, problem, asked=timing.after_cancel)
        else:
            late = (
                "The run takes longer than expected." if schedule.is_overdue(line, timing, now=now) else None
            )
            wait = Wait(until=now + self._poll(line, now), problem=late, answered=True)
            self._schedule_store.wait(line, wait, now=now)

    def _give_up(self, line: Line, outcome: Outcome, problem: str, *, asked: float | None = None) -> None:
        now = self._around.clock()
        if outcome is Outcome.BUSY:
            pause = schedule.after_busy(line, self._connections[line.name])
        else:
            pause = schedule.backoff(line.fails + 1, chance=self._around.chance())
        not_before = now + max(pause, asked or 0.0)
        self._schedule_store.gave_up(line, outcome=outcome, problem=problem, now=now, not_before=not_before)
        logger.warning("Connection %s: run %s %s: %s", line.name, line.run_id, outcome.value, problem)

    def _intent(self, line: Line) -> Intent:
        return Intent(
            run_id=line.run_id or "",
            connection=line.name,
            route=self._connections[line.name].route,
            changes=line.claimed - line.done,
            baseline=line.baseline,
            at=line.intent_at or 0.0,
        )

    def _poll(self, line: Line, now: float) -> float:
        """Seconds until the job's state is asked for again: a twentieth of its time so far, within limits."""
        timing = self._connections[line.name]
        taken = now - (line.intent_at or now)
        return max(timing.poll, min(taken / 20, SLOWEST_POLL))


STEPS: Mapping[State, Callable[[Scheduler, Line], None]] = {
    State.IDLE: Scheduler._idle,  # noqa: SLF001 (the table belongs to the class)
    State.STARTING: Scheduler._starting,  # noqa: SLF001 (as above)
    State.RUNNING: Scheduler._running,  # noqa: SLF001 (as above)
}
