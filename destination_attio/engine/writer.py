"""Makes a run's writes: many in flight at Attio's pace, each journaled before its call and after it.

No other module writes to Attio. `rows.diff` decides what to write and `rows.operation` builds it; the client
keeps the pace and retries.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from attio_api.errors import AttioError, OutcomeUnknown, Rejected
from destination_attio.engine.in_flight import NOTED_AT_ONCE, InFlight
from destination_attio.engine.lost_writes import LostWrites
from destination_attio.engine.outcome import Image, Outcome, written
from destination_attio.storage.journal import Settlement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from destination_attio.engine.in_flight import Answered, Call
    from destination_attio.engine.journal_writer import JournalWriter
    from destination_attio.engine.lost_answers import LostAnswers
    from destination_attio.engine.signals import Stop
    from destination_attio.rows.operation import Operation
    from destination_attio.storage.journal import Status
    from destination_attio.workspace.gateways import Gateway

_REMEMBERED: Final = 10_000
"""Ids of the last records written: without a journal, they are all that the run knows of its own."""


class Writer:
    """Makes the writes of one run; used from one thread, makes its calls on many."""

    def __init__(  # noqa: PLR0913 (each is a seam that a test replaces)
        self,
        pool: Executor,
        journal_writer: JournalWriter,
        image: Callable[[Outcome], Image],
        stop: Stop,
        *,
        clock: Callable[[], str] = str,
        is_known: Callable[[], bool] = lambda: True,
        lost_answers: LostAnswers | None = None,
    ) -> None:
        """`image` makes the after-image of an answer; `clock` gives the time of Attio's clock.

        `stop` is checked before each write; `is_known` says whether the run's actors are known. Without
        `lost_answers`, what got no answer stays unknown.
        """
        self._lost_answers = lost_answers
        self._recent: deque[str] = deque(maxlen=_REMEMBERED)
        self._pool, self._journal_writer, self._image, self._stop = pool, journal_writer, image, stop
        self._clock, self._is_known = clock, is_known

    def write(
        self,
        gateway: Gateway,
        operations: Sequence[Operation],
        on_outcome: Callable[[Outcome], None],
        *,
        is_again: bool = False,
        renew: Callable[[Outcome], Operation | None] = lambda one: one.operation,
    ) -> list[Outcome]:
        """Make the writes, in any order; returns those that were refused or whose outcome is unknown.

        Before the run's actors are known, one record that would be asserted is created instead, alone: Attio
        refuses a creation whose key is taken, so its answer is about a record of this run. With `is_again`,
        after a lost answer, it is asserted all the same, since an assert may be repeated. Raises what stops
        the run once the writes in flight have ended. `on_outcome` receives each answer; none is kept.

        A creation whose answer was lost is looked up before it is sent again; `renew` decides what is sent
        then, and None is for nothing.
        """
        run = self._sent(gateway, operations, on_outcome, is_again=is_again)
        if self._lost_answers is None:
            return run.failed
        known = self._known
        lost = LostWrites(self._lost_answers, self._journal_writer, gateway, known, on_outcome)
        while again := lost.again(run.failed, renew):
            run = self._sent(gateway, again, on_outcome, is_again=True)
        return lost.failed

    def _known(self, ids: Collection[str]) -> Collection[str]:
        """Those of some records that this run, or an earlier one, has made or changed."""
        return {*self._journal_writer.touched(ids), *(set(ids) & set(self._recent))}

    def _sent(
        self,
        gateway: Gateway,
        operations: Sequence[Operation],
        on_outcome: Callable[[Outcome], None],
        *,
        is_again: bool,
    ) -> InFlight:
        run = InFlight(gateway=gateway, operations=operations, on_outcome=on_outcome, failed=[], settled=[])
        run.is_sure = (lambda: True) if is_again else self._is_known
        trouble: BaseException | None = None
        with self._stop.deferring():
            try:
                trouble = self._drive(run)
            finally:
                self._journal_writer.settle([*run.settled, *map(_not_sent, run.never_sent())])
            if trouble:
                raise trouble
        return run

    def _drive(self, run: InFlight) -> BaseException | None:
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

    def _collect(self, run: InFlight) -> BaseException | None:
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
        self, call: Call, error: Rejected | OutcomeUnknown | None, future: Future[Answered]
    ) -> Outcome:
        is_exclusive = call.verb == "create"
        outcome = Outcome(
            operation=call.operation,
            number=call.number,
            error=error,
            asked_at=call.ready_at,
            is_exclusive=is_exclusive,
        )
        if error is not None:
            return outcome
        answer, asked_at = future.result()
        outcome = replace(outcome, answer=answer, asked_at=asked_at)
        outcome = replace(outcome, image=self._image(outcome))
        self._recent.append(str(outcome.image and outcome.image.record_id))
        return outcome

    def _settlement(self, outcome: Outcome) -> Settlement:
        if outcome.error is not None:
            status: Status = "rejected" if isinstance(outcome.error, Rejected) else "unknown"
            return Settlement(change_no=outcome.number, status=status, reason=outcome.error.message)
        image = outcome.image or Image(record_id=outcome.operation.change.record_id)
        return written(outcome.number, image, outcome.asked_at)


def _unsettled(number: int, error: BaseException) -> Settlement:
    """The settlement of a call that stopped the run: refused by Attio, or of unknown outcome."""
    is_refusal = isinstance(error, AttioError) and error.status is not None and error.status < 500  # noqa: PLR2004 (HTTP's own border)
    status: Status = "not_applied" if is_refusal else "unknown"
    return Settlement(change_no=number, status=status, reason=str(error))


def _not_sent(number: int) -> Settlement:
    return Settlement(change_no=number, status="not_applied", reason="The run stopped before this write.")
