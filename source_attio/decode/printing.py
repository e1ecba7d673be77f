"""Writes a row as JSON text: numbers exactly, and texts without what Airbyte's destinations refuse.

Postgres and others refuse U+0000, and half of a surrogate pair is not text at all. The first is taken out,
the second becomes U+FFFD.
"""

import json
import re
from typing import Final

import orjson

from attio_api.wire import Json, JsonObject, decode

REMARK: Final = "U+0000 was taken out, and U+FFFD put in place of half a surrogate pair"
_REFUSED: Final = re.compile("[\0\ud800-\udfff]")
_PRINTED_NUL: Final = b"\\u0000"
_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")
"""A whole number of fewer digits fits into 64 bits."""


def printed(columns: JsonObject) -> tuple[bytes, bool]:
    """Return columns as JSON text, and whether a text had to be cleaned."""
    try:
        text = orjson.dumps(columns)
    except orjson.JSONEncodeError:
        # A text holds half a surrogate pair, or a number has more than 64 bits.
        clean = {name: cleaned(value) for name, value in columns.items()}
        return _exactly(clean), clean != columns
    # Most rows hold no backslash, which is found three times as fast as the whole escape.
    if b"\\" in text and _PRINTED_NUL in text and is_refused(columns):
        return orjson.dumps(cleaned(columns)), True
    return text, False


def parsed(text: bytes) -> JsonObject:
    """Return the columns of `printed`; orjson alone would round a number of more than 64 bits."""
    whole: JsonObject = decode(text) if _LONG_NUMBER.search(text) else orjson.loads(text)  # type: ignore[assignment] # an object was printed
    return whole


def is_refused(value: Json) -> bool:
    """Whether a text anywhere in a value holds a character that destinations refuse."""
    if isinstance(value, str):
        return _REFUSED.search(value) is not None
    if isinstance(value, dict):
        return any(is_refused(name) or is_refused(each) for name, each in value.items())
    return isinstance(value, list) and any(map(is_refused, value))


def cleaned(value: Json) -> Json:
    """Return a value without the characters that destinations refuse."""
    if isinstance(value, str):
        return _REFUSED.sub(_instead, value)
    if isinstance(value, dict):
        return {_REFUSED.sub(_instead, name): cleaned(each) for name, each in value.items()}
    return [cleaned(each) for each in value] if isinstance(value, list) else value


def _instead(refused: re.Match[str]) -> str:
    return "" if refused[0] == "\0" else "\ufffd"


def _exactly(columns: JsonObject) -> bytes:
    """Write columns with numbers of any size; slower than orjson."""
    return json.dumps(columns, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
