"""Prefetch: how many pages may be on their way at once, so that memory stays bounded whatever the size.

Used by one thread only: the one that takes the pages in order.
"""

from collections import Counter

_ALWAYS = 2
_SMALLER = 3
"""An answer's bytes divided by those of its rows; `download_gate` limits the answers themselves."""


class Prefetch:
    """Counts the pages in flight of all streams together; allows fewer when pages are big."""

    def __init__(self, pages: int, most_bytes: int) -> None:
        self._pages, self._most_bytes = pages, most_bytes
        self._biggest = 1
        self._held: Counter[object] = Counter()

    def weigh(self, page_bytes: int) -> None:
        """Note a page's size in bytes; the biggest so far decides how many are allowed."""
        self._biggest = max(self._biggest, page_bytes)

    def has_room(self, holder: object) -> bool:
        """Whether a reader may ask for one more page; two are always allowed, so that none starves."""
        most = min(self._pages, self._most_bytes * _SMALLER // self._biggest)
        return self._held[holder] < _ALWAYS or self._held.total() < most

    def take(self, holder: object) -> None:
        """Count a page that was asked for."""
        self._held[holder] += 1

    def give(self, holder: object) -> None:
        """Count a page that was used up."""
        self._held[holder] -= 1

    def give_all(self, holder: object) -> None:
        """Forget a reader that has ended."""
        self._held.pop(holder, None)
