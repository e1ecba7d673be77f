"""Tombstones in a stream of their own, `deleted_records`, for destinations that cannot delete.

It has no source of its own: it is filled by the streams that are read beside it in the same sync.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from airbyte_cdk.models import AirbyteMessage, AirbyteStreamStatus

from source_attio.decode.columns import CURSOR
from source_attio.emit.messages import Outbox


@dataclass(kw_only=True, slots=True)
class Graves:
    """Collects marks, if the stream is wanted at all."""

    outbox: Outbox | None
    newest: str = ""
    _open: bool = field(default=False, init=False)

    def bury(
        self, stream: str, row_id: str, moment: str, merged_into: str | None
    ) -> Iterator[AirbyteMessage]:
        """Deliver one mark."""
        if self.outbox:
            self.newest, self._open = max(self.newest, moment), True
            yield self.outbox.row(
                {"stream": stream, "id": row_id, CURSOR: moment, "merged_into": merged_into}
            )

    def begin(self) -> Iterator[AirbyteMessage]:
        """Say that the stream begins, if it is wanted."""
        if self.outbox:
            yield self.outbox.status(AirbyteStreamStatus.STARTED)

    def checkpoint(self) -> Iterator[AirbyteMessage]:
        """Account for the marks before the stream they came from forgets the ids."""
        if self.outbox and self._open:
            self._open = False
            yield self.outbox.state({"version": 1, CURSOR: self.newest})

    def end(self) -> Iterator[AirbyteMessage]:
        """Say that the stream is complete, when those beside it have ended."""
        if self.outbox:
            yield self.outbox.state({"version": 1, CURSOR: self.newest})
            yield self.outbox.status(AirbyteStreamStatus.COMPLETE)
