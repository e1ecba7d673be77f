"""The outcome of one write, and the after-image that the journal keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attio_api.errors import OutcomeUnknown
from destination_attio.storage.journal import Settlement

if TYPE_CHECKING:
    from attio_api.errors import Rejected
    from attio_api.wire import JsonObject
    from destination_attio.rows.operation import Operation


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
    def is_lost(self) -> bool:
        """Whether nobody knows whether the write was made."""
        return isinstance(self.error, OutcomeUnknown)

    @property
    def failure(self) -> Rejected | OutcomeUnknown:
        """The error of a write that failed; raises ValueError for one that was answered."""
        if self.error is None:
            raise ValueError("This write has not failed.")
        return self.error


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
