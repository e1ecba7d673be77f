"""A walk over keys that ends only where a row proves that it is the end.

An empty answer can be a mistake, and two of them as well. So the newest row of the range is asked for by a
query in the other order. A walk that ends before that row has lost rows, unless it was deleted meanwhile:
then the query shows another one, or the row itself is not found any more.
"""

from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import replace
from typing import Final, TypeAlias

from attio_api.errors import Unreadable
from source_attio.decode.rows import Key, Row
from source_attio.read.keyset import KeysetWalk, Range
from source_attio.read.prefetch import Prefetch
from source_attio.read.short_pages import Asked, PageQuery
from source_attio.read.steps import Awaited, Reading, arrival

_FRUITLESS: Final = 3
"""After this many walks in a row that end too early and give no row, reading fails."""
Newest: TypeAlias = Callable[[PageQuery], Future[Row | None]]
"""Asks for the newest row of a range; None when Attio shows none."""
Find: TypeAlias = Callable[[str], Future[list[Row]]]
"""Asks for one row by its id; the answer is empty when the row is gone."""


class ProvenWalk:
    """One way through a range, as often as it takes; used once."""

    def __init__(
        self, ask: Asked, newest: Newest, find: Find, span: Range, *, limit: int, prefetch: Prefetch
    ) -> None:
        self._ask, self._newest, self._find = ask, newest, find
        self._span, self._limit, self._prefetch = span, limit, prefetch
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
            newest = yield from arrival(asked)
            if self._reaches(newest):
                return
            # The row may have been deleted since, or it was the first of its range and came later.
            last = yield from arrival(self._newest(self._bounds))
            if self._reaches(last) if last else (yield from self._is_gone(newest)):
                return
            fruitless = fruitless + 1 if self.covered == before else 0
            if fruitless == _FRUITLESS:
                raise Unreadable("Attio's pages end before its newest row, again and again.")
            self._walk = self._walk_from(replace(self._span, after=self.covered, expected=0))

    def _is_gone(self, newest: Row | None) -> Generator[Awaited, None, bool]:
        """Whether the last row that is known, shown or given, is not found by its id either."""
        known = newest.key if newest else self.covered
        return known is None or not (yield from arrival(self._find(known.id)))

    def _reaches(self, newest: Row | None) -> bool:
        """Whether the walk has given this row; without one, whether it has given none."""
        if newest is None or self.covered is None:
            return newest is None and self.covered is None
        until = self._span.until
        return newest.key <= self.covered or (until is not None and newest.key > until)

    def _walk_from(self, span: Range) -> KeysetWalk:
        return KeysetWalk(self._ask, span, limit=self._limit, prefetch=self._prefetch)
