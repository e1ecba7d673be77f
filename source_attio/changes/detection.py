"""Decides which rows are new or changed since the last sync, and what they carry as `_changed_at`.

`updated_at`, the newest time at which any value was set, goes back when that value is cleared, so it cannot
be the cursor. `_changed_at` can: it is `updated_at` when that is newer than everything delivered before, else
the time at which this sync noticed the change; also for an `updated_at` in the future, which would outrank
every later change. A row's `_changed_at` never decreases, except after a killed
sync whose memory was not exact. `memory` tells which rows were delivered before.

As soon as the budget has room, a whole pass rebuilds a memory that had become coarser. Digests tell whether a
row was delivered, so the pass builds exact memory beside them. A watermark does not, so the pass delivers
every row once more.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from attio_api.moments import Moment, as_moment
from source_attio.changes.budget import Budget, Share
from source_attio.changes.memory import AnyMemory, Exact, Watermark
from source_attio.decode.rows import Key, Row

_MARGIN = timedelta(minutes=5)
_MICROSECOND = timedelta(microseconds=1)
_LATER = timedelta(days=1)
"""Time after the beginning of a sync from which a value cannot be."""


@dataclass(kw_only=True, slots=True)
class ChangeDetection:
    """What one stream has delivered, as it is known during one sync."""

    started_at: str
    """When this sync began, by Attio's clock."""
    floor: str = ""
    """The newest `_changed_at` delivered before this sync."""
    memory: AnyMemory = field(default_factory=Exact)
    share: Share = field(default_factory=lambda: Budget(most=None).join(""))
    """This stream's share of the budget of all states."""
    watermark: str = ""
    """Every value set before this time was delivered by a pass that ended."""
    position: Key | None = None
    """The key up to which an interrupted pass has delivered; None when the last pass ended."""
    first_pass: bool = True
    """Whether no pass has delivered the rows after the position yet."""
    newest: str = field(default="", init=False)
    noticed_at: str = field(default="", init=False)
    _future: str = field(default="", init=False)
    read: int = field(default=0, init=False)
    """How many rows were read in this sync."""
    rebuilt: Exact | None = None
    """Exact memory that this pass builds while a coarser one decides what changed."""
    has_shrunk: bool = field(default=False, init=False)
    """Whether the memory became coarser since the last state, which a platform keeps until the next one."""
    known_before: int = field(default=0, init=False)
    """How many rows were remembered when this sync began."""

    def __post_init__(self) -> None:
        self.newest, self.known_before = self.floor, self.memory.count()
        self.share.holder = self
        self.noticed_at = max(self.started_at, shifted(self.floor, _MICROSECOND) if self.floor else "")
        self._future = shifted(self.started_at, _LATER)
        if not self.watermark:
            self.watermark = shifted(self.started_at, -_MARGIN)

    def changed_at(self, row: Row, *, fresh: bool = False) -> str | None:
        """Return the row's `_changed_at`, or None when it was delivered before and has not changed.

        `fresh` is true in a refresh, for a row that no earlier pass reached, and for one that a feed named.
        """
        same = self.memory.unchanged(row)
        self.read += 1
        if self.rebuilt is not None:
            self.rebuilt.take(row)
        if same and not self._must_be_new(row, fresh=fresh):
            return None
        moment = row.updated_at if self.floor < row.updated_at < self._future else self.noticed_at
        self.newest = max(self.newest, moment)
        return moment

    def weigh(self) -> None:
        """Report the memory's size to the budget, which may make this stream's memory coarser."""
        self.share.hold((self.rebuilt or self.memory).size())

    def give_up(self) -> int:
        """Drop the memory that is being rebuilt, else take a coarser one; returns its size in bytes."""
        if self.rebuilt is None:
            self.memory = self.memory.coarser()
        self.rebuilt, self.has_shrunk = None, True
        return self.memory.size()

    def unmet(self) -> list[str]:
        """Return, after a whole pass, the ids that were delivered before and are gone."""
        return (self.rebuilt or self.memory).unmet()

    def drop(self, row_ids: list[str]) -> None:
        """Forget rows whose tombstones were delivered."""
        for memory in (self.memory, self.rebuilt):
            if memory is not None:
                memory.drop(row_ids)

    def _must_be_new(self, row: Row, *, fresh: bool) -> bool:
        """Whether a row that the memory takes for unchanged may have been edited; never with exact memory."""
        if self.memory.name == "exact":
            return False
        if self.memory.name == "digests":
            return fresh or row.updated_at > self.floor
        return fresh or row.updated_at >= self.watermark

    def notice_gone(self, row_ids: list[str]) -> str:
        """Count rows as deleted; returns their `_changed_at`."""
        if row_ids:
            self.newest = max(self.newest, self.noticed_at)
            self.share.deletes += len(row_ids)
        return self.noticed_at

    def end_pass(self) -> None:
        """Remember that everything set before this sync began has been delivered."""
        if self.rebuilt is not None:
            self.memory, self.rebuilt = self.rebuilt, None
        self.memory.end_pass()
        if isinstance(self.memory, Watermark):
            # The memory may have become a watermark during the pass, so it lacks the rows read before.
            self.memory = Watermark(self.read)
        self.watermark = shifted(self.started_at, -_MARGIN)
        self.position, self.first_pass = None, False

    def end(self) -> None:
        """End the stream: report its final size, and exclude it from being made coarser."""
        self.weigh()
        self.share.ended = True


def shifted(moment: str, by: timedelta) -> str:
    """Return a time moved by `by`, in Attio's format; raises ValueError when `moment` is no time."""
    known = as_moment(moment)
    if known is None:
        raise ValueError("not a time")
    whole = known.second + timedelta(microseconds=known.nanos // 1000) + by
    return Moment(
        second=whole.replace(microsecond=0), nanos=whole.microsecond * 1000 + known.nanos % 1000
    ).iso()
