"""Bounds the connections that are open at once, so that strangers who keep them open cannot stop intake.

At the limit a new connection takes the place of the one that has waited the longest for its peer: for a
request, or for the rest of its body. An address cannot be bounded, since behind a proxy all peers have one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from attio_relay.web import refusal

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp

# Seconds between two log lines about a crowd.
LOG_EVERY = 60.0
FULL = refusal(503, "Too many peers are connected; try again later.", retry_after="5", connection="close")

logger = logging.getLogger(__name__)


class OpenConnection(Protocol):
    """An open connection; times are seconds of the event loop's clock."""

    app: ASGIApp
    waiting_since: float

    @property
    def waits(self) -> bool:
        """Whether the next thing on this connection must come from its peer."""
        ...

    def drop(self) -> None:
        """Close the connection at once."""
        ...


class ConnectionLimit:
    """At most `most` connections at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._logged = float("-inf")

    def admit(self, newcomer: OpenConnection, connections: Collection[OpenConnection], *, now: float) -> None:
        """Make room for a new connection, which is among `connections`; without any, refuse its requests."""
        if len(connections) <= self._most:
            return
        if now >= self._logged + LOG_EVERY:
            self._logged = now
            logger.warning("More than %d peers are connected: those that send nothing make room.", self._most)
        waiting = [peer for peer in connections if peer is not newcomer and peer.waits]
        if waiting:
            min(waiting, key=lambda peer: peer.waiting_since).drop()
        else:
            newcomer.app = FULL
