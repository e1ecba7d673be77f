"""Addresses of webhooks: Attio takes one webhook for an address, and replacing one needs two for a moment.

A turn is a parameter of the query that routing ignores and that makes an address another one to Attio.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from attio_api.wire import Json


def same_address(one: Json, other: str) -> bool:
    """Tell whether two addresses lead to the same route, in whatever turn."""
    try:
        return isinstance(one, str) and _without_turn(one) == _without_turn(other)
    except ValueError:
        # Somebody else's webhook may have an address that is none.
        return False


def _without_turn(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(
        parts._replace(query=urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != "turn"]))
    )


def another_turn(url: str) -> str:
    """The same address as far as routing goes, another one to Attio."""
    parts = urlsplit(_without_turn(url))
    turn = ("turn", secrets.token_hex(4))
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), turn])))
