"""A stream's state: what it knows when a sync begins and next time, and how that is written as JSON.

How one is read, and what becomes of a foreign or damaged one, stands in `resumption`.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Final

from attio_api.wire import JsonObject
from source_attio.changes.detection import Noticing, shifted

VERSION: Final = 2
NOTICES: Final = {
    "exact": ["edits", "clears", "deletes"],
    "digests": ["edits", "clears"],
    "watermark": ["edits"],
}
"""What each memory notices without a change feed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Whose state it is."""

    stream: str
    workspace_id: str
    target_id: str


@dataclass(kw_only=True, slots=True)
class StreamState:
    """What a stream knows when a sync begins, and what it will know next time."""

    remembers: ClassVar[bool] = True
    """Whether it tells rows that were delivered from those that were not."""
    owner: Owner
    noticing: Noticing
    reading: str
    """A digest of the settings that decide which rows there are."""
    feed: JsonObject = field(default_factory=dict)
    """Where in the change feed the stream is."""
    scanned_at: str = ""
    """When the last whole pass began."""
    settings_changed: bool = False
    selection: str = ""
    """A digest of the settings that decide which rows there are, whatever their columns."""
    titles: JsonObject = field(default_factory=dict)
    """By id, the names that rows of a history spell out."""
    old_keys: bool = False
    """Whether rows of a history may stand under keys of the first version."""
    vanishing_explained: bool = False
    """Whether rows may well be gone by the thousand: until a whole pass with the present settings ended."""

    def may_follow(self, now: str, interval: timedelta) -> bool:
        """Whether a change feed suffices: the last whole pass ended, was alike, and is not too long ago."""
        noticing = self.noticing
        whole = self.scanned_at and noticing.position is None and not noticing.first_pass
        whole = whole and noticing.rebuilt is None
        return bool(whole) and not self.settings_changed and shifted(self.scanned_at, interval) > now

    def dump(self) -> JsonObject:
        """Return the state to be stored."""
        noticing = self.noticing
        return {
            "version": VERSION,
            "mode": "incremental",
            "workspace_id": self.owner.workspace_id,
            "target_id": self.owner.target_id,
            "reading": self.reading,
            "selection": self.selection,
            "vanishing_explained": self.vanishing_explained,
            **({"titles": self.titles} if self.titles else {}),
            **({"old_keys": True} if self.old_keys else {}),
            "_changed_at": noticing.newest,
            "watermark": noticing.watermark,
            "position": list(noticing.position) if noticing.position else None,
            "first_pass": noticing.first_pass,
            "scanned_at": self.scanned_at,
            "deletes": noticing.share.deletes,
            "notices": [*NOTICES[noticing.memory.name]],
            "feed": self.feed,
            **noticing.memory.dump(),
        }


@dataclass(kw_only=True, slots=True)
class RefreshState(StreamState):
    """What a full refresh knows: only how far it is."""

    remembers: ClassVar[bool] = False

    def dump(self) -> JsonObject:
        """Return the state to be stored; a refresh that ended leaves no position."""
        position = self.noticing.position
        return {
            "version": VERSION,
            "mode": "refresh",
            "workspace_id": self.owner.workspace_id,
            "target_id": self.owner.target_id,
            "reading": self.reading,
            "position": list(position) if position else None,
        }
