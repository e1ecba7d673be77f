"""Counts refused messages that seem to be Attio's, to notice a route whose secret is wrong."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# So many messages are no accident.
IN_A_ROW = 3
# Seconds between two messages that count, so that the store is seldom written to, however many come.
APART = 5.0


class RefusedMessages:
    """When the newest refused messages of each route came."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._newest: dict[str, deque[float]] = {}

    def count(self, route: str) -> float | None:
        """Count a message; returns when the first of the newest IN_A_ROW came, in seconds since 1970.

        None while there are fewer, and for a message that came too soon to count.
        """
        now, newest = self._clock(), self._newest.setdefault(route, deque(maxlen=IN_A_ROW))
        if newest and abs(now - newest[-1]) < APART:
            return None
        newest.append(now)
        return newest[0] if len(newest) == IN_A_ROW else None
