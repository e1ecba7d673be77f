"""How many pages may be on their way at once."""

from source_attio.read.prefetch import Prefetch


def taken(prefetch: Prefetch, holder: str) -> int:
    """How many pages a reader may ask for, one after the other."""
    number = 0
    while prefetch.has_room(holder) and number < 100:
        prefetch.take(holder)
        number += 1
    return number


def test_small_pages_are_limited_by_their_number() -> None:
    """All readers together ask for as many pages as are allowed, and two more each."""
    prefetch = Prefetch(pages=10, most_bytes=10**9)

    assert (10, 2) == (taken(prefetch, "one"), taken(prefetch, "other"))


def test_big_pages_are_limited_by_their_bytes() -> None:
    """The biggest page so far counts: three answers' worth of rows stand for each answer's bytes."""
    prefetch = Prefetch(pages=100, most_bytes=1000)
    prefetch.weigh(600)
    prefetch.weigh(10)

    assert 5 == taken(prefetch, "one")


def test_a_page_too_big_for_all_stops_nobody() -> None:
    """Two pages are always allowed, also where a single one is over the limit."""
    prefetch = Prefetch(pages=100, most_bytes=10)
    prefetch.weigh(10**6)

    assert [2, 2] == [taken(prefetch, each) for each in ("one", "other")]


def test_what_was_used_up_makes_room() -> None:
    """A page that was taken in frees one place, and a reader that has ended frees all of its places."""
    prefetch = Prefetch(pages=4, most_bytes=10**9)
    taken(prefetch, "one")
    prefetch.give("one")
    after_one = taken(prefetch, "one")
    prefetch.give_all("one")

    assert (1, 4) == (after_one, taken(prefetch, "other"))
