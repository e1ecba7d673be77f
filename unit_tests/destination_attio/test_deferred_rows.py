"""Rows that wait on disk for others."""

from collections.abc import Iterator

import pytest

from destination_attio.storage import deferred_rows
from destination_attio.storage.deferred_rows import DeferredRows
from destination_attio.storage.scratch import Scratch

VITAL, OTHER = True, False


@pytest.fixture
def aside() -> Iterator[DeferredRows]:
    with Scratch() as scratch:
        yield scratch.aside


def test_a_row_is_ready_once_it_wants_nothing_more(aside: DeferredRows) -> None:
    """Each of its references is found at one of several addresses."""
    aside.put(1, [(5, {"n": 5}, [("a", 0, VITAL), ("b", 0, VITAL), ("c", 1, VITAL)]), (6, {"n": 6}, [])])
    aside.wake(["a"])
    first = aside.take(1, 10, ready_only=True)
    aside.wake(["c"])

    assert [(6, {"n": 6})] == first
    assert (1, True, 5) == (aside.ready(), aside.is_ready(1), aside.oldest(1))
    assert [(5, {"n": 5})] == aside.take(1, 10)
    assert (0, None) == (aside.ready(), aside.oldest(1))


def test_lanes_are_apart_and_rows_keep_their_order(aside: DeferredRows) -> None:
    """What is looked at stays, and what is taken goes."""
    aside.put(1, [(2, "b", []), (1, "a", []), (3, "c", [])])
    aside.put(2, [(1, "x", [])])

    assert [(1, "a"), (2, "b")] == aside.look(1, 2)
    assert [(2, "b"), (3, "c")] == aside.take(1, 9, after=1)
    assert [(1, "a")] == aside.take(1, 9)
    assert (1, 0) == (aside.ready(2), aside.ready(1))


def test_who_waits_in_vain_gives_nothing(aside: DeferredRows) -> None:
    """Nor does who waits for such a row; a circle gives itself, and so does who can do without."""
    aside.put(1, [(1, "lost", [("nowhere", 0, VITAL)]), (2, "after it", [("one", 0, VITAL)])])
    aside.put(1, [(3, "circle", [("four", 0, VITAL)]), (4, "circle", [("three", 0, VITAL)])])
    aside.put(1, [(5, "free", [("nowhere", 0, OTHER)])])
    aside.give(1, [("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5)])
    aside.withdraw_lost()
    given = [one for one in ("one", "two", "three", "four", "five") if aside.is_given(one)]
    aside.forget_given()

    assert ["three", "four", "five"] == given
    assert not aside.is_given("three")


def test_long_documents_come_in_smaller_parts(aside: DeferredRows, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them once, in order; one that is longer than a part comes alone."""
    monkeypatch.setattr(deferred_rows, "MOST_BYTES", 100)
    aside.spool("p", [(one, "x" * 150) for one in (1, 2)] + [(3, "short"), (4, "short")])
    there = aside.look_up("p", [2, 9])
    parts = [[number for number, _ in aside.unspool("p", 10)] for _ in range(4)]

    assert [[1], [2], [3, 4], []] == parts
    assert {2: "x" * 150} == there
