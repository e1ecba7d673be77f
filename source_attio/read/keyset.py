"""Keyset paging over what Attio lists in order of creation: many pages in flight, and no living row is lost.

Attio pages by offset, and an offset moves when rows are deleted or added meanwhile. Here an offset is only a
guess where to look. The pages say what is *known*: a page in the order (created_at, id) holds every
row that lives between its first and its last one. The walk keeps the key up to which everything is covered
and takes a page only when it begins at or before that key; otherwise rows may have slipped through in
between, and it reads on from the key itself until the gap is closed.

That Attio orders by `created_at` is documented, that it can order by id as well is likely. So the rows of one
moment count as covered only when a page holds all of them, or so many in the order of their ids that it
cannot be chance.

Every page begins a few rows before the end of the one before it, so that a few deletions leave no gap. To
have many pages in flight without knowing how many there are, a scout goes ahead: a page that is found far out
is read anyway sooner or later, and proves that those before it are there. The next page goes with it: that
one is needed whatever the scout finds. The next scout is sent while pages are left that the last one proved,
so that a long answer time leaves no moment without pages in flight.
"""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Final

from attio_api.errors import Unreadable
from source_attio.decode.rows import Key, Page, Row
from source_attio.read.prefetch import Prefetch
from source_attio.read.short_pages import Asked, PageQuery, behind_rows, completed
from source_attio.read.steps import Awaited, Reading, arrival

FARTHEST: Final = 20
_FEW: Final = 2
_USEFUL: Final = 4
"""One of this many requests may be in vain, and one more in the whole range."""
_NEAR: Final = FARTHEST // 2
"""Most pages before a known end that are asked for at once, though some of them may not exist."""
_NEVER: Final = 1 << 60
_FRUITLESS: Final = 100
"""After this many full pages in a row that cover nothing, reading fails; those behind a gap are fewer."""


@dataclass(slots=True)
class _Pending:
    ask: PageQuery
    answer: Future[Page] | None = None
    behind: Future[Page] | None = None
    """The answer to what follows this page, asked for when it came out short."""

    def page(self) -> Page | None:
        """Return the page if it is there; an error is not raised before the walk comes to the page."""
        if self.answer is None or not self.answer.done() or self.answer.exception():
            return None
        return self.answer.result()


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """The keys to read: all after `after`, up to and with `until`; None is the beginning or the end."""

    after: Key | None = None
    until: Key | None = None
    created_since: str | None = None
    expected: int = 0
    """About how many rows there are, if known: a hint that saves requests, no more."""


class KeysetWalk:
    """One way through a range; used once."""

    def __init__(self, ask: Asked, span: Range, *, limit: int, prefetch: Prefetch) -> None:
        self._ask, self._span, self._prefetch = ask, span, prefetch
        self._overlap = max(limit // 50, _FEW)
        self._step = limit - self._overlap
        self._until = span.until.created_at if span.until else None
        self._start = span.after.created_at if span.after else span.created_since
        self._frontier = PageQuery(self._start, 0, self._until)
        self._queue: deque[_Pending] = deque()
        self._scout: _Pending | None = None
        self._jump = 1
        self._missed_at, self._misses = _NEVER, 0
        self._last: _Pending | None = None
        """The last page asked for, until it shows whether rows follow it."""
        self._sighted = self._done = False
        self._found = self._fruitless = 0
        self.covered: Key | None = span.after
        """Every living row up to here has been given."""

    def steps(self) -> Reading:
        """Go through the range; a page's error is raised here, when everything before it has been given."""
        try:
            while not self._done:
                self._send()
                if self._queue:
                    page = yield from self._page(self._queue[0])
                    yield from self._take(self._queue.popleft().ask, page)
                elif self._scout:
                    yield from arrival(self._scout.answer or self._ask(self._scout.ask))
                    self._look()
                else:
                    # Rows follow the page that was taken for the last one.
                    self._sighted, self._missed_at = False, _NEVER
                if self._scout and self._scout.answer and self._scout.answer.done():
                    self._look()
                self._look_behind()
        finally:
            self._abandon()

    def _page(self, pending: _Pending) -> Generator[Awaited, None, Page]:
        """Wait for a page; an empty one is believed when it comes twice, a short one when no row follows it.

        A short page that rows follow is returned with these rows.
        """
        page = yield from arrival(pending.answer or self._ask(pending.ask))
        if not page.rows:
            pending.answer = self._ask(pending.ask)
            page = yield from arrival(pending.answer)
            self._sighted = self._sighted and not page.full
        if self._is_short(page):
            page = yield from completed(self._ask, pending.ask, page, pending.behind)
            if page.full:
                self._sighted, self._missed_at = False, _NEVER
        return page

    def _is_short(self, page: Page) -> bool:
        """Whether a page is neither full nor at the end of the range, so that rows may follow it."""
        return bool(page.rows) and not page.full and not self._reaches_end(page.rows[-1].key)

    def _reaches_end(self, key: Key | None) -> bool:
        last = self._span.until
        return last is not None and key is not None and key >= last

    # --- asking ahead ---------------------------------------------------------------------------

    def _send(self) -> None:
        # First, as answers are read in the order in which they come; also when there is no room: what a scout
        # finds is to be known before the pages at hand run out.
        unasked = sum(each.answer is None for each in self._queue)
        if not self._scout and not self._sighted and unasked < FARTHEST and self._goes_on():
            self._send_scout()
        for pending in self._queue:
            if pending.answer is None:
                if pending is not self._queue[0] and not self._prefetch.has_room(self):
                    break
                self._send_one(pending)

    def _send_one(self, pending: _Pending) -> None:
        self._prefetch.take(self)
        pending.answer = self._ask(pending.ask)

    def _send_scout(self) -> None:
        self._jump = self._next_jump()
        if self._jump > 1:
            # The next page is needed whatever there is beyond it.
            self._last = _Pending(self._frontier)
            self._send_one(self._last)
            self._queue.append(self._last)
            self._found += self._step
            self._frontier = self._ahead(1)
            self._jump -= 1
        self._scout = _Pending(self._ahead(self._jump - 1))
        self._send_one(self._scout)

    def _ahead(self, pages: int) -> PageQuery:
        return self._frontier._replace(offset=self._frontier.offset + pages * self._step)

    def _next_jump(self) -> int:
        """Jump as far as what was found makes it cheap, and less far before a known end."""
        read = self._found // self._step
        expected = self._span.expected // self._step
        far = max(read - self._misses, 0) * _USEFUL
        bold = expected - read if read < expected else far
        return max(min(bold, FARTHEST, (self._missed_at - read) // 2), 1)

    def _end_is_near(self) -> bool:
        """Whether all pages before the known end may be asked for at once."""
        read = self._found // self._step
        return self._missed_at - read <= min(_NEAR, read // _USEFUL - self._misses)

    def _goes_on(self) -> bool:
        """Whether there may be more behind the last page that was asked for."""
        if (last := self._last) is None:
            return True
        if (page := last.page()) is None:
            return False
        self._sighted, self._last = not page.full, None
        self._frontier = self._after(last.ask, page)
        return page.full

    def _look(self) -> None:
        """Turn a scout that has arrived into pages to read, or send it less far."""
        scout = self._scout
        if scout is None or scout.answer is None:
            return
        page, self._scout = scout.answer.result(), None
        if not page.rows and (self._jump > 1 or self._last):
            self._missed_at = self._found // self._step + self._jump
            self._misses += 1
            self._prefetch.give(self)
            if self._end_is_near():
                self._put(self._jump - 1)
                self._sighted, self._last = True, None
            return
        self._put(self._jump - 1)
        self._queue.append(scout)
        self._found += self._step
        self._sighted, self._last = not page.full, None
        self._frontier = self._after(scout.ask, page)

    def _look_behind(self) -> None:
        """Ask for what follows a page that came out short, while the pages before it are still read."""
        for pending in self._queue:
            if pending.behind is None and (page := pending.page()) and self._is_short(page):
                pending.behind = self._ask(behind_rows(pending.ask, page.rows))

    def _put(self, pages: int) -> None:
        """Have the next pages read."""
        self._queue.extend(_Pending(self._ahead(each)) for each in range(pages))
        self._found += pages * self._step
        self._frontier = self._ahead(pages)

    def _after(self, ask: PageQuery, page: Page) -> PageQuery:
        """Return where to go on, counted from a row that no earlier one ties with: offsets stay small."""
        rows = page.rows
        for at in range(len(rows) - self._overlap, 0, -1):
            if rows[at].key.created_at != rows[at - 1].key.created_at:
                return PageQuery(rows[at].key.created_at, len(rows) - at - self._overlap, self._until)
        return ask._replace(offset=ask.offset + self._step)

    def _abandon(self) -> None:
        for pending in (*self._queue, *([self._scout] if self._scout else [])):
            for answer in filter(None, (pending.answer, pending.behind)):
                answer.cancel()
        self._queue.clear()
        self._prefetch.give_all(self)

    # --- covering -------------------------------------------------------------------------------

    def _take(self, ask: PageQuery, page: Page) -> Reading:
        self._prefetch.give(self)
        if not self._connects(ask, page):
            yield from self._close_gap(page)
        if not self._done:
            yield from self._cover(page)

    def _connects(self, ask: PageQuery, page: Page) -> bool:
        """Whether no living row can stand between what is covered and this page."""
        if ask.offset == 0:
            return ask.since == self._start or (
                self.covered is not None and ask.since is not None and ask.since <= self.covered.created_at
            )
        return bool(page.rows) and self.covered is not None and page.rows[0].key <= self.covered

    def _cover(self, page: Page) -> Iterator[list[Row]]:
        last, before = self._span.until, self.covered
        whole = sorted(page.rows[: self._sure(page)], key=attrgetter("key"))
        fresh = [
            row for row in whole if (before is None or row.key > before) and (last is None or row.key <= last)
        ]
        self._fruitless += 1
        if whole and (before is None or whole[-1].key > before):
            self.covered, self._fruitless = whole[-1].key, 0
        if self._fruitless == _FRUITLESS:
            raise Unreadable("Attio's pages come again and again, and their rows do not end.")
        self._done = not page.full or self._reaches_end(self.covered)
        yield fresh

    def _sure(self, page: Page) -> int:
        """Count the rows of a page up to which all are known: its last moment may go on behind its end."""
        rows = page.rows
        if not page.full:
            return len(rows)
        first = next(n for n, row in enumerate(rows) if row.key.created_at == rows[-1].key.created_at)
        in_order = all(one.key < next_one.key for one, next_one in pairwise(rows[first:]))
        return len(rows) if in_order and len(rows) - first >= self._overlap else first

    def _close_gap(self, beyond: Page) -> Reading:
        """Read on from the covered key, page by page, until the page that stood too far out connects."""
        offset = 0
        while not self._done and not (beyond.rows and self.covered and beyond.rows[0].key <= self.covered):
            since = self.covered.created_at if self.covered else self._start
            ask = PageQuery(since, offset, self._until)
            page = yield from self._page(_Pending(ask))
            if not self._connects(ask, page):
                # Rows of one and the same moment were deleted while they were being read: look further back.
                offset = max(offset - self._step, 0)
                continue
            yield from self._cover(page)
            moved = self.covered is not None and self.covered.created_at != since
            offset = 0 if moved else offset + self._further(page)

    def _further(self, page: Page) -> int:
        """Return by how many rows to go on when a page brought no later time; raises Unreadable for none."""
        further = self._sure(page) - self._overlap
        if page.full and further <= 0:
            raise Unreadable("Attio has more rows of one moment than fit on a page, and not in order of id.")
        return further
