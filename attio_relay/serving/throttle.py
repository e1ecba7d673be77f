"""Limits guesses of the admin token: five wrong guesses at once, then one every twelve seconds.

Each peer is counted on its own, so a stranger who guesses locks nobody else out. Requests with a session are
never throttled.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

GUESSES = 5
SECONDS_A_GUESS = 12.0
# At most this many peers are remembered; the peer that guessed longest ago is forgotten first.
MOST_PEERS = 10_000
# A customer of an IPv6 provider has a whole /64 of addresses, so they count as one peer.
IPV6_PREFIX = 64


class Throttle:
    """Counts wrong guesses by peer."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, peer: str | None) -> int:
        """Whole seconds until the peer may guess again; 0 when it may now."""
        free_at = self._free_at.get(_network(peer), 0.0)
        return max(0, math.ceil(free_at - self._clock() - (GUESSES - 1) * SECONDS_A_GUESS))

    def wrong(self, peer: str | None) -> None:
        """Count a wrong guess of a peer."""
        network, now = _network(peer), self._clock()
        self._free_at[network] = max(self._free_at.get(network, 0.0), now) + SECONDS_A_GUESS
        self._free_at.move_to_end(network)
        while len(self._free_at) > MOST_PEERS:
            self._free_at.popitem(last=False)


def _network(peer: str | None) -> str:
    try:
        address = ipaddress.ip_address(peer or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        # A relay that listens on `::` is told the addresses of IPv4 so, which all lie in one network.
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)
