"""Makes a route's address differ for Attio, which allows one webhook per address.

Replacing a webhook needs two for a moment. A turn is a query parameter that the relay ignores and that makes
two addresses of a route different for Attio.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from attio_api.wire import Json


def same_address(one: Json, other: str) -> bool:
    """Whether two addresses differ at most in their turn."""
    try:
        return isinstance(one, str) and _without_turn(one) == _without_turn(other)
    except ValueError:
        # A webhook of another system may have an address that is not a URL.
        return False


def _without_turn(url: str) -> str:
    parts = urlsplit(url)
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] != "turn"])
    return urlunsplit(parts._replace(netloc=parts.netloc.lower(), query=query))


def another_turn(url: str) -> str:
    """The same address with a new random turn."""
    parts = urlsplit(_without_turn(url))
    turn = ("turn", secrets.token_hex(4))
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), turn])))
