"""Eight ways to get the scheduler wrong, each of which somebody has shipped."""

import dataclasses
import secrets
from collections.abc import Sequence

from attio_relay.scheduling.scheduler import Scheduler
from attio_relay.store.database import Database
from attio_relay.store.deliveries import Delivery, DeliveryStore
from attio_relay.store.lines import Line
from attio_relay.store.schedule import ScheduleStore
from attio_relay.targets.target import BusyError, Intent, Job, JobState, UnknownOutcomeError
from integration_tests.relay.airbyte_world import AirbyteWorld
from integration_tests.relay.schedule_machine import TIMING, Parts, Story


class DoneIsSeen(ScheduleStore):
    """Marks as done what came while the sync ran."""

    def succeeded(self, line: Line, *, now: float, not_before: float) -> Line:
        done = super().succeeded(line, now=now, not_before=not_before)
        with self._database.transaction() as transaction:
            transaction.run("UPDATE connections SET done = seen")
        return done


class Wrapped:
    """A target that passes everything on."""

    identity = AirbyteWorld.identity
    settle = AirbyteWorld.settle

    def __init__(self, world: AirbyteWorld) -> None:
        self.world = world

    def baseline(self) -> str | None:
        return self.world.baseline()

    def start(self, intent: Intent) -> Job:
        return self.world.start(intent)

    def find(self, intent: Intent) -> Job | None:
        return self.world.find(intent)

    def look(self, job: str) -> Job:
        return self.world.look(job)


class BusyIsDone(Wrapped):
    """Takes somebody else's running sync for its own."""

    def start(self, intent: Intent) -> Job:
        try:
            return super().start(intent)
        except BusyError:
            return Job(name="1", state=JobState.SUCCEEDED)


class BlindRetry(Wrapped):
    """Starts again without looking."""

    def find(self, intent: Intent) -> Job | None:
        return None


class DropOnFailure(Wrapped):
    """A failed sync is over, too."""

    def look(self, job: str) -> Job:
        found = super().look(job)
        return (
            dataclasses.replace(found, state=JobState.SUCCEEDED) if found.state is JobState.FAILED else found
        )


class TwoCommits(DeliveryStore):
    """Remembers the message in one commit and what it means in another."""

    def accept(self, batch: Sequence[Delivery]) -> list[bool]:
        fresh = super().accept([dataclasses.replace(each, bumps={}) for each in batch])
        with self._database.transaction() as transaction:
            self._bump(transaction, [each for each, new in zip(batch, fresh, strict=True) if new])
        return fresh


class NoDeduplication(DeliveryStore):
    """Every message is a new one."""

    def accept(self, batch: Sequence[Delivery]) -> list[bool]:
        return super().accept(
            [dataclasses.replace(each, idempotency_key=secrets.token_hex()) for each in batch]
        )


class CallBeforeIntent(Scheduler):
    """Starts first and writes it down afterwards."""

    def _claim(self, line: Line, run_id: str) -> None:
        target = self._targets[line.name]
        try:
            job = target.start(self._intent(line))
        except (BusyError, UnknownOutcomeError):
            return
        now = self._around.clock()
        claimed = self._schedule_store.claim(
            line, run_id=run_id, baseline="0", target=target.identity, now=now
        )
        self._follow(self._started(claimed, job), job)


def _schedule_store(database: Database) -> ScheduleStore:
    return DoneIsSeen(database)


BUGS: dict[str, Parts] = {
    "done is seen": Parts(schedule_store=_schedule_store),
    "409 is done": Parts(target=BusyIsDone),
    "blind retry": Parts(target=BlindRetry),
    "drop on failure": Parts(target=DropOnFailure),
    "insert and bump apart": Parts(delivery_store=TwoCommits),
    "no de-duplication": Parts(delivery_store=NoDeduplication),
    # A long debounce, so that it shows within a few events.
    "no longest wait": Parts(timing=TIMING | {"max_wait": "9999d", "debounce": "100s"}),
    "call before intent": Parts(scheduler=CallBeforeIntent),
}

_SEEN = {"commits": None, "number": 1, "seconds": 6.0}
_STARTS = {"commits": 3, "replica": 0, "seconds": 12.0, "trouble": None}
_SOON = {"commits": None, "replica": 0, "seconds": 0.5, "trouble": None}
_LATE = {"commits": 1, "replica": 0, "seconds": 70.0, "trouble": None}
_CUT = {"commits": 0, "number": 1, "seconds": 0.1}
STORIES: dict[str, Story] = {
    "done is seen": [("event", _SEEN), ("step", {**_LATE, "commits": 2}), ("event", _SEEN)],
    "409 is done": [("foreign_job_starts", {}), ("event", _SEEN), ("step", _STARTS)],
    "blind retry": [("event", {**_SEEN, "commits": 1}), ("step", {**_STARTS, "trouble": "lost_answer"})],
    "drop on failure": [("event", _SEEN), ("step", _STARTS), ("job_ends", {"state": JobState.FAILED})],
    "insert and bump apart": [("event", {**_CUT, "commits": 1}), ("repeat_unanswered", {})],
    "no de-duplication": [
        ("event", _CUT),
        ("repeat_unanswered", {}),
        ("repeat_acknowledged", {"choice": 0}),
    ],
    "no longest wait": [
        ("event", _CUT),
        ("repeat_unanswered", {}),
        ("event", {**_CUT, "number": 4, "seconds": 6.0}),
        ("step", _SOON),
    ],
    "call before intent": [("event", _SEEN), ("step", _LATE)],
}
"""For each bug a story that shows it."""
