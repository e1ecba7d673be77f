"""A stream's state: what it knows of its earlier syncs, and how that is written as JSON.

`resumption` reads states, and decides what happens with a foreign or damaged one.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Final

from attio_api.wire import JsonObject
from source_attio.changes.detection import ChangeDetection, shifted

VERSION: Final = 2
NOTICES: Final = {
    "exact": ["edits", "clears", "deletes"],
    "digests": ["edits", "clears"],
    "watermark": ["edits"],
}
"""Grade of memory → the kinds of changes that it notices without a change feed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """The stream, workspace and target that a state belongs to; a stream without a target names itself."""

    stream: str
    workspace_id: str
    target_id: str


@dataclass(kw_only=True, slots=True)
class StreamState:
    """What a stream knows when a sync begins; reading updates it for the next sync."""

    remembers: ClassVar[bool] = True
    """Whether the state can tell delivered rows from others."""
    owner: Owner
    noticing: ChangeDetection
    reading: str
    """A digest of the settings that decide which rows and columns there are."""
    feed: JsonObject = field(default_factory=dict)
    """The stream's position in the change feed; empty when it does not follow one."""
    scanned_at: str = ""
    """When the last whole pass began."""
    settings_changed: bool = False
    selection: str = ""
    """A digest of the settings that decide which rows there are, whatever their columns."""
    titles: JsonObject = field(default_factory=dict)
    """Id → name, for the names that rows of a history contain."""
    old_keys: bool = False
    """Whether the warehouse may hold rows of a history under keys of state version 1."""
    vanishing_explained: bool = False
    """Whether new settings or another object explain many vanished rows; false after the next whole pass."""

    def may_follow(self, now: str, interval: timedelta) -> bool:
        """Whether a change feed suffices.

        It does when the last whole pass ended, had the same settings, and began less than `interval` ago, and
        no memory is to be rebuilt.
        """
        noticing = self.noticing
        whole = self.scanned_at and noticing.position is None and not noticing.first_pass
        whole = whole and noticing.rebuilt is None
        return bool(whole) and not self.settings_changed and shifted(self.scanned_at, interval) > now

    def dump(self) -> JsonObject:
        """Return the state as JSON."""
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
    """The state of a full refresh, which holds only its position."""

    remembers: ClassVar[bool] = False

    def dump(self) -> JsonObject:
        """Return the state as JSON; its position is null when the refresh has ended."""
        position = self.noticing.position
        return {
            "version": VERSION,
            "mode": "refresh",
            "workspace_id": self.owner.workspace_id,
            "target_id": self.owner.target_id,
            "reading": self.reading,
            "position": list(position) if position else None,
        }
