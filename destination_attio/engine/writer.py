"""Makes the writes of a plan: many in flight at the pace Attio allows, each noted before and settled after.

The only place that writes. What to write was decided in `rows.diff` and built by `rows.operation`; pace and
retries are the client's.
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
    from destination_attio.engine.signals import Stop
    from destination_attio.rows.operation import Operation
    from destination_attio.storage.journal import Journal, Status
    from destination_attio.workspace.gateways import Gateway

IN_FLIGHT: Final = 32
"""25 writes a second at a second of latency; the governor lets fewer through when Attio is in trouble."""
NOTED_AT_ONCE: Final = 200
"""Changes a journal transaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """What the journal keeps of an answer: what was sent and is there now, and what tells the record.

    `before`, `kind` and `reason` are given where the write turned out to be another than was decided.
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
    """What became of one write: Attio's answer, or why there is none. A deletion is answered with None."""

    operation: Operation
    number: int
    answer: JsonObject | None = None
    error: Rejected | OutcomeUnknown | None = None
    asked_at: str = ""
    """The time of Attio's clock before the write was sent."""
    image: Image | None = None

    @property
    def failure(self) -> Rejected | OutcomeUnknown:
        """Why there is no answer; of a write that was answered nobody may ask."""
        if self.error is None:
            raise ValueError("This write has not failed.")
        return self.error


class Ledger:
    """The journal of this run, or nothing where none is kept."""

    def __init__(self, journal: Journal | None, run_id: str, now: Callable[[], str]) -> None:
        self._journal, self._run_id, self._now = journal, run_id, now
        self._next = 1

    def renew(self, run_id: str) -> None:
        """The next changes belong to another run."""
        self._run_id, self._next = run_id, 1

    def intend(self, operations: Sequence[Operation]) -> list[int]:
        """Number the operations and note them."""
        numbers = list(range(self._next, self._next + len(operations)))
        self._next += len(operations)
        if self._journal and operations:
            changes = [(number, one.change) for number, one in zip(numbers, operations, strict=True)]
            self._journal.intend(self._run_id, changes, self._now())
        return numbers

    def settle(self, settled: Sequence[Settlement]) -> None:
        """Note what became of them."""
        if self._journal and settled:
            self._journal.settle(self._run_id, settled)


def perform(
    gateway: Gateway, operation: Operation, clock: Callable[[], str] = str
) -> tuple[JsonObject | None, str]:
    """Make one write; returns Attio's answer and the time of Attio's clock before it was sent."""
    asked_at = clock()
    return _called(gateway, operation), asked_at


def _called(gateway: Gateway, operation: Operation) -> JsonObject | None:
    record_id = operation.change.record_id or ""
    if operation.verb == "delete":
        gateway.delete(record_id)
        return None
    if operation.verb == "upsert":
        return gateway.upsert(operation.match or "", operation.payload, operation.parent)
    if operation.verb == "create":
        return gateway.create(operation.payload, operation.parent)
    write = gateway.replace if operation.verb == "replace" else gateway.update
    return write(record_id, operation.payload)


class Writer:
    """Writes of one run; used from one thread, makes its calls on many."""

    def __init__(
        self,
        pool: Executor,
        ledger: Ledger,
        image: Callable[[Outcome], Image],
        stop: Stop,
        clock: Callable[[], str] = str,
    ) -> None:
        """`image` says what the journal keeps of an answer, `clock` what time it is at Attio.

        `stop` is looked at before each write.
        """
        self._pool, self._ledger, self._image, self._stop = pool, ledger, image, stop
        self._clock = clock

    def write(
        self, gateway: Gateway, operations: Sequence[Operation], on_outcome: Callable[[Outcome], None]
    ) -> list[Outcome]:
        """Make the writes, in any order; returns those that were refused, or of which nobody knows.

        Raises what stops the run once the writes in flight have ended. Answers are heard, not kept.
        """
        run = _InFlight(gateway=gateway, operations=operations, on_outcome=on_outcome, failed=[], settled=[])
        trouble: BaseException | None = None
        with self._stop.deferring():
            try:
                trouble = self._drive(run)
            finally:
                self._ledger.settle([*run.settled, *run.never_sent()])
            if trouble:
                raise trouble
        return run.failed

    def found(self, outcome: Outcome, record_id: str | None) -> None:
        """Note what a write whose answer was lost has made; None when it has not happened."""
        status: Status = "written" if record_id else "not_applied"
        self._ledger.settle([Settlement(change_no=outcome.number, status=status, record_id=record_id)])

    def _drive(self, run: _InFlight) -> BaseException | None:
        trouble: BaseException | None = None
        while True:
            try:
                while trouble is None and run.has_room() and not self._stop.is_asked:
                    run.numbers += (
                        self._ledger.intend(run.next_group()) if run.sent == len(run.numbers) else []
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
            number, operation = run.futures.pop(future)
            error = future.exception()
            if isinstance(error, Rejected | OutcomeUnknown):
                outcome = Outcome(operation=operation, number=number, error=error)
            elif error is not None:
                trouble = trouble or error
                run.settled.append(_unsettled(number, error))
                continue
            else:
                answer, asked_at = future.result()
                outcome = Outcome(operation=operation, number=number, answer=answer, asked_at=asked_at)
                outcome = replace(outcome, image=self._image(outcome))
            if outcome.error is not None:
                run.failed.append(outcome)
            run.settled.append(self._settlement(outcome))
            run.on_outcome(outcome)
        if len(run.settled) >= NOTED_AT_ONCE:
            ready, run.settled = run.settled, []
            self._ledger.settle(ready)
        return trouble

    def _settlement(self, outcome: Outcome) -> Settlement:
        if outcome.error is not None:
            status: Status = "rejected" if isinstance(outcome.error, Rejected) else "unknown"
            return Settlement(change_no=outcome.number, status=status, reason=outcome.error.message)
        image = outcome.image or Image(record_id=outcome.operation.change.record_id)
        return Settlement(
            change_no=outcome.number,
            status="written",
            record_id=image.record_id,
            before=image.before,
            after=image.after,
            reason=image.reason,
            kind=image.kind,
            beside=image.beside,
            name=image.name,
            web_url=image.web_url,
        )


def _unsettled(number: int, error: BaseException) -> Settlement:
    """A call that stopped the run: Attio refused it before doing anything, or nobody knows."""
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

    def __post_init__(self) -> None:
        self.futures: dict[Future[tuple[JsonObject | None, str]], tuple[int, Operation]] = {}
        self.numbers: list[int] = []
        self.sent = 0

    def has_room(self) -> bool:
        return self.sent < len(self.operations) and len(self.futures) < IN_FLIGHT

    def next_group(self) -> Sequence[Operation]:
        return self.operations[self.sent : self.sent + NOTED_AT_ONCE]

    def send(self, pool: Executor, clock: Callable[[], str]) -> None:
        operation, number = self.operations[self.sent], self.numbers[self.sent]
        self.sent += 1
        self.futures[pool.submit(perform, self.gateway, operation, clock)] = (number, operation)

    def never_sent(self) -> list[Settlement]:
        return [
            Settlement(change_no=number, status="not_applied", reason="The run stopped before this write.")
            for number in self.numbers[self.sent :]
        ]
