"""The parts in which changes are undone together: never two changes of one record in one part."""

from destination_attio.engine.undo_parts import PART, undo_parts
from destination_attio.model.change import Change
from destination_attio.storage.journal import JournalledChange


def change(number: int, record_id: str) -> JournalledChange:
    found = Change(kind="update", stream="s", target="things", record_id=record_id)
    return JournalledChange(change_no=number, change=found, status="written", at="")


def test_a_record_is_in_a_part_once() -> None:
    """A second change of a record begins a new part, so that it is decided after the first was written."""
    parts = undo_parts(change(number, one) for number, one in enumerate("abacb"))

    assert [[0, 1], [2, 3, 4]] == [[one.change_no for one in part] for part in parts]


def test_a_part_has_a_limit() -> None:
    """What is read of a part's records at once stays bounded."""
    parts = undo_parts(change(number, f"r{number}") for number in range(2 * PART + 1))

    assert [PART, PART, 1] == [len(part) for part in parts]
