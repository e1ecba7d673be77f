"""A stream's state as JSON: version 1, what it holds, what becomes of a foreign or damaged one.

| the state                                | what happens |
|------------------------------------------|---|
| none, or empty                           | a first sync |
| ours                                     | an incremental sync |
| of another object (a slug used again)    | a first sync of the new object; said in the log |
| damaged                                  | a first sync that outranks what was delivered; said in the log |
| of a newer version, or another workspace | a configuration error that says what to do |
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from attio_api.errors import Misconfigured
from attio_api.wire import JsonObject
from source_attio.changes import memory
from source_attio.changes.detection import Noticing, shifted
from source_attio.changes.memory import DamagedStateError, Watermark
from source_attio.decode.rows import Key, canonical

VERSION: Final = 1
_PARTS_OF_A_KEY: Final = 2
_LOG = logging.getLogger("airbyte.source_attio")
_RESET = "Reset (clear) the stream in Airbyte, then sync again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Whose state it is."""

    stream: str
    workspace_id: str
    target_id: str


@dataclass(kw_only=True, slots=True)
class StreamState:
    """What a stream knows when a sync begins, and what it will know next time."""

    owner: Owner
    noticing: Noticing
    reading: str
    """A digest of the settings that decide which rows there are."""
    feed: JsonObject = field(default_factory=dict)
    """Where in the change feed the stream is."""
    scanned_at: str = ""
    """When the last whole pass began."""
    settings_changed: bool = False

    def may_follow(self, now: str, interval: timedelta) -> bool:
        """Whether a change feed suffices: the last whole pass ended, was alike, and is not too long ago."""
        whole = self.scanned_at and self.noticing.position is None and not self.noticing.first_pass
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
            "_changed_at": noticing.newest,
            "watermark": noticing.watermark,
            "position": list(noticing.position) if noticing.position else None,
            "first_pass": noticing.first_pass,
            "scanned_at": self.scanned_at,
            "feed": self.feed,
            **noticing.memory.dump(),
        }


@dataclass(kw_only=True, slots=True)
class RefreshState(StreamState):
    """What a full refresh knows: only how far it is."""

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


def load(
    raw: Mapping[str, Any] | None, owner: Owner, *, started_at: str, budget: int, reading: str
) -> StreamState:
    """Read a state; raises Misconfigured when it cannot be gone on from."""
    fresh = StreamState(owner=owner, noticing=Noticing(started_at=started_at, budget=budget), reading=reading)
    if not raw:
        return fresh
    _refuse_foreign(raw, owner)
    if raw.get("mode") == "refresh":
        return fresh
    if raw.get("target_id") != owner.target_id:
        _LOG.warning("%s: the stream is another object now; it is read from the start.", owner.stream)
        return fresh
    try:
        noticing = _noticing(raw, started_at, budget)
    except DamagedStateError as trouble:
        _LOG.warning(
            "%s: its state is damaged (%s); every row is delivered again, deletions since are not noticed.",
            owner.stream,
            trouble,
        )
        # Whatever was delivered carried a time before now, so now outranks it.
        fresh.noticing = Noticing(started_at=started_at, budget=budget, floor=started_at)
        return fresh
    return _continued(raw, StreamState(owner=owner, noticing=noticing, reading=reading))


def _continued(raw: Mapping[str, Any], state: StreamState) -> StreamState:
    """Take over where the last sync stood beside its rows."""
    feed = raw.get("feed")
    state.feed = dict(feed) if isinstance(feed, dict) else {}
    state.scanned_at = _text(raw, "scanned_at")
    state.settings_changed = raw.get("reading") != state.reading
    return state


def load_refresh(
    raw: Mapping[str, Any] | None, owner: Owner, *, started_at: str, reading: str
) -> StreamState:
    """Read the state of a full refresh: where it was interrupted, if it was."""
    noticing = Noticing(started_at=started_at, memory=Watermark())
    state = RefreshState(owner=owner, noticing=noticing, reading=reading)
    facts = raw or {}
    same = facts.get("target_id") == owner.target_id and facts.get("reading") == reading
    position = facts.get("position") if facts.get("mode") == "refresh" and same else None
    if isinstance(position, list) and len(position) == _PARTS_OF_A_KEY:
        noticing.position = Key(*(str(part) for part in position))
    return state


def _refuse_foreign(raw: Mapping[str, Any], owner: Owner) -> None:
    version = raw.get("version")
    if isinstance(version, int) and version > VERSION:
        raise Misconfigured(
            f"The state of {owner.stream} was written by a newer version of this connector.",
            remedy=f"Use that version again. Or: {_RESET}",
        )
    workspace = raw.get("workspace_id")
    if isinstance(workspace, str) and workspace != owner.workspace_id:
        raise Misconfigured(
            f"The state of {owner.stream} belongs to another Attio workspace than the access token.",
            remedy=f"Use a token of the workspace that was synced before. Or: {_RESET}",
        )


def _noticing(raw: Mapping[str, Any], started_at: str, budget: int) -> Noticing:
    if raw.get("version") != VERSION:
        raise DamagedStateError("it has no version")
    position = raw.get("position")
    try:
        return Noticing(
            started_at=started_at,
            budget=budget,
            floor=_moment(raw, "_changed_at"),
            memory=memory.load(dict(raw)),
            watermark=_moment(raw, "watermark"),
            position=None if position is None else Key(*(str(each) for each in position)),
            first_pass=raw.get("first_pass") is not False,
        )
    except (TypeError, ValueError) as trouble:
        raise DamagedStateError(str(trouble)) from trouble


def _moment(raw: Mapping[str, Any], member: str) -> str:
    text = _text(raw, member)
    return canonical(text) if text else ""


def _text(raw: Mapping[str, Any], member: str) -> str:
    value = raw.get(member)
    return value if isinstance(value, str) else ""
