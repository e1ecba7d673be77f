"""Reverts give back what a run took: who writes a company's team takes people from other companies."""

from __future__ import annotations

from integration_tests.destination.firms import TEAM, Firms


def test_whom_a_team_took_goes_back_to_the_company_that_had_her() -> None:
    """The row names the new company alone; the revert and its plan name the person as well."""
    desk = Firms()
    pushed = desk.push([{"domains": "b.example.com", "team": ["ada@example.com"]}], fields=TEAM)
    assert desk.firms[1] == desk.employer
    planned = {one.record_id for one in desk.planned(pushed).changes}
    undone = desk.revert(pushed)

    assert (desk.firms[0], ()) == (desk.employer, undone.conflicts)
    assert {desk.firms[1], desk.ada} == planned


def test_whom_a_colleague_took_over_since_stays_as_well() -> None:
    """She is no longer where the run put her, so there is nothing to undo."""
    desk = Firms()
    pushed = desk.push([{"domains": "b.example.com", "team": ["ada@example.com"]}], fields=TEAM)
    desk.moves(2)
    undone = desk.revert(pushed)

    assert desk.firms[2] == desk.employer
    assert 0 == undone.counts.written


def test_whom_the_run_itself_put_there_does_not_go_back_there() -> None:
    """Two rows name her: the second takes her from the first, and the revert from both."""
    desk = Firms()
    desk.more["batch_rows"] = 1
    rows = [{"domains": f"{one}.example.com", "team": ["ada@example.com"]} for one in "bc"]
    undone = desk.revert(desk.push(rows, fields=TEAM))

    assert (desk.firms[0], ()) == (desk.employer, undone.conflicts)
