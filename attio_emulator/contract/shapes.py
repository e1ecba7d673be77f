"""Checks the shape of request bodies as zod does: reports all issues at once, each with its path.

    BODY = shape({"data": shape({"title": text(1)}, optional={"meeting_id": nullable(text())})})
    body = conform(call.json(), BODY)

`shape(..., closed=True)` refuses keys it does not name, as Attio does where its schema is closed.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from attio_emulator.contract.refusals import refuse
from attio_emulator.contract.wire import Json, JsonObject, dumps

BODY_MESSAGE = "Body payload validation error."
Path: TypeAlias = tuple[str | int, ...]
Check: TypeAlias = Callable[[Json, Path], list[JsonObject]]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class Undefined:
    """Stands for a missing member, so that its check can say what it should have been."""


UNDEFINED: Any = Undefined()
JSON_TYPES: Mapping[type, str] = {
    Undefined: "undefined",
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def is_uuid(text: str) -> bool:
    """Whether a text has the form of an id."""
    return UUID.fullmatch(text) is not None


def names_host(url: str) -> bool:
    """Whether a text is an address with a host; a port, if there is one, must exist."""
    try:
        place = urlsplit(url)
        return bool(place.hostname) and place.port != 0
    except ValueError:
        return False


def json_type(value: Json) -> str:
    """The JSON name of a value's type."""
    return JSON_TYPES[type(value)]


def issue(code: str, path: Path, message: str, **more: Json) -> JsonObject:
    """One entry of `validation_errors`."""
    return {"code": code, "path": list(path), "message": message, **more}


def wrong_type(value: Json, path: Path, expected: str) -> list[JsonObject]:
    """The issue for a value of another type than expected."""
    received = json_type(value)
    message = "Required" if value is UNDEFINED else f"Expected {expected}, received {received}"
    return [issue("invalid_type", path, message, expected=expected, received=received)]


def anything() -> Check:
    """Any JSON."""
    return lambda _value, _path: []


def text(shortest: int = 0, longest: int | None = None) -> Check:
    """A string, within a length."""

    def check(value: Json, path: Path) -> list[JsonObject]:
        if not isinstance(value, str):
            return wrong_type(value, path, "string")
        if len(value) < shortest:
            return [issue("too_small", path, f"String must contain at least {shortest} character(s)")]
        if longest is not None and len(value) > longest:
            return [issue("too_big", path, f"String must contain at most {longest} character(s)")]
        return []

    return check


def uuid() -> Check:
    """A string that is an id."""

    def check(value: Json, path: Path) -> list[JsonObject]:
        if not isinstance(value, str):
            return wrong_type(value, path, "string")
        return [] if is_uuid(value) else [issue("invalid_string", path, "Invalid uuid")]

    return check


def boolean() -> Check:
    """True or false."""
    return lambda value, path: [] if isinstance(value, bool) else wrong_type(value, path, "boolean")


def number(minimum: float = -math.inf, maximum: float = math.inf) -> Check:
    """A number, within bounds."""

    def check(value: Json, path: Path) -> list[JsonObject]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return wrong_type(value, path, "number")
        good = minimum <= value <= maximum
        return [] if good else [issue("custom", path, "Number out of range")]

    return check


def integer(minimum: int | None = None, maximum: int | None = None) -> Check:
    """A whole number, within bounds."""

    def check(value: Json, path: Path) -> list[JsonObject]:
        if isinstance(value, bool) or not isinstance(value, int):
            return wrong_type(value, path, "integer")
        if minimum is not None and value < minimum:
            return [issue("too_small", path, f"Number must be greater than or equal to {minimum}")]
        if maximum is not None and value > maximum:
            return [issue("too_big", path, f"Number must be less than or equal to {maximum}")]
        return []

    return check


def one_of(*allowed: Json) -> Check:
    """One of a few values."""
    listed = " | ".join(repr(each) if isinstance(each, str) else dumps(each).decode() for each in allowed)

    def check(value: Json, path: Path) -> list[JsonObject]:
        if any(value == choice and type(value) is type(choice) for choice in allowed):
            return []
        about: dict[str, Any] = {"expected": listed, "received": json_type(value), "options": list(allowed)}
        return [issue("invalid_option", path, f"Invalid option: expected one of {listed}", **about)]

    return check


def nullable(inner: Check) -> Check:
    """A check that accepts null and what the inner check accepts."""
    return lambda value, path: [] if value is None else inner(value, path)


def array(inner: Check, shortest: int = 0, longest: int | None = None) -> Check:
    """A list, each element checked."""

    def check(value: Json, path: Path) -> list[JsonObject]:
        if not isinstance(value, list):
            return wrong_type(value, path, "array")
        if len(value) < shortest:
            return [issue("too_small", path, f"Array must contain at least {shortest} element(s)")]
        if longest is not None and len(value) > longest:
            return [issue("too_big", path, f"Array must contain at most {longest} element(s)")]
        return [found for n, element in enumerate(value) for found in inner(element, (*path, n))]

    return check


def either(*choices: Check) -> Check:
    """Accepts what any check accepts; else gives the issues of the check that comes nearest.

    That is one whose issues all lie deeper, with the fewest words that are not its own; without one there is
    a single issue.
    """

    def check(value: Json, path: Path) -> list[JsonObject]:
        refusals = [choice(value, path) for choice in reversed(choices)]
        if [] in refusals:
            return []
        deeper = [found for found in refusals if all(each["path"] != list(path) for each in found)]
        return min(deeper, key=farness, default=[issue("invalid", path, "Invalid input")])

    return check


def farness(issues: list[JsonObject]) -> tuple[int, int]:
    """How far a value is from what a check accepts: another word tells most that something else is meant."""
    return sum(each["code"] == "invalid_option" for each in issues), len(issues)


def attribute_values() -> Check:
    """An object of attributes' values, in which null is none."""

    def check(value: Json, path: Path) -> list[JsonObject]:
        if not isinstance(value, dict):
            return wrong_type(value, path, "object")
        return [found for name, given in value.items() for found in nulls(given, (*path, name))]

    return check


def nulls(given: Json, path: Path) -> list[JsonObject]:
    """The issues for null as an attribute's value, or in a list of its values."""
    places = [path] if given is None else []
    if isinstance(given, list):
        places = [(*path, n) for n, element in enumerate(given) if element is None]
    return [issue("invalid", place, "Invalid input", received="null") for place in places]


def shape(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *, closed: bool = False
) -> Check:
    """An object with known keys."""
    extra = optional or {}

    def check(value: Json, path: Path) -> list[JsonObject]:
        if not isinstance(value, dict):
            return wrong_type(value, path, "object")
        lacking = [key for key in required if key not in value]
        found = [each for key in lacking for each in absent(required[key], (*path, key))]
        for key, inner in (*required.items(), *extra.items()):
            if key in value:
                found += inner(value[key], (*path, key))
        unknown = [key for key in value if key not in required and key not in extra]
        if closed and unknown:
            found.append(issue("unrecognized_keys", path, f"Unrecognized key(s) in object: {unknown[:20]}"))
        return found

    return check


def absent(inner: Check, path: Path) -> list[JsonObject]:
    """The issues for a missing member."""
    return inner(UNDEFINED, path) or wrong_type(UNDEFINED, path, "defined")


def conform(body: JsonObject, check: Check) -> dict[str, Any]:
    """Return the body if it fits; refuse it with 400 `validation_type` and its issues otherwise."""
    raise_issues(check(body, ()))
    return body


def raise_issues(issues: Sequence[JsonObject]) -> None:
    """Refuse with 400 `validation_type` and the first 50 issues, if there are any."""
    if issues:
        raise refuse("validation_type", BODY_MESSAGE, validation_errors=issues[:50])
