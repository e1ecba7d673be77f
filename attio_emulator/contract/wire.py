"""The types of JSON, and the functions that parse and print it.

Knows bytes, not Attio; `shapes` says what may stand in a body.
"""

from typing import TypeAlias

import orjson

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]

SAFE_INTEGER = 2**53 - 1


def dumps(value: object) -> bytes:
    """Print a value; keys keep their order, so equal states give equal bytes."""
    return orjson.dumps(value)


def loads(raw: bytes | str) -> Json:
    """Parse a whole document; raises ValueError when it is not JSON."""
    parsed: Json = orjson.loads(raw)
    return parsed


def one_kind_of_number(value: Json) -> Json:
    """Read 5.0 as 5, as JavaScript does: some clients write every number as a float."""
    if isinstance(value, str):  # most values, so it is asked first
        return value
    if isinstance(value, dict):
        return {name: one_kind_of_number(member) for name, member in value.items()}
    if isinstance(value, list):
        return [one_kind_of_number(element) for element in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= SAFE_INTEGER:
        return int(value)
    return value


def page(fragments: list[bytes]) -> bytes:
    """Join documents that were printed before into one `{"data": [...]}`, copying each of them once."""
    if not fragments:
        return b'{"data":[]}'
    head, *rest = fragments
    parts = [b'{"data":[' + head, *rest]
    parts[-1] += b"]}"
    return b",".join(parts)
