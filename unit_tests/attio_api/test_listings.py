"""Listings by limit and offset, whose pages may be short though more rows follow."""

from collections.abc import Callable
from typing import Any

import pytest

from attio_api.errors import Unreadable
from attio_api.listings import joined, twice, whole

LIMIT = 10
Cut = Callable[[int], int]
"""Number of a request → how many rows its page may have."""
CUTS: dict[str, Cut] = {
    "no page": lambda _: LIMIT,
    "all pages": lambda _: 3,
    "one page": lambda n: 4 if n == 2 else LIMIT,
    "now and then": lambda n: 2 + n % 5,
}


def own(row: Any) -> int:
    return int(row["n"])


class Listing:
    """So many rows, in pages that are cut."""

    def __init__(self, count: int, cut: Cut, *, heeds_offset: bool = True) -> None:
        self.rows: list[Any] = [{"n": number} for number in range(count)]
        self.asked: list[int] = []
        self._cut, self._heeds = cut, heeds_offset

    def page(self, offset: int) -> list[Any]:
        self.asked.append(offset)
        at = offset if self._heeds else 0
        return self.rows[at : at + min(self._cut(len(self.asked)), LIMIT)]


@pytest.mark.parametrize("count", [0, 1, 3, 9, 10, 11, 20, 47])
@pytest.mark.parametrize("cut", CUTS.values(), ids=list(CUTS))
def test_every_row_is_returned_once(cut: Cut, count: int) -> None:
    """Whichever pages are short, and wherever the last one ends."""
    one, other = Listing(count, cut), Listing(count, cut)

    assert one.rows == whole(one.page, LIMIT)
    assert other.rows == list(joined(other.page, LIMIT, own).values())


@pytest.mark.parametrize("count", [4, 5, 15])
def test_a_row_that_is_known_to_be_the_last_saves_a_request(count: int) -> None:
    """It is believed of the last row of a page alone."""
    listing = Listing(count, lambda _: 4)
    found = whole(listing.page, LIMIT, is_last=lambda row: row["n"] in {0, count - 1})

    assert listing.rows == found
    assert -(-count // 4) == len(listing.asked)


def test_an_offset_that_is_not_heeded_ends_the_listing() -> None:
    """The same page again is all there is: neither twice the rows nor a walk without an end."""
    one, other = (Listing(4, lambda _: LIMIT, heeds_offset=False) for _ in range(2))

    assert one.rows == whole(one.page, LIMIT)
    assert other.rows == list(joined(other.page, LIMIT, own).values())
    assert (2, 2) == (len(one.asked), len(other.asked))


def test_rows_deleted_between_two_pages_hide_none() -> None:
    """When rows before the next page go, those behind them move up: the pages share a row, which tells."""
    listing = Listing(25, lambda _: LIMIT)
    living = listing.rows[5:]

    def page(offset: int) -> list[Any]:
        if offset:
            listing.rows = living
        return listing.page(offset)

    assert {row["n"] for row in living} <= joined(page, LIMIT, own).keys()


def test_pages_too_short_to_share_a_row_fail() -> None:
    """One row a page cannot be joined safely."""
    with pytest.raises(Unreadable, match="too short"):
        joined(Listing(3, lambda _: 1).page, LIMIT, own)


@pytest.mark.parametrize(
    ("answers", "found", "asked"), [([[1], [2]], [1], 1), ([[], [2]], [2], 2), ([[], [], [3]], [], 2)]
)
def test_an_empty_answer_is_believed_when_it_comes_twice(
    answers: list[list[int]], found: list[int], asked: int
) -> None:
    """Whatever was found is taken at once."""
    left = list(answers)

    assert found == twice(lambda: left.pop(0))
    assert asked == len(answers) - len(left)
