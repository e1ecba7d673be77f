"""Things by id, in order of creation, and by what they are attached to."""

from unit_tests.attio_emulator.test_attachments import filled, note


def test_a_shelf_is_ordered_by_creation_and_then_by_id() -> None:
    """Things come back oldest first however they were put, and ids settle ties."""
    assert ["n1", "n3", "n2"] == [each.key for each in filled().notes]


def test_a_new_state_takes_the_place_of_the_old_one() -> None:
    """Putting a thing again keeps one of it, and it hangs only where it hangs now."""
    attachments = filled()
    attachments.notes.put(note("n1", "r9"))

    assert 3 == len(attachments.notes)
    assert (["n2"], ["n1"]) == tuple([each.key for each in attachments.notes.on(on)] for on in ("r1", "r9"))
