import threading
import uuid
from collections.abc import Iterator, Mapping

import pytest

from attio_emulator.hooks.deliveries import SECOND, Deliveries
from attio_emulator.hooks.webhooks import DeliveryOptions, Reply, Webhook
from attio_emulator.hooks.workers import DeliveryWorkers

WEBHOOK = Webhook(
    webhook_id=str(uuid.UUID(int=1)),
    workspace_id="w",
    target_url="http://127.0.0.1:9/hook",
    subscriptions=[{"event_type": "task.created", "filter": None}],
    secret="s",
    created_at="",
)
EVENT = {"event_type": "task.created", "id": {"workspace_id": "w", "task_id": "t"}, "actor": {}}


class Post:
    """Answers in the place of a target, and remembers what it got."""

    def __init__(self, *answers: Reply) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Reply:
        self.bodies.append(body)
        return self.answers.pop(0) if self.answers else Reply(status=200)


class Stage:
    """Delivery workers on a clock that a test moves."""

    def __init__(self, *answers: Reply) -> None:
        self.now = 0
        self.post = Post(*answers)
        self.deliveries = Deliveries(DeliveryOptions(first_retry_seconds=60))
        self.deliveries.put(WEBHOOK)
        self.workers = DeliveryWorkers(
            self.deliveries, clock=lambda: self.now, clock_runs=lambda: False, transport=self.post
        )

    def publish(self) -> bool:
        self.deliveries.publish("w", EVENT, self.now)
        return self.workers.drain(10)

    def advance(self, seconds: int) -> bool:
        self.now += seconds * SECOND
        self.workers.wake()
        return self.workers.drain(10)


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(*getattr(request, "param", ()))
    stage.workers.start()
    yield stage
    stage.workers.stop()


def test_an_event_is_carried_at_once(stage: Stage) -> None:
    """A published event reaches its target without the clock moving."""
    assert stage.publish()
    assert 1 == len(stage.post.bodies)


@pytest.mark.parametrize("stage", [(Reply(status=503), Reply(trouble="refused"))], indirect=True)
def test_retries_wait_for_the_clock(stage: Stage) -> None:
    """On a stopped clock a retry comes when the clock is moved past its time, and with the same bytes."""
    stage.publish()
    seen = [len(stage.post.bodies)]
    for seconds in (59, 1, 119, 1):
        stage.advance(seconds)
        seen.append(len(stage.post.bodies))

    assert [1, 1, 2, 2, 3] == seen
    assert 1 == len(set(stage.post.bodies))


def test_stopping_ends_all_threads() -> None:
    """After `stop` no delivery worker runs any more."""
    before = set(threading.enumerate())
    stage = Stage()
    stage.workers.start()
    stage.publish()
    stage.workers.stop()

    assert set() == set(threading.enumerate()) - before
