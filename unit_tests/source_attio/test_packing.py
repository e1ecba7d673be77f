"""How ids and prints are packed into a state."""

import json

import pytest

from source_attio.changes.memory import DamagedStateError, Exact
from source_attio.changes.packing import arranged, names_twice, pack, unpack
from source_attio.changes.prints import ENTRY, FEW, ID, LAST
from unit_tests.source_attio.harness import chance
from unit_tests.source_attio.remembered import drawn_entries


@pytest.mark.parametrize("rows", [100_000, 340_000])
def test_exact_memory_takes_23_bytes_a_row(rows: int) -> None:
    """The ids of 340,000 rows, drawn at random, and their prints are written in less than eight megabytes."""
    exact = Exact(drawn_entries(rows))
    written = len(json.dumps(exact.dump()))

    assert written <= 23 * rows
    assert written < 8_000_000


@pytest.mark.parametrize("rows", [0, 1, FEW - 1, FEW])
@pytest.mark.parametrize("odd", [0, 3])
def test_unpack_gives_back_what_was_packed(rows: int, odd: int) -> None:
    """Every id and print, also of ids that were not drawn at random, whatever the order."""
    rng = chance(rows)
    others = b"".join(rng.randbytes(6) + bytes(10) + rng.randbytes(3) + LAST[0] for _ in range(odd))
    entries = drawn_entries(rows) + others
    again, odd_again = unpack(json.loads(json.dumps(pack(entries))))

    assert odd == odd_again
    assert set_of(entries) == set_of(again)


def set_of(entries: bytes) -> set[bytes]:
    return {entries[at : at + ENTRY] for at in range(0, len(entries), ENTRY)}


@pytest.mark.parametrize("member", ["heads", "rows"])
def test_members_of_two_states_do_not_belong_together(member: str) -> None:
    """A state put together from two is damaged."""
    one, other = pack(drawn_entries(3)), pack(drawn_entries(5))

    with pytest.raises(DamagedStateError, match="belong together"):
        unpack(one | {member: other[member]})


def test_only_whole_ids_are_one_row() -> None:
    """Two ids that share either half are two."""
    halves = [bytes([n] * 8) for n in range(3)]
    ids = [halves[0] + halves[1], halves[0] + halves[2], halves[2] + halves[1]]
    entries = b"".join(each + bytes(ENTRY - ID) for each in ids)

    assert not names_twice(entries)
    assert names_twice(entries + ids[1] + bytes(range(ENTRY - ID)))


@pytest.mark.parametrize("rows", [5, FEW])
def test_entries_are_arranged_by_drawers_with_their_marks(rows: int) -> None:
    """Each keeps its mark, dropped ones are left out, and the index says where a drawer begins."""
    entries = bytearray(drawn_entries(rows))
    marks = bytearray(n % 3 for n in range(rows))
    kept, kept_marks, index = arranged(entries, marks, dropped=2)
    before = {bytes(entries[n * ENTRY :][:ENTRY]): marks[n] for n in range(rows) if marks[n] != 2}
    after = {bytes(kept[n * ENTRY :][:ENTRY]): mark for n, mark in enumerate(kept_marks)}

    assert before == after
    assert (0, len(kept)) == (index[0], index[-1])
    drawers = len(index) - 1
    for place in range(0, len(kept), ENTRY * max(rows // 50, 1)):
        drawer = int.from_bytes(kept[place : place + ID]) % drawers
        assert index[drawer] <= place < index[drawer + 1]
