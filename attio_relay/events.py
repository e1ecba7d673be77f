"""Parses Attio's deliveries: the envelope, its events, and the flat facts of a feed row; pure.

`receive` verifies deliveries; `schedule` decides when an event leads to a sync.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from attio_api.errors import Unreadable
from attio_api.webhooks import EVENT_TYPES
from attio_api.wire import as_list, as_object, as_text, text_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attio_api.wire import Json, JsonObject

GAP = "relay.gap"
ACTORS = ("api-token", "app", "system", "workspace-member")
SIBLINGS = (
    "object_id",
    "record_id",
    "list_id",
    "entry_id",
    "thread_id",
    "parent_object_id",
    "parent_record_id",
    "duplicate_object_id",
    "duplicate_record_id",
)
# Names of types and ids: printable, so that a database and a log line can hold them.
NAME = re.compile(r"[!-~]{1,200}")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class MalformedError(ValueError):
    """A signed body is not a delivery: it is stored as a dead letter for a person to look at."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who made a change; `system` has no id."""

    type: str
    id: str | None

    @property
    def label(self) -> str:
        """`type:id`, in the form of `ignore_actors`."""
        return f"{self.type}:{self.id or ''}"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event in a workspace; it holds ids only, since Attio sends no values."""

    event_type: str
    workspace_id: str | None = None
    object_id: str | None = None
    list_id: str | None = None
    actor: Actor | None = None
    facts: str
    """The flat members of a feed row, as JSON text."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One delivery with the id of its webhook; Attio documents one event each, but several have been seen."""

    webhook_id: str
    events: tuple[Event, ...]


def known_pattern(pattern: str) -> str:
    """Return a pattern that fits an event type of Attio; raises ValueError for one that fits none."""
    matching(pattern)
    return pattern


def known_actor(label: str) -> str:
    """Return the `type:id` of an actor; raises ValueError for one that no event has."""
    kind, colon, name = label.partition(":")
    if kind not in ACTORS or not colon or bool(name) is (kind == "system"):
        raise ValueError(
            f"must be a type ({', '.join(ACTORS)}), a colon and the id, or system: alone, not {label!r}"
        )
    return f"{kind}:{lowered(name)}"


def lowered(name: str) -> str:
    """An id in small letters, as Attio writes it; a slug as it is."""
    return name.lower() if ID.fullmatch(name) else name


def matching(pattern: str) -> list[str]:
    """The event types of Attio that a pattern fits, sorted; raises ValueError when there are none."""
    found = [name for name in sorted(EVENT_TYPES) if fnmatchcase(name, pattern)]
    if not found:
        near = get_close_matches(pattern, sorted(EVENT_TYPES), n=1)
        hint = f"Did you mean {near[0]}?" if near else "There are for example record.updated and task.*."
        raise ValueError(f"{pattern} is not an event of Attio. {hint}")
    return found


@dataclass(frozen=True, kw_only=True)
class Interest:
    """The events that concern a connection; an empty member lets everything through."""

    events: tuple[str, ...] = ()
    objects: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    ignore_actors: frozenset[str] = frozenset()

    def covers(self, event: Event) -> bool:
        """Whether the event should lead to a sync; events of an actor in `ignore_actors` do not."""
        if event.actor is not None and event.actor.label in self.ignore_actors:
            return False
        named = not self.events or any(fnmatchcase(event.event_type, pattern) for pattern in self.events)
        return named and self._in_scope(event)

    def count(self, events: Iterable[Event]) -> int:
        """The number of events that should lead to a sync."""
        return sum(map(self.covers, events))

    def _in_scope(self, event: Event) -> bool:
        if not self.objects and not self.lists:
            return True
        return event.object_id in self.objects or event.list_id in self.lists


def parse_delivery(body: bytes) -> Envelope:
    """Read a delivery whose signature is right; raises MalformedError for a body that is not a delivery."""
    try:
        raw = as_object(json.loads(body), "the delivery")
        events = as_list(raw.get("events"), "events")
        return Envelope(webhook_id=lowered(_name(raw.get("webhook_id"))), events=tuple(map(_event, events)))
    except (ValueError, RecursionError, Unreadable) as error:
        raise MalformedError("The body is signed but is not a delivery: " + _reason(error)) from error


def _reason(error: Exception) -> str:
    # Neither message quotes the body: json names a position, `wire` names a member.
    return f"{type(error).__name__}, {error}"


def _event(raw: Json) -> Event:
    event = as_object(raw, "an event")
    ids = as_object(event.get("id"), "id")
    facts = _facts(event, ids)
    return Event(
        event_type=_name(event.get("event_type")),
        workspace_id=lowered(text_or_none(ids.get("workspace_id")) or "") or None,
        object_id=text_or_none(facts.get("object_id")),
        list_id=text_or_none(facts.get("list_id")),
        actor=_actor(event.get("actor")),
        facts=json.dumps(facts, separators=(",", ":")),
    )


def _facts(event: JsonObject, ids: JsonObject) -> JsonObject:
    siblings = {name: event[name] for name in SIBLINGS if event.get(name) is not None}
    own = {name: value for name, value in ids.items() if name != "workspace_id"}
    given = (siblings | own).items()
    named: JsonObject = {name: lowered(_name(value)) for name, value in given if value is not None}
    actor = _actor(event.get("actor"))
    return named | ({"actor": {"type": actor.type, "id": actor.id}} if actor else {})


def _actor(raw: Json) -> Actor | None:
    if not isinstance(raw, dict):
        return None
    return Actor(type=text_or_none(raw.get("type")) or "unknown", id=text_or_none(raw.get("id")))


def _name(value: Json) -> str:
    text = as_text(value, "a name")
    if not NAME.fullmatch(text):
        raise Unreadable("A name is empty, too long or not printable.")
    return text
