"""Turns rows that were read into messages: what changed, what is gone, and the checkpoints in between.

A state is a promise: what it calls delivered went before it, and what is on its way after it is named in it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from airbyte_cdk.models import AirbyteMessage

from attio_api.wire import JsonObject
from source_attio.changes.state import StreamState
from source_attio.decode.columns import DELETED_AT
from source_attio.decode.rows import Key, Row
from source_attio.emit.messages import Outbox
from source_attio.emit.tombstones import Graves
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
    """One stream's way out, in one sync."""

    outbox: Outbox
    state: StreamState
    id_column: str
    graves: Graves
    limits: Limits
    wall: Callable[[], float]
    removes: bool = True
    """Whether marks tell Airbyte's destinations to remove the row."""
    initial: Mapping[str, Any] | None = None
    """The state that the sync began with."""
    merged: Mapping[str, str] = field(default_factory=dict)
    """Which vanished ids are known to live on under which id."""
    feed_after_pass: JsonObject = field(default_factory=dict)
    """Where the change feed stood before a whole pass began."""
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
        """Take rows that were read, everything up to a key, and deliver those that are new or changed."""
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
        """Deliver what has come together."""
        if self._window and self.state.noticing.memory.name == "exact":
            yield from self._checkpoint()
        yield from self._let_out()

    def finish(self, gone: list[str], *, whole_pass: bool, feed: JsonObject) -> Iterator[AirbyteMessage]:
        """Deliver what is left and mark what is gone; after a whole pass, also what was not met any more.

        `feed` is where the change feed is to be gone on from.
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
        noticing.end()
        self.state.feed = feed
        self._say_what_is_noticed()
        yield from self._checkpoint()

    def _let_out_if_due(self, *, fresh: bool) -> Iterator[AirbyteMessage]:
        """Let rows and a state out when enough has come together.

        With exact memory the state goes first and names the ids on their way; the others remember nothing
        that a row already gone would need, so their rows go at once and a state follows from time to time.
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
        if self._late() or self._read >= max(limits.rows_a_checkpoint, memory.count() // 10):
            if memory.keeps_place or fresh:
                yield from self._checkpoint()
            elif self._late() and self.initial:
                # Such a pass cannot be left in the middle: if it is, it begins where this sync began.
                self._stated_at = self.wall()
                yield self.outbox.state(dict(self.initial))

    def checkpoint_if_late(self) -> Iterator[AirbyteMessage]:
        """Let a state out when the last one was long ago; every row read so far has been delivered."""
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
        self._read, self._stated_at = 0, self.wall()
        yield from self.graves.checkpoint()
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
        yield from self.graves.bury(self.outbox.stream, row_id, moment, merged_into)

    def _say_what_is_noticed(self) -> None:
        """Say what this stream's memory guarantees at present: in every sync, once."""
        if self._cleaned:
            _LOG.warning(
                "%s: U+0000 was taken out of the texts of %d rows.", self.outbox.stream, self._cleaned
            )
        if self.state.remembers:
            memory = self.state.noticing.memory
            level = logging.INFO if memory.name == "exact" else logging.WARNING
            said = _GUARANTEE[memory.name]
            _LOG.log(level, "%s: %d rows are remembered; %s", self.outbox.stream, memory.count(), said)


def _between(least: int, wanted: int, most: int) -> int:
    """Let states come often while they are small, and seldom when they are big."""
    return min(max(least, wanted), most)
