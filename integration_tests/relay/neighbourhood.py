"""A relay among neighbours that misbehave: Attio, Airbyte or an http target, and the database.

Every call to a neighbour and every commit pays a toll; a plan says at which toll what goes wrong. The clock
is a number, nothing sleeps, and the truth about what was sent, read and missed is kept outside the relay.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from attio_api.errors import AttioError
from attio_relay.alerting.observer import ill_webhooks
from attio_relay.scheduling import schedule
from attio_relay.scheduling.scheduler import Scheduler, Surroundings
from attio_relay.settings import AirbyteTarget, ConnectionConfig, HttpTarget
from attio_relay.store.database import Database, StoreError
from attio_relay.store.lines import State
from attio_relay.store.schedule import ScheduleStore
from attio_relay.subscribing.subscription import Subscriber, Wanted
from attio_relay.subscribing.watcher import Watcher
from attio_relay.targets.airbyte import AirbyteJobs
from attio_relay.targets.signed_http import SignedCalls
from attio_relay.targets.target import Target
from integration_tests.relay.neighbours import FAULTS, Attio, KilledError, Net, Skewed, Tolled
from integration_tests.relay.stores import delivery, store_on

TIMING = {"debounce": "10s", "max_wait": "15s", "min_interval": "30s", "poll": "5s", "after_cancel": "1m"}
WATCH_EVERY = 60.0
TAKES = 20.0
BRIEFLY = 0.001
TRIES = 10
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://relay.example.com/hooks/acme"


@dataclass
class Change:
    """One change in the workspace."""

    at: float
    acknowledged: bool = False
    waiting: dict[str, int] = field(default_factory=dict)
    """Webhooks that still try to tell the relay, and how often they did."""


@dataclass
class Job:
    """One sync: it reads everything that happened before it was made."""

    number: int
    at: float
    need: int
    """Up to which event the relay had claimed when it asked for this job."""
    state: str = "running"


class World:
    """The relay, its neighbours, and the truth."""

    def __init__(self, database: Database, kind: str, plan: Mapping[int, str]) -> None:
        self.now = 1_000_000.0
        self.kind = kind
        self.plan = plan
        self.paid: list[str] = []
        self.changes: list[Change] = []
        self.jobs: list[Job] = []
        self.called_ids: set[str] = set()
        self.later: list[tuple[float, Callable[[], Any]]] = []
        self.needless: list[int] = []
        self.healthy_too_long: list[float] = []
        self.stolen: list[float] = []
        self.runs = 0
        self.watched = 0.0
        self.attio = Attio(self)
        self.open = False
        self.database = Tolled(database, self)
        self.store = store_on(self.database)
        self.open = True
        self.boot()

    def toll(self, kind: str) -> str | None:
        """What goes wrong at this call or commit; a fault that does not fit the call is none."""
        if not self.open:
            return None
        self.paid.append(kind)
        fault = self.plan.get(len(self.paid) - 1)
        return fault if fault in FAULTS[kind] else None

    def boot(self) -> None:
        """The process starts, on the store that the one before left behind."""
        quiet, self.open = self.open, False
        self.config = self.connection()
        around = Surroundings(
            owner="me", clock=lambda: self.now, chance=lambda: 0.5, new_run_id=self.new_run_id
        )
        self.scheduler = Scheduler(
            self.store.schedule_store, {"c": self.config}, {"c": self.target()}, around
        )
        self.watcher = Watcher(
            self.store.secret_store,
            self.store.gaps,
            {"c": self.config},
            lambda _: self.attio,
            lambda: self.now,
        )  # type: ignore[arg-type] # as much of a client as is used
        self.store.schedule_store.register({"c": "acme"})
        self.store.schedule_store.release_all()
        self.open = quiet

    def connection(self) -> ConnectionConfig:
        target: dict[str, Any] = {"type": "http", "url": "https://http.example", "secret": SECRET}
        if self.kind == "airbyte":
            target = {"type": "airbyte", "url": "https://airbyte", "connection_id": "c"}
            target |= {"client_id": "i", "client_secret": "s"}
        return ConnectionConfig.model_validate({"name": "c", "route": "acme", "target": target} | TIMING)

    def target(self) -> Target:
        net: Any = Net(self, self.kind)
        if isinstance(self.config.target, AirbyteTarget):
            return AirbyteJobs(self.config.target, lambda: self.now, net)
        assert isinstance(self.config.target, HttpTarget)
        return SignedCalls(self.config.target, lambda: self.now, net)

    def new_run_id(self) -> str:
        self.runs += 1
        return f"run-{self.runs}"

    # --- what the neighbours do

    def need(self) -> int:
        """Up to which event the relay has claimed."""
        return self.store.schedule_store.lines()[0].claimed

    def airbyte(self, method: str, path: str, need: int) -> tuple[int, Any]:
        self.finish_jobs()
        if method == "POST":
            if any(job.state == "running" for job in self.jobs):
                return 409, {"message": "A sync is already running"}
            return 200, shown(self.begin("running", need))
        if path == "/jobs":
            return 200, {"data": [shown(job) for job in self.jobs[::-1][:20]]}
        if path.startswith("/connections/"):
            return 200, {"connectionId": "c", "status": "active"}
        return 200, shown(self.jobs[int(path.rpartition("/")[2]) - 1])

    def called(self, run_id: str, need: int) -> tuple[int, Any]:
        if run_id not in self.called_ids:
            self.called_ids.add(run_id)
            self.begin("succeeded", need)
        return 200, {}

    def begin(self, state: str, need: int) -> Job:
        if any(job.need >= need for job in self.jobs):
            self.needless.append(len(self.jobs) + 1)
        self.jobs.append(Job(number=len(self.jobs) + 1, at=self.now, need=need, state=state))
        return self.jobs[-1]

    def finish_jobs(self) -> None:
        for job in self.jobs:
            if job.state == "running" and self.now >= job.at + TAKES:
                job.state = "succeeded"

    def change(self) -> None:
        """Somebody changes a record: every webhook that delivers will say so."""
        active = [name for name, hook in self.attio.hooks.items() if hook["status"] != "inactive"]
        self.changes.append(Change(at=self.now, waiting=dict.fromkeys(active, 0)))

    def deliver(self) -> None:
        for number, change in enumerate(self.changes):
            for name in [*change.waiting]:
                if self.told(number, name):
                    change.acknowledged = True
                    del change.waiting[name]
                elif change.waiting[name] >= TRIES:
                    del change.waiting[name]
                else:
                    change.waiting[name] += 1

    def told(self, number: int, name: str) -> bool:
        """One try of Attio: acknowledged only when the relay knows the webhook and has stored the message."""
        known = [hook.webhook_id for hook in self.store.secret_store.webhooks("acme")]
        if name not in known:
            return False
        message = delivery(f"{name}-{number}", at=self.now)
        return self.alive(lambda: self.store.delivery_store.accept([message]))

    def rival_tries(self) -> None:
        """Another replica reads the clock; before it tries to take the lease, its holder renews it."""
        ScheduleStore(Skewed(self.database.real, self.now + BRIEFLY)).renew("me")
        if ScheduleStore(Skewed(self.database.real, self.now)).lease("c", owner="rival") is not None:
            self.stolen.append(self.now)

    # --- what the relay does

    def alive(self, act: Callable[[], object]) -> bool:
        """Let the relay act as its threads would: errors are logged, a kill starts it anew."""
        try:
            act()
        except (StoreError, AttioError):
            return False
        except KilledError:
            self.boot()
            return False
        return True

    def tick(self, seconds: float = 5.0) -> None:
        """Some time passes; everybody does what is due."""
        self.now += seconds
        for due, effect in [each for each in self.later if each[0] <= self.now]:
            self.later.remove((due, effect))
            effect()
        self.finish_jobs()
        self.deliver()
        if self.now >= self.watched + WATCH_EVERY and self.alive(self.watcher.look):
            self.watched = self.now
        ready: list[str] = []
        self.alive(lambda: ready.extend(self.scheduler.due()[0]))
        for name in ready:
            self.alive(lambda name=name: self.scheduler.step(name))
        self.check_health()

    def subscribe(self) -> None:
        wanted = Wanted(route="acme", target_url=URL, events=("record.updated",))
        while not self.alive(lambda: self.subscriber().ensure(wanted)):
            self.now += 30.0

    def subscriber(self) -> Subscriber:
        return self.watcher.subscriber("acme")

    # --- the rules

    def uncovered(self) -> list[Change]:
        """The changes that no successful sync has read."""
        latest = max((job.at for job in self.jobs if job.state == "succeeded"), default=0.0)
        return [change for change in self.changes if change.at > latest]

    def check_health(self) -> None:
        """Nothing reads healthy for longer than five minutes while an event is uncovered."""
        (line,) = self.store.schedule_store.lines()
        hooks = self.store.secret_store.webhook_facts()
        attention = schedule.needs_attention(line, self.config, now=self.now)
        unheard = ill_webhooks(hooks, watch_every=WATCH_EVERY, now=self.now)
        healthy = not attention and not unheard and line.state is not State.RUNNING
        if healthy and any(self.now > change.at + 305.0 for change in self.uncovered()):
            self.healthy_too_long.append(self.now)

    def unmarked(self) -> list[Change]:
        """The changes that were never stored, and after which no reader of the feed was told of a hole."""
        with self.database.reading() as transaction:
            rows = transaction.rows("SELECT MAX(at) AS latest FROM changes WHERE event_type = 'relay.gap'")
        latest = rows[0]["latest"] or 0.0
        return [each for each in self.changes if not each.acknowledged and each.at > latest]

    def at_rest(self) -> bool:
        (line,) = self.store.schedule_store.lines()
        waiting = any(change.waiting for change in self.changes) or self.later
        return line.state is State.IDLE and line.seen == line.done and not waiting and not self.uncovered()

    def check(self) -> None:
        """Every rule, at the end of a history."""
        assert self.at_rest(), f"uncovered: {self.uncovered()}, {self.store.schedule_store.lines()}"
        assert [] == self.unmarked(), "a hole without a mark"
        assert [] == self.stolen, "a lease was taken from a replica that had just renewed it"
        assert [] == self.needless, "a job was started twice for one need"
        assert [] == self.healthy_too_long, "healthy, and an event was uncovered"
        delivering = [hook for hook in self.attio.hooks.values() if hook["status"] != "inactive"]
        assert 1 == len(delivering), "orphans"


def shown(job: Job) -> dict[str, Any]:
    return {"jobId": job.number, "status": job.state, "jobType": "sync", "connectionId": "c"}


def history(world: World) -> None:
    """An ordinary day: changes, a webhook that is degraded for a while and then given up."""
    world.subscribe()
    for fate in ("active", "degraded", "inactive", "active"):
        for name in world.attio.hooks:
            world.attio.hooks[name]["status"] = fate
        world.change()
        for _ in range(20):
            world.tick()
    world.change()
    for _ in range(1200):
        if world.at_rest() and world.now > world.watched + 1.0:
            break
        world.tick(10.0)
    for _ in range(15):
        world.tick()
    world.check()
