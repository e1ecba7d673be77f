"""Reverts and relationships: what is written on one side of them, Attio changes on the other as well."""

from __future__ import annotations

from typing import Any

from integration_tests.destination_colleague import COLLEAGUE
from integration_tests.in_process import MemoryDesk

TEAM = [
    {"column": "domains", "attribute": "domains"},
    {"column": "team", "attribute": "team", "reference": "email_addresses"},
]
EMPLOYER = [
    {"column": "email", "attribute": "email_addresses"},
    {"column": "at", "attribute": "company", "reference": "domains"},
]


class Firms(MemoryDesk):
    """A person at the first of three companies, and a colleague who moves her."""

    def __init__(self) -> None:
        super().__init__()
        self.attio.add_token(COLLEAGUE)
        self.firms = [self._made("companies", domains=[f"{one}.example.com"]) for one in "abc"]
        self.ada = self._made("people", email_addresses=["ada@example.com"], company=self._at(0))

    def _made(self, slug: str, **values: Any) -> str:
        return str(self.attio.create_record(slug, values)["id"]["record_id"])

    def _at(self, number: int) -> list[Any]:
        return [{"target_object": "companies", "target_record_id": self.firms[number]}]

    def moves(self, number: int) -> None:
        """What the colleague does."""
        self.attio.clock(advance_seconds=5)
        body = {"data": {"values": {"company": self._at(number)}}}
        self.attio.call("PATCH", f"/v2/objects/people/records/{self.ada}", body, token=COLLEAGUE)

    @property
    def employer(self) -> str | None:
        """Where she is now."""
        (held,) = (one["values"]["company"] for one in self.attio.records("people"))
        return held[0]["target_record_id"] if held else None


def test_whom_a_team_took_goes_back_to_the_company_that_had_her() -> None:
    """The row names the new company alone; the revert and its plan name the person as well."""
    desk = Firms()
    pushed = desk.push([{"domains": "b.example.com", "team": ["ada@example.com"]}], fields=TEAM)
    assert desk.firms[1] == desk.employer
    with desk.session() as session:
        planned = {one.record_id for one in session.plan_revert(pushed.run_id).changes}
    undone = desk.revert(pushed)

    assert (desk.firms[0], ()) == (desk.employer, undone.conflicts)
    assert {desk.firms[1], desk.ada} == planned


def test_whom_a_colleague_has_moved_on_stays_there() -> None:
    """Neither a company that is made again nor one whose team is put back takes her from where she is."""
    for row, more in (
        ({"domains": "a.example.com", "team": None}, {"fields": TEAM}),
        ({"domains": "a.example.com"}, {"mode": "delete", "match": "domains"}),
    ):
        desk = Firms()
        pushed = desk.push([row], **more)
        desk.moves(2)
        with desk.session() as session:
            planned = session.plan_revert(pushed.run_id)
        undone = desk.revert(pushed)

        assert desk.firms[2] == desk.employer
        assert [desk.firms[0]] == [one.record_id for one in undone.conflicts]
        assert desk.ada in str(undone.conflicts[0].reason)
        assert 1 == planned.counts.rejected


def test_whom_a_colleague_took_over_since_stays_as_well() -> None:
    """She is no longer where the run put her, so there is nothing to undo."""
    desk = Firms()
    pushed = desk.push([{"domains": "b.example.com", "team": ["ada@example.com"]}], fields=TEAM)
    desk.moves(2)
    undone = desk.revert(pushed)

    assert desk.firms[2] == desk.employer
    assert 0 == undone.counts.written


def test_a_company_made_for_a_reference_goes_with_the_reference() -> None:
    """Its team is the other side of what the revert puts back, and no colleague's doing."""
    desk = Firms()
    pushed = desk.push(
        [{"email": "ada@example.com", "at": "new.example.com"}],
        "people",
        fields=EMPLOYER,
        on_missing_reference="create_stub",
    )
    with desk.session() as session:
        planned = session.plan_revert(pushed.run_id).counts
    undone = desk.revert(pushed)

    assert (desk.firms[0], 3) == (desk.employer, len(desk.attio.records("companies")))
    assert ((), 0) == (undone.conflicts, planned.rejected)
