"""JSON as it travels between Attio and us, and functions that check its shape.

`attributes` holds the meanings of values, `verdicts` those of answers that are errors.
"""

import json
import math
from typing import NoReturn, TypeAlias

from attio_api.errors import Malformed, Unreadable

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, "Json"]


def decode(body: bytes) -> Json:
    """Parse a complete JSON body.

    Raises Unreadable for anything else, and Malformed for JSON that no program could have meant.
    """
    try:
        parsed: Json = json.loads(body, parse_constant=_no_number, parse_float=_finite)
    except (json.JSONDecodeError, UnicodeDecodeError) as trouble:
        raise Unreadable(f"Attio's answer of {len(body)} bytes is not JSON.") from trouble
    except ValueError:
        raise Malformed("Attio's answer holds a number of thousands of digits.") from None
    except RecursionError:
        raise Malformed("Attio's answer is nested too deeply to be read.") from None
    return parsed


def _no_number(token: str) -> NoReturn:
    raise Malformed(f"Attio's answer holds {token} where JSON has a number.")


def _finite(digits: str) -> float:
    """Return a number with a fraction or an exponent; infinity would be written as null later."""
    number = float(digits)
    if math.isinf(number):
        raise Malformed("Attio's answer holds a number greater than any of 64 bits.")
    return number


def as_object(value: Json, what: str) -> JsonObject:
    """Return the value if it is a JSON object; else raises Unreadable, which names it by `what`."""
    if not isinstance(value, dict):
        raise Unreadable(f"Attio's answer has no object where {what} should be.")
    return value


def as_list(value: Json, what: str) -> list[Json]:
    """Return the value if it is a JSON array; else raises Unreadable, which names it by `what`."""
    if not isinstance(value, list):
        raise Unreadable(f"Attio's answer has no array where {what} should be.")
    return value


def as_objects(value: Json, what: str) -> list[JsonObject]:
    """Return the value if it is an array of objects; else raises Unreadable, which names it by `what`."""
    return [as_object(each, what) for each in as_list(value, what)]


def as_rows(value: Json, what: str) -> list[JsonObject]:
    """Return the value if it is an array of objects with different ids, where they have ids of text.

    Raises Unreadable for anything else: what is listed twice may stand in the place of something else.
    """
    found = as_objects(value, what)
    ids = [tuple(each.values()) for row in found if isinstance(each := row.get("id"), dict)]
    whole = [each for each in ids if all(isinstance(part, str) for part in each)]
    if len({*whole}) < len(whole):
        raise Unreadable("Attio's answer holds a row twice.")
    return found


def as_text(value: Json, what: str) -> str:
    """Return the value if it is a string; else raises Unreadable, which names it by `what`."""
    if not isinstance(value, str):
        raise Unreadable(f"Attio's answer has no text where {what} should be.")
    return value


def text_or_none(value: Json) -> str | None:
    """Return the value if it is a string, else None."""
    return value if isinstance(value, str) else None
