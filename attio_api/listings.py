"""Reads listings that know only limit and offset, page by page to their end.

An answer can hold fewer rows than there are, by mistake, or because Attio takes a smaller limit than was
asked for. So a page with fewer rows than asked for is the last one only when no row follows it. Where the
page that follows is the same one again, the offset is not heeded, and the page is all there is.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

from attio_api.errors import Unreadable
from attio_api.wire import JsonObject

Key = TypeVar("Key", bound=Hashable)
Ask = Callable[[int], list[JsonObject]]
"""Asks for one page from an offset on."""


def whole(ask: Ask, limit: int, *, is_last: Callable[[JsonObject], bool] | None = None) -> list[JsonObject]:
    """Return all rows of a listing from which nothing is deleted.

    `is_last` tells of a row whether none can follow it, where that can be seen; it saves a request.
    """
    return list(walk(ask, limit, is_last=is_last))


def walk(
    ask: Ask, limit: int = 0, *, is_last: Callable[[JsonObject], bool] | None = None
) -> Iterator[JsonObject]:
    """Yield the rows that `whole` returns, with one page in memory at a time; `limit` is for `is_last`."""
    offset = 0
    before: list[JsonObject] = []
    while (page := ask(offset)) and page != before:
        yield from page
        if len(page) < limit and is_last is not None and is_last(page[-1]):
            return
        offset, before = offset + len(page), page


def joined(ask: Ask, limit: int, key: Callable[[JsonObject], Key]) -> dict[Key, JsonObject]:
    """Return all rows of a listing by their keys; pages share a row, so that a deletion hides none.

    Raises Unreadable when pages are too short to share a row.
    """
    found: dict[Key, JsonObject] = {}
    offset = 0
    while True:
        page = {key(row): row for row in ask(offset)}
        if offset and not page.keys() & found.keys():
            offset = max(offset - limit, 0)
            continue
        found |= page
        if len(page) < limit and (not page or {key(row) for row in ask(offset + len(page))} <= {*page}):
            return found
        if len(page) == 1:
            raise Unreadable("Attio's pages end before its rows do, and are too short to share a row.")
        offset += len(page) - 1
