"""Tombstones in a stream of their own, `deleted_records`, for destinations that cannot delete.

It reads nothing itself: the other streams of the same sync fill it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from airbyte_cdk.models import AirbyteMessage, AirbyteStreamStatus

from source_attio.decode.columns import CURSOR
from source_attio.emit.messages import Outbox


@dataclass(kw_only=True, slots=True)
class Tombstones:
    """Sends tombstones to `deleted_records`; without an outbox (an unselected stream) it sends nothing."""

    outbox: Outbox | None
    newest: str = ""
    _open: bool = field(default=False, init=False)

    def emit(
        self, stream: str, row_id: str, moment: str, merged_into: str | None
    ) -> Iterator[AirbyteMessage]:
        """Deliver one tombstone."""
        if self.outbox:
            self.newest, self._open = max(self.newest, moment), True
            yield self.outbox.row(
                {"stream": stream, "id": row_id, CURSOR: moment, "merged_into": merged_into}
            )

    def begin(self) -> Iterator[AirbyteMessage]:
        """Send the status STARTED."""
        if self.outbox:
            yield self.outbox.status(AirbyteStreamStatus.STARTED)

    def checkpoint(self) -> Iterator[AirbyteMessage]:
        """Send a state after new tombstones, before the stream that they came from forgets their ids."""
        if self.outbox and self._open:
            self._open = False
            yield self.outbox.state({"version": 1, CURSOR: self.newest})

    def end(self) -> Iterator[AirbyteMessage]:
        """Send the last state and the status COMPLETE, once the other streams have ended."""
        if self.outbox:
            yield self.outbox.state({"version": 1, CURSOR: self.newest})
            yield self.outbox.status(AirbyteStreamStatus.COMPLETE)
