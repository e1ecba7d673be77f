"""The walk by key, against a shelf that is written to while it is read."""

import random
from bisect import bisect_left
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attio_api.errors import Unreadable
from source_attio.decode.rows import Key, Page, Row
from source_attio.read.keyset import KeysetWalk, Range
from source_attio.read.prefetch import Prefetch
from source_attio.read.short_pages import PageQuery

LIMIT = 10


class Shelf:
    """Rows in Attio's order; every page is answered at once, by what is there at that moment."""

    def __init__(
        self,
        keys: Iterable[Key],
        *,
        limit: int = LIMIT,
        meddle: "Callable[[Shelf], None] | None" = None,
        ties: random.Random | None = None,
    ) -> None:
        """With `ties`, rows of one moment come in any order, in another one for each page."""
        self.keys = sorted(keys)
        self.limit = limit
        self.meddle = meddle
        self.ties = ties
        self.asked: list[PageQuery] = []

    def ask(self, ask: PageQuery) -> Future[Page]:
        self.asked.append(ask)
        first = bisect_left(self.keys, (ask.since or "", ""))
        last = bisect_left(self.keys, (ask.until, "~")) if ask.until else len(self.keys)
        ties, keys = self.ties, self.keys
        if ties:
            keys = sorted(self.keys, key=lambda each: (each.created_at, ties.random()))
        found = keys[first + ask.offset : min(first + ask.offset + self.limit, last)]
        answer: Future[Page] = Future()
        answer.set_result(
            Page([Row(key, key.created_at, b"{}", b"") for key in found], len(found) >= self.limit)
        )
        if self.meddle:
            self.meddle(self)
        return answer


class FarAway(Shelf):
    """Answers are long on their way, and are read one at a time as they come; one is read in a tick."""

    def __init__(self, keys: Iterable[Key], *, limit: int, ticks: int) -> None:
        super().__init__(keys, limit=limit)
        self.ticks, self.now, self.read_at = ticks, 0, 0
        self.coming: dict[Future[Page], tuple[int, Page]] = {}

    def ask(self, ask: PageQuery) -> Future[Page]:
        page, answer = super().ask(ask).result(), Future[Page]()
        self.read_at = max(self.now + self.ticks, self.read_at) + 1
        self.coming[answer] = (self.read_at, page)
        return answer

    def wait_for(self, answer: Future[Page]) -> None:
        """Let time pass until an answer was read."""
        self.now = max(self.now, self.coming[answer][0])
        for each, (read_at, page) in self.coming.items():
            if read_at <= self.now and not each.done():
                each.set_result(page)


def key(number: int, tie: int = 1) -> Key:
    return Key(f"2026-01-01T00:00:{number // tie:06d}.000000000Z", f"{number:08d}")


def read(shelf: Shelf, span: Range | None = None) -> list[Key]:
    walk = KeysetWalk(shelf.ask, span or Range(), limit=shelf.limit, prefetch=Prefetch(8, 1 << 30))
    return [row.key for step in walk.steps() if isinstance(step, list) for row in step]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 18, 19, 20, 95, 100, 101, 1000])
def test_reads_every_row_once_and_in_order(count: int) -> None:
    """Whatever the number of rows, at a page's edge or not, each is given once, in order of creation."""
    shelf = Shelf(key(n) for n in range(count))

    assert shelf.keys == read(shelf)


@pytest.mark.parametrize("expected", [0, 1, 50, 1000, 5000])
def test_a_wrong_expectation_costs_requests_and_nothing_else(expected: int) -> None:
    """How many rows were expected is a hint: the rows that are there are read all the same."""
    shelf = Shelf(key(n) for n in range(1000))

    assert shelf.keys == read(shelf, Range(expected=expected))


def test_thousands_created_at_the_same_moment_are_read() -> None:
    """A bulk import gives thousands of rows one moment of creation; none of them is lost."""
    shelf = Shelf(key(n, tie=700) for n in range(2000))

    assert shelf.keys == read(shelf)


@pytest.mark.parametrize("tie", [1, 2, 7, 10, 60, 400])
def test_rows_of_one_moment_may_come_in_any_order(tie: int) -> None:
    """Where Attio does not order by id, the rows of one moment are read all the same."""
    shelf = Shelf((key(n, tie) for n in range(3000)), limit=500, ties=random.Random(tie))

    assert shelf.keys == read(shelf)


def test_more_rows_of_one_moment_than_a_page_in_any_order_fail() -> None:
    """Nothing can tell such rows apart; the walk says so rather than lose some."""
    shelf = Shelf((key(n, tie=700) for n in range(2000)), limit=500, ties=random.Random(1))

    with pytest.raises(Unreadable, match="rows of one moment"):
        read(shelf)


def test_offsets_stay_small() -> None:
    """Pages are counted from a row near by, so that no offset grows with the number of rows."""
    shelf = Shelf(key(n) for n in range(5000))
    read(shelf)

    assert max(ask.offset for ask in shelf.asked) <= 25 * LIMIT


@pytest.mark.parametrize("count", [*range(250, 12_000, 250), 20_000, 50_000, 100_000])
def test_a_first_pass_costs_few_requests_beyond_the_pages(count: int) -> None:
    """Looking for the end costs one request in four, one more, and one behind a short last page."""
    shelf = Shelf((key(n) for n in range(count)), limit=500)
    read(shelf)

    assert len(shelf.asked) <= ceil(1.3 * count / 500) + (count >= 500) + 1


@pytest.mark.parametrize(("expected", "ramp"), [(0, 4), (20_000, 3)])
def test_long_answer_times_cost_only_the_first_few(expected: int, ramp: int) -> None:
    """Waiting costs a few answers at the start, and nothing where it is asked what follows the last page."""
    shelf = FarAway((key(n) for n in range(20_000)), limit=100, ticks=12)
    span, prefetch = Range(expected=expected), Prefetch(20, 1 << 30)
    pages = 0
    for step in KeysetWalk(shelf.ask, span, limit=100, prefetch=prefetch).steps():
        if isinstance(step, list):
            pages += 1
        elif not step.done():
            shelf.wait_for(step)

    assert shelf.now <= len(shelf.asked) + ramp * shelf.ticks
    assert pages >= 200


def test_a_long_first_pass_costs_hardly_more_than_the_pages() -> None:
    """The longer it is, the less looking for its end counts."""
    shelf = Shelf((key(n) for n in range(100_000)), limit=500)
    read(shelf)

    assert len(shelf.asked) <= 1.1 * 100_000 / 500


def test_a_second_pass_costs_one_request_in_ten_more_than_the_pages() -> None:
    """When the number of rows is known from the last sync, hardly a request is in vain."""
    shelf = Shelf((key(n) for n in range(100_000)), limit=500)
    read(shelf, Range(expected=100_000))

    assert len(shelf.asked) <= 1.05 * 100_000 / 500


def test_a_resumed_walk_gives_only_what_comes_after() -> None:
    """A walk after a key gives what lies behind it, also among rows of the same moment."""
    shelf = Shelf(key(n, tie=7) for n in range(100))

    assert shelf.keys[43:] == read(shelf, Range(after=key(42, tie=7)))


def test_a_walk_up_to_a_key_ends_there() -> None:
    """A walk up to a key gives what lies before it and the row itself."""
    shelf = Shelf(key(n, tie=7) for n in range(100))

    assert shelf.keys[:43] == read(shelf, Range(until=key(42, tie=7)))


def test_a_failed_page_fails_the_walk_after_the_rows_before_it() -> None:
    """Rows in front of a page that cannot be read are given, then its error is raised; nothing is skipped."""
    shelf = Shelf(key(n) for n in range(100))

    def ask(asked: PageQuery) -> Future[Page]:
        answer = shelf.ask(asked)
        if any(row.key == key(50) for row in answer.result().rows):
            answer: Future[Page] = Future()
            answer.set_exception(Unreadable("cut"))
        return answer

    walk = KeysetWalk(ask, Range(), limit=LIMIT, prefetch=Prefetch(8, 1 << 30))
    found: list[Key] = []
    with pytest.raises(Unreadable, match="cut"):
        found.extend(row.key for step in walk.steps() if isinstance(step, list) for row in step)

    assert found == shelf.keys[: len(found)]
    assert key(50) not in found


@settings(max_examples=300, deadline=None)
@given(
    count=st.integers(0, 120),
    tie=st.sampled_from([1, 3, 25, 200]),
    seed=st.integers(0, 2**32),
    often=st.floats(0, 1),
    most=st.integers(1, 12),
    expected=st.integers(0, 200),
)
def test_no_row_that_lives_all_along_is_missed(
    count: int, tie: int, seed: int, often: float, most: float, expected: int
) -> None:
    """However rows are deleted and added between the pages: what lives all along is given once."""
    live_all_along(random.Random(seed), count, tie, often, most, limit=5, expected=expected)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(0, 1200),
    tie=st.sampled_from([1, 3, 25, 200]),
    seed=st.integers(0, 2**32),
    often=st.floats(0, 1),
    most=st.integers(1, 12),
)
def test_no_row_is_missed_either_where_ties_are_not_ordered(
    count: int, tie: int, seed: int, often: float, most: float
) -> None:
    """The same where the rows of one moment come in another order each time."""
    rng = random.Random(seed)
    live_all_along(rng, count, tie, often, most, limit=500, ties=rng)


def live_all_along(
    rng: random.Random, count: int, tie: int, often: float, most: float, *, expected: int = 0, **shelves: Any
) -> None:
    all_along = {key(n, tie) for n in range(count)}

    def meddle(shelf: Shelf) -> None:
        if rng.random() < often:
            gone = set(rng.sample(shelf.keys, min(rng.randint(0, most), len(shelf.keys))))
            all_along.difference_update(gone)
            added = {key(rng.randint(0, 200), tie) for _ in range(rng.randint(0, 2))}
            shelf.keys = sorted({*shelf.keys, *added} - gone)

    shelf = Shelf(list(all_along), meddle=meddle, **shelves)
    found = read(shelf, Range(expected=expected))

    assert all_along <= set(found)
    assert sorted(set(found)) == found
