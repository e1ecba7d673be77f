"""Answers are decoded by the thread that delivers rows; if it does not come, by the one that got them."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import get_ident

import pytest

from source_attio.emit.messages import Outbox
from source_attio.emit.scheduler import Scheduler, Task
from source_attio.read.decode_queue import DecodeQueue
from source_attio.read.steps import Steps
from source_attio.read.waiting import RateLimitWaits
from unit_tests.attio_api.fake_clock import FakeClock

LONG = 60.0
"""Seconds of patience that no test waits for."""


@pytest.fixture(name="pool")
def _pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def _asked(pool: ThreadPoolExecutor, queue: DecodeQueue, job: object = get_ident) -> "Future[int]":
    """Have a thread ask for a job, and wait until it has."""
    answer: Future[int] = pool.submit(queue.decode, job)  # type: ignore[arg-type] # a job of any kind
    queue.asked.result(LONG)
    return answer


def test_the_attending_thread_decodes(pool: ThreadPoolExecutor) -> None:
    """So that decoding and delivering do not compete for the interpreter."""
    queue = DecodeQueue(LONG)
    with queue.attended():
        answer = _asked(pool, queue)
        queue.work()
        assert answer.result(LONG) == get_ident()
        assert not queue.asked.done()


def test_without_an_attending_thread_each_decodes_its_own(pool: ThreadPoolExecutor) -> None:
    """As when a stream is read without a scheduler."""
    queue = DecodeQueue(LONG)
    assert pool.submit(queue.decode, get_ident).result(LONG) != get_ident()


def test_the_attending_thread_does_not_wait_for_itself() -> None:
    """As with a pool that runs a job at once."""
    queue = DecodeQueue(LONG)
    with queue.attended():
        assert queue.decode(get_ident) == get_ident()


def test_a_thread_that_lost_its_patience_decodes_itself(pool: ThreadPoolExecutor) -> None:
    """The attending thread may wait for a reader of its output; then memory must not fill with answers."""
    queue = DecodeQueue(patience=0.0)
    with queue.attended():
        assert pool.submit(queue.decode, get_ident).result(LONG) != get_ident()
        assert not queue.asked.done(), "the answer is held on to"


def test_a_thread_that_still_waits_at_the_end_decodes_itself(pool: ThreadPoolExecutor) -> None:
    """Else a process could not end."""
    queue = DecodeQueue(LONG)
    with queue.attended():
        answer = _asked(pool, queue)
    assert answer.result(LONG) != get_ident()


def test_an_error_is_raised_where_the_answer_was_asked_for(pool: ThreadPoolExecutor) -> None:
    """There the request is sent again."""
    queue = DecodeQueue(LONG)
    with queue.attended():
        answer = _asked(pool, queue, lambda: int("no number"))
        queue.work()
        with pytest.raises(ValueError, match="no number"):
            answer.result(LONG)


def test_an_interrupt_while_an_answer_is_decoded_ends_the_sync(pool: ThreadPoolExecutor) -> None:
    """Ctrl-C reaches the attending thread, whatever it does at the moment."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    queue = DecodeQueue(LONG)
    with queue.attended():
        answer = _asked(pool, queue, interrupted)
        with pytest.raises(KeyboardInterrupt):
            queue.work()
        assert isinstance(answer.exception(LONG), KeyboardInterrupt)


def test_the_scheduler_attends_while_its_streams_wait(pool: ThreadPoolExecutor) -> None:
    """A stream that waits for a page gets it decoded by the thread that reads the streams."""
    queue, outbox, decoded_by = DecodeQueue(LONG), Outbox(stream="companies", wall_ms=lambda: 0), []

    def steps() -> Steps:
        answer = pool.submit(queue.decode, get_ident)
        yield answer
        decoded_by.append(answer.result(LONG))
        yield outbox.state({})

    task = Task(outbox=outbox, open=steps)
    clock = FakeClock()
    assert list(Scheduler([task], clock=clock, waits=RateLimitWaits(), decoding=queue).messages())
    assert decoded_by == [get_ident()]
