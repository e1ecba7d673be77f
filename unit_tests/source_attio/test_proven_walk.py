"""A walk that ends only where a row proves the end, against answers that are empty by mistake."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest

from attio_api.errors import Unreadable
from source_attio.decode.rows import Key, Page, Row
from source_attio.read.keyset import Range
from source_attio.read.prefetch import Prefetch
from source_attio.read.proven_walk import ProvenWalk
from source_attio.read.short_pages import PageQuery

KEYS = [Key(f"2026-01-01T00:00:{number:02d}.000000000Z", f"{number:08d}") for number in range(25)]
Empties = Callable[[int, PageQuery], bool]


def row(key: Key) -> Row:
    return Row(key, key.created_at, b"{}", b"")


class Shelf:
    """Answers with the rows that there are, or empty where `empties` says so by a page's number and query."""

    def __init__(self, empties: Empties = lambda *_: False) -> None:
        self.keys, self.empties = list(KEYS), empties
        self.pages = self.newest_asked = 0

    def _within(self, ask: PageQuery) -> list[Key]:
        return [each for each in self.keys if (ask.since or "") <= each.created_at <= (ask.until or "~")]

    def page(self, ask: PageQuery) -> Future[Page]:
        answer: Future[Page] = Future()
        found = self._within(ask)[ask.offset : ask.offset + 10]
        if self.empties(self.pages, ask):
            found = []
        self.pages += 1
        answer.set_result(Page([row(key) for key in found], len(found) >= 10))
        return answer

    def newest(self, ask: PageQuery) -> Future[Row | None]:
        self.newest_asked += 1
        answer: Future[Row | None] = Future()
        found = self._within(ask)
        answer.set_result(row(found[-1]) if found else None)
        return answer

    def find(self, row_id: str) -> Future[list[Row]]:
        answer: Future[list[Row]] = Future()
        answer.set_result([row(key) for key in self.keys if key.id == row_id])
        return answer

    def read(self, span: Range) -> list[Key]:
        walk = ProvenWalk(self.page, self.newest, self.find, span, limit=10, prefetch=Prefetch(8, 1 << 30))
        found = [each.key for step in walk.steps() if isinstance(step, list) for each in step]
        assert not found or walk.covered == found[-1]
        return found


@pytest.mark.parametrize("first", range(8))
@pytest.mark.parametrize(
    "span", [Range(), Range(after=KEYS[2]), Range(until=KEYS[22]), Range(created_since=KEYS[4].created_at)]
)
def test_a_wrong_end_is_none(first: int, span: Range) -> None:
    """Whichever page is answered empty twice, each row of the range is given once and in order."""
    honest = Shelf().read(span)

    assert honest
    assert honest == Shelf(lambda number, _: number in {first, first + 1}).read(span)


def test_an_end_that_is_proven_costs_one_request() -> None:
    """The newest row is asked for once, not again where it was reached."""
    shelf = Shelf()

    assert shelf.read(Range()) == KEYS
    assert shelf.newest_asked == 1


def test_a_walk_that_never_reaches_the_newest_row_fails() -> None:
    """Rows that Attio shows in one order and hides in the other are not left out in silence."""
    shelf = Shelf(lambda _, ask: ask.offset > 0 or ask.since is not None)

    with pytest.raises(Unreadable, match="before its newest row"):
        shelf.read(Range())


@pytest.mark.parametrize("left", [0, 12])
def test_a_newest_row_that_is_deleted_meanwhile_is_not_waited_for(left: int) -> None:
    """What is newest is asked again, and nothing is where all rows were deleted."""
    shelf = Shelf()
    first = shelf.newest

    def newest(ask: PageQuery) -> Future[Row | None]:
        found = first(ask)
        del shelf.keys[left:]
        return found

    shelf.newest = newest  # type: ignore[method-assign]

    assert shelf.read(Range()) == KEYS[:left]


def test_a_walk_goes_on_from_a_row_that_is_gone() -> None:
    """Where an interrupted pass stopped there may be no row any more, and none behind it."""
    shelf = Shelf()
    shelf.keys = KEYS[:12]

    assert [] == shelf.read(Range(after=KEYS[20]))


def test_rows_that_came_after_an_empty_range_was_looked_at_are_read() -> None:
    """Without a newest row at first, the end is proven by the one that there is afterwards."""
    shelf = Shelf(lambda number, _: number in {1, 2})
    shelf.keys = []
    first = shelf.newest

    def newest(ask: PageQuery) -> Future[Row | None]:
        found = first(ask)
        shelf.keys = list(KEYS)
        return found

    shelf.newest = newest  # type: ignore[method-assign]

    assert shelf.read(Range()) == KEYS
