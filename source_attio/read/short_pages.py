"""Makes sure that a page with fewer rows than asked for is the last one: no row may follow it.

An answer can hold fewer rows than there are, by mistake. So the walk asks once more for what follows a short
page. An empty answer ends the walk; else the rows that follow are added to the page. What is added shares a
row with the page, so that a deletion in between hides none.
"""

from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Final, NamedTuple

from attio_api.errors import Unreadable
from source_attio.decode.rows import Page, Row
from source_attio.read.steps import Awaited, arrival

_FRUITLESS: Final = 20
"""After this many looks that show rows behind a page but none that can be added to it, reading fails."""


class PageQuery(NamedTuple):
    """One page to read: rows created at or after `since` and at or before `until`, from an offset on."""

    since: str | None
    offset: int
    until: str | None


Asked = Callable[[PageQuery], Future[Page]]


def completed(
    ask: Asked, query: PageQuery, page: Page, asked: Future[Page] | None = None
) -> Generator[Awaited, None, Page]:
    """Return a page with the rows that follow it, up to a full one or to the end; raises Unreadable.

    `asked` is the answer to what follows, where it was asked for before.
    """
    fruitless = 0
    while page.rows and not page.full:
        behind = behind_rows(query, page.rows)
        following = yield from arrival(asked or ask(behind))
        asked = None
        if not following.rows:
            return page
        shared = yield from arrival(ask(behind._replace(offset=behind.offset - 1)))
        ids = {row.key.id for row in page.rows}
        fresh = [row for row in shared.rows if row.key.id not in ids]
        if not fresh or shared.rows[0].key.id not in ids:
            fruitless += 1
            if fruitless == _FRUITLESS:
                raise Unreadable("Attio's pages end before its rows do, and too early to be joined.")
            page = yield from arrival(ask(query))
            continue
        page = Page(page.rows + fresh, full=shared.full)
    return page


def behind_rows(query: PageQuery, rows: list[Row]) -> PageQuery:
    """Return the query for what follows rows, counted from their last moment if that begins among them."""
    moments = [row.key.created_at for row in rows]
    tied = moments.count(moments[-1])
    if tied < len(moments):
        return PageQuery(moments[-1], tied, query.until)
    return query._replace(offset=query.offset + tied)
