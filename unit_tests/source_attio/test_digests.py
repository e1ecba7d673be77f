"""Coarser memories: a number a row, or only a count."""

import pytest

from source_attio.changes import memory
from source_attio.changes.memory import Digests, Exact, Watermark
from unit_tests.source_attio.remembered import deliver, drawn_entries, row


def test_exact_memory_turns_into_digests_that_know_the_same_rows() -> None:
    """When ids no longer fit, the rows are still known again, edited ones still not."""
    exact = Exact()
    deliver(exact, range(50))
    digests = memory.load(exact.coarser().dump())

    assert all(digests.unchanged(row(n)) for n in range(50))
    assert not digests.unchanged(row(3, "b"))
    assert isinstance(digests.coarser(), Watermark)


def test_numbers_of_the_first_version_count_for_no_more_than_their_count() -> None:
    """They were made of more bits than are kept now, so no row is known by them."""
    old = memory.load({"memory": "digests", "count": 12, "rows": "AAAA", "counts": "AAAA"})

    assert isinstance(old, Watermark)
    assert 12 == old.count()


@pytest.mark.parametrize("rows", [1, 65_536, 65_537])
def test_numbers_are_known_again_in_both_widths(rows: int) -> None:
    """From 65,537 rows on, fewer bytes of each number are written; the others are told by the counts."""
    digests = Exact(drawn_entries(rows)).coarser()
    facts = digests.dump()
    again = memory.load(facts)

    assert (4 if rows <= 65_536 else 3) == facts["width"]
    assert rows - 2 <= again.count() <= rows
    assert facts == again.dump()


def test_digests_name_no_row() -> None:
    """They cannot tell who is gone, and take any row for one that was delivered."""
    first = Digests()
    deliver(first, range(3))
    digests = memory.load(first.dump())
    digests.drop([row(0).key.id])

    assert [] == digests.unmet()
    assert ["a", "b"] == digests.doom(["a", "b"])
    assert digests.unchanged(row(0))


def test_a_pass_leaves_what_it_met() -> None:
    """Numbers of rows that are gone, or that hold something else, are forgotten at its end."""
    digests = Digests()
    deliver(digests, range(5))
    second = memory.load(digests.dump())
    for changed in (row(0), row(1, "b")):
        second.unchanged(changed)
        second.confirm([changed])
    second.end_pass()
    third = memory.load(second.dump())

    assert 2 == third.count()
    assert [True, True, False] == [third.unchanged(each) for each in (row(0), row(1, "b"), row(4))]


def test_a_watermark_remembers_a_count() -> None:
    """Every row is the same to it, so that only times tell what changed."""
    watermark = Watermark(7)
    deliver(watermark, range(3))

    assert watermark.unchanged(row(1, "b"))
    assert ([], 0, 7) == (watermark.unmet(), watermark.size(), watermark.count())
    watermark.end_pass()
    assert {"memory": "watermark", "count": 4} == watermark.dump()
    assert watermark.coarser() is watermark
