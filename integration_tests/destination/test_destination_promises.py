"""Properties that hold for every input: plan and push agree, revert undoes push, every row has one fate."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from destination_attio.storage.journal import JournalError
from integration_tests.destination.promises import (
    MESSAGES,
    losing,
    lost_answers_make_nothing_twice,
    promised,
    the_contract_is_kept,
    undone_is_as_before,
)
from integration_tests.destination.world import Case, World, cases, entry_cases, prepared
from integration_tests.in_process import Killed

if TYPE_CHECKING:
    from destination_attio.model.plan import Report

pytestmark = pytest.mark.slow(seconds=8)
ANY_CASE = st.one_of(cases(), entry_cases())


@promised
@given(case=ANY_CASE)
def test_plan_and_push_agree(case: Case) -> None:
    """A plan, a push, and a saved plan that is applied come to the same; afterwards nothing is left to do."""
    world = prepared(case)
    twin = world.twin()
    rows = world.rows(case.rows)
    plan = world.plan(rows, case.target, **case.settings)
    report = world.push(rows, case.target, **case.settings)
    applied = twin.apply(plan)
    again = world.plan(rows, case.target, **case.settings)

    assert plan.counts == report.counts
    assert len(rows) == report.counts.rows == again.counts.rows
    assert world.state() == twin.state()
    assert ((), (), ()) == (again.actions, report.dropped, applied.dropped)
    assert plan.counts.written == applied.counts.written


@promised
@given(case=ANY_CASE, batch=st.integers(1, 20))
def test_the_size_of_a_batch_changes_nothing(case: Case, batch: int) -> None:
    """Rows have the same fates and Attio holds the same, however many rows are worked on at once."""
    world = prepared(case)
    twin = world.twin()
    twin.more = {"batch_rows": batch}
    rows = world.rows(case.rows)

    assert (
        world.push(rows, case.target, **case.settings).counts
        == twin.push(rows, case.target, **case.settings).counts
    )
    assert world.state() == twin.state()


@promised
@given(case=st.one_of(cases(pointing_and_deleting=False), entry_cases()))
def test_revert_restores_the_workspace(case: Case) -> None:
    """After push and revert every value is what it was, but for checkboxes that had none: those are named."""
    undone_is_as_before(case, set())


@promised
@given(case=cases(pointing_and_deleting=False), touched=st.sets(st.integers(0, 4), min_size=1))
def test_revert_spares_what_others_changed(case: Case, touched: set[int]) -> None:
    """What others wrote after the push is still there after the revert, and conflicts are told."""
    undone_is_as_before(case, touched)


@promised
@given(case=ANY_CASE, at=st.integers(1, 12), when=st.sampled_from(["before", "after"]))
def test_killed_and_run_again(case: Case, at: int, when: str) -> None:
    """Killed at any write and run again: the same end, every write in the journal, every reject in the file.

    Where rows only create, one that was written before the kill is rejected by the next run: it exists. So
    such a row stays without a pointer that was to be set later, and an entry, having no key, is made twice.
    """
    world = prepared(case)
    twin = world.twin()
    rows = world.rows(case.rows)
    twin.push(rows, case.target, **case.settings)
    wanted = twin.rejected()
    world.attio.clear_calls()
    (world.folder / "rejects.jsonl").unlink(missing_ok=True)
    known = {one.run_id for one in world.runs()}
    pushed_until_killed(world, case, (when, at))
    before = len(world.rejects())
    report = world.push(rows, case.target, **case.settings)

    assert len(rows) == report.counts.rows
    assert report.counts.rejected == len(world.rejects()) - before
    assert wanted <= world.rejected()
    if case.settings["mode"] != "create":
        assert (twin.state(), wanted) == (world.state(), world.rejected())
        assert len(wanted) == report.counts.rejected
    elif case.target == "things":
        assert twin.codes() == world.codes()
    every_write_is_journalled(world, known)


def pushed_until_killed(world: World, case: Case, at: tuple[str, int]) -> None:
    """Push the rows; the process is gone before or after one of the writes, if there are so many."""

    def strike(when: str, number: int) -> None:
        if (when, number) == at:
            world.kill()

    world.on_write = strike
    with suppress(Killed, JournalError):
        world.push(world.rows(case.rows), case.target, **case.settings)
    world.on_write = lambda *_: None


def every_write_is_journalled(world: World, known: set[str]) -> None:
    """All that Attio has done since stands in the journal's new runs, and nothing there is in doubt."""
    runs = [run.run_id for run in world.runs() if run.run_id not in known]
    journalled = [one.status for run in runs for one in world.changes(run)]

    assert {"intended", "unknown"}.isdisjoint(journalled)
    assert world.written() == journalled.count("written")


@promised
@given(case=ANY_CASE, lost=st.sets(st.integers(1, 12), min_size=1, max_size=7))
def test_no_answer_that_is_lost_changes_anything(case: Case, lost: set[int]) -> None:
    """Whatever answers are lost after Attio has worked: the same end, the same fates, the same journal.

    They are seven at most, since a call that fails eight times in a row ends the run.
    """
    world = prepared(case)
    twin = world.twin()
    rows = world.rows(case.rows)
    world.on_write = losing(lost)
    wanted = twin.push(rows, case.target, **case.settings)
    report = world.push(rows, case.target, **case.settings)

    assert twin.state() == world.state()
    assert wanted.counts == report.counts
    assert _journalled(twin, wanted) == _journalled(world, report)


def _journalled(world: World, report: Report) -> list[tuple[str, str]]:
    """What a run's writes are and what came of them, but for those that came to nothing."""
    changes = world.changes(report.run_id)
    return sorted((one.change.kind, one.status) for one in changes if one.status != "not_applied")


@promised
@given(
    numbers=st.lists(st.integers(1, 4), max_size=7),
    target=st.sampled_from(["notes", "tasks"]),
    lost=st.sets(st.integers(1, 8)),
    batch=st.integers(1, 4),
)
def test_no_answer_that_is_lost_makes_anything_twice(
    numbers: list[int], target: str, lost: set[int], batch: int
) -> None:
    """Notes and tasks, which nothing in Attio keeps apart, are there once each, whatever answers are lost."""
    lost_answers_make_nothing_twice(numbers, target, lost, batch)


@promised
@given(found=MESSAGES, batch=st.integers(1, 5))
def test_any_interleaving_keeps_the_contract(found: list[tuple[str, str, str | None]], batch: int) -> None:
    """However rows and states of streams that need each other are mixed, states come after their rows."""
    the_contract_is_kept(found, batch)
