"""Limits how many answers arrive and are decoded at the same time, whatever the number of requests in flight.

An answer takes memory from its first byte until it is decoded into rows, which take a third of that. And the
interpreter runs one thread at a time, so many threads that receive slow down the one that decodes. TCP's flow
control holds back the answers that wait.
"""

from threading import Condition
from typing import Self

BODIES_AT_ONCE = 3
MOST_BYTES_ARRIVING = 16 << 20


class DownloadGate:
    """A gate for a few answers at a time, fewer when answers are big; used by many threads."""

    def __init__(self, bodies: int = BODIES_AT_ONCE, most_bytes: int = MOST_BYTES_ARRIVING) -> None:
        self._bodies, self._most_bytes = bodies, most_bytes
        self._biggest, self._inside = 1, 0
        self._left = Condition()

    def weigh(self, body_bytes: int) -> None:
        """Note an answer's size; the biggest so far decides how many may arrive at a time."""
        self._biggest = max(self._biggest, body_bytes)

    def __enter__(self) -> Self:
        """Wait until there is room; one is always let in."""
        with self._left:
            self._left.wait_for(self._has_room)
            self._inside += 1
        return self

    def __exit__(self, *_: object) -> None:
        """Make room for the next, and wake one only: all that wait would compete with the decoding thread."""
        with self._left:
            self._inside -= 1
            self._left.notify()

    def _has_room(self) -> bool:
        return self._inside < max(min(self._bodies, self._most_bytes // self._biggest), 1)
