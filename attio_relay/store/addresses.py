"""Addresses of webhooks as the store keeps them: sealed when they hold the second factor of a route."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from attio_relay.store.sealing import Sealer

FACTOR = "secret"
# How an address begins that is not sealed.
OPEN = "http"


class Addresses:
    """Seals and opens them; the route's name goes inside, as with every secret."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def sealed(self, route: str, address: str) -> str:
        """What the store may keep of an address."""
        if FACTOR not in parse_qs(urlsplit(address).query):
            return address
        return self._sealer.seal("address", route, address)

    def opened(self, route: str, kept: str) -> str:
        """The address again; raises SealError when its key is gone."""
        return kept if kept.startswith(OPEN) else self._sealer.open("address", route, kept)
