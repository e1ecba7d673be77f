"""An Airbyte that obeys: one sync at a time, jobs that end when told, answers that get lost when told."""

from dataclasses import dataclass, field

from attio_relay.targets.target import BusyError, Intent, Job, JobState, LaterError, UnknownOutcomeError

RANK = {JobState.SUCCEEDED: 2, JobState.RUNNING: 1, JobState.FAILED: 0}


@dataclass
class Sync:
    number: int
    ours: bool
    covers: int
    """How many events were acknowledged when it started."""
    state: JobState = JobState.RUNNING


@dataclass
class AirbyteWorld:
    """The target of the tests, and the truth about what was covered."""

    acknowledged: int = 0
    syncs: list[Sync] = field(default_factory=list)
    trouble: str | None = None
    needless: list[int] = field(default_factory=list)

    identity = "world"
    settle = 0.0

    def baseline(self) -> str | None:
        self._may_be_down()
        return str(len(self.syncs))

    def start(self, intent: Intent) -> Job:
        trouble, self.trouble = self.trouble, None
        if trouble in ("down", "lost_request"):
            raise UnknownOutcomeError("lost")
        if self.running():
            raise BusyError("busy")
        if self.covered() >= self.acknowledged:
            self.needless.append(len(self.syncs) + 1)
        sync = self.begin(ours=True)
        if trouble == "lost_answer":
            raise UnknownOutcomeError("lost")
        return _job(sync)

    def find(self, intent: Intent) -> Job | None:
        self._may_be_down()
        newer = [sync for sync in self.syncs if sync.number > int(intent.baseline or 0)]
        best = max(newer, key=lambda sync: (RANK[sync.state], sync.number), default=None)
        return _job(best) if best else None

    def look(self, job: str) -> Job:
        self._may_be_down()
        return _job(self.syncs[int(job) - 1])

    def begin(self, *, ours: bool) -> Sync:
        sync = Sync(number=len(self.syncs) + 1, ours=ours, covers=self.acknowledged)
        self.syncs.append(sync)
        return sync

    def running(self) -> Sync | None:
        return next((sync for sync in self.syncs if sync.state is JobState.RUNNING), None)

    def end(self, state: JobState) -> None:
        running = self.running()
        if running:
            running.state = state

    def covered(self, *, by_ours: bool = True) -> int:
        """How many events a succeeded sync has read, counting only those that the relay started."""
        good = [
            sync.covers
            for sync in self.syncs
            if sync.state is JobState.SUCCEEDED and (sync.ours or not by_ours)
        ]
        return max(good, default=0)

    def _may_be_down(self) -> None:
        if self.trouble == "down":
            self.trouble = None
            raise LaterError("down")


def _job(sync: Sync) -> Job:
    return Job(name=str(sync.number), state=sync.state)
