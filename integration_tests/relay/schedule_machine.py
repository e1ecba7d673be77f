"""The scheduler under everything that may happen, with the invariants that must hold all the same.

N: what is marked as done was read by a succeeded sync that started after it was acknowledged.
M: no sync is started when the relay's own syncs have covered everything.
X: at most one sync at a time.  B: nothing waits longer than `max_wait` when nothing is in the way.
I: a repeat of a message changes nothing.  L: in the end everything is covered.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ParamSpec

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from attio_relay.scheduling.scheduler import Scheduler, Surroundings
from attio_relay.settings import ConnectionConfig
from attio_relay.store.database import Database
from attio_relay.store.deliveries import DeliveryStore
from attio_relay.store.lines import Line, State
from attio_relay.store.schedule import ScheduleStore
from attio_relay.store.schema import migrate
from attio_relay.targets.target import JobState, Target
from integration_tests.relay.airbyte_world import AirbyteWorld
from integration_tests.relay.crashing_database import CrashError, CrashingDatabase
from integration_tests.relay.stores import delivery

P = ParamSpec("P")
TIMING = {"debounce": "10s", "max_wait": "15s", "min_interval": "30s", "poll": "5s", "patience": "1h"}
DYING = st.sampled_from([None, None, None, 0, 1])


@dataclass(frozen=True)
class Parts:
    """What a planted bug may replace."""

    delivery_store: Callable[[Database], DeliveryStore] = DeliveryStore
    schedule_store: Callable[[Database], ScheduleStore] = ScheduleStore
    target: Callable[[AirbyteWorld], Target] = lambda world: world
    scheduler: type[Scheduler] = Scheduler
    timing: dict[str, str] = field(default_factory=lambda: TIMING)


def connection(timing: dict[str, str]) -> ConnectionConfig:
    never_run = {"type": "command", "command": ["true"]}
    return ConnectionConfig.model_validate({"name": "c", "route": "acme", "target": never_run} | timing)


Story = list[tuple[str, dict[str, Any]]]


def machine(open_database: Callable[[], Database], parts: Parts) -> type["ScheduleMachine"]:
    """The machine on a database, with or without a planted bug."""
    facts = {"opener": staticmethod(open_database), "using": parts, "story": []}
    return type("Machine", (ScheduleMachine,), facts)


def tell_again(story: Story, open_database: Callable[[], Database], parts: Parts) -> None:
    """Do the same on another database as far as possible; look at the invariants after every act."""
    told = machine(open_database, parts)()
    told.begin()
    try:
        for name, how in story:
            if name not in POSSIBLE or POSSIBLE[name](told):
                getattr(told, name)(**how)
            told.check_all()
        told.come_to_rest()
    finally:
        told.database.close()


def noted(act: Callable[P, None]) -> Callable[P, None]:
    """Write the act down, so that the same story can be told again on another database."""

    @functools.wraps(act)
    def noting(*who: P.args, **how: P.kwargs) -> None:
        who[0].story.append((act.__name__, how))  # type: ignore[attr-defined] # always a machine
        act(*who, **how)

    return noting


POSSIBLE: dict[str, Callable[["ScheduleMachine"], bool]] = {
    "repeat_unanswered": lambda told: bool(told.in_doubt),
    "repeat_acknowledged": lambda told: bool(told.acknowledged),
    "foreign_job_starts": lambda told: told.world.running() is None,
}


class ScheduleMachine(RuleBasedStateMachine):
    opener: Callable[[], Database]
    using: Parts
    story: Story

    @initialize()
    def begin(self) -> None:
        self.story.clear()
        self.database = CrashingDatabase(self.opener())
        migrate(self.database, epoch="e")
        self.world = AirbyteWorld()
        self.now = 1000.0
        self.database.clock = lambda: self.now
        self.runs = 0
        self.sent = 0
        self.acknowledged: set[str] = set()
        self.in_doubt: list[str] = []
        self.restart()
        self.schedule_store.register({"c": "acme"})

    def restart(self) -> None:
        self.database.commits_left = None
        self.delivery_store = self.using.delivery_store(self.database)
        self.schedule_store = self.using.schedule_store(self.database)
        self.schedulers = [self.scheduler_of(owner) for owner in ("one", "two")]

    def scheduler_of(self, owner: str) -> Scheduler:
        """One of two replicas."""
        around = Surroundings(owner=owner, clock=self.tick, chance=lambda: 0.5, new_run_id=self.new_run_id)
        connections = {"c": connection(self.using.timing)}
        targets = {"c": self.using.target(self.world)}
        return self.using.scheduler(self.schedule_store, connections, targets, around)

    def tick(self) -> float:
        self.now += 0.001
        return self.now

    def new_run_id(self) -> str:
        self.runs += 1
        return f"run-{self.runs}"

    def line(self) -> Line:
        return self.schedule_store.lines()[0]

    @contextmanager
    def possibly_dying(self, commits: int | None) -> Iterator[None]:
        self.database.commits_left = commits
        try:
            yield
        except CrashError:
            self.restart()
        finally:
            self.database.commits_left = None

    @rule(number=st.sampled_from([1, 4, 1]), seconds=st.sampled_from([6.0, 0.1]), commits=DYING)
    @noted
    def event(self, number: int, seconds: float, commits: int | None) -> None:
        """New messages; when the relay dies before it answers, Attio does not know and will repeat them."""
        for _ in range(number):
            self.now += seconds
            self.sent += 1
            key = f"key-{self.sent}"
            self.in_doubt.append(key)
            with self.possibly_dying(commits):
                self.delivery_store.accept([delivery(key, at=self.tick())])
                self.acknowledge(key)

    @precondition(POSSIBLE["repeat_unanswered"])
    @rule()
    @noted
    def repeat_unanswered(self) -> None:
        key = self.in_doubt[0]
        self.delivery_store.accept([delivery(key, at=self.tick())])
        self.acknowledge(key)

    @precondition(POSSIBLE["repeat_acknowledged"])
    @rule(choice=st.integers(min_value=0))
    @noted
    def repeat_acknowledged(self, choice: int) -> None:
        before = self.line()
        keys = sorted(self.acknowledged)
        fresh = self.delivery_store.accept([delivery(keys[choice % len(keys)], at=self.tick())])

        assert [False] == fresh
        assert before == self.line()

    def acknowledge(self, key: str) -> None:
        self.in_doubt.remove(key)
        self.acknowledged.add(key)
        self.world.acknowledged = self.line().seen

    @rule(
        replica=st.sampled_from([0, 0, 0, 1]),
        seconds=st.sampled_from([12.0, 0.5, 4.0, 70.0, 500.0]),
        commits=st.sampled_from([None, None, None, 1, 2, 3, 0]),
        trouble=st.sampled_from([None, None, "lost_answer", "lost_request", "down"]),
    )
    @noted
    def step(self, replica: int, seconds: float, commits: int | None, trouble: str | None) -> None:
        """Some time passes, then the scheduler looks; it may die, the call may come to nothing."""
        self.now += seconds
        before = self.line()
        free = self.world.running() is None and trouble is None and commits is None
        known = len(self.world.syncs)
        self.world.trouble = trouble
        with self.possibly_dying(commits):
            self.schedulers[replica].step("c")
        self.world.trouble = None
        if free and before.lease_until < self.now:
            self.check_not_starved(before, known)

    def check_not_starved(self, before: Line, known: int) -> None:
        waited = before.first_at is not None and self.now > before.first_at + 15.0 + 1
        if (
            before.state is State.IDLE
            and before.seen > before.done
            and waited
            and self.now > before.not_before + 1
        ):
            assert known < len(self.world.syncs), "B: starved"

    @rule(state=st.sampled_from([JobState.FAILED, JobState.SUCCEEDED]))
    @noted
    def job_ends(self, state: JobState) -> None:
        self.world.end(state)

    @precondition(POSSIBLE["foreign_job_starts"])
    @rule()
    @noted
    def foreign_job_starts(self) -> None:
        self.world.begin(ours=False)

    @invariant()
    def nothing_is_done_unread(self) -> None:
        if hasattr(self, "world"):
            assert self.line().done <= self.world.covered(by_ours=False), "N: done and never read"

    @invariant()
    def no_needless_start(self) -> None:
        if hasattr(self, "world"):
            assert [] == self.world.needless, "M: everything was covered"

    @invariant()
    def one_at_a_time(self) -> None:
        if hasattr(self, "world"):
            assert 1 >= sum(sync.state is JobState.RUNNING for sync in self.world.syncs), "X: two at once"

    @invariant()
    def every_acknowledged_message_counts_once(self) -> None:
        if hasattr(self, "world"):
            seen = self.line().seen

            assert len(self.acknowledged) <= seen <= len(self.acknowledged) + len(self.in_doubt), "I"

    def check_all(self) -> None:
        self.nothing_is_done_unread()
        self.no_needless_start()
        self.one_at_a_time()
        self.every_acknowledged_message_counts_once()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.come_to_rest()
            finally:
                self.database.close()

    def come_to_rest(self) -> None:
        for _ in range(40):
            line = self.line()
            if line.done == line.seen and line.state is State.IDLE:
                break
            self.world.end(JobState.SUCCEEDED)
            self.now += 4000.0
            self.schedulers[0].step("c")
        else:
            raise AssertionError("L: something is never covered")
        self.no_needless_start()
        self.nothing_is_done_unread()
