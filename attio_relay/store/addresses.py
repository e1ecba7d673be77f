"""Webhook addresses in the store: an address is sealed when it holds the secret of a route."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from attio_relay.store.sealing import Sealer

FACTOR = "secret"
# An unsealed address begins with this.
OPEN = "http"


class Addresses:
    """Seals and opens addresses; the sealed text includes the route's name, as with every secret."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def sealed(self, route: str, address: str) -> str:
        """The text that the store keeps of an address: sealed when the address holds a secret."""
        if FACTOR not in parse_qs(urlsplit(address).query):
            return address
        return self._sealer.seal("address", route, address)

    def opened(self, route: str, kept: str) -> str:
        """The address that was kept; raises SealError when its key is gone."""
        return kept if kept.startswith(OPEN) else self._sealer.open("address", route, kept)
