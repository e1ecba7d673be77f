"""Entries in one piece of memory hold what a dict would hold."""

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
    """From some number of ids on the index goes by two bytes; each id is found there as well."""
    rng = chance(FEW)
    rows = {rng.randbytes(ID): rng.randbytes(ENTRY - ID) for _ in range(FEW + 1)}
    entries = Entries(b"".join(row_id + now for row_id, now in rows.items()))

    assert all(entries.print_at(entries.place(row_id)) == now for row_id, now in rows.items())
    assert -1 == entries.place(bytes(ID))
