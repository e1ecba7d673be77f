"""Turns rows that were read into messages: changed rows, tombstones, and the checkpoints in between.

Every row that a state counts as delivered is sent before it. With exact memory, a state also names the ids of
the rows and tombstones that are sent right after it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from airbyte_cdk.models import AirbyteMessage

from attio_api.wire import JsonObject
from source_attio.changes.state import StreamState
from source_attio.decode.columns import DELETED_AT
from source_attio.decode.printing import REMARK
from source_attio.decode.rows import Key, Row
from source_attio.emit.messages import Outbox
from source_attio.emit.tombstones import Tombstones
from source_attio.read.context import Limits

_LOG = logging.getLogger("airbyte.source_attio")
_IDLE = 5
_AT_THE_LIMIT: Final = (
    "no longer noticed without a change feed, because the states of all streams are at their limit together: "
    "raise `state_budget_mb`, or read fewer streams in this connection."
)
_GUARANTEE: Final = {
    "exact": "edits, cleared values and deletions are noticed.",
    "digests": f"edits and cleared values are noticed. Deleted rows are {_AT_THE_LIMIT}",
    "watermark": f"edits are noticed. Deleted rows and cleared values are {_AT_THE_LIMIT}",
}


@dataclass(kw_only=True, slots=True)
class Delivery:
    """Sends one stream's rows, tombstones and states during one sync."""

    outbox: Outbox
    state: StreamState
    id_column: str
    tombstones: Tombstones
    limits: Limits
    wall: Callable[[], float]
    removes: bool = True
    """Whether tombstones make Airbyte's destinations delete the row."""
    initial: Mapping[str, Any] | None = None
    """The state that the sync began with."""
    merged: Mapping[str, str] = field(default_factory=dict)
    """Id that vanished in a merge → id of the record that it was merged into."""
    feed_after_pass: JsonObject = field(default_factory=dict)
    """The change feed's position before a whole pass began."""
    _window: list[tuple[Row, str]] = field(default_factory=list, init=False)
    _size: int = field(default=0, init=False)
    _read: int = field(default=0, init=False)
    _read_to: Key | None = field(default=None, init=False)
    _stated_at: float = field(default=0.0, init=False)
    _cleaned: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Count the time to the first state from now on."""
        self._stated_at = self.wall()

    def rows(self, found: list[Row], *, fresh: bool, read_to: Key | None = None) -> Iterator[AirbyteMessage]:
        """Deliver those rows that are new or changed; everything up to the key `read_to` has been read."""
        changed_at = self.state.noticing.changed_at
        for row in found:
            moment = changed_at(row, fresh=fresh)
            if moment is not None:
                self._cleaned += row.cleaned
                self._window.append((row, moment))
                self._size += len(row.printed)
        self.state.noticing.weigh()
        self._read += len(found)
        self._read_to = read_to
        yield from self._let_out_if_due(fresh=fresh)

    def flush(self) -> Iterator[AirbyteMessage]:
        """Deliver the rows that are held back."""
        if self._window and self.state.noticing.memory.name == "exact":
            yield from self._checkpoint()
        yield from self._let_out()

    def finish(self, gone: list[str], *, whole_pass: bool, feed: JsonObject) -> Iterator[AirbyteMessage]:
        """Deliver rows held back, a tombstone for each id of `gone`, and a last state.

        After a whole pass, ids that it did not meet get a tombstone as well. `feed` is the position from
        which the next sync follows the change feed.
        """
        noticing = self.state.noticing
        gone = noticing.memory.doom([*gone, *(noticing.unmet() if whole_pass else [])])
        moment = noticing.notice_gone(gone)
        if (self._window or gone) and noticing.memory.name == "exact":
            yield from self._checkpoint()
        yield from self._let_out()
        for row_id in gone:
            yield from self._mark(row_id, moment)
        noticing.drop(gone)
        if whole_pass:
            noticing.end_pass()
            self.state.scanned_at, self.state.vanishing_explained = noticing.started_at, False
            self.state.old_keys = False
            if not noticing.read:
                _LOG.info("%s: Attio listed no row, however it was asked.", self.outbox.stream)
        noticing.end()
        self.state.feed = feed
        self._say_what_is_noticed()
        yield from self._checkpoint()

    def _let_out_if_due(self, *, fresh: bool) -> Iterator[AirbyteMessage]:
        """Send rows and a state when enough rows, bytes or seconds have come together.

        With exact memory the state goes first and names the ids of the rows that follow. The other memories
        hold no ids, so their rows go at once and a state follows from time to time, and soon where the memory
        has just shrunk: until then a platform keeps the larger state.
        """
        memory, limits = self.state.noticing.memory, self.limits
        if memory.name == "exact":
            rows = _between(limits.rows_a_checkpoint // 10, memory.count() // 10, limits.rows_a_checkpoint)
            idle = self._read >= max(limits.rows_a_checkpoint * _IDLE, memory.count() // 4)
            full = len(self._window) >= rows or self._size >= limits.bytes_a_checkpoint
            if full or idle or self._late():
                yield from self._checkpoint()
                yield from self._let_out()
            return
        yield from self._let_out()
        many = self._read >= max(limits.rows_a_checkpoint, memory.count() // 10)
        if many or self._late() or self.state.noticing.has_shrunk:
            if memory.keeps_place or fresh:
                yield from self._checkpoint()
            elif self._late() and self.initial:
                # This pass cannot be resumed in the middle: a sync after a kill begins where this one began.
                self._stated_at = self.wall()
                yield self.outbox.state(dict(self.initial))

    def checkpoint_if_late(self) -> Iterator[AirbyteMessage]:
        """Send a state when the last one is too old; the caller has delivered every row read so far."""
        if self._late():
            yield from self._checkpoint()

    def _late(self) -> bool:
        return self.wall() - self._stated_at >= self.limits.seconds_a_checkpoint

    def _let_out(self) -> Iterator[AirbyteMessage]:
        yield from self.outbox.printed(row.delivered(moment) for row, moment in self._window)
        self.state.noticing.memory.confirm(row for row, _ in self._window)
        self.state.noticing.position = self._read_to
        self._window, self._size = [], 0

    def _checkpoint(self) -> Iterator[AirbyteMessage]:
        self._read, self._stated_at, self.state.noticing.has_shrunk = 0, self.wall(), False
        yield from self.tombstones.checkpoint()
        yield self.outbox.state(self.state.dump())

    def _mark(self, row_id: str, moment: str) -> Iterator[AirbyteMessage]:
        merged_into = self.merged.get(row_id)
        mark: JsonObject = {
            self.id_column: row_id,
            "_changed_at": moment,
            "_deleted": True,
            "_merged_into": merged_into,
            **({DELETED_AT: moment} if self.removes else {}),
        }
        yield self.outbox.row(mark)
        yield from self.tombstones.emit(self.outbox.stream, row_id, moment, merged_into)

    def _say_what_is_noticed(self) -> None:
        """Log which changes this stream's memory notices; called once a sync."""
        if self._cleaned:
            _LOG.warning("%s: in the texts of %d rows, %s.", self.outbox.stream, self._cleaned, REMARK)
        if self.state.remembers:
            memory = self.state.noticing.memory
            level = logging.INFO if memory.name == "exact" else logging.WARNING
            said = _GUARANTEE[memory.name]
            _LOG.log(level, "%s: %d rows are remembered; %s", self.outbox.stream, memory.count(), said)


def _between(least: int, wanted: int, most: int) -> int:
    """Return `wanted`, but at least `least` and at most `most`."""
    return min(max(least, wanted), most)
