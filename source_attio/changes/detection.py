"""Decides which rows are new or changed since the last sync, and what they carry as `_changed_at`.

`updated_at`, the newest time at which any value was set, goes back when that value is cleared, so it is no
cursor. `_changed_at` is: it is `updated_at` when that is newer than everything delivered before, else the
time at which this sync noticed the change. Per row it only grows, but after a kill without exact memory.
What was delivered before is `memory`'s business.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from attio_api.moments import Moment, as_moment
from source_attio.changes.memory import AnyMemory, Exact
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
    budget: int = 4 << 20
    watermark: str = ""
    """Everything set before this moment was delivered by a pass that ended."""
    position: Key | None = None
    """Where a pass was left; None when the last one ended."""
    first_pass: bool = True
    """Whether rows after the position were never delivered at all."""
    newest: str = field(default="", init=False)
    noticed_at: str = field(default="", init=False)
    gave_up: list[str] = field(default_factory=list, init=False)
    """The names of the grades of memory that did not fit."""

    def __post_init__(self) -> None:
        self.newest = self.floor
        self.noticed_at = max(self.started_at, shifted(self.floor, _MICROSECOND) if self.floor else "")
        if not self.watermark:
            self.watermark = shifted(self.started_at, -_MARGIN)

    def changed_at(self, row: Row, *, fresh: bool = False) -> str | None:
        """Return the row's `_changed_at`, or None when it was delivered before just as it is.

        `fresh` says that the row stands where this stream never was, or that a feed named it.
        """
        same = self.memory.unchanged(row)
        while not self.memory.fits(self.budget):
            self.gave_up.append(self.memory.name)
            self.memory = self.memory.coarser()
        if same and not self._must_be_new(row, fresh=fresh):
            return None
        moment = row.updated_at if row.updated_at > self.floor else self.noticed_at
        self.newest = max(self.newest, moment)
        return moment

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
        return self.noticed_at

    def end_pass(self) -> None:
        """Remember that everything set before this sync began has been delivered."""
        self.memory.end_pass()
        self.watermark = shifted(self.started_at, -_MARGIN)
        self.position, self.first_pass = None, False


def shifted(moment: str, by: timedelta) -> str:
    """Move a time as Attio writes it."""
    known = as_moment(moment)
    if known is None:
        raise ValueError("not a time")
    whole = known.second + timedelta(microseconds=known.nanos // 1000) + by
    return Moment(
        second=whole.replace(microsecond=0), nanos=whole.microsecond * 1000 + known.nanos % 1000
    ).iso()
