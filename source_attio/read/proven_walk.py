"""A walk over keys that ends only where a row proves that it is the end.

An empty answer can be a mistake, and two of them as well. So the newest row of the range is asked for by a
query in the other order. A walk that ends before that row has lost rows, unless it was deleted meanwhile.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Final, TypeAlias

from attio_api.errors import Unreadable
from source_attio.decode.rows import Key, Row
from source_attio.read.keyset import KeysetWalk, Range
from source_attio.read.prefetch import Prefetch
from source_attio.read.short_pages import Asked, PageQuery
from source_attio.read.steps import Reading, arrival

_FRUITLESS: Final = 3
"""After this many walks in a row that end too early and give no row, reading fails."""
Newest: TypeAlias = Callable[[PageQuery], Future[Row | None]]
"""Asks for the newest row of a range; None when Attio shows none."""


class ProvenWalk:
    """One way through a range, as often as it takes; used once."""

    def __init__(self, ask: Asked, newest: Newest, span: Range, *, limit: int, prefetch: Prefetch) -> None:
        self._ask, self._newest, self._span, self._limit, self._prefetch = ask, newest, span, limit, prefetch
        since = span.after.created_at if span.after else span.created_since
        self._bounds = PageQuery(since, 0, span.until.created_at if span.until else None)
        self._walk = self._walk_from(span)

    @property
    def covered(self) -> Key | None:
        """Every living row up to here has been given."""
        return self._walk.covered

    def steps(self) -> Reading:
        """Go through the range; raises Unreadable when its newest row is never reached."""
        asked, fruitless = self._newest(self._bounds), 0
        while True:
            before = self.covered
            yield from self._walk.steps()
            if self._reaches((yield from arrival(asked))):
                return
            # The row may have been deleted since, or it was the first of its range and came later.
            asked = self._newest(self._bounds)
            newest = yield from arrival(asked)
            if newest is None or self._reaches(newest):
                return
            fruitless = fruitless + 1 if self.covered == before else 0
            if fruitless == _FRUITLESS:
                raise Unreadable("Attio's pages end before its newest row, again and again.")
            self._walk = self._walk_from(replace(self._span, after=self.covered, expected=0))

    def _reaches(self, newest: Row | None) -> bool:
        """Whether the walk has given this row; without one, whether it has given none."""
        if newest is None or self.covered is None:
            return newest is None and self.covered is None
        until = self._span.until
        return newest.key <= self.covered or (until is not None and newest.key > until)

    def _walk_from(self, span: Range) -> KeysetWalk:
        return KeysetWalk(self._ask, span, limit=self._limit, prefetch=self._prefetch)
