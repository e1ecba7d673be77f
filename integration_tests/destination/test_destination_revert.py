"""Reverts: they restore what a run changed and leave what others changed since."""

from __future__ import annotations

from destination_attio.storage.journal import Journal
from integration_tests.destination.desk import COMPANIES, Desk


def test_revert_restores_what_was_there(desk: Desk) -> None:
    """Creations are deleted, updates put back; the workspace is as before."""
    desk.push(COMPANIES[:1])
    before = desk.values("companies", "description"), desk.values("companies", "domains")
    report = desk.push([{**COMPANIES[0], "description": "changed"}, COMPANIES[1]])
    undone = desk.revert(report)

    assert (1, 1, ()) == (undone.counts.delete, undone.counts.update, undone.conflicts)
    assert before == (desk.values("companies", "description"), desk.values("companies", "domains"))


def test_revert_leaves_what_others_changed(desk: Desk) -> None:
    """A value that somebody changed since is listed as a conflict and stays."""
    desk.push(COMPANIES)
    report = desk.push([{**row, "description": "ours"} for row in COMPANIES])
    with Journal.open(desk.folder / "journal.duckdb") as journal:
        touched = journal.changes(report.run_id)[0].change.record_id
    path = f"/v2/objects/companies/records/{touched}"
    desk.attio.api("PATCH", path, {"data": {"values": {"description": "theirs"}}})
    undone = desk.revert(report)

    assert [touched] == [change.record_id for change in undone.conflicts]
    assert ["theirs"] in desk.values("companies", "description")
    assert 1 == undone.counts.update


def test_revert_can_itself_be_reverted(desk: Desk) -> None:
    """A revert is a run in the history, and undoing it brings the run's values back."""
    desk.push(COMPANIES)
    report = desk.push([{**COMPANIES[0], "description": "changed"}])
    undone = desk.revert(report)
    desk.revert(undone)
    with Journal.open(desk.folder / "journal.duckdb") as journal:
        kinds = [run.kind for run in journal.runs()]

    assert [["changed"], []] == desk.values("companies", "description")
    assert ["revert", "revert", "push", "push"] == kinds


def test_deleted_record_comes_back_under_a_new_id(desk: Desk) -> None:
    """Reverting a deletion makes the record again with all its values."""
    desk.push([{**COMPANIES[1], "description": "whole"}])
    report = desk.push([{"domains": "b.example.com"}], mode="delete")
    gone = desk.values("companies", "name")
    desk.revert(report)

    assert [] == gone
    assert [["whole"]] == desk.values("companies", "description")
    assert [["b.example.com", "bb.example.com"]] == [
        [one["domain"] for one in each] for each in desk.values("companies", "domains")
    ]
