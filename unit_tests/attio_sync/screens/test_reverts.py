from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attio_sync.ui import work
from attio_sync.ui.jobs import Job
from destination_attio.model.plan import Change, Counts, FieldChange
from destination_attio.storage.journal import Journal, Settlement
from unit_tests.attio_sync.asgi import seen
from unit_tests.destination_attio.samples import RUN

if TYPE_CHECKING:
    from attio_sync.ui.room import Room

NOW = "2026-11-27T00:00:00+00:00"


@pytest.fixture
def journaled(room: Room) -> Room:
    """A run that has changed the name of a company."""
    fields = (FieldChange(attribute="name", before="a", after="b"),)
    change = Change(kind="update", stream="s", target="companies", record_id="acme", fields=fields)
    with Journal.open(room.journal) as journal:
        journal.begin(replace(RUN, run_id="a"))
        journal.intend("a", [(1, change)], NOW)
        journal.settle("a", [Settlement(change_no=1, status="written")])
        journal.finish("a", status="done", counts=Counts(update=1), at=NOW)
    return room


def test_what_a_run_did_can_be_chosen(journaled: Room) -> None:
    """Its attributes and its kinds of changes, and no others."""
    page = seen(journaled, "runs/a/revert").text

    assert ['value="name"' in page, 'value="update"' in page] == [True, True]
    assert 'value="create"' not in page
    assert "attio-sync revert a" in page


def test_a_run_that_is_not_in_the_journal_cannot_be_undone(journaled: Room) -> None:
    """The page says so."""
    for page in (seen(journaled, "runs/b/revert"), seen(journaled, "runs/b/preview", {})):
        assert (404, True) == (page.status, "The journal has no such run." in page.text)
    assert [] == journaled.jobs.all()


@pytest.mark.parametrize(
    ("form", "only"),
    [({}, ()), ({"only": "name"}, ("name",)), ({"only": "name", "record": " x  y "}, ("name", "x", "y"))],
)
def test_only_what_was_chosen_is_looked_at(
    journaled: Room, monkeypatch: pytest.MonkeyPatch, form: dict[str, str], only: tuple[str, ...]
) -> None:
    """Nothing chosen means all of it; ids of records are parted by blanks. The plan is called by its run."""
    asked: list[object] = []

    def preview(_: Room, run_id: str, chosen: tuple[str, ...], title: str) -> Job:
        asked.append((run_id, chosen, title))
        return Job("preview", "x")

    monkeypatch.setattr(work, "preview", preview)

    assert seen(journaled, "runs/a/preview", form).leads_to.startswith("jobs/")
    assert [("a", only, "Undo the push to companies of 2026-01-01 00:00 UTC")] == asked
