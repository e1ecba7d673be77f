"""JSON as it travels: its types, and the one place that parses and prints it.

Knows bytes, not Attio; what may stand in a body is `shapes`' business.
"""

from typing import TypeAlias

import orjson

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]


def dumps(value: object) -> bytes:
    """Print a value; keys keep their order, so equal states give equal bytes."""
    return orjson.dumps(value)


def loads(raw: bytes | str) -> Json:
    """Parse a whole document; raises ValueError when it is none."""
    parsed: Json = orjson.loads(raw)
    return parsed


def page(fragments: list[bytes]) -> bytes:
    """Join documents that were printed before into one `{"data": [...]}` without printing them again."""
    return b'{"data":[' + b",".join(fragments) + b"]}"
