"""Reverts and relationships: what is written on one side of them, Attio changes on the other as well."""

from __future__ import annotations

from integration_tests.destination.firms import EMPLOYER, TEAM, Firms


def test_whom_a_colleague_has_moved_on_stays_there() -> None:
    """Neither a company that is made again nor one whose team is put back takes her from where she is."""
    for row, more in (
        ({"domains": "a.example.com", "team": None}, {"fields": TEAM}),
        ({"domains": "a.example.com"}, {"mode": "delete", "match": "domains"}),
    ):
        desk = Firms()
        pushed = desk.push([row], **more)
        desk.moves(2)
        planned = desk.planned(pushed)
        undone = desk.revert(pushed)

        assert desk.firms[2] == desk.employer
        assert [desk.firms[0]] == [one.record_id for one in undone.conflicts]
        assert desk.ada in str(undone.conflicts[0].reason)
        assert 1 == planned.counts.rejected


def test_a_company_made_for_a_reference_goes_with_the_reference() -> None:
    """Its team is the other side of what the revert puts back, and no colleague's doing."""
    desk = Firms()
    pushed = desk.push(
        [{"email": "ada@example.com", "at": "new.example.com"}],
        "people",
        fields=EMPLOYER,
        on_missing_reference="create_stub",
    )
    planned = desk.planned(pushed).counts
    undone = desk.revert(pushed)

    assert (desk.firms[0], 3) == (desk.employer, len(desk.attio.records("companies")))
    assert ((), 0) == (undone.conflicts, planned.rejected)
