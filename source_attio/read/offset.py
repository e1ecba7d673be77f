"""Reads listings that know only limit and offset, as notes and tasks, and loses no living row.

There is no filter here; but the order (oldest first) does not change while rows are deleted. So a page
connects with those before it when it shares a row with them: then nothing can stand in between. Pages overlap
by a few rows; where a page shares none, the walk goes back until one does.

Empty answers can be mistakes, so the listing ends only when it has given a row that another request shows.
"""

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Final

from attio_api.errors import Unreadable
from attio_api.listings import refuse_endless
from source_attio.decode.rows import Key, Page, Row
from source_attio.read.prefetch import Prefetch
from source_attio.read.steps import Awaited, Reading, arrival

_MOST: Final = 10
_PAGES_PER_SPARE: Final = 4
_SINGLE: Final = 20
"""After this many pages of one row that rows follow, reading fails."""


class OffsetListing:
    """One way through a listing; used once."""

    def __init__(
        self,
        ask: Callable[[int], Future[Page]],
        prove: Callable[[], Future[Page]],
        find: Callable[[str], Future[list[Row]]],
        *,
        limit: int,
        expected: int,
        prefetch: Prefetch,
    ) -> None:
        """Prepare to go through a listing.

        `prove` asks in another way for rows that it must hold, `find` for one row by its id, of which nothing
        is found when it is gone.
        """
        self._find = find
        self._ask, self._prove, self._expected, self._prefetch = ask, prove, expected, prefetch
        self._proven: Future[Page] | None = None
        self._overlap = max(limit // 50, 1)
        self._step = max(limit - self._overlap, 1)
        self._queue: deque[tuple[int, Future[Page]]] = deque()
        self._next = 0
        self._met: set[str] = set()
        self._newest = Key("", "")
        self._single = self._fruitless = 0

    def steps(self) -> Reading:
        """Go through the listing; a page's error is raised here, when everything before it has been given."""
        self._proven = self._prove()
        try:
            while True:
                self._send()
                offset, answer = self._queue.popleft()
                page = yield from self._page(offset, answer)
                if not self._connects(offset, page):
                    self._count_fruitless()
                    self._go_back(offset)
                    continue
                yield self._fresh(page)
                if not page.full and (yield from self._ends(offset, page)):
                    return
        finally:
            for _, answer in self._queue:
                answer.cancel()
            self._prefetch.give_all(self)

    def _page(self, offset: int, answer: Future[Page]) -> Generator[Awaited, None, Page]:
        """Wait for a page; an empty one is believed when it comes twice."""
        page = yield from arrival(answer)
        if not page.rows:
            page = yield from arrival(self._ask(offset))
        self._prefetch.give(self)
        return page

    def _ends(self, offset: int, page: Page) -> Generator[Awaited, None, bool]:
        """Whether a page that is not full is the last one; else the walk goes on from within or before it."""
        if page.rows and (yield from arrival(self._ask(offset + len(page.rows)))).rows:
            self._go_on_behind(offset, page)
            return False
        # A listing that holds nothing, though rows were given, has lost them all, or it is a mistake.
        emptied = self._met and not page.rows
        if (not emptied or (yield from self._is_gone(self._newest))) and (yield from self._is_whole()):
            return True
        self._count_fruitless()
        self._go_back(offset)
        return False

    def _is_whole(self) -> Generator[Awaited, None, bool]:
        """Whether all rows have been given that another request shows, asked again after a deletion."""
        page = yield from arrival(self._proven or self._prove())
        if self._holds(page.rows):
            return True
        if again := (yield from arrival(self._prove())).rows:
            return self._holds(again)
        # Nothing is shown any more; but an empty answer does not prove that a row is gone.
        return (yield from self._is_gone(page.rows[0].key if page.rows else self._newest))

    def _is_gone(self, known: Key) -> Generator[Awaited, None, bool]:
        return not (yield from arrival(self._find(known.id)))

    def _holds(self, rows: list[Row]) -> bool:
        """Whether rows that must be in the listing were given; without any, whether none was."""
        return all(row.key.id in self._met for row in rows) if rows else not self._met

    def _send(self) -> None:
        while not self._queue or (len(self._queue) < self._ahead() and self._prefetch.has_room(self)):
            self._prefetch.take(self)
            self._queue.append((self._next, self._ask(self._next)))
            self._next += self._step

    def _ahead(self) -> int:
        """How many pages to have on their way: as many as are expected, else few."""
        expected = -(-(self._expected - len(self._met)) // self._step)
        return min(max(expected, len(self._met) // self._step // _PAGES_PER_SPARE, 1), _MOST)

    def _connects(self, offset: int, page: Page) -> bool:
        if offset == 0:
            return True
        first = page.rows[0] if page.rows else None
        return first is not None and (
            first.key.id in self._met or first.key.created_at < self._newest.created_at
        )

    def _go_on_behind(self, offset: int, page: Page) -> None:
        """Go on from within a short page that rows follow."""
        # A row may have been added since: then the page, asked for again, holds more rows.
        self._single += len(page.rows) == 1
        if self._single == _SINGLE:
            raise Unreadable("Attio's pages end before its rows do, and are too short to share a row.")
        shared = max(min(self._overlap, len(page.rows) // 2), 1)
        self._restart(offset + len(page.rows) - shared)

    def _count_fruitless(self) -> None:
        self._fruitless += 1
        refuse_endless(self._fruitless, len(self._met), self._step)

    def _go_back(self, offset: int) -> None:
        self._restart(max(offset - self._step, 0))

    def _restart(self, offset: int) -> None:
        for _, answer in self._queue:
            answer.cancel()
            self._prefetch.give(self)
        self._queue.clear()
        self._next = offset

    def _fresh(self, page: Page) -> list[Row]:
        fresh = [row for row in page.rows if row.key.id not in self._met]
        if fresh:
            self._fruitless = 0
        elif page.full:
            self._count_fruitless()
        self._met.update(row.key.id for row in fresh)
        self._newest = max([self._newest, *(row.key for row in fresh)])
        return fresh
