"""Reads listings that Attio pages by cursor: each page names the cursor of the next one."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Final, TypeAlias, TypeVar

from attio_api.errors import Unreadable
from attio_api.wire import JsonObject, as_object, as_rows, as_text, decode
from source_attio.read.steps import Awaited, arrival

_FRUITLESS: Final = 20
"""After this many pages in a row that are empty or the one before again, reading fails."""


Item = TypeVar("Item")
CursorPage: TypeAlias = tuple[list[Item], str | None]
"""A page's rows, and the cursor of the next page; None at the end."""


def all_rows(ask: Callable[[str], CursorPage[JsonObject]]) -> list[JsonObject]:
    """Return the rows of all pages; `ask` gets one by its cursor, which is empty for the first.

    An empty page is believed when it comes twice.
    """
    found: list[JsonObject] = []
    trail = CursorTrail()
    cursor: str | None = ""
    while cursor is not None:
        rows, following = ask(cursor)
        if not rows:
            rows, following = ask(cursor)
        cursor = trail.follow(rows, following)
        found += rows
    return found


def pages(ask: Callable[[str], Future[CursorPage[Item]]]) -> Iterator[Awaited | list[Item]]:
    """Yield the rows of each page, or what to wait for; an empty page is believed when it comes twice."""
    trail = CursorTrail()
    cursor: str | None = ""
    while cursor is not None:
        rows, following = yield from arrival(ask(cursor))
        if not rows:
            rows, following = yield from arrival(ask(cursor))
        cursor = trail.follow(rows, following)
        yield rows


def read_cursor_page(body: bytes, inside: str | None = None) -> CursorPage[JsonObject]:
    """Return a page's rows and the next page's cursor, None at the end; raises Unreadable.

    `inside` names the member of `data` that holds the rows, where `data` is not the rows itself.
    """
    whole = as_object(decode(body), "the body")
    data = as_object(whole.get("data"), "`data`").get(inside) if inside else whole.get("data")
    pagination = whole.get("pagination")
    following = None if pagination is None else as_object(pagination, "`pagination`").get("next_cursor")
    # A cursor that cannot be read must not end the listing, as rows follow it.
    return as_rows(data, "the rows"), None if following is None else as_text(following, "`next_cursor`")


class CursorTrail:
    """The cursors of one listing so far; notices when they lead to no new rows."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._before: Sequence[object] = []
        self._fruitless = 0

    def follow(self, rows: Sequence[object], cursor: str | None) -> str | None:
        """Return the cursor to go on with after a page, None at the end; raises Unreadable on a circle."""
        if not cursor:
            return None
        self._fruitless = 0 if rows and rows != self._before else self._fruitless + 1
        if cursor in self._seen or self._fruitless == _FRUITLESS:
            raise Unreadable("Attio's cursors lead to no further rows, and to no end.")
        self._seen.add(cursor)
        self._before = rows
        return cursor
