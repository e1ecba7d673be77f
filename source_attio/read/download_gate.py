"""Lets few answers arrive and be read at the same time, whatever the number of requests in flight.

An answer takes room from when it begins to arrive until it has been turned into rows, three times as small.
And the interpreter runs one thread at a time: many that receive only take it from the one that decodes. Those
that wait are held back by the network's own flow control.
"""

from threading import Condition
from typing import Self

BODIES_AT_ONCE = 3
MOST_BYTES_ARRIVING = 16 << 20


class Receiving:
    """A door for a few at a time, for fewer when answers are big; used by many threads."""

    def __init__(self, bodies: int = BODIES_AT_ONCE, most_bytes: int = MOST_BYTES_ARRIVING) -> None:
        self._bodies, self._most_bytes = bodies, most_bytes
        self._biggest, self._inside = 1, 0
        self._left = Condition()

    def weigh(self, body_bytes: int) -> None:
        """Learn how big answers are."""
        self._biggest = max(self._biggest, body_bytes)

    def __enter__(self) -> Self:
        """Wait until there is room; one is always let in."""
        with self._left:
            self._left.wait_for(self._has_room)
            self._inside += 1
        return self

    def __exit__(self, *_: object) -> None:
        """Make room for the next."""
        with self._left:
            self._inside -= 1
            self._left.notify_all()

    def _has_room(self) -> bool:
        return self._inside < max(min(self._bodies, self._most_bytes // self._biggest), 1)
