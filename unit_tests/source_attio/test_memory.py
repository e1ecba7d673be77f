"""What a stream remembers, in three grades."""

import base64
import json
import zlib

import pytest

from source_attio.changes import memory
from source_attio.changes.memory import DamagedStateError, Digests, Exact
from unit_tests.source_attio.remembered import deliver, drawn_entries, row

GRADES = [Exact, Digests]


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


@pytest.mark.parametrize("rows", [1, 700, 17_000, 70_000])
@pytest.mark.parametrize("grade", [Exact, Digests])
def test_the_size_that_is_counted_is_not_less_than_what_is_written(
    grade: type[Exact | Digests], rows: int
) -> None:
    """A budget goes by it, so a memory never takes more than it says, nor much less."""
    exact = Exact(drawn_entries(rows))
    memory_ = exact if grade is Exact else exact.coarser()
    written = len(json.dumps(memory_.dump()))

    assert written - 120 <= memory_.size() <= written * 1.15 + 80_000


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
