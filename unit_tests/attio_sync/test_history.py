from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attio_sync.ui.history import past, record_history, touched
from destination_attio.model.plan import Change, Counts
from destination_attio.storage.journal import Journal, Settlement
from unit_tests.attio_sync.asgi import room_in
from unit_tests.destination_attio.samples import RUN

if TYPE_CHECKING:
    from pathlib import Path

    from attio_sync.ui.room import Room

NOW = "2026-11-27T00:00:00+00:00"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return room_in(tmp_path)


def begun(journal: Journal, run_id: str, *, reverts: str | None = None) -> None:
    """A run that writes nothing yet."""
    journal.begin(replace(RUN, run_id=run_id, kind="revert" if reverts else "push", reverts=reverts))


def test_a_run_is_told_by_what_it_did_and_what_became_of_it(room: Room) -> None:
    """A revert by the words of what it undoes, and what was undone as such; a killed run has broken off."""
    with Journal.open(room.journal) as journal:
        for run_id, reverts, status in (
            ("a", None, "done"),
            ("b", "a", "done"),
            ("c", "b", "stopped"),
            ("d", "gone", ""),
        ):
            begun(journal, run_id, reverts=reverts)
            if status:
                journal.finish(run_id, status=status, counts=Counts(update=1), at=NOW)
    found = past(room)

    assert {
        "a": ("Push to companies", "↩ reverted", "b"),
        "b": ("Revert of the push to companies", "✓ done", None),
        "c": ("Revert of the revert of the push to companies", "■ stopped", None),
        "d": ("Revert of gone", "✗ broke off", None),
    } == {one.run.run_id: (one.title, one.state[1], one.reverted_by) for one in found.runs}


def test_a_change_that_was_not_surely_written_is_shown_without_values(room: Room) -> None:
    """The page of its record says that the answer was lost, and shows no value as written."""
    one = Change(kind="update", stream="s", target="companies", record_id="acme")
    with Journal.open(room.journal) as journal:
        begun(journal, "a")
        journal.intend("a", [(0, one), (1, one)], NOW)
        journal.settle("a", [Settlement(change_no=0, status="written")])
        journal.settle("a", [Settlement(change_no=1, status="unknown")])
        journal.finish("a", status="done", counts=Counts(update=1), at=NOW)
    ((_, changes),) = record_history(room, "acme", 0).runs

    assert {("update", None), ("rejected", True)} == {
        (one.kind, "The answer was lost" in one.reason if one.reason else None) for one in changes
    }


@pytest.mark.parametrize(
    ("journal", "known"), [("none", set()), ("with acme", {"acme"}), ("no database", {"acme", "globex"})]
)
def test_a_record_leads_to_its_page_where_that_has_something_to_tell(
    room: Room, journal: str, known: set[str]
) -> None:
    """Where the journal cannot be read, that is why."""
    if journal == "no database":
        room.journal.write_text(journal)
    if journal == "with acme":
        with Journal.open(room.journal) as opened:
            begun(opened, "a")
            change = Change(kind="update", stream="s", target="companies", record_id="acme")
            opened.intend("a", [(0, change)], NOW)

    assert known == set(touched(room, ["acme", "globex"]))
