"""Reads a filter that was written as text in JSON, as forms have it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from attio_api.wire import JsonObject

_FORM: Final = 'must be a filter in JSON, as {"categories": "Software"}'


def parsed(text: str) -> JsonObject | None:
    """Return the filter, None for `null`; raises ValueError, which says what the text must be."""
    try:
        found = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as trouble:
        raise ValueError(f"{_FORM}; at character {trouble.pos}: {trouble.msg}") from None
    except (ValueError, RecursionError) as trouble:
        # Constants as NaN, numbers of thousands of digits, thousands of brackets.
        raise ValueError(f"cannot be read as JSON: {trouble}") from None
    if found is not None and not isinstance(found, dict):
        raise ValueError(_FORM)
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")
