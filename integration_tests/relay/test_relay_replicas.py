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
from integration_tests.relay.airbyte_stand_in import AirbyteStandIn
from integration_tests.relay.running import RunningRelay
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
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=10)
    headers = {"Attio-Signature": sign(SECRET, BODY), "Idempotency-Key": key}
    connection.request("POST", "/hooks/acme", BODY, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def is_covered(relay: RunningRelay) -> bool:
    (line,) = relay.relay.store.ledger.lines()
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
