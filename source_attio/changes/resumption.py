"""Reads a stream's state, and decides how the next sync goes on from it.

| the state                                | what happens |
|------------------------------------------|---|
| none, or empty                           | a first sync |
| ours                                     | an incremental sync |
| of another object (a slug used again)    | its rows are marked as deleted, the new object is read; logged |
| damaged                                  | a first sync whose `_changed_at` are newer than before; logged |
| of a newer version, or another workspace | a configuration error that says what to do |
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from source_attio import refusals
from source_attio.changes import memory
from source_attio.changes.budget import GRADES, Budget, Share, is_count
from source_attio.changes.detection import ChangeDetection, shifted
from source_attio.changes.memory import AnyMemory, DamagedStateError, Digests, Exact, Watermark
from source_attio.changes.state import VERSION, Owner, RefreshState, StreamState
from source_attio.decode.rows import Key, canonical, is_moment

KnownIds = Callable[[], Iterable[str]]
"""Returns the ids of the rows that a stream delivered, as its warehouse holds them."""
_LOG = logging.getLogger("airbyte.source_attio")
_CLOCKS_DIFFER: Final = timedelta(days=1)
_NO_LATER: Final = "9999"
"""A time from which one cannot go on to a later one."""
DAMAGE: Final = "damage"
"""The only member of a state that was not an object when it was handed in; it says why."""
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "workspace_id": (str,),
    "target_id": (str,),
    "reading": (str,),
    "selection": (str, type(None)),
    "vanishing_explained": (bool, type(None)),
    "_changed_at": (str,),
    "watermark": (str,),
    "position": (list, type(None)),
    "first_pass": (bool, type(None)),
    "scanned_at": (str, type(None)),
    "feed": (dict, type(None)),
    "titles": (dict, type(None)),
    "count": (int, type(None)),
    "deletes": (int, type(None)),
}
"""Member of a state → the types that it may have; NoneType also allows it to be absent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeContext:
    """The facts of a sync that decide how it resumes from a state."""

    started_at: str
    """When the sync began, by Attio's clock."""
    reading: str
    """A digest of the settings that decide which rows and columns there are."""
    selection: str = ""
    """A digest of the settings that decide which rows there are, whatever their columns."""
    share: Share = field(default_factory=lambda: Budget(most=None).join(""))
    known_ids: KnownIds | None = None

    def noticing(self, **known: Any) -> ChangeDetection:  # noqa: ANN401 (members of ChangeDetection)
        """Make the stream's `ChangeDetection` from this sync's facts and the members given."""
        return ChangeDetection(started_at=self.started_at, share=self.share, **known)


def load(raw: Mapping[str, Any] | None, owner: Owner, now: ResumeContext) -> StreamState:
    """Read a state; raises Misconfigured when it is of a newer version or of another workspace."""
    state = StreamState(owner=owner, noticing=now.noticing(), reading=now.reading, selection=now.selection)
    if not raw:
        return state
    _refuse_foreign(raw, owner)
    if raw.get("mode") == "refresh":
        return state
    try:
        _take_up(raw, state, now)
    except DamagedStateError as trouble:
        _begin_again(state, now, trouble)
    return state


def load_refresh(raw: Mapping[str, Any] | None, owner: Owner, now: ResumeContext) -> StreamState:
    """Read the state of a full refresh, which holds the position of an interrupted one."""
    noticing = ChangeDetection(started_at=now.started_at, memory=Watermark())
    state = RefreshState(owner=owner, noticing=noticing, reading=now.reading)
    facts = raw or {}
    same = facts.get("target_id") == owner.target_id and facts.get("reading") == now.reading
    if DAMAGE in facts or (facts.get("mode") == "refresh" and same):
        try:
            _refuse_damage(facts)
            noticing.position = _position(facts)
        except DamagedStateError as trouble:
            _LOG.warning("%s: its state is damaged (%s); it is read from the start.", owner.stream, trouble)
    return state


def _take_up(raw: Mapping[str, Any], state: StreamState, now: ResumeContext) -> None:
    """Fill `state` from what the last sync stored; raises DamagedStateError."""
    _check(raw)
    remembered = memory.load(dict(raw))
    floor = _moment(raw, "_changed_at")
    if raw["target_id"] != state.owner.target_id:
        _take_over(state, now, remembered, floor)
        return
    chosen, rebuilt = _chosen(remembered, state.owner.stream, now)
    state.noticing = now.noticing(
        floor=floor,
        memory=chosen,
        rebuilt=rebuilt,
        watermark=_past(raw, "watermark", now),
        position=_position(raw),
        first_pass=raw.get("first_pass") is not False,
    )
    state.feed, state.titles = dict(raw.get("feed") or {}), dict(raw.get("titles") or {})
    state.old_keys = raw["version"] == 1 or raw.get("old_keys") is True
    state.scanned_at = _past(raw, "scanned_at", now)
    state.settings_changed = raw["reading"] != state.reading
    other = raw["selection"] != state.selection if "selection" in raw else state.settings_changed
    state.vanishing_explained = other or raw.get("vanishing_explained") is True


def _take_over(state: StreamState, now: ResumeContext, remembered: AnyMemory, floor: str) -> None:
    """Start over, as the slug names another object now, with the former object's known rows to be marked."""
    named = _named(remembered, now)
    _LOG.warning(
        "%s: the stream is another object now and is read from the start; the rows of the object before %s.",
        state.owner.stream,
        "are marked as deleted"
        if named is not None
        else "are not known by their ids and stay: reset (clear) the stream to remove them",
    )
    state.noticing = now.noticing(floor=floor, memory=Exact.naming(named or ()))
    state.vanishing_explained = True


def _named(remembered: AnyMemory, now: ResumeContext) -> list[str] | None:
    if isinstance(remembered, Exact):
        return remembered.unmet()
    return None if now.known_ids is None else list(now.known_ids())


def _chosen(remembered: AnyMemory, stream: str, now: ResumeContext) -> tuple[AnyMemory, Exact | None]:
    """Return the memory that decides what changed, and one to rebuild beside it if the budget has room."""
    planned = GRADES.index(now.share.grade)
    while GRADES.index(remembered.name) < planned:
        remembered = remembered.coarser()
    if GRADES.index(remembered.name) == planned:
        return remembered, None
    known = () if now.known_ids is None else now.known_ids()
    if isinstance(remembered, Digests):
        _LOG.info("%s: deleted rows are noticed again from this sync on.", stream)
        return remembered, Exact.naming(known)
    _LOG.info("%s: every row is delivered once more, so that cleared values are noticed again.", stream)
    return Exact.naming(known) if planned == 0 else Digests(), None


def _begin_again(state: StreamState, now: ResumeContext, trouble: DamagedStateError) -> None:
    named = None if now.known_ids is None else list(now.known_ids())
    _LOG.warning(
        "%s: its state is damaged (%s); every row is delivered again%s.",
        state.owner.stream,
        trouble,
        "" if named is not None else ", deletions since are not noticed",
    )
    # Every `_changed_at` delivered before is older than now, so rows delivered again get a newer one.
    state.noticing = now.noticing(floor=now.started_at, memory=Exact.naming(named or ()))


def _refuse_foreign(raw: Mapping[str, Any], owner: Owner) -> None:
    version = raw.get("version")
    if isinstance(version, int) and version > VERSION:
        raise refusals.NEWER_STATE(stream=owner.stream)
    workspace = raw.get("workspace_id")
    if isinstance(workspace, str) and workspace != owner.workspace_id:
        raise refusals.OTHER_WORKSPACE(stream=owner.stream)


def _check(raw: Mapping[str, Any]) -> None:
    """Check the version and the type of each member; raises DamagedStateError."""
    _refuse_damage(raw)
    version = raw.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise DamagedStateError("it has no version")
    for member, kinds in _TYPES.items():
        if not isinstance(raw.get(member), kinds):
            raise DamagedStateError(f"its `{member}` is missing or of another type")
    for member in ("count", "deletes"):
        if raw.get(member) is not None and not is_count(raw[member]):
            raise DamagedStateError(f"its `{member}` is not a number of rows")


def _refuse_damage(raw: Mapping[str, Any]) -> None:
    if DAMAGE in raw:
        raise DamagedStateError(str(raw[DAMAGE]))


def _position(raw: Mapping[str, Any]) -> Key | None:
    match raw.get("position"):
        case None:
            return None
        case [str(created_at), str(row_id)] if is_moment(created_at):
            return Key(canonical(created_at), row_id)
        case _:
            raise DamagedStateError("its `position` is not a place among rows")


def _moment(raw: Mapping[str, Any], member: str) -> str:
    text: str = raw.get(member) or ""
    if text and (not is_moment(text) or canonical(text) >= _NO_LATER):
        raise DamagedStateError(f"its `{member}` is no time")
    return canonical(text) if text else ""


def _past(raw: Mapping[str, Any], member: str, now: ResumeContext) -> str:
    """Return a time of an earlier sync; by one in the future, edits would be taken for delivered."""
    moment = _moment(raw, member)
    if moment > shifted(now.started_at, _CLOCKS_DIFFER):
        raise DamagedStateError(f"its `{member}` is in the future")
    return moment
