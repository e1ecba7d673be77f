"""Ids made from a seed."""

import uuid

from attio_emulator.model.ids import Ids, named


def test_equal_seeds_give_equal_ids_and_no_id_twice() -> None:
    """A stream goes on where a dump says that it was."""
    first, again = (Ids("seed") for _ in range(2))
    made = [first.next() for _ in range(100)]

    assert made == [again.next() for _ in range(100)]
    assert 100 == len(set(made))
    assert first.next() == Ids("seed", made=100).next()
    assert Ids("other").next() != made[0]


def test_an_id_is_a_uuid_of_the_version_asked_for() -> None:
    """Version 4 for what is created, 5 for what is upserted, and RFC 4122's variant."""
    ids = Ids("seed")
    parsed = [uuid.UUID(each) for each in (ids.next(), ids.next(5), named("a", "b"))]

    assert [4, 5, 4] == [each.version for each in parsed]
    assert {uuid.RFC_4122} == {each.variant for each in parsed}
    assert 64 == len(ids.secret())
    assert named("a", "b") != named("ab", "")
