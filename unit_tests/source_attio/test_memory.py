"""What a stream remembers, in three grades."""

import base64
import json
import uuid
import zlib

import pytest

from attio_api.wire import Json
from source_attio.changes import memory
from source_attio.changes.memory import DamagedStateError, Digests, Exact, Watermark
from source_attio.changes.prints import LAST, entry_of
from source_attio.decode.rows import Key, Row, make_row
from unit_tests.source_attio.harness import chance

GRADES = [Exact, Digests]
MOMENT = "2026-01-01T00:00:00.000000000Z"
SORTED_IN = 8193
"""So many new rows are sorted in with the others when a state is written."""


def deliver(grade: memory.AnyMemory, numbers: range) -> None:
    for each in numbers:
        grade.unchanged(row(each))
        grade.confirm([row(each)])


def row(number: int, content: str = "a") -> Row:
    row_id = str(uuid.UUID(int=(number + 1) << 64 | number * 7919))
    key = Key(MOMENT, row_id)
    return make_row(key, key.created_at, {"record_id": row_id, "name": content})


@pytest.mark.parametrize("grade", GRADES)
def test_a_row_is_known_again_from_the_state(grade: type[Exact | Digests]) -> None:
    """What was delivered before is known again after a round through JSON, and an edited row is not."""
    first = grade()
    deliver(first, range(300))
    again = memory.load(first.dump())

    assert all(again.unchanged(row(n)) for n in range(300))
    assert not again.unchanged(row(7, "b"))
    assert not again.unchanged(row(300))


@pytest.mark.parametrize("grade", GRADES)
def test_nothing_is_forgotten_in_the_middle_of_a_pass(grade: type[Exact | Digests]) -> None:
    """A state written in the middle of a pass holds what was met and what was not met yet."""
    first = grade()
    deliver(first, range(10))
    half = memory.load(first.dump())
    deliver(half, range(5))
    again = memory.load(half.dump())

    assert [True] * 10 == [again.unchanged(row(n)) for n in range(10)]


def test_exact_memory_names_what_vanished() -> None:
    """After a whole pass, the ids that were not met are those of the rows that are gone."""
    first = Exact()
    deliver(first, range(5))
    second = memory.load(first.dump())
    for n in (0, 2, 4):
        second.unchanged(row(n))

    assert sorted([row(1).key.id, row(3).key.id]) == sorted(second.unmet())


def test_exact_memory_turns_into_digests_that_know_the_same_rows() -> None:
    """When ids no longer fit, the rows are still known again, edited ones still not."""
    exact = Exact()
    deliver(exact, range(50))
    digests = memory.load(exact.coarser().dump())

    assert all(digests.unchanged(row(n)) for n in range(50))
    assert not digests.unchanged(row(3, "b"))
    assert isinstance(digests.coarser(), Watermark)


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


def _unknown(remembered: memory.AnyMemory, rows: list[Row]) -> list[str]:
    return [each.key.id for each in rows if not remembered.unchanged(each)]


@pytest.mark.parametrize("rows", [100_000, 340_000])
def test_exact_memory_takes_23_bytes_a_row(rows: int) -> None:
    """The ids of 340,000 rows, drawn at random, and their prints are written in less than eight megabytes."""
    rng = chance(rows)
    ids = [uuid.UUID(bytes=rng.randbytes(16), version=4).bytes for _ in range(rows)]
    exact = Exact(b"".join(each + rng.randbytes(3) + LAST[rng.randrange(256)] for each in ids))
    written = len(json.dumps(exact.dump()))

    assert written <= 23 * rows
    assert written < 8_000_000


@pytest.mark.parametrize("rows", [1, 700, 17_000, 70_000])
@pytest.mark.parametrize("grade", [Exact, Digests])
def test_the_size_that_is_counted_is_not_less_than_what_is_written(
    grade: type[Exact | Digests], rows: int
) -> None:
    """A budget goes by it, so a memory never takes more than it says, nor much less."""
    rng = chance(rows)
    ids = [uuid.UUID(bytes=rng.randbytes(16), version=4).bytes for _ in range(rows)]
    exact = Exact(b"".join(each + rng.randbytes(3) + LAST[rng.randrange(256)] for each in ids))
    memory_ = exact if grade is Exact else exact.coarser()
    written = len(json.dumps(memory_.dump()))

    assert written - 120 <= memory_.size() <= written * 1.15 + 80_000


def test_a_state_of_the_first_version_is_read() -> None:
    """An id and six bytes of print each: the rows are known again, of which thirty bits of print suffice."""
    rows = [row(n) for n in range(50)]
    packed = b"".join(uuid.UUID(each.key.id).bytes + each.digest[:6] for each in rows)
    old = memory.load({"memory": "exact", "count": 50, "rows": base64.b64encode(packed).decode()})

    assert all(old.unchanged(each) for each in rows)
    assert not old.unchanged(row(7, "b"))


def test_numbers_of_the_first_version_count_for_no_more_than_their_count() -> None:
    """They were made of more bits than are kept now, so no row is known by them."""
    old = memory.load({"memory": "digests", "count": 12, "rows": "AAAA", "counts": "AAAA"})

    assert isinstance(old, Watermark)
    assert 12 == old.count()


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"memory": "elephant"},
        {"memory": "exact"},
        {"memory": "exact", "rows": 5},
        {"memory": "exact", "rows": "%%%"},
        {"memory": "exact", "rows": "AAAA"},
        {"memory": "exact", "rows": "AAAA", "heads": "AAAA"},
        {"memory": "exact", "rows": "AAAA", "heads": 7},
        {"memory": "digests", "width": 4, "rows": "AAAA", "counts": "AAAA"},
        {"memory": ["exact"], "rows": ""},
    ],
)
def test_damaged_facts_are_recognised(facts: dict[str, object]) -> None:
    """What this connector cannot have written is called damaged, whatever is wrong with it."""
    with pytest.raises(DamagedStateError):
        memory.load(facts)  # type: ignore[arg-type]  # wrong on purpose


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


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("count", [0, 2, 4, 10**12])
def test_a_state_that_counts_other_rows_than_it_holds_is_damaged(
    grade: type[Exact | Digests], count: int
) -> None:
    """Rows were lost from it, or it is of another stream."""
    first = grade()
    deliver(first, range(3))

    assert 3 == memory.load(first.dump()).count()
    with pytest.raises(DamagedStateError, match="`count`"):
        memory.load(first.dump() | {"count": count})


@pytest.mark.parametrize(("grade", "member"), [(Exact, "heads"), (Digests, "counts")])
@pytest.mark.parametrize("inflated", [b"", bytes(3), bytes(1025), bytes(1 << 24)])
def test_counts_of_another_length_are_damaged(
    grade: type[Exact | Digests], member: str, inflated: bytes
) -> None:
    """However long they say they are: no more is unpacked than there can be."""
    first = grade()
    deliver(first, range(3))
    harm = {member: base64.b64encode(zlib.compress(inflated)).decode()}

    with pytest.raises(DamagedStateError, match=r"too short or too long|belong together"):
        memory.load(first.dump() | harm)


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
