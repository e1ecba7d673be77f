"""Makes a run's writes: many in flight at Attio's pace, each journaled before its call and after it.

No other module writes to Attio. `rows.diff` decides what to write and `rows.operation` builds it; the client
keeps the pace and retries.
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from attio_api.errors import AttioError, OutcomeUnknown, Rejected
from destination_attio.storage.journal import Settlement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.engine.journal_writer import JournalWriter
    from destination_attio.engine.signals import Stop
    from destination_attio.rows.operation import Operation, Verb
    from destination_attio.storage.journal import Status
    from destination_attio.workspace.gateways import Gateway

_Answered = tuple["JsonObject | None", str]
"""Attio's answer to a write, and the time of Attio's clock before the write was sent."""
IN_FLIGHT: Final = 32
"""Writes in flight: 25 a second at a second of latency; in trouble the governor lets fewer through."""
NOTED_AT_ONCE: Final = 200
"""Changes per journal transaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """The after-image of an answer: the record's id, and what it now holds of the values that were sent.

    `before`, `kind` and `reason` are given where the write was another one than was decided.
    """

    record_id: str | None
    after: JsonObject | None = None
    before: JsonObject | None = None
    kind: str | None = None
    reason: str | None = None
    beside: JsonObject | None = None
    name: str | None = None
    web_url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The outcome of one write: Attio's answer or an error. A deletion's answer is None."""

    operation: Operation
    number: int
    answer: JsonObject | None = None
    error: Rejected | OutcomeUnknown | None = None
    asked_at: str = ""
    """The time of Attio's clock before the write was sent."""
    is_exclusive: bool = False
    """Whether Attio would have refused the write if the record had existed before."""
    image: Image | None = None

    @property
    def failure(self) -> Rejected | OutcomeUnknown:
        """The error of a write that failed; raises ValueError for one that was answered."""
        if self.error is None:
            raise ValueError("This write has not failed.")
        return self.error


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """One call that is being made."""

    number: int
    operation: Operation
    verb: Verb
    is_first: bool
    """Whether no other creation is made before its answer has named the run's actors."""

    def made(self, gateway: Gateway, clock: Callable[[], str]) -> _Answered:
        """Make the call."""
        asked_at = clock()
        return self._answer(gateway), asked_at

    def _answer(self, gateway: Gateway) -> JsonObject | None:
        operation = self.operation
        record_id = operation.change.record_id or ""
        if self.verb == "delete":
            gateway.delete(record_id)
            return None
        if self.verb == "upsert":
            return gateway.upsert(operation.match or "", operation.payload, operation.parent)
        if self.verb == "create":
            return gateway.create(operation.payload, operation.parent)
        write = gateway.replace if self.verb == "replace" else gateway.update
        return write(record_id, operation.payload)


class Writer:
    """Makes the writes of one run; used from one thread, makes its calls on many."""

    def __init__(
        self,
        pool: Executor,
        journal_writer: JournalWriter,
        image: Callable[[Outcome], Image],
        stop: Stop,
        clock: Callable[[], str] = str,
        is_known: Callable[[], bool] = lambda: True,
    ) -> None:
        """`image` makes the after-image of an answer; `clock` gives the time of Attio's clock.

        `stop` is checked before each write; `is_known` says whether the run's actors are known.
        """
        self._pool, self._journal_writer, self._image, self._stop = pool, journal_writer, image, stop
        self._clock, self._is_known = clock, is_known

    def write(
        self,
        gateway: Gateway,
        operations: Sequence[Operation],
        on_outcome: Callable[[Outcome], None],
        *,
        is_again: bool = False,
    ) -> list[Outcome]:
        """Make the writes, in any order; returns those that were refused or whose outcome is unknown.

        Before the run's actors are known, one record that would be asserted is created instead, alone: Attio
        refuses a creation whose key is taken, so its answer is about a record of this run. With `is_again`,
        after a lost answer, it is asserted all the same, since an assert may be repeated. Raises what stops
        the run once the writes in flight have ended. `on_outcome` receives each answer; none is kept.
        """
        run = _InFlight(gateway=gateway, operations=operations, on_outcome=on_outcome, failed=[], settled=[])
        run.is_sure = (lambda: True) if is_again else self._is_known
        trouble: BaseException | None = None
        with self._stop.deferring():
            try:
                trouble = self._drive(run)
            finally:
                self._journal_writer.settle([*run.settled, *run.never_sent()])
            if trouble:
                raise trouble
        return run.failed

    def found(self, outcome: Outcome) -> None:
        """Journal the record of a write whose answer was lost; without an image the write did not happen."""
        if outcome.image is None:
            self._journal_writer.settle([Settlement(change_no=outcome.number, status="not_applied")])
        else:
            self._journal_writer.settle([written(outcome.number, outcome.image)])

    def _drive(self, run: _InFlight) -> BaseException | None:
        trouble: BaseException | None = None
        while True:
            try:
                while trouble is None and run.has_room() and not self._stop.is_asked:
                    run.numbers += (
                        self._journal_writer.intend(run.next_group()) if run.sent == len(run.numbers) else []
                    )
                    run.send(self._pool, self._clock)
                if not run.futures:
                    return trouble
                trouble = self._collect(run) or trouble
            except Exception as error:  # noqa: BLE001 (raised when nothing is in flight)
                trouble = trouble or error
                if not run.futures:
                    return trouble

    def _collect(self, run: _InFlight) -> BaseException | None:
        trouble: BaseException | None = None
        done, _ = wait(run.futures, return_when=FIRST_COMPLETED)
        for future in done:
            call, error = run.take(future), future.exception()
            if error is not None and not isinstance(error, Rejected | OutcomeUnknown):
                trouble = trouble or error
                run.settled.append(_unsettled(call.number, error))
                continue
            outcome = self._outcome(call, error, future)
            run.failed += [outcome] if outcome.error else []
            run.settled.append(self._settlement(outcome))
            run.on_outcome(outcome)
        if len(run.settled) >= NOTED_AT_ONCE:
            ready, run.settled = run.settled, []
            self._journal_writer.settle(ready)
        return trouble

    def _outcome(
        self, call: _Call, error: Rejected | OutcomeUnknown | None, future: Future[_Answered]
    ) -> Outcome:
        is_exclusive = call.verb == "create"
        outcome = Outcome(
            operation=call.operation, number=call.number, error=error, is_exclusive=is_exclusive
        )
        if error is not None:
            return outcome
        answer, asked_at = future.result()
        outcome = replace(outcome, answer=answer, asked_at=asked_at)
        return replace(outcome, image=self._image(outcome))

    def _settlement(self, outcome: Outcome) -> Settlement:
        if outcome.error is not None:
            status: Status = "rejected" if isinstance(outcome.error, Rejected) else "unknown"
            return Settlement(change_no=outcome.number, status=status, reason=outcome.error.message)
        image = outcome.image or Image(record_id=outcome.operation.change.record_id)
        return written(outcome.number, image, outcome.asked_at)


def written(number: int, image: Image, asked_at: str = "") -> Settlement:
    """The journal's settlement of a write that was made, with its after-image.

    `asked_at` is the time of Attio's clock before the write, where that is known.
    """
    return Settlement(
        change_no=number,
        status="written",
        record_id=image.record_id,
        before=image.before,
        after=image.after,
        reason=image.reason,
        kind=image.kind,
        beside=image.beside,
        name=image.name,
        web_url=image.web_url,
        asked_at=asked_at or None,
    )


def _unsettled(number: int, error: BaseException) -> Settlement:
    """The settlement of a call that stopped the run: refused by Attio, or of unknown outcome."""
    is_refusal = isinstance(error, AttioError) and error.status is not None and error.status < 500  # noqa: PLR2004 (HTTP's own border)
    status: Status = "not_applied" if is_refusal else "unknown"
    return Settlement(change_no=number, status=status, reason=str(error))


@dataclass(kw_only=True)
class _InFlight:
    gateway: Gateway
    operations: Sequence[Operation]
    on_outcome: Callable[[Outcome], None]
    failed: list[Outcome]
    settled: list[Settlement]

    is_sure: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
        self.futures: dict[Future[_Answered], _Call] = {}
        self.numbers: list[int] = []
        self.sent = 0
        self._waits = False

    def has_room(self) -> bool:
        return self.sent < len(self.operations) and len(self.futures) < IN_FLIGHT and not self._waits

    def next_group(self) -> Sequence[Operation]:
        return self.operations[self.sent : self.sent + NOTED_AT_ONCE]

    def send(self, pool: Executor, clock: Callable[[], str]) -> None:
        operation, number = self.operations[self.sent], self.numbers[self.sent]
        self.sent += 1
        is_first = operation.verb == "upsert" and not self.is_sure()
        verb: Verb = "create" if is_first else operation.verb
        call = _Call(number=number, operation=operation, verb=verb, is_first=is_first)
        self._waits = is_first
        self.futures[pool.submit(call.made, self.gateway, clock)] = call

    def take(self, future: Future[_Answered]) -> _Call:
        call = self.futures.pop(future)
        self._waits = self._waits and not call.is_first
        return call

    def never_sent(self) -> list[Settlement]:
        return [
            Settlement(change_no=number, status="not_applied", reason="The run stopped before this write.")
            for number in self.numbers[self.sent :]
        ]
