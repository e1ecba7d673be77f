"""Reads listings that know only limit and offset, page by page to their end.

An answer can hold fewer rows than there are, by mistake, or because Attio takes a smaller limit than was
asked for. So a page with fewer rows than asked for is the last one only when no row follows it. Where the
page that follows is the same one again, the offset is not heeded, and the page is all there is.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import Final, TypeVar

from attio_api.errors import Unreadable

_FRUITLESS: Final = 20
"""After this many pages in a row that add no row, and two for each page read before, reading fails."""
Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")
Found = TypeVar("Found")
Ask = Callable[[int], list[Row]]
"""Asks for one page from an offset on."""


def twice(ask: Callable[[], Found]) -> Found:
    """Ask once more if nothing was found: an empty answer is believed when it comes twice."""
    return ask() or ask()


def whole(ask: Ask[Row], limit: int, *, is_last: Callable[[Row], bool] | None = None) -> list[Row]:
    """Return all rows of a listing from which nothing is deleted.

    `is_last` tells of a row whether none can follow it, where that can be seen; it saves a request.
    """
    return list(walk(ask, limit, is_last=is_last))


def walk(ask: Ask[Row], limit: int = 0, *, is_last: Callable[[Row], bool] | None = None) -> Iterator[Row]:
    """Yield the rows that `whole` returns, with one page in memory at a time; `limit` is for `is_last`."""
    offset = 0
    before: list[Row] = []
    while (page := ask(offset)) and page != before:
        yield from page
        if len(page) < limit and is_last is not None and is_last(page[-1]):
            return
        offset, before = offset + len(page), page


def joined(ask: Ask[Row], limit: int, key: Callable[[Row], Key]) -> dict[Key, Row]:
    """Return all rows of a listing by their keys; pages share a row, so that a deletion hides none.

    Raises Unreadable when pages are too short to share a row, or come again and again.
    """
    found: dict[Key, Row] = {}
    offset = fruitless = 0
    while True:
        refuse_endless(fruitless, len(found), limit)
        page = {key(row): row for row in ask(offset)}
        connects = not offset or page.keys() & found.keys()
        fruitless = 0 if connects and page.keys() - found.keys() else fruitless + 1
        if not connects:
            offset = max(offset - limit, 0)
            continue
        found |= page
        if len(page) < limit and (not page or {key(row) for row in ask(offset + len(page))} <= {*page}):
            return found
        if len(page) == 1:
            raise Unreadable("Attio's pages end before its rows do, and are too short to share a row.")
        offset += len(page) - 1


def refuse_endless(fruitless: int, rows: int, step: int) -> None:
    """Raise Unreadable when too many pages in a row added nothing to the rows, a step of which fill a page.

    After deletions each page is looked at once more, back and forth.
    """
    if fruitless > _FRUITLESS + 2 * rows // step:
        raise Unreadable("Attio's pages come again and again, and their rows do not end.")
