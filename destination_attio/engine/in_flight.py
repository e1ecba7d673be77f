"""The calls of one part of a run's writes that are being made, and what has come of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor, Future

    from attio_api.wire import JsonObject
    from destination_attio.engine.outcome import Outcome
    from destination_attio.rows.operation import Operation, Verb
    from destination_attio.storage.journal import Settlement
    from destination_attio.workspace.gateways import Gateway

Answered = tuple["JsonObject | None", str]
"""Attio's answer to a write, and the time of Attio's clock before the write was sent."""
MOST: Final = 32
"""Writes in flight: 25 a second at a second of latency; in trouble the governor lets fewer through."""
NOTED_AT_ONCE: Final = 200
"""Changes per journal transaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call that is being made."""

    number: int
    operation: Operation
    verb: Verb
    is_first: bool
    """Whether no other creation is made before its answer has named the run's actors."""
    ready_at: str
    """The time of Attio's clock when the call was given to a thread, which may send it later."""

    def made(self, gateway: Gateway, clock: Callable[[], str]) -> Answered:
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


@dataclass(kw_only=True)
class InFlight:
    """The writes of one part: those in flight, those that failed, and what is yet to be journaled."""

    gateway: Gateway
    operations: Sequence[Operation]
    on_outcome: Callable[[Outcome], None]
    failed: list[Outcome]
    settled: list[Settlement]
    is_sure: Callable[[], bool] = lambda: True
    """Whether a creation may be asserted: the run's actors are known, or it is asserted again."""

    def __post_init__(self) -> None:
        self.futures: dict[Future[Answered], Call] = {}
        self.numbers: list[int] = []
        self.sent = 0
        self._waits = False

    def has_room(self) -> bool:
        """Whether another call may be made now."""
        return self.sent < len(self.operations) and len(self.futures) < MOST and not self._waits

    def next_group(self) -> Sequence[Operation]:
        """The operations that are journaled next, before any of them is sent."""
        return self.operations[self.sent : self.sent + NOTED_AT_ONCE]

    def send(self, pool: Executor, clock: Callable[[], str]) -> None:
        """Have the next call made."""
        operation, number = self.operations[self.sent], self.numbers[self.sent]
        self.sent += 1
        is_first = operation.verb == "upsert" and not self.is_sure()
        verb: Verb = "create" if is_first else operation.verb
        call = Call(number=number, operation=operation, verb=verb, is_first=is_first, ready_at=clock())
        self._waits = is_first
        self.futures[pool.submit(call.made, self.gateway, clock)] = call

    def take(self, future: Future[Answered]) -> Call:
        """The call that has ended."""
        call = self.futures.pop(future)
        self._waits = self._waits and not call.is_first
        return call

    def never_sent(self) -> Sequence[int]:
        """The numbers of the operations that were journaled and not sent."""
        return self.numbers[self.sent :]
