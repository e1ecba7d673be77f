"""Who last changed each value of a record, and when, as Attio says with the value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from attio_api.errors import AttioError
from attio_api.moments import as_moment
from destination_attio.engine.undo import ADDED_TO, CHANGED, SAME_SINCE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from attio_api.wire import JsonObject
    from destination_attio.model.plan import Change

_KINDS: Final = {"api-token": "an API token", "app": "an app", "system": "Attio itself"}
_SOMEBODY: Final = "somebody"
Written = tuple[str, str]
"""The actor who wrote a value, and the time from which it holds."""


class LastWriters:
    """The writers of the values of the records that are being compared."""

    def __init__(self, members: Callable[[], Iterable[JsonObject]]) -> None:
        """`members` is called at most once, and only where a member wrote one of the values."""
        self._members = members
        self._names: dict[str, str] | None = None
        self._written: dict[str, dict[str, Written]] = {}

    def note(self, own_id: str, raws: Iterable[JsonObject]) -> None:
        """Keep the writers that Attio names for some records' values; earlier ones are forgotten."""
        self._written = {}
        for raw in raws:
            ids: Any = raw.get("id")
            self._written[str(ids.get(own_id))] = dict(_newest(raw))

    def later(self, record_id: object, asked_at: str, own: Collection[str]) -> set[str]:
        """The attributes whose newest value is later than the run's write, and of another actor than `own`.

        None where the run's actors, or the time of its write, are not known.
        """
        asked = as_moment(asked_at) if asked_at and own else None
        found = self._written.get(str(record_id), {}) if asked else {}
        return {
            slug
            for slug, (actor, since) in found.items()
            if asked and since > asked.iso() and actor not in own
        }

    def signed(self, left: Change) -> Change:
        """The change that is left alone, with who changed its value and when."""
        if not any(one in str(left.reason) for one in (CHANGED, ADDED_TO, SAME_SINCE)):
            return left
        found = self._written.get(str(left.record_id), {})
        is_equal = SAME_SINCE in str(left.reason)
        moved = [
            one.attribute
            for one in left.fields
            if one.attribute in found and (is_equal or one.before != one.after)
        ]
        by: dict[str, list[str]] = {}
        for slug in moved:
            by.setdefault(found[slug][0], []).append(slug)
        told = [
            f"{self._name(who)} wrote {' and '.join(slugs)} on {_day(max(found[slug][1] for slug in slugs))}"
            for who, slugs in by.items()
        ]
        return replace(left, reason=f"{left.reason} {_upper('; '.join(told))}.") if told else left

    def _name(self, who: str) -> str:
        kind, _, own_id = who.partition(" ")
        if kind != "workspace-member":
            return _KINDS.get(kind, _SOMEBODY)
        if self._names is None:
            self._names = _names(self._members)
        return self._names.get(own_id) or "a member"


def _newest(raw: JsonObject) -> Iterable[tuple[str, Written]]:
    values: Mapping[str, Any] = raw.get("values") or raw.get("entry_values") or {}  # type: ignore[assignment]  # an object in every answer
    for slug, found in values.items():
        since = max(found, key=lambda one: str(one.get("active_from")), default=None)
        if since is not None:
            actor = since.get("created_by_actor") or {}
            yield slug, (f"{actor.get('type')} {actor.get('id')}", str(since.get("active_from")))


def _names(members: Callable[[], Iterable[JsonObject]]) -> dict[str, str]:
    """The members' names by id; empty where the token may not read them, so a writer stays unnamed."""
    try:
        listed = list(members())
    except AttioError:
        return {}
    return {_member_id(one): f"{one.get('first_name')} {one.get('last_name')}".strip() for one in listed}


def _member_id(member: JsonObject) -> str:
    ids: Any = member.get("id")
    return str(ids.get("workspace_member_id"))


def _day(moment: str) -> str:
    """A timestamp of Attio's to the minute, for people."""
    return f"{moment[:10]} at {moment[11:16]} UTC"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
