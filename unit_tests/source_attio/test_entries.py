"""Entries in one piece of memory hold what a dict would hold."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from source_attio.changes.entries import KNOWN, MET, Entries
from source_attio.changes.prints import ENTRY, FEW, ID
from unit_tests.source_attio.harness import chance

IDS = [bytes([n % 3, 7, *range(13), n]) for n in range(12)]
"""Ids of which several begin alike."""
PRINTS = [bytes([1, 2, 3, n]) for n in range(4)]
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "drop", "meet", "forget"]), st.integers(0, 11), st.integers(0, 3))
)


def held(entries: Entries) -> dict[bytes, tuple[bytes, int]]:
    """Id → its print and its mark."""
    return {each[:ID]: (each[ID:], mark) for mark in (KNOWN, MET) for each in entries.marked(mark)}


@settings(max_examples=300)
@given(STEPS)
def test_entries_hold_what_a_dict_would_hold(steps: list[tuple[str, int, int]]) -> None:
    """After any steps the same ids are found, with the same prints and marks, and the rest is not."""
    entries, model = Entries(), dict[bytes, tuple[bytes, int]]()
    for step, which, number in steps:
        row_id, now = IDS[which], PRINTS[number]
        if step == "forget":
            entries.forget_unmet()
            model = {each: kept for each, kept in model.items() if kept[1] == MET}
        elif step == "add" and row_id not in model:
            entries.add(row_id + now, number % 2)
            model[row_id] = (now, number % 2)
        elif row_id in model and step == "meet":
            entries.meet(entries.place(row_id), now)
            model[row_id] = (now, MET)
        elif row_id in model and step == "drop":
            entries.drop(entries.place(row_id))
            del model[row_id]

        assert model == held(entries)
        assert len(model) == entries.count
        for each in IDS:
            place = entries.place(each)
            assert (place >= 0) == (each in model)
            assert place < 0 or model[each][0] == entries.print_at(place)


def test_every_id_is_found_among_many() -> None:
    """From some number of ids on there are more drawers; each id is found there as well."""
    rng = chance(FEW)
    rows = {rng.randbytes(ID): rng.randbytes(ENTRY - ID) for _ in range(FEW + 1)}
    entries = Entries(b"".join(row_id + now for row_id, now in rows.items()))

    assert all(entries.print_at(entries.place(row_id)) == now for row_id, now in rows.items())
    assert -1 == entries.place(bytes(ID))


class Counted(bytearray):
    """Bytes that count how many of them were looked through."""

    looked_through = 0

    def find(self, wanted: bytes, begin: int, end: int) -> int:  # type: ignore[override]
        found = super().find(wanted, begin, end)
        self.looked_through += (end if found < 0 else found) - begin
        return found


MOMENT = 0x0190_0000_0000
ORDERS: dict[str, Callable[[int], bytes]] = {
    "by a clock": lambda n: (MOMENT + n).to_bytes(6) + chance(n).randbytes(10),
    "by a clock, of one machine": lambda n: n.to_bytes(4) + bytes([18, 231, 17, 238, 171, 9, *b"node"])[-12:],
    "by counting": lambda n: bytes(8) + n.to_bytes(8),
    "by counting, at the front": lambda n: n.to_bytes(8) + bytes(8),
    "at random": lambda n: chance(n).randbytes(ID),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("count", [2000, FEW + 4000])
def test_an_id_is_looked_for_among_few_however_ids_are_given(order: str, count: int) -> None:
    """Ids that begin or end alike are spread over the drawers as random ones are."""
    ids = [ORDERS[order](n).ljust(ID, b"x") for n in range(count)]
    entries = Entries(b"".join(each + bytes(ENTRY - ID) for each in ids))
    entries.raw = Counted(entries.raw)
    sought = ids[:: count // 500]

    assert all(entries.raw[entries.place(each) :].startswith(each) for each in sought)
    assert entries.raw.looked_through < len(sought) * 20 * ENTRY
