"""Decides about every deferred row at the end of an input.

Rows whose records have come are written in waves. The rows left after them point in circles or at missing
records: circles are made first and linked afterwards, and the policy decides about the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from destination_attio.engine.in_flight import MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from destination_attio.engine.batch import Numbered
    from destination_attio.engine.deferral import Deferrals
    from destination_attio.engine.pipeline import BatchPipeline

SMALL: Final = MOST
"""Rows below which a wave is small: it takes longer to wait for its answers than to link later."""
SMALL_WAVES: Final = 16
"""Small waves that are made all the same: a tree that begins with one root soon grows broad."""


class Stream(Protocol):
    """A stream whose batches are decided, in a push or a dry run."""

    @property
    def pipeline(self) -> BatchPipeline:
        """The pipeline that decides the stream's batches."""

    def push(self, rows: Sequence[Numbered], *, is_full: bool = False) -> None:
        """Take one batch."""

    def given(self) -> Iterable[tuple[str, int]]:
        """The addresses of decided rows that cannot be found in Attio, as nothing is written in a dry run."""

    def link(self) -> None:
        """Set the references that were left out when their records were written."""

    def end(self) -> None:
        """Called after the last write."""


class DeferredResolver:
    """Writes, links or rejects the deferred rows; streams that others point at come first."""

    def __init__(
        self, streams: Sequence[Stream], waiting: Deferrals, most: int, after_part: Callable[[], None]
    ) -> None:
        """`most` rows are worked on at once; `after_part` may raise to stop the run."""
        self._streams, self.waiting, self._most, self._after_part = streams, waiting, most, after_part

    def resolve(self) -> None:
        """Decide about every deferred row."""
        self.waiting.end_all()
        small = 0
        while (ready := self.waiting.aside.ready()) and small < SMALL_WAVES:
            small += ready < SMALL
            self._wave()
        self._note_expected()
        self.waiting.phase = "linking"
        self._push_all()
        while self.waiting.aside.ready():
            self._wave()
        self.waiting.phase = "closed"
        self._push_all()
        for stream in self._streams:
            stream.link()
        for stream in self._streams:
            stream.end()
        self.waiting.aside.forget_given()
        self.waiting.phase = "open"

    def _wave(self) -> None:
        for stream in self._streams:
            if self.waiting.aside.is_ready(stream.pipeline.lane):
                stream.push(())
                self._after_part()

    def _push_all(self) -> None:
        for stream in self._streams:
            after = 0
            while rows := self.waiting.aside.take(stream.pipeline.lane, self._most, after=after):
                after = rows[-1][0]
                stream.push(rows)
                self._after_part()

    def _note_expected(self) -> None:
        """Note which waiting rows bring records for others, except rows that wait in vain themselves."""
        for stream in self._streams:
            self.waiting.aside.give(stream.pipeline.lane, stream.given())
            for rows in self._parts(stream.pipeline.lane):
                self.waiting.aside.give(stream.pipeline.lane, stream.pipeline.given(rows))
        self.waiting.aside.withdraw_lost()

    def _parts(self, lane: int) -> Iterator[Sequence[Numbered]]:
        after = 0
        while rows := self.waiting.aside.look(lane, self._most, after=after):
            after = rows[-1][0]
            yield rows
