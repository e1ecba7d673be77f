"""What a sync says while its streams wait: that Attio asks it to, its states again, signs of life."""

from concurrent.futures import Executor, Future
from itertools import pairwise
from typing import Any

import pytest
import requests
from airbyte_cdk.models import (
    AirbyteMessage,
    AirbyteStream,
    AirbyteStreamStatus,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    SyncMode,
    Type,
)

from attio_api.errors import Unreachable
from source_attio import engine
from source_attio.config import Config
from source_attio.emit.messages import Outbox
from source_attio.emit.scheduler import SILENCE, STATE_AFTER, Scheduler, Task
from source_attio.head_start import begin
from source_attio.read.context import connect
from source_attio.read.decode_queue import DecodeQueue
from source_attio.read.steps import Steps
from source_attio.read.waiting import RateLimitWaits
from unit_tests.attio_api.fake_clock import FakeClock
from unit_tests.source_attio.engine_bench import bench
from unit_tests.source_attio.harness import TOKEN, Row


def statuses(messages: list[AirbyteMessage], stream: str) -> list[Any]:
    found = [each.trace.stream_status for each in messages if each.type is Type.TRACE and each.trace]
    return [each for each in found if each and each.stream_descriptor.name == stream]


def test_a_wait_for_quota_is_told() -> None:
    """The streams say that they are rate limited, and the log until when."""
    made = bench(3)
    refusals = iter([False] * 4 + [True] * 3)
    made.adapter.refuses = lambda: next(refusals, False)
    told = list(made.messages(["companies"]))
    limited = [each for each in statuses(told, "companies") if each.reasons]

    assert limited
    assert {AirbyteStreamStatus.RUNNING} == {each.status for each in limited}
    assert any(each.log and "429" in each.log.message for each in told)
    assert 3 == sum(each.type is Type.RECORD for each in told)


def waiting(clock: FakeClock, waits: RateLimitWaits, outbox: Outbox, *, stated: bool = False) -> Steps:
    """A stream whose requests are refused for six hours, whatever it waits between them."""
    session = waits.listen_to(requests.Session())
    refusal = requests.Response()
    refusal.status_code, refusal.headers["Retry-After"] = 429, "86400"
    (heard,) = session.hooks["response"]
    done: Future[None] = Future()
    done.set_result(None)
    if stated:
        yield outbox.state({"of": "this sync"})
    for second in range(0, 6 * 3600, 3):
        clock.sleep(3.0)
        if second % 900 == 0:
            heard(refusal)
        yield done


def scheduler_of(task: Task, clock: FakeClock, waits: RateLimitWaits) -> Scheduler:
    return Scheduler([task], clock=clock, waits=waits, decoding=DecodeQueue())


def test_a_wait_of_hours_is_told_all_along() -> None:
    """At most five minutes pass between two words that the stream is rate limited; the log says so again."""
    clock, waits = FakeClock(), RateLimitWaits()
    outbox = Outbox(stream="companies", wall_ms=lambda: 0)
    task = Task(outbox=outbox, open=lambda: waiting(clock, waits, outbox))
    told = [(clock(), each) for each in scheduler_of(task, clock, waits).messages()]
    limited = [at for at, each in told if any(status.reasons for status in statuses([each], "companies"))]
    logged = [at for at, each in told if each.log and "86400" in each.log.message]

    assert max(later - before for before, later in pairwise([*limited, clock()])) <= 300
    assert 24 == len(logged)


@pytest.mark.parametrize("initial", [{}, {"of": "the last sync"}])
@pytest.mark.parametrize("stated", [True, False])
def test_a_wait_of_hours_repeats_the_state(stated: bool, initial: Row) -> None:
    """A platform counts only rows and states as signs of life: it gets one every fifteen minutes."""
    clock, waits = FakeClock(), RateLimitWaits()
    outbox = Outbox(stream="companies", wall_ms=lambda: 0)
    task = Task(outbox=outbox, open=lambda: waiting(clock, waits, outbox, stated=stated), initial=initial)
    told = [(clock(), each) for each in scheduler_of(task, clock, waits).messages()]
    states = [(at, each.state) for at, each in told if each.state]

    at = [told[0][0], *(at for at, _ in states), clock()]
    assert max(later - before for before, later in pairwise(at)) <= STATE_AFTER + 2 * SILENCE
    wanted = {"of": "this sync"} if stated else initial
    assert [wanted] * len(states) == [vars(each.stream.stream_state) for _, each in states if each.stream]
    assert len({id(each) for _, each in states}) == len(states)


def test_a_wait_before_the_first_stream_repeats_the_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while Attio does not even say which objects there are, the platform hears of each stream."""
    clock, pool = FakeClock(), Late()
    context = connect(
        Config.parse({"credentials": {"access_token": TOKEN}}), wall=clock, pool=pool, sleep=clock.sleep
    )

    def wait(*_: Any, timeout: float, **__: Any) -> None:
        clock.sleep(timeout)
        if clock() > 6 * 3600:
            pool.asked[0].set_exception(Unreachable())

    monkeypatch.setattr(engine, "wait", wait)
    stream = ConfiguredAirbyteStream(
        stream=AirbyteStream(name="workspace", json_schema={}, supported_sync_modes=[SyncMode.full_refresh]),
        sync_mode=SyncMode.full_refresh,
        destination_sync_mode=DestinationSyncMode.overwrite,
    )
    messages = engine.read(begin(context, ["workspace"]), [stream], {"workspace": {"version": 1}}, {})
    told = ((clock(), each.state) for each in messages)
    at: list[float] = []
    with pytest.raises(Unreachable):
        at.extend(at for at, state in told if state)

    assert len(at) >= 20
    assert max(later - before for before, later in pairwise(at)) <= STATE_AFTER + SILENCE


class Late(Executor):
    """Threads that never come to the jobs they are given."""

    def __init__(self) -> None:
        self.asked: list[Future[Any]] = []

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        self.asked.append(Future())
        return self.asked[-1]


def reading(clock: FakeClock, outbox: Outbox) -> Steps:
    """A stream that gets an answer every two seconds, and has nothing to tell of it."""
    for _ in range(30):
        clock.sleep(2.0)
        done: Future[None] = Future()
        done.set_result(None)
        yield done
    yield outbox.state({})


def test_a_stream_that_finds_nothing_gives_signs_of_life() -> None:
    """A platform takes a silent source for a dead one: it hears that the stream goes on."""
    clock = FakeClock()
    outbox = Outbox(stream="comments", wall_ms=lambda: 0)
    task = Task(outbox=outbox, open=lambda: reading(clock, outbox))
    scheduler = scheduler_of(task, clock, RateLimitWaits())
    at = [clock() for _ in scheduler.messages()]

    assert max(later - before for before, later in pairwise(at)) <= 2 * SILENCE
