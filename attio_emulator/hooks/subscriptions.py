"""Decides whether an event belongs to a webhook: event types, filters, and which subscriptions are the same.

Pure; `deliveries` and `workers` send.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

Event = Mapping[str, Any]
Filter = Mapping[str, Any]

# All event types of docs.attio.com/rest-api/guides/webhooks.
EVENT_TYPES: Final = frozenset(
    {
        "activity-attribute.created",
        "activity-attribute.updated",
        "activity-record.created",
        "activity-record.deleted",
        "activity.created",
        "activity.deleted",
        "activity.updated",
        "call-recording.created",
        "comment.created",
        "comment.deleted",
        "comment.resolved",
        "comment.unresolved",
        "list-attribute.created",
        "list-attribute.updated",
        "list-entry.created",
        "list-entry.deleted",
        "list-entry.updated",
        "list.created",
        "list.deleted",
        "list.updated",
        "note-content.updated",
        "note.created",
        "note.deleted",
        "note.updated",
        "object-attribute.created",
        "object-attribute.updated",
        "record.created",
        "record.deleted",
        "record.merged",
        "record.updated",
        "task.created",
        "task.deleted",
        "task.updated",
        "workspace-member.created",
    }
)
OPERATORS: Final = frozenset({"equals", "not_equals"})


def value_at(event: Event, path: str) -> object:
    """The value at a dotted path of the event, or None."""
    found: object = event
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def holds(condition: Mapping[str, str], event: Event) -> bool:
    """Whether one `{field, operator, value}` is true of the event."""
    same = value_at(event, condition["field"]) == condition["value"]
    return same is (condition["operator"] == "equals")


def passes(event_filter: Filter | None, event: Event) -> bool:
    """Whether the event passes a filter: no filter, all of `$and`, or any of `$or`."""
    if event_filter is None:
        return True
    if "$and" in event_filter:
        return all(holds(condition, event) for condition in event_filter["$and"])
    return any(holds(condition, event) for condition in event_filter["$or"])


def wants(subscriptions: Iterable[Mapping[str, Any]], event: Event) -> bool:
    """Whether any subscription asks for this event."""
    return any(
        subscription["event_type"] == event["event_type"] and passes(subscription["filter"], event)
        for subscription in subscriptions
    )


def identity(target_url: str, subscription: Mapping[str, Any]) -> str:
    """The key by which subscriptions are unique in a workspace, whatever the order of their conditions."""
    event_filter = subscription["filter"]
    if event_filter is not None:
        event_filter = {
            junction: sorted(json.dumps(condition, sort_keys=True) for condition in conditions)
            for junction, conditions in event_filter.items()
        }
    return json.dumps([target_url, subscription["event_type"], event_filter], sort_keys=True)
