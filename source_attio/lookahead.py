"""Shares out how many pages may be on their way at once, so that memory stays bounded whatever the size.

Used by one thread only: the one that takes the pages in order.
"""

from collections import Counter

_ALWAYS = 2
_ROWS_TO_BODY = 3
"""How many times as big as its rows a page of companies is."""


class Lookahead:
    """A number of pages for all streams together, fewer when pages are big."""

    def __init__(self, pages: int, most_bytes: int) -> None:
        self._pages, self._most_bytes = pages, most_bytes
        self._biggest = 1
        self._held: Counter[object] = Counter()

    def weigh(self, page_bytes: int) -> None:
        """Learn how big pages are."""
        self._biggest = max(self._biggest, page_bytes)

    def has_room(self, holder: object, landed: int = 0) -> bool:
        """Whether a reader may ask for one more page; two are always allowed, so that none starves.

        `landed` says how many of those it holds have arrived and been read, and so are small.
        """
        held, total = self._held[holder], self._held.total()
        coming = total - landed + landed // _ROWS_TO_BODY
        return held < _ALWAYS or (total < self._pages and coming < self._most_bytes // self._biggest)

    def take(self, holder: object) -> None:
        """Count a page that was asked for."""
        self._held[holder] += 1

    def give(self, holder: object) -> None:
        """Count a page that was used up."""
        self._held[holder] -= 1

    def give_all(self, holder: object) -> None:
        """Forget a reader that has ended."""
        self._held.pop(holder, None)
