"""Turns Airbyte's records into batches, and emits each state once the rows before it are safe.

A state is emitted when every row before it is in Attio or among the rejects, and states keep their order. So
a row that waits for a record which has yet to come holds back the states behind it. `engine/push` writes the
batches.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from destination_attio.airbyte.protocol import (
    BadInput,
    Message,
    StreamKey,
    acknowledged,
    completed_stream,
    ends_stream,
    log,
    lost_columns,
    state_stream,
    stream_of,
)
from destination_attio.engine.counts import judge
from destination_attio.engine.mirror import finish_mirror
from destination_attio.rows import refused_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from attio_api.wire import JsonObject
    from destination_attio.airbyte.lane import Lane, Mark
    from destination_attio.engine.deferred_resolver import DeferredResolver

PATIENCE: Final = 30.0
"""Seconds after which held states are emitted even if a batch is not full."""
MOST_BYTES: Final = 64 << 20
"""Bytes of lines after which a batch is written although it could have more rows: rows may be long."""
_STATES: Final = "states"
"""The place in the scratch file for states whose rows are undecided: they may be many, of megabytes each."""
_UNFINISHED: Final = (
    "nothing says that the whole source was read, so the mirror deletes nothing. "
    "It needs the platform's COMPLETE status, or the last state of a full refresh."
)
_CLEARED: Final = (
    "the source sent no row and an empty state, as Airbyte does to clear a stream's data. A mirror deletes "
    "nothing in Attio then: delete the records in Attio, or take them out of the source and sync."
)
_LOST: Final = (
    "{stream}, row {row}: the value of '{column}' was lost before it came here, as the source or the platform"
    " says. What Attio holds stays; further rows of this kind are not listed."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A state that waits for the rows before it, with the place of each stream that it waits for.

    A state of a stream that the catalog does not have waits for the rows of all streams, as nothing says
    which of them it is about, and counts none of them.
    """

    marks: Mapping[StreamKey, Mark]
    is_foreign: bool = False


class Intake:
    """Takes messages and emits messages; used from one thread."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        emit: Callable[[JsonObject], None],
        *,
        batch_rows: int,
        max_rejected_percent: float,
        deferred_resolver: Callable[[Callable[[], None]], DeferredResolver],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Rows are written in the order of `lanes`; `deferred_resolver` runs at the end of the input."""
        self._lanes = {lane.key: lane for lane in lanes}
        self._emit, self._batch_rows, self._most = emit, batch_rows, max_rejected_percent
        self._clock = clock
        self._deferred_resolver = deferred_resolver(self._judge)
        self._aside = self._deferred_resolver.waiting.aside
        self._held: deque[Held] = deque()
        self._states = 0
        self._waiting = 0
        self._bytes = 0
        self._woken = 0
        self._since: float | None = None

    def take(self, incoming: Iterable[Message | None]) -> None:
        """Work through the input to its end."""
        try:
            for message in incoming:
                self._turn(message)
        except BadInput:
            self.flush()  # Rows before the bad line are sound, so they are written.
            raise
        self.flush()
        self._resolve_deferred()
        self._finish()

    def flush(self, *, is_full: bool = False) -> None:
        """Write the batches that can be written, then emit the states that were held for them.

        Rows that waited for a record count as rows of the batch, since they take as long to write. Those for
        which it has no room are written with the next one.
        """
        room = max(self._batch_rows - self._waiting, 0)
        for lane in self._lanes.values():
            room -= self._push(lane, room, is_full=is_full)
        self._waiting, self._bytes, self._since = 0, 0, None
        self._woken = self._aside.ready()
        self._judge_mappings()
        self._let_out()
        self._judge()

    def _resolve_deferred(self) -> None:
        waited = [lane for lane in self._lanes.values() if lane.oldest() is not None]
        self._deferred_resolver.resolve()
        for lane in waited:
            self._tell(lane)
        self._judge_mappings(is_end=True)
        self._let_out()

    def _let_out(self) -> None:
        """Emit the states whose rows are all decided, up to the first one that has to wait."""
        while self._held and all(
            self._lanes[key].is_decided(mark) for key, mark in self._held[0].marks.items()
        ):
            ((_, raw),) = self._aside.unspool(_STATES, 1)
            self._emit(self._acknowledge(raw, self._held.popleft()))

    def _turn(self, message: Message | None) -> None:
        if message is None:
            if self._held:
                self.flush()
            return
        self._one(message)
        if self._is_due():
            self.flush(is_full=self._is_full())

    def _one(self, message: Message) -> None:
        if message.kind == "RECORD":
            self._record(message.raw["record"])  # type: ignore[arg-type]  # `messages` made sure it is an object
            self._bytes += message.size
        elif message.kind == "STATE":
            self._state(message.raw)
        elif message.kind == "TRACE":
            key = completed_stream(message.raw)
            if key in self._lanes:
                self._lanes[key].is_complete = True

    def _record(self, body: Mapping[str, Any]) -> None:
        lane = self._lanes.get(stream_of(body))
        if lane is None:
            space, name = stream_of(body)
            place = f" in the namespace '{space}'" if space else " without a namespace"
            raise refused_runs.UNKNOWN_STREAM(stream=name, place=place)
        lane.rows += 1
        lane.waiting.append((lane.rows, self._sent(lane, body)))
        self._waiting += 1
        self._since = self._clock() if self._since is None else self._since

    def _sent(self, lane: Lane, body: Mapping[str, Any]) -> JsonObject:
        """The row without the columns whose value was lost on the way: their null must clear nothing."""
        data: JsonObject = body["data"]
        if not (lost := lost_columns(body)):
            return data
        for column in sorted(lost - lane.lost):
            self._emit(log("WARN", _LOST.format(stream=lane.name, column=column, row=lane.rows)))
        lane.lost |= lost
        return {name: one for name, one in data.items() if name not in lost}

    def _state(self, raw: JsonObject) -> None:
        state: Any = raw["state"]
        key = state_stream(state)
        if key in self._lanes and ends_stream(state):
            self._lanes[key].is_complete = True
        is_foreign = key is not None and key not in self._lanes
        lanes = [self._lanes[key]] if key in self._lanes else list(self._lanes.values())
        content = _content(state)
        marks = {lane.key: lane.place if is_foreign else lane.mark(content) for lane in lanes}
        self._held.append(Held(marks=marks, is_foreign=is_foreign))
        self._states += 1
        self._aside.spool(_STATES, [(self._states, raw)])

    def _is_full(self) -> bool:
        return self._waiting + self._woken >= self._batch_rows or self._bytes >= MOST_BYTES

    def _is_due(self) -> bool:
        if self._is_full() or (self._held and not self._waiting):
            return True
        if any(lane.is_at_trial() for lane in self._lanes.values()):
            return True
        return bool(self._held) and self._since is not None and self._clock() - self._since >= PATIENCE

    def _push(self, lane: Lane, room: int, *, is_full: bool) -> int:
        """Write the lane's rows; returns how many of them had waited, at most `room`."""
        woken = min(lane.woken(), room)
        if lane.waiting or woken:
            waiting, lane.waiting = lane.waiting, []
            lane.stream_push.push(waiting, is_full=is_full, most_woken=woken)
            self._tell(lane)
        if lane.is_complete:
            lane.end()
        return woken

    def _tell(self, lane: Lane) -> None:
        lane.take_refused()
        self._emit(log("INFO", lane.told()))

    def _acknowledge(self, raw: JsonObject, held: Held) -> JsonObject:
        marks = {} if held.is_foreign else held.marks
        released = [self._lanes[key].release(mark) for key, mark in marks.items()]
        rows, rejected = sum(one[0] for one in released), sum(one[1] for one in released)
        return acknowledged(raw, stored=rows - rejected, rejected=rejected)

    def _judge(self, *, is_end: bool = False) -> None:
        counts = [lane.stream_push.results.counts for lane in self._lanes.values()]
        rows, rejected = sum(one.rows for one in counts), sum(one.rejected for one in counts)
        judge(rows, rejected, self._most, is_end=is_end)

    def _judge_mappings(self, *, is_end: bool = False) -> None:
        """Raise for a stream whose first rows were all rejected, before a state acknowledges those rows."""
        for lane in self._lanes.values():
            lane.judge(is_end=is_end)

    def _finish(self) -> None:
        self._judge(is_end=True)
        for lane in self._lanes.values():
            if lane.is_mirror:
                self._finish_mirror(lane)
            lane.is_finished = True
        self._let_out()

    def _finish_mirror(self, lane: Lane) -> None:
        if lane.is_complete and not lane.is_cleared:
            finish_mirror(lane.stream_push)
            self._emit(log("INFO", lane.told()))
        else:
            sentence = _CLEARED if lane.is_cleared else _UNFINISHED
            self._emit(log("WARN", f"{lane.name}: {sentence}"))


def _content(state: Mapping[str, Any]) -> object:
    """A state's content for comparison; empty for a state with which the platform clears a stream."""
    stream = state.get("stream")
    if isinstance(stream, dict):
        return stream.get("stream_state")
    return state.get("global") or state.get("data")
