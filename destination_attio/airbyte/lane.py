"""One stream of the input: which of its rows are decided, and whether its states may be emitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from destination_attio.rows import refused_runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from destination_attio.airbyte.protocol import StreamKey
    from destination_attio.engine.push import StreamPush


@dataclass(frozen=True, kw_only=True, slots=True)
class Probation:
    """After how many rows, all of them rejected, a stream fails (0: never).

    Where rejected rows are not kept, a stream that ends before that number fails as well: an incremental
    source sends its rows only once, so nobody could get at them again.
    """

    rows: int = 0
    is_kept: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """How many rows and states of a stream had come when a state came, that state included."""

    rows: int
    states: int


@dataclass(kw_only=True)
class Lane:
    """One stream of the input while it is written."""

    key: StreamKey
    stream_push: StreamPush
    probation: Probation = Probation()
    waiting: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Columns of which a value was lost on the way, and somebody was told so."""
    rows: int = 0
    states: int = 0
    acknowledged: int = 0
    refused: list[int] = field(default_factory=list)
    rejected_first: int = 0
    is_complete: bool = False
    has_content: bool = False
    is_finished: bool = False

    @property
    def name(self) -> str:
        """The stream's name in messages."""
        return self.stream_push.pipeline.binding.stream

    @property
    def is_mirror(self) -> bool:
        """Whether records that left the source are deleted at the end."""
        return self.stream_push.pipeline.binding.mode == "mirror"

    @property
    def is_cleared(self) -> bool:
        """Whether the platform clears the stream: it sent no row, and no state with content."""
        return self.is_complete and self.states > 0 and not self.rows and not self.has_content

    @property
    def place(self) -> Mark:
        """The stream's position at this moment."""
        return Mark(rows=self.rows, states=self.states)

    def mark(self, stream_state: object) -> Mark:
        """Record that a state came; returns the stream's position at that moment."""
        self.has_content = self.has_content or bool(stream_state)
        self.states += 1
        return self.place

    def is_at_trial(self) -> bool:
        """Whether the first rows have all come: they are written at once, to find a wrong mapping early."""
        return bool(self.waiting) and self.rows == self.probation.rows

    def woken(self) -> int:
        """How many rows that waited for a record can be written now."""
        pipeline = self.stream_push.pipeline
        return pipeline.tools.waiting.aside.ready(pipeline.lane)

    def is_decided(self, mark: Mark) -> bool:
        """Whether every row up to this mark is stored or reported, and nothing can fail the stream."""
        oldest = self.oldest()
        is_written = not self.waiting or self.waiting[0][0] > mark.rows
        return is_written and (oldest is None or oldest > mark.rows) and not self._may_fail(mark)

    def _may_fail(self, mark: Mark) -> bool:
        """Whether the stream can still fail: by a mirror's limit, or as its first rows were all rejected."""
        is_last_of_mirror = self.is_mirror and mark.states == self.states
        return not self.is_finished and (is_last_of_mirror or self._is_on_probation())

    def _is_on_probation(self) -> bool:
        return not self.probation.is_kept and 0 < self.rejected_first == self.rows < self.probation.rows

    def oldest(self) -> int | None:
        """The number of the first row that waits for a record, or None."""
        pipeline = self.stream_push.pipeline
        return pipeline.tools.waiting.aside.oldest(pipeline.lane)

    def end(self) -> None:
        """Declare the stream ended, so that no row waits for its records any more."""
        self.stream_push.pipeline.tools.waiting.end(self.stream_push.pipeline.lane)

    def take_refused(self) -> None:
        """Record which rows were rejected since the last call."""
        refused = self.stream_push.results.take_refused()
        self.refused += refused
        self.rejected_first += sum(1 for number in refused if number <= self.probation.rows)

    def judge(self, *, is_end: bool = False) -> None:
        """Raise Misconfigured when the first rows were all rejected, since the mapping must be wrong."""
        is_wrong = self.rejected_first and self.rejected_first == self.probation.rows
        if is_wrong or (is_end and self._is_on_probation()):
            reasons = [
                f"{one.reason} {one.remedy or ''}".strip() for one in self.stream_push.results.rejected
            ]
            raise refused_runs.ALL_REJECTED(
                count=self.rejected_first, stream=self.name, reason=max(set(reasons), key=reasons.count)
            )

    def release(self, mark: Mark) -> tuple[int, int]:
        """Acknowledge the rows up to a mark; returns their number and how many of them were rejected."""
        rejected = sum(1 for number in self.refused if number <= mark.rows)
        self.refused = [number for number in self.refused if number > mark.rows]
        rows, self.acknowledged = mark.rows - self.acknowledged, mark.rows
        return rows, rejected

    def told(self) -> str:
        """A sentence with the counts of the stream's rows so far."""
        counts = self.stream_push.results.counts
        return (
            f"{self.name}: {counts.rows} rows, {counts.create} created, {counts.update} updated, "
            f"{counts.delete} deleted, {counts.unchanged} unchanged, {counts.superseded} superseded, "
            f"{counts.rejected} rejected."
        )
