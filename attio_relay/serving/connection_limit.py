"""Bounds the connections that are open at once, so that strangers who keep them open cannot stop intake.

At the limit a new connection takes the place of the one that has waited the longest for its peer: for a
request, or for the rest of its body. An address cannot be bounded, since behind a proxy all peers have one.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

from attio_relay.web import refusal

if TYPE_CHECKING:
    from starlette.types import ASGIApp

# Seconds between two log lines about a crowd.
LOG_EVERY = 60.0
FULL = refusal(503, "Too many peers are connected; try again later.", retry_after="5", connection="close")

logger = logging.getLogger(__name__)


class OpenConnection(Protocol):
    """A connection to a peer."""

    app: ASGIApp

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
        # The one whose last answer, or whose beginning, is longest ago comes first.
        self._open: OrderedDict[OpenConnection, None] = OrderedDict()

    def opened(self, newcomer: OpenConnection, *, now: float) -> None:
        """Count a new connection; at the limit make room for it or, without any, refuse its requests."""
        self._open[newcomer] = None
        if len(self._open) <= self._most:
            return
        if now >= self._logged + LOG_EVERY:
            self._logged = now
            logger.warning("More than %d peers are connected: those that send nothing make room.", self._most)
        waiting = (each for each in self._open if each is not newcomer and each.waits)
        oldest = next(waiting, None)
        if oldest is None:
            newcomer.app = FULL
            return
        # It counts no more from now on: the system reports its end later.
        self.closed(oldest)
        oldest.drop()

    def answered(self, connection: OpenConnection) -> None:
        """Note that a request was answered, so that the next one is waited for from now on."""
        if connection in self._open:
            self._open.move_to_end(connection)

    def closed(self, connection: OpenConnection) -> None:
        """Count a connection no more."""
        self._open.pop(connection, None)
