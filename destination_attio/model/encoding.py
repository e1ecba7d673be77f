"""JSON of messages, plans and rejected rows as bytes; pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def encoded(
    value: Mapping[str, object], *, default: Callable[[object], object] | None = None, option: int = 0
) -> bytes:
    """The value without a line break; `default` and `option` are orjson's.

    The slower writer takes what the fast one refuses: it keeps all digits of numbers beyond 64 bits, and
    escapes lone surrogates, since no file can hold them.
    """
    try:
        return orjson.dumps(value, default, option)
    except TypeError:
        return json.dumps(value, default=default).encode()
