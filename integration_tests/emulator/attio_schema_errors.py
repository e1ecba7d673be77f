"""What Attio's published OpenAPI says wrongly, and what it does not say yet or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Node = dict[str, Any]
Operation = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class KnownError:
    """Something that the document says and Attio does not do; `mend` tells whether it found it in a node."""

    reason: str
    mend: Callable[[Node], bool]


def nullable(node: Node) -> bool:
    """A keyword of OpenAPI 3.0 in a document of 3.1: allow null where it says so."""
    if node.get("nullable") is not True or not isinstance(node.get("type"), str):
        return False
    node["type"] = [node["type"], "null"]
    return True


def null_in_enumeration(node: Node) -> bool:
    """A type that allows null beside an enumeration that does not: allow null."""
    kinds = node.get("type")
    if "enum" not in node or not isinstance(kinds, list) or "null" not in kinds or None in node["enum"]:
        return False
    node["enum"] = [*node["enum"], None]
    return True


def timestamp_as_date(node: Node) -> bool:
    """A value of type timestamp said to be a date, with a date-time for an example."""
    if node.get("format") != "date" or "T" not in str(node.get("example")):
        return False
    node["format"] = "date-time"
    return True


def unresolved(node: Node) -> bool:
    """`resolved_by` of a comment said to be an object, while unresolved comments have null."""
    resolved_by = node.get("resolved_by")
    if not isinstance(resolved_by, dict) or resolved_by.get("type") != "object":
        return False
    resolved_by["type"] = ["object", "null"]
    return True


def younger_events(node: Node) -> bool:
    """The enumeration of event types, which lacks those of activities."""
    if "record.created" not in node.get("enum", ()):
        return False
    node["enum"] = [*node["enum"], *YOUNGER_EVENTS]
    return True


YOUNGER_EVENTS = (
    *("activity.created", "activity.updated", "activity.deleted"),
    *("activity-attribute.created", "activity-attribute.updated"),
    *("activity-record.created", "activity-record.deleted"),
)
KNOWN_ERRORS = (
    KnownError(reason="`nullable` is no keyword of OpenAPI 3.1", mend=nullable),
    KnownError(reason="enumerations beside a nullable type leave null out", mend=null_in_enumeration),
    KnownError(reason="timestamps are given the format of dates", mend=timestamp_as_date),
    KnownError(reason="`resolved_by` is null while a comment is not resolved", mend=unresolved),
    KnownError(reason="activities and their events are younger", mend=younger_events),
)

# Endpoints younger than the document, and the older one whose answer they share, if there is one.
YOUNGER: dict[Operation, Operation | None] = {
    ("GET", "/v2/objects/{object}/views"): None,
    ("GET", "/v2/lists/{list}/views"): None,
    ("DELETE", "/v2/objects/{object}"): ("DELETE", "/v2/notes/{note_id}"),
    ("POST", "/v2/objects/{object}/records/merge"): None,
    ("PUT", "/v2/objects/{object}/records/{record_id}/attributes/{attribute}/values"): (
        "GET",
        "/v2/objects/{object}/records/{record_id}/attributes/{attribute}/values",
    ),
    ("PUT", "/v2/lists/{list}/entries/{entry_id}/attributes/{attribute}/values"): (
        "GET",
        "/v2/lists/{list}/entries/{entry_id}/attributes/{attribute}/values",
    ),
    ("PATCH", "/v2/notes/{note_id}"): ("GET", "/v2/notes/{note_id}"),
    ("PATCH", "/v2/meetings/{meeting_id}"): ("GET", "/v2/meetings/{meeting_id}"),
    ("PUT", "/v2/meetings/{meeting_id}"): ("GET", "/v2/meetings/{meeting_id}"),
    ("DELETE", "/v2/meetings/{meeting_id}"): ("DELETE", "/v2/notes/{note_id}"),
}

# Parameters that are younger than the document.
_OF_VIEWS: Node = {
    "limit": {"type": "integer"},
    "cursor": {"type": "string"},
    "show_archived": {"type": "boolean"},
}
YOUNGER_PARAMETERS: dict[Operation, Node] = {
    ("GET", "/v2/objects/{object}/views"): _OF_VIEWS,
    ("GET", "/v2/lists/{list}/views"): _OF_VIEWS,
    ("GET", "/v2/threads/{thread_id}"): {
        "limit": {"type": "integer", "minimum": 1, "maximum": 250},
        "cursor": {"type": "string"},
    },
}
# The most that may be asked for at once, where only the prose of the document or measurements say so.
MOST_AT_ONCE: dict[Operation, int] = {
    ("POST", "/v2/objects/{object}/records/query"): 500,
    ("POST", "/v2/lists/{list}/entries/query"): 500,
    ("GET", "/v2/objects/{object}/records/{record_id}/entries"): 1000,
    ("GET", "/v2/notes"): 50,
    ("GET", "/v2/tasks"): 1000,
    ("GET", "/v2/threads"): 50,
    ("GET", "/v2/meetings/{meeting_id}/call_recordings"): 200,
    ("GET", "/v2/webhooks"): 100,
}

# Refusals that Attio gives and its document does not list: seen in use, or documented later.
UNLISTED = frozenset(
    {
        (400, "validation_type"),
        (400, "missing_value"),
        (400, "uniqueness_conflict"),
        (400, "matching_attribute_definition_not_unique"),
        (400, "multiple_match_results"),
        (400, "unknown_filter_attribute_slug"),
        (400, "invalid_filter_field"),
        (401, "unauthorized"),
        (404, "not_found"),
        (409, "uniqueness_conflict"),
    }
)
# Two endpoints say `statusCode` where all others say `status_code`.
REFUSAL = {
    "type": "object",
    "required": ["type", "code", "message"],
    "anyOf": [{"required": ["status_code"]}, {"required": ["statusCode"]}],
    "properties": {
        "type": {"enum": ["invalid_request_error", "auth_error", "rate_limit_error"]},
        "message": {"type": "string", "minLength": 1},
    },
}
