"""Reads several streams at once in one thread: a stream with a page runs, one that waits for a page sleeps.

While all streams sleep, the thread decodes the pages that have arrived.

A stream is an iterator of messages and futures; after a future it sleeps until that is done. One stream's
failure ends that stream and no other. After some seconds without a message, or when Attio asks to wait, each
open stream sends the status RUNNING, for the people who watch the sync. A platform does not count it: it ends
a source that sends no row and no state for too long. So a stream that has sent no state for fifteen minutes
sends its last one again.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Final

from airbyte_cdk.models import AirbyteMessage, AirbyteStreamStatus, Type

from attio_api.wire import JsonObject
from source_attio.emit.messages import Outbox, again, remark, stream_of
from source_attio.read.decode_queue import DecodeQueue
from source_attio.read.steps import Steps
from source_attio.read.waiting import RateLimitWaits

AT_ONCE: Final = 6
SILENCE: Final = 5.0
"""Seconds without a message after which the streams report their status."""
STATE_AFTER: Final = 900.0
"""Seconds without a state after which a stream repeats it: a sixth of what the connector's card allows."""


@dataclass(slots=True, eq=False)
class _Running:
    outbox: Outbox
    steps: Steps
    stated_at: float
    """When it last sent a state, or was opened."""
    state: AirbyteMessage
    """The last state that it sent; before that, the one with which the sync began."""
    waits_for: Future[Any] | None = None
    rows_begun: bool = False
    """Whether it has sent a row."""
    has_given: bool = False
    """Whether it has sent a message in this turn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One stream to read; opened only when it is its turn."""

    outbox: Outbox
    open: Callable[[], Steps]
    initial: JsonObject = field(default_factory=dict)
    """The state with which the sync began; empty in a first sync."""


class Scheduler:
    """Runs tasks to their ends and remembers which of them failed."""

    def __init__(
        self,
        tasks: list[Task],
        *,
        clock: Callable[[], float],
        waits: RateLimitWaits,
        decoding: DecodeQueue,
    ) -> None:
        self._waiting_list = deque(tasks)
        self._clock, self._waits, self._decoding = clock, waits, decoding
        self._told_at = clock()
        self._limited = False
        """Whether Attio asked to wait, and nothing was read since."""
        self._ready: deque[_Running] = deque()
        self._asleep: list[_Running] = []
        self.failures: dict[str, Exception] = {}

    def messages(self) -> Iterator[AirbyteMessage]:
        """Yield all streams' messages, page by page in turn."""
        try:
            with self._decoding.attended():
                yield from self._turns()
        finally:
            for running in (*self._ready, *self._asleep):
                _close(running.steps)

    def _turns(self) -> Iterator[AirbyteMessage]:
        while self._waiting_list or self._ready or self._asleep:
            yield from self._fill_up()
            self._wake()
            yield from self._sign_of_life()
            yield from self._states_due()
            if self._ready:
                running = self._ready.popleft()
                yield from self._go_on(running)
                self._note(running)

    def _fill_up(self) -> Iterator[AirbyteMessage]:
        while self._waiting_list and len(self._ready) + len(self._asleep) < AT_ONCE:
            task = self._waiting_list.popleft()
            yield task.outbox.status(AirbyteStreamStatus.STARTED)
            began = task.outbox.state(dict(task.initial))
            self._ready.append(_Running(task.outbox, _opened(task), self._clock(), began))

    def _wake(self) -> None:
        if not self._ready:
            awaited = [each.waits_for for each in self._asleep if each.waits_for]
            signs = [*awaited, self._waits.heard, self._decoding.asked]
            if not wait(signs, timeout=SILENCE, return_when=FIRST_COMPLETED).done & {*awaited}:
                self._decoding.work()
        awake = [each for each in self._asleep if each.waits_for is None or each.waits_for.done()]
        self._asleep = [each for each in self._asleep if each not in awake]
        self._ready.extend(awake)

    def _sign_of_life(self) -> Iterator[AirbyteMessage]:
        until, now = self._waits.take(), self._clock()
        silent = now - self._told_at >= SILENCE
        if until is None and not silent:
            return
        self._told_at = now
        if until is not None:
            self._limited = True
            yield remark(f"Attio asks to wait (HTTP 429, Retry-After: {until or 'not said'}).")
        for running in (*self._ready, *self._asleep):
            yield running.outbox.status(AirbyteStreamStatus.RUNNING, rate_limited=self._limited)

    def _states_due(self) -> Iterator[AirbyteMessage]:
        """Repeat the state of each stream that has sent none for long."""
        now = self._clock()
        for running in (*self._ready, *self._asleep):
            if now - running.stated_at >= STATE_AFTER:
                running.stated_at = now
                yield again(running.state)

    def _go_on(self, running: _Running) -> Iterator[AirbyteMessage]:
        """Run one stream until it waits for a future or ends."""
        outbox = running.outbox
        try:
            for step in running.steps:
                if isinstance(step, Future):
                    running.waits_for = step
                    self._asleep.append(running)
                    return
                running.has_given = True
                if step.record and not running.rows_begun and step.record.stream == outbox.stream:
                    running.rows_begun = True
                    yield outbox.status(AirbyteStreamStatus.RUNNING)
                if step.type is Type.STATE and stream_of(step) == outbox.stream:
                    running.stated_at, running.state = self._clock(), step
                yield step
        except Exception as trouble:  # noqa: BLE001 (whatever it is, it ends this stream and no other, and is reported)
            self.failures[outbox.stream] = trouble
            yield outbox.failure(trouble)
            yield outbox.status(AirbyteStreamStatus.INCOMPLETE)
            return
        yield outbox.status(AirbyteStreamStatus.COMPLETE)

    def _note(self, running: _Running) -> None:
        """Note once for all messages of a turn when they were sent, as a row costs little more than that."""
        if running.has_given:
            running.has_given = False
            self._told_at, self._limited = self._clock(), False


def _opened(task: Task) -> Steps:
    # A generator, so that an error while a stream is opened becomes that stream's failure.
    yield from task.open()


def _close(steps: Steps) -> None:
    close = getattr(steps, "close", None)
    if close:
        close()
