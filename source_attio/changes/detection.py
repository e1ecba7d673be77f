"""Decides which rows are new or changed since the last sync, and what they carry as `_changed_at`.

`updated_at`, the newest time at which any value was set, goes back when that value is cleared, so it is no
cursor. `_changed_at` is: it is `updated_at` when that is newer than everything delivered before, else the
time at which this sync noticed the change. Per row it only grows, but after a kill without exact memory.
What was delivered before stands in `memory`.

A memory that was given up for lack of room is rebuilt by a whole pass as soon as there is room: from digests
beside the pass, since they tell whether a row was delivered; from less by delivering every row once more.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from attio_api.moments import Moment, as_moment
from source_attio.changes.budget import Budget, Share
from source_attio.changes.memory import AnyMemory, Exact, Watermark
from source_attio.decode.rows import Key, Row

_MARGIN = timedelta(minutes=5)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(kw_only=True, slots=True)
class Noticing:
    """One stream's knowledge of what it delivered, during one sync."""

    started_at: str
    """When this sync began, by Attio's clock."""
    floor: str = ""
    """The newest `_changed_at` that was ever delivered before this sync."""
    memory: AnyMemory = field(default_factory=Exact)
    share: Share = field(default_factory=lambda: Budget(most=None).join(""))
    """This stream's part of what all streams may remember."""
    watermark: str = ""
    """Everything set before this moment was delivered by a pass that ended."""
    position: Key | None = None
    """Where a pass was left; None when the last one ended."""
    first_pass: bool = True
    """Whether rows after the position were never delivered at all."""
    newest: str = field(default="", init=False)
    noticed_at: str = field(default="", init=False)
    _read: int = field(default=0, init=False)
    """How many rows were read in this sync."""
    rebuilt: Exact | None = None
    """Exact memory that this pass makes anew, beside a coarser one that it goes by."""
    known_before: int = field(default=0, init=False)
    """How many rows were remembered when this sync began."""

    def __post_init__(self) -> None:
        self.newest, self.known_before = self.floor, self.memory.count()
        self.share.holder = self
        self.noticed_at = max(self.started_at, shifted(self.floor, _MICROSECOND) if self.floor else "")
        if not self.watermark:
            self.watermark = shifted(self.started_at, -_MARGIN)

    def changed_at(self, row: Row, *, fresh: bool = False) -> str | None:
        """Return the row's `_changed_at`, or None when it was delivered before just as it is.

        `fresh` says that the row stands where this stream never was, or that a feed named it.
        """
        same = self.memory.unchanged(row)
        self._read += 1
        if self.rebuilt is not None:
            self.rebuilt.take(row)
        if same and not self._must_be_new(row, fresh=fresh):
            return None
        moment = row.updated_at if row.updated_at > self.floor else self.noticed_at
        self.newest = max(self.newest, moment)
        return moment

    def weigh(self) -> None:
        """Let the connection's budget know how much is remembered; it may have this stream give up some."""
        self.share.hold((self.rebuilt or self.memory).size())

    def give_up(self) -> int:
        """Go on with a coarser memory; returns its size."""
        if self.rebuilt is None:
            self.memory = self.memory.coarser()
        self.rebuilt = None
        return self.memory.size()

    def unmet(self) -> list[str]:
        """Return, after a whole pass, the ids that were delivered before and are gone."""
        return (self.rebuilt or self.memory).unmet()

    def drop(self, row_ids: list[str]) -> None:
        """Forget rows whose marks were delivered."""
        for memory in (self.memory, self.rebuilt):
            if memory is not None:
                memory.drop(row_ids)

    def _must_be_new(self, row: Row, *, fresh: bool) -> bool:
        """With less than exact memory, what may have been edited counts as edited."""
        if self.memory.name == "exact":
            return False
        if self.memory.name == "digests":
            return fresh or row.updated_at > self.floor
        return fresh or row.updated_at >= self.watermark

    def notice_gone(self, row_ids: list[str]) -> str:
        """Return the `_changed_at` of rows that are gone."""
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
            # It became one in the middle of the pass, and has not counted what was read before.
            self.memory = Watermark(self._read)
        self.watermark = shifted(self.started_at, -_MARGIN)
        self.position, self.first_pass = None, False

    def end(self) -> None:
        """Take what is remembered now for what the state will hold: it is not given up any more."""
        self.weigh()
        self.share.ended = True


def shifted(moment: str, by: timedelta) -> str:
    """Move a time as Attio writes it."""
    known = as_moment(moment)
    if known is None:
        raise ValueError("not a time")
    whole = known.second + timedelta(microseconds=known.nanos // 1000) + by
    return Moment(
        second=whole.replace(microsecond=0), nanos=whole.microsecond * 1000 + known.nanos % 1000
    ).iso()
