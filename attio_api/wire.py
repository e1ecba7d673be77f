"""What travels between Attio and us, as JSON, and the few ways to look into it safely.

Knows shapes, not meanings: attribute types stand in `attributes`, answers that are errors in `errors`.
"""

import json
from typing import TypeAlias

from attio_api.errors import Unreadable

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, "Json"]


def decode(body: bytes) -> Json:
    """Parse a complete JSON body; anything else is an answer that cannot be trusted."""
    try:
        parsed: Json = json.loads(body)
    except ValueError as trouble:
        raise Unreadable(f"Attio's answer of {len(body)} bytes is not JSON.") from trouble
    return parsed


def as_object(value: Json, what: str) -> JsonObject:
    """Return the value if it is a JSON object; `what` names it in the error."""
    if not isinstance(value, dict):
        raise Unreadable(f"Attio's answer has no object where {what} should be.")
    return value


def as_list(value: Json, what: str) -> list[Json]:
    """Return the value if it is a JSON array; `what` names it in the error."""
    if not isinstance(value, list):
        raise Unreadable(f"Attio's answer has no array where {what} should be.")
    return value


def as_objects(value: Json, what: str) -> list[JsonObject]:
    """Return the value if it is an array of JSON objects; `what` names it in the error."""
    return [as_object(each, what) for each in as_list(value, what)]


def as_text(value: Json, what: str) -> str:
    """Return the value if it is a string; `what` names it in the error."""
    if not isinstance(value, str):
        raise Unreadable(f"Attio's answer has no text where {what} should be.")
    return value


def text_or_none(value: Json) -> str | None:
    """Return the value if it is a string, else nothing."""
    return value if isinstance(value, str) else None
