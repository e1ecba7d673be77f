"""One connection with an event that waits, its scheduler, and a target that does as it is told."""

from dataclasses import dataclass, field

from attio_relay.scheduling.scheduler import Scheduler, Surroundings
from attio_relay.settings import ConnectionConfig
from attio_relay.store.lines import Line
from attio_relay.store.store import Store
from attio_relay.targets.target import Intent, Job, JobState
from integration_tests.relay.conftest import Clock
from integration_tests.relay.stores import delivery


@dataclass
class Told:
    """A target that does as it is told."""

    identity: str = "one"
    settle: float = 120.0
    starts: list[str] = field(default_factory=list)
    start_with: list[Exception | Job] = field(default_factory=list)
    found: Job | None = None
    looks: Job = field(default_factory=lambda: Job(name="1", state=JobState.RUNNING))
    look_with: list[Exception | None] = field(default_factory=list)
    known_after: str | None = "0"

    def baseline(self) -> str | None:
        return self.known_after

    def start(self, intent: Intent) -> Job:
        self.starts.append(intent.run_id)
        result = self.start_with.pop(0) if self.start_with else Job(name="1", state=JobState.RUNNING)
        if isinstance(result, Exception):
            raise result
        return result

    def find(self, intent: Intent) -> Job | None:
        return self.found

    def look(self, job: str) -> Job:
        if self.look_with and (trouble := self.look_with.pop(0)):
            raise trouble
        return self.looks


class Stage:
    """One connection with one event that waits."""

    def __init__(self, store: Store, clock: Clock, target: Told) -> None:
        self.store, self.clock, self.target = store, clock, target
        self.runs = 0
        clock.now = 1000.0
        store.schedule_store.register({"c": "acme"})
        store.delivery_store.accept([delivery("a", at=clock.now)])
        given = {"name": "c", "route": "acme", "target": {"type": "command", "command": ["true"]}}
        timing = {
            "debounce": "0s",
            "max_wait": "1s",
            "min_interval": "1s",
            "poll": "5s",
            "after_cancel": "10m",
        }
        around = Surroundings(owner="me", clock=clock, chance=lambda: 0.5, new_run_id=self.new_run_id)
        self.config = ConnectionConfig.model_validate(given | timing)
        self.scheduler = Scheduler(store.schedule_store, {"c": self.config}, {"c": target}, around)

    def new_run_id(self) -> str:
        self.runs += 1
        return f"run-{self.runs}"

    def go(self, seconds: float, *, every: float = 1.0) -> Line:
        """Let time pass, and the scheduler do what is due."""
        until = self.clock.now + seconds
        while self.clock.now < until:
            self.clock.now += every
            for name in self.scheduler.due()[0]:
                self.scheduler.step(name)
        return self.store.schedule_store.lines()[0]
