"""Two relays on one Postgres are one relay that is harder to kill."""

import http.client
import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from attio_api.webhooks import sign
from attio_relay.store.changes import Question
from attio_relay.store.lines import State
from attio_relay.store.postgres import PostgresDatabase
from attio_relay.store.store import Store
from integration_tests.relay.airbyte_stand_in import AirbyteStandIn
from integration_tests.relay.conftest import Clock
from integration_tests.relay.running import RunningRelay
from integration_tests.relay.stores import store_on
from integration_tests.waiting import until

SECRET = "s" * 64
MESSAGES = 60
TEXT = """
[storage]
url_env = "STORE"
[[routes]]
name = "acme"
secret = "{secret}"
[[connections]]
name = "warehouse"
route = "acme"
debounce = "50ms"
max_wait = "200ms"
min_interval = "0s"
poll = "50ms"
[connections.target]
type = "airbyte"
url = "{airbyte}"
connection_id = "c"
token = "t"
"""
EVENT = {"event_type": "record.updated", "id": {"workspace_id": "w", "object_id": "o", "record_id": "r"}}
BODY = json.dumps({"webhook_id": "hook", "events": [EVENT]}).encode()


class OneAtATime:
    """Work that notices when it is done twice at the same time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.overlaps = 0

    def __call__(self) -> None:
        if not self.lock.acquire(blocking=False):
            self.overlaps += 1
            return
        self.lock.release()


@pytest.fixture
def work() -> Iterator[OneAtATime]:
    logging.disable(logging.ERROR)
    yield OneAtATime()
    logging.disable(logging.NOTSET)


def deliver(relay: RunningRelay, key: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=60)
    headers = {"Attio-Signature": sign(SECRET, BODY), "Idempotency-Key": key}
    connection.request("POST", "/hooks/acme", BODY, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def is_covered(relay: RunningRelay) -> bool:
    (line,) = relay.relay.store.schedule_store.lines()
    return line.state is State.IDLE and line.done == line.seen == MESSAGES


def test_two_replicas_share_the_work(
    postgres_schema: Callable[[], str], tmp_path: Path, work: OneAtATime
) -> None:
    """Each message counts once whichever replica gets it, syncs never overlap, and one replica may go."""
    airbyte = AirbyteStandIn(work, [])
    text = TEXT.format(secret=SECRET, airbyte=airbyte.url)
    environment = {"STORE": postgres_schema()}
    first, second = (RunningRelay(tmp_path / name, text, environment) for name in ("one", "two"))
    try:
        statuses = {deliver(relay, f"k{n}") for n in range(MESSAGES // 2) for relay in (first, second)}
        first.stop()
        statuses |= {deliver(second, f"k{n}") for n in range(MESSAGES // 4, MESSAGES)}

        assert {200} == statuses
        assert until(lambda: is_covered(second))
        page = second.relay.store.feed.read(Question(route="acme", after=0, limit=1000))
        assert list(range(1, MESSAGES + 1)) == [change.seq for change in page.changes]
        assert 0 == work.overlaps
    finally:
        second.stop()
        airbyte.stop()


@pytest.fixture
def halted(postgres_schema: Callable[[], str], clock: Clock) -> Iterator[Callable[..., tuple[Store, Store]]]:
    """Two replicas' stores; the second halts after each look at the clock, and the first acts meanwhile."""
    url = postgres_schema()
    opened: list[Store] = []

    def stores(seconds: float, act: Callable[[Store], object]) -> tuple[Store, Store]:
        first = store_on(PostgresDatabase(url, clock=clock))

        def halting() -> float:
            seen = clock.now
            clock.now += seconds
            act(first)
            return seen

        second = store_on(PostgresDatabase(url, clock=halting))
        first.schedule_store.register({"c": "acme"})
        opened.extend((first, second))
        return first, second

    yield stores
    for store in opened:
        store.database.close()


@pytest.mark.parametrize("seconds", [0.001, 4.0, 31.0])
def test_a_lease_renewed_while_another_replica_looks_is_kept(
    halted: Callable[..., tuple[Store, Store]], clock: Clock, seconds: float
) -> None:
    """A lease that ends later than one given now was renewed a moment ago, not given by a wrong clock."""
    first, second = halted(seconds, lambda store: store.schedule_store.renew("one"))
    assert first.schedule_store.lease("c", owner="one")

    assert [None] * 3 == [second.schedule_store.lease("c", owner="two") for _ in range(3)]


@pytest.mark.parametrize("seconds", [0.001, 4.0, 31.0])
def test_a_maintenance_task_taken_while_another_replica_looks_is_done_once(
    halted: Callable[..., tuple[Store, Store]], seconds: float
) -> None:
    """Two replicas that begin a maintenance task at the same moment do it once."""
    taken: list[bool] = []
    _, second = halted(
        seconds,
        lambda store: taken.append(store.schedule_store.take_turn("watch", owner="one", seconds=900.0)),
    )
    taken.append(second.schedule_store.take_turn("watch", owner="two", seconds=900.0))

    assert [True, False] == taken
