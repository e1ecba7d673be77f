from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attio_sync.ui.history import PAGE
from destination_attio.model.plan import Change, Counts, Plan
from destination_attio.storage.journal import Journal, Settlement
from unit_tests.attio_sync.asgi import seen
from unit_tests.destination_attio.samples import RUN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attio_sync.ui.room import Room

NOW = "2026-11-27T00:00:00+00:00"
CHANGE = Change(kind="update", stream="s", target="companies", record_id="acme")


def journaled(room: Room, run_ids: Iterable[str], **counts: int) -> None:
    """Runs of one change each."""
    with Journal.open(room.journal) as journal:
        for one in run_ids:
            journal.begin(replace(RUN, run_id=one))
            journal.intend(one, [(1, CHANGE)], NOW)
            journal.settle(one, [Settlement(change_no=1, status="written")])
            journal.finish(one, status="done", counts=Counts(update=1, **counts), at=NOW)


def test_runs_are_listed_page_by_page(room: Room) -> None:
    """Each is on one of the pages."""
    journaled(room, [f"run-{number}" for number in range(PAGE + 1)])
    first, second = seen(room, "runs").text, seen(room, "runs", query=f"at={PAGE}").text

    assert [PAGE, 1] == [page.count("/runs/run-") for page in (first, second)]
    assert (f"{PAGE} of {PAGE + 1}" in first, "previous" in second) == (True, True)


def test_a_run_names_the_rows_that_only_its_plan_lists(room: Room) -> None:
    """A journal has writes alone; where the plan is gone, there is nothing to lead to."""
    journaled(room, ["a"], rejected=2, unchanged=1)
    without = seen(room, "runs/a").text
    kept = room.plans.keep(Plan(changes=()), title="x", by=None)
    room.plans.change(kept, state="written", run_id="a")
    page = seen(room, "runs/a").text

    assert ("2 rows without a write are listed" in page, kept.id in page) == (True, True)
    assert "without a write" not in without


def test_a_damaged_list_of_changes_is_made_anew(room: Room) -> None:
    """It is kept beside the plans to answer faster; the journal has all of it."""
    journaled(room, ["a"])
    before = seen(room, "runs/a").text
    (kept,) = (room.plans.folder / "runs").iterdir()
    for content in (b"[]", kept.read_bytes()[:5000]):
        kept.write_bytes(content)
        assert before == seen(room, "runs/a").text


@pytest.mark.parametrize("path", ["runs/b", "records/globex"])
def test_what_the_journal_does_not_have_is_a_page(room: Room, path: str) -> None:
    """Also where there is no journal."""
    assert 404 == seen(room, path).status
    journaled(room, ["a"])
    assert (404, 200) == (seen(room, path).status, seen(room, "records/acme").status)


@pytest.mark.parametrize(("path", "status"), [("runs", 200), ("runs/a", 404), ("records/acme", 400)])
def test_a_damaged_journal_names_itself(room: Room, path: str, status: int) -> None:
    """Every page of it has the sentence."""
    journaled(room, ["a"])
    room.journal.write_bytes(room.journal.read_bytes()[:5000])
    page = seen(room, path)

    assert (status, True) == (page.status, f"{room.journal} cannot be opened" in page.text)
