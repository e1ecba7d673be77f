"""Exact memory: the id of every row, and a print of its content."""

import base64
import uuid

import pytest

from attio_api.wire import Json
from source_attio.changes import memory
from source_attio.changes.memory import AnyMemory, DamagedStateError, Exact
from source_attio.changes.prints import entry_of
from source_attio.decode.rows import Key, Row, make_row
from unit_tests.source_attio.remembered import MOMENT, deliver, row

SORTED_IN = 8193
"""So many new rows are sorted in with the others when a state is written."""


def test_exact_memory_names_what_vanished() -> None:
    """After a whole pass, the ids that were not met are those of the rows that are gone."""
    first = Exact()
    deliver(first, range(5))
    second = memory.load(first.dump())
    for n in (0, 2, 4):
        second.unchanged(row(n))

    assert sorted([row(1).key.id, row(3).key.id]) == sorted(second.unmet())


def test_a_row_is_one_row_before_and_after_it_is_sorted_in() -> None:
    """Rows that are delivered, edited, dropped and delivered again across states are known once each."""
    kept = Exact()
    deliver(kept, range(SORTED_IN))
    first = kept.dump()
    kept.drop([row(n).key.id for n in range(10)])
    deliver(kept, range(5))
    edited = [row(n, "b") for n in (7, 20, SORTED_IN)]
    assert [False] * 3 == [kept.unchanged(each) for each in edited]
    between = kept.dump()
    kept.confirm(edited)
    second = memory.load(kept.dump())

    assert (SORTED_IN, SORTED_IN - 10 + 5 + 2) == (first["count"], kept.count())
    assert [each.key.id for each in edited] == _unknown(memory.load(between), edited)
    assert all(second.unchanged(each) for each in [*edited, row(0), row(4), row(10), row(SORTED_IN - 1)])
    assert not second.unchanged(row(5))


def _unknown(remembered: AnyMemory, rows: list[Row]) -> list[str]:
    return [each.key.id for each in rows if not remembered.unchanged(each)]


def test_a_state_of_the_first_version_is_read() -> None:
    """An id and six bytes of print each: the rows are known again, of which thirty bits of print suffice."""
    rows = [row(n) for n in range(50)]
    packed = b"".join(uuid.UUID(each.key.id).bytes + each.digest[:6] for each in rows)
    old = memory.load({"memory": "exact", "count": 50, "rows": base64.b64encode(packed).decode()})

    assert all(old.unchanged(each) for each in rows)
    assert not old.unchanged(row(7, "b"))


def test_a_state_that_names_a_row_twice_is_damaged() -> None:
    """Of two entries of one id a pass would meet one and take the other for a row that is gone."""
    first = Exact()
    deliver(first, range(3))
    facts = first.dump()
    facts["odd"] = base64.b64encode(entry_of(row(1)) + bytes(range(20)) + entry_of(row(1))).decode()

    with pytest.raises(DamagedStateError, match="twice"):
        memory.load(facts)


def test_rows_whose_ids_begin_or_end_alike_are_several() -> None:
    """A state that names them is whole."""
    ids = {
        f"{begin}-7a43-4c57-9f5b-{end}" for begin in ("00000001", "00000002") for end in ("0" * 12, "1" * 12)
    }

    assert ids == {*memory.load(Exact.naming(ids).dump()).unmet()}


@pytest.mark.parametrize("member", ["heads", "rows", "odd", "texts"])
@pytest.mark.parametrize("value", [7, True, {}, [3], ["\ud800"], ["..."], "é", "AAA", "AAAA", "eJw="])
def test_each_member_of_an_exact_memory_is_checked(member: str, value: Json) -> None:
    """A value that this connector cannot have written is damage, and no other error."""
    first = Exact()
    deliver(first, range(3))
    first.take(make_row(Key(MOMENT, "no uuid"), MOMENT, {}))

    assert 4 == memory.load(first.dump()).count()
    with pytest.raises(DamagedStateError):
        memory.load(first.dump() | {member: value})


def test_a_row_on_its_way_is_known_by_name_only() -> None:
    """A state written before a row goes out names it, so that it is marked if gone, and delivered again."""
    first = Exact()
    first.unchanged(row(1))
    again = memory.load(first.dump())

    assert [row(1).key.id] == again.unmet()
    assert not again.unchanged(row(1))


def test_memory_forgets_the_texts_of_rows_that_are_gone() -> None:
    """Its size follows the ids that are left."""
    known = Exact.naming(["a", "b"])
    before = known.size()
    known.drop(["a"])

    assert known.size() < before
    assert ["b"] == memory.load(known.dump()).unmet()
    known.end_pass()
    assert "texts" not in known.dump()
    with pytest.raises(DamagedStateError, match="texts"):
        memory.load({**Exact.naming(["b"]).dump(), "texts": [7]})
