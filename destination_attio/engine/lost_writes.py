"""Settles the writes of one part whose answers were lost, and says which of them are sent again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from attio_api.errors import (
    AttioError,
    Gatekeeper,
    Malformed,
    Rejected,
    UniquenessConflict,
    Unreadable,
)
from destination_attio.engine.lost_answers import Lost, Made
from destination_attio.engine.outcome import written
from destination_attio.rows import rejections
from destination_attio.storage.journal import Settlement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from destination_attio.engine.journal_writer import JournalWriter
    from destination_attio.engine.lost_answers import Known, LostAnswers
    from destination_attio.engine.lost_candidates import Unclear
    from destination_attio.engine.outcome import Outcome
    from destination_attio.model.plan import FieldChange
    from destination_attio.rows.operation import Operation
    from destination_attio.workspace.gateways import Gateway

_TRIES: Final = 8
_TRIES_OF_A_FAILURE: Final = 2
"""Tries of a write that Attio itself fails at, as it may fail at this one always."""
_LAST_LOOK: Final = 4
"""The pause before the last look, as after so many tries: four seconds at least, since a write whose
connection broke may take Attio seconds more."""
_FAILURE: Final = 500
_UNAVAILABLE: Final = 503


class LostWrites:
    """The writes of one part that got no answer; `failed` are those that are not sent again."""

    def __init__(
        self,
        answers: LostAnswers,
        journal_writer: JournalWriter,
        gateway: Gateway,
        known: Known,
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        """`known` gives those of some ids that the run knows of; `on_outcome` hears of records found."""
        self._answers, self._journal_writer, self._gateway = answers, journal_writer, gateway
        self._known, self._on_outcome = known, on_outcome
        self.failed: list[Outcome] = []
        self._tries = 0
        self._since = ""

    def again(
        self, failed: Sequence[Outcome], renew: Callable[[Outcome], Operation | None]
    ) -> list[Operation]:
        """The writes to send now, of those that have failed; raises what kept Attio from answering at all."""
        lost = [one for one in failed if one.is_lost or self._is_taken(one)]
        self.failed += [one for one in failed if one not in lost]
        if not lost:
            return []
        self._tries += 1
        self._since = self._since or min(one.asked_at for one in lost)
        found = self._looked(lost, self._tries)
        if self._tries < _LAST_LOOK and None in found:
            found = self._looked(lost, _LAST_LOOK)
        not_made = [one for one, each in zip(lost, found, strict=True) if self._is_open(one, each)]
        again = (self._renewed(one, renew) for one in not_made)
        return [one for one in again if one is not None]

    def _looked(self, lost: Sequence[Outcome], pause: int) -> list[Made | Unclear | None]:
        """What the writes have made, after a pause."""
        self._answers.pause(pause)
        asked = [Lost(change=one.operation.change, sent=_sent(one.operation)) for one in lost]
        return self._answers.look(self._gateway.target, asked, self._since, self._known)

    def _is_taken(self, outcome: Outcome) -> bool:
        """Whether a write was refused for a value that its own first try may have taken."""
        return self._tries > 0 and isinstance(outcome.error, UniquenessConflict)

    def _is_open(self, outcome: Outcome, found: Made | Unclear | None) -> bool:
        """Journal what was found; returns whether the write was not made and may be sent again."""
        if isinstance(found, Made):
            outcome = replace(outcome, error=None, answer=found.raw, image=found.image)
            self._journal_writer.settle([written(outcome.number, found.image, outcome.asked_at)])
            self._on_outcome(outcome)
            return False
        if found is not None:
            error = rejections.ANSWER_LOST(target=self._gateway.target.name, places=found.places)
            settled = Settlement(change_no=outcome.number, status="unknown", reason=error.message)
            self._journal_writer.settle([settled])
            self.failed.append(replace(outcome, error=error))
            return False
        if not outcome.is_lost:
            self.failed.append(outcome)
            return False
        self._journal_writer.settle([Settlement(change_no=outcome.number, status="not_applied")])
        return True

    def _renewed(self, outcome: Outcome, renew: Callable[[Outcome], Operation | None]) -> Operation | None:
        cause = outcome.failure.__cause__
        if self._tries >= _patience(cause):
            if _is_outage(cause) and cause is not None:
                raise cause
            self.failed.append(outcome)
            return None
        try:
            return renew(outcome)
        except Rejected as error:
            self.failed.append(replace(outcome, error=error))
            return None


def _sent(operation: Operation) -> tuple[FieldChange, ...]:
    return tuple(one for one in operation.change.fields if one.attribute not in operation.pending)


def _patience(cause: BaseException | None) -> int:
    is_failure = isinstance(cause, Malformed | Unreadable) or _status(cause) == _FAILURE
    return _TRIES_OF_A_FAILURE if is_failure else _TRIES


def _is_outage(cause: BaseException | None) -> bool:
    """Whether it is about Attio, or the way to it, and so about every write."""
    return isinstance(cause, Gatekeeper) or _status(cause) == _UNAVAILABLE


def _status(cause: BaseException | None) -> int | None:
    return cause.status if isinstance(cause, AttioError) else None
